"""The durable campaign loop, beside a bare LangGraph graph of eight no-op nodes on the stock SQLite saver.

Both run 16 threads at a time on files in the same directory, in alternating rounds, so that a machine that slows down
slows both. Ours does everything a campaign does: events stored and published, money reserved, ads written and drawn.
"""

import asyncio
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypedDict
from uuid import UUID

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph

from bench.report import BenchReport, Row, report
from domain.context import Autonomy, CampaignContext
from domain.money import pounds
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

AT_A_TIME = 16
ROUNDS = 3
PER_ROUND = 64
ALONE = 30
NODES = 8

RATIO, P50_MS, CHECKPOINT_KB, FIRST_EVENT_S, WHOLE_RUN_S = 1.0, 150.0, 100.0, 3.0, 10.0


class Counter(TypedDict):
    count: int


async def no_op(state: Counter) -> Counter:
    return {"count": state["count"] + 1}


def bare_graph() -> StateGraph[Counter, None, Counter, Counter]:
    """Eight nodes in a row that do nothing: the least LangGraph can do."""
    graph: StateGraph[Counter, None, Counter, Counter] = StateGraph(Counter)
    names = [f"node_{index}" for index in range(NODES)]
    for name in names:
        graph.add_node(name, no_op)
    for source, target in zip([START, *names], [*names, END], strict=True):
        graph.add_edge(source, target)
    return graph


async def timed(job: Callable[[int], Awaitable[None]], count: int, at_a_time: int) -> tuple[float, list[float]]:
    """Seconds for all, and seconds for each."""
    gate = asyncio.Semaphore(at_a_time)
    each: list[float] = []

    async def one(index: int) -> None:
        async with gate:
            started = time.perf_counter()
            await job(index)
            each.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(one(index) for index in range(count)))
    return time.perf_counter() - started, each


class Campaigns:
    """Runs whole campaigns through the system, as `tescosense run` does."""

    def __init__(self, system: System, *, seed: int = 7) -> None:
        self._system = system
        self._seed = seed
        self.ids: list[UUID] = []

    async def run(self, index: int) -> None:
        await self._one(self._seed)

    async def run_in_a_world_of_its_own(self, index: int) -> None:
        await self._one(1000 + len(self.ids))

    async def _one(self, seed: int) -> None:
        context = CampaignContext(
            scenario="heavy-rain", seed=seed, autonomy=Autonomy.AUTONOMOUS, fast_forward=True, account="bench"
        )
        campaign_id = await self._system.runs.start(CampaignState(), context)
        await self._system.runs.finished(campaign_id)
        self.ids.append(campaign_id)

    async def check(self) -> None:
        """A benchmark of campaigns that fail would measure nothing."""
        for campaign_id in self.ids:
            record = await self._system.campaigns.get(campaign_id)
            if record is None or record.status is not CampaignStatus.COMPLETED:
                raise RuntimeError(f"campaign {campaign_id} ended as {record.status if record else 'nothing'}")


async def measure(directory: Path) -> BenchReport:
    settings = Settings(data_dir=directory / "ours", account_budget=pounds(10**9), account_daily_budget=pounds(10**9))
    ours: list[float] = []
    bare: list[float] = []
    latencies: list[float] = []
    async with (
        AsyncSqliteSaver.from_conn_string(str(directory / "bare.db")) as saver,
        open_system(settings) as system,
    ):
        compiled = bare_graph().compile(checkpointer=saver)
        campaigns = Campaigns(system)

        async def bare_run(index: int) -> None:
            thread = f"{len(bare)}-{index}"
            await compiled.ainvoke({"count": 0}, {"configurable": {"thread_id": thread}})

        await timed(bare_run, AT_A_TIME, AT_A_TIME)
        await timed(campaigns.run, AT_A_TIME, AT_A_TIME)
        for _ in range(ROUNDS):
            seconds, _ = await timed(bare_run, PER_ROUND, AT_A_TIME)
            bare.append(PER_ROUND / seconds)
            seconds, each = await timed(campaigns.run, PER_ROUND, AT_A_TIME)
            ours.append(PER_ROUND / seconds)
            latencies += each
        _, alone = await timed(campaigns.run, ALONE, 1)
        cold_seconds, _ = await timed(campaigns.run_in_a_world_of_its_own, AT_A_TIME, AT_A_TIME)
        await campaigns.check()
        bytes_each = checkpoint_bytes(directory / "ours" / "checkpoints.db") / len(campaigns.ids)
    first_event, whole = start_up(directory / "cli")
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    ratio = statistics.median(ratios)
    rows = [
        Row(what="campaigns per second, 16 at a time", value=statistics.median(ours), unit="/s"),
        Row(what="bare no-op runs per second, 16 at a time", value=statistics.median(bare), unit="/s"),
        Row(what="ratio, median of the rounds", value=ratio, unit="x", target=RATIO),
        Row(what="p50 of a campaign, 16 at a time", value=quantile(latencies, 50), unit="ms"),
        Row(what="p95 of a campaign, 16 at a time", value=quantile(latencies, 95), unit="ms"),
        Row(what="p50 of a single campaign", value=quantile(alone, 50), unit="ms", target=P50_MS, better="lower"),
        Row(what="p95 of a single campaign", value=quantile(alone, 95), unit="ms"),
        Row(what="campaigns per second, each in a new world", value=AT_A_TIME / cold_seconds, unit="/s"),
        Row(
            what="checkpoint bytes per campaign",
            value=bytes_each / 1000,
            unit="KB",
            target=CHECKPOINT_KB,
            better="lower",
        ),
        Row(what="start to first event", value=first_event, unit="s", target=FIRST_EVENT_S, better="lower"),
        Row(what="start to summary", value=whole, unit="s", target=WHOLE_RUN_S, better="lower"),
    ]
    notes = [
        "Campaigns share one simulated day, as a retailer's campaigns do: its sales are sensed once. The row with new "
        "worlds simulates and senses 420 days of history for each.",
        "Both savers sync every commit to disk (PRAGMA synchronous=FULL); ours commits what concurrent campaigns "
        "have waiting in one transaction.",
        "The rounds' ratios: " + ", ".join(f"{value:.2f}" for value in ratios) + ".",
    ]
    return report("loop", rows, ratio=ratio, target=RATIO, notes=notes)


def quantile(seconds: list[float], percent: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000


def checkpoint_bytes(path: Path) -> float:
    """What the checkpoints of all campaigns hold, in bytes, with the writes between them."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        states = connection.execute("SELECT sum(length(checkpoint) + length(metadata)) FROM checkpoints").fetchone()[0]
        writes = connection.execute("SELECT sum(length(value)) FROM writes").fetchone()[0]
    return float(states + (writes or 0))


def start_up(data_dir: Path) -> tuple[float, float]:
    """Seconds from starting `tescosense run` in an empty directory to its first event, and to its end."""
    command = [sys.executable, "-m", "cli", "run", "heavy-rain", "--json"]
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={"TESCOSENSE_DATA_DIR": str(data_dir), "PATH": "/usr/bin:/bin"}
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - started
        process.stdout.read()
    if process.returncode != 0:
        raise RuntimeError(f"`tescosense run` ended with exit code {process.returncode}")
    return first, time.perf_counter() - started


def run() -> BenchReport:
    with tempfile.TemporaryDirectory(prefix="tescosense-bench-") as directory:
        return asyncio.run(measure(Path(directory)))
