"""The durable campaign loop, beside the same nodes on stock LangGraph and its stock savers, on SQLite and PostgreSQL.

Sixteen campaigns at a time, every step on disk before the next begins. Ours also keeps what the product promises:
events stored and published, documents and artwork on record, orders that survive a crash. What the peer does and does
not is told in `bench.loop.peer`. The sides take turns in one process, so that a machine that slows down slows both. The
headline is the processor time of a campaign over the peer's, on the database where it is worse.

The floor beneath both is eight nodes that do nothing, on the stock SQLite saver.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypedDict

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph

from bench.loop.rounds import Job, Turn, compared, quantile, take_turns, timed
from bench.loop.sides import CPU_RATIO, Measured, Sides, both_sides, ratio_row
from bench.loop.sizes import Left, checkpoint_bytes, each, watching
from bench.report import BenchReport, Row, report

AT_A_TIME = 16
ROUNDS = 7
PER_ROUND = 48
ALONE = 30
NODES = 8

NO_OP_RUNS = 12.0
"""What a campaign may cost: what nodes cost that both sides run is in no ratio of the two."""
P50_MS, CHECKPOINT_KB, FIRST_EVENT_S, WHOLE_RUN_S = 150.0, 100.0, 3.0, 10.0


class Counter(TypedDict):
    count: int


class OnSqlite(NamedTuple):
    """What only the SQLite files are asked for."""

    measured: Measured
    floor: list[Turn]
    alone: list[float]
    each_in_a_new_world_s: float
    checkpoint_bytes_each: float


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


async def on_sqlite(
    directory: Path, *, rounds: int = ROUNDS, count: int = PER_ROUND, alone: int = ALONE, new_worlds: int = AT_A_TIME
) -> OnSqlite:
    async with (
        both_sides(directory) as sides,
        AsyncSqliteSaver.from_conn_string(str(directory / "bare.db")) as saver,
    ):
        turns = await take_turns(
            {"ours": sides.ours.run, "peer": sides.run_peer, "floor": floor(saver)},
            rounds=rounds,
            count=count,
            at_a_time=AT_A_TIME,
        )
        left = await what_is_left(sides)
        _, each_alone = await timed(sides.ours.run, alone, 1)
        cold_seconds, _ = await timed(sides.ours.run_in_a_world_of_its_own, new_worlds, AT_A_TIME)
        await sides.ours.check()
        bytes_each = checkpoint_bytes(directory / "ours" / "checkpoints.db") / len(sides.ours.ids)
    measured = Measured("SQLite", turns["ours"], turns["peer"], *left)
    return OnSqlite(measured, turns["floor"], each_alone, cold_seconds / new_worlds, bytes_each)


async def on_postgres(directory: Path, *, rounds: int = ROUNDS, count: int = PER_ROUND) -> Measured:
    """Raises ModuleNotFoundError where there is no server to start."""
    from bench.postgres import postgres

    with postgres() as server:
        async with both_sides(directory, (server.database(), server.database())) as sides:
            turns = await take_turns(
                {"ours": sides.ours.run, "peer": sides.run_peer},
                rounds=rounds,
                count=count,
                at_a_time=AT_A_TIME,
                server=server,
            )
            left = await what_is_left(sides)
            await sides.ours.check()
    return Measured("PostgreSQL", turns["ours"], turns["peer"], *left)


async def on_postgres_where_there_is_one(directory: Path) -> tuple[list[Measured], list[str]]:
    """What was measured, and what there is to say where nothing could be."""
    try:
        return [await on_postgres(directory)], []
    except ModuleNotFoundError as missing:
        return [], [f"No PostgreSQL server to start here, {missing.name} is not installed: its rows are left out."]


def floor(saver: AsyncSqliteSaver) -> Job:
    compiled = bare_graph().compile(checkpointer=saver)
    threads = count()

    async def run() -> None:
        await compiled.ainvoke({"count": 0}, {"configurable": {"thread_id": str(next(threads))}})

    return run


async def what_is_left(sides: Sides) -> tuple[Left, Left]:
    """Commits and rows of a campaign, 16 at a time: ours and the peer's."""
    left = []
    for place, job in zip(sides.places, (sides.ours.run, sides.run_peer), strict=True):
        with watching(place) as watch:
            before = watch.look()
            await timed(job, AT_A_TIME, AT_A_TIME)
            left.append(each(before, watch.look(), AT_A_TIME))
    return left[0], left[1]


async def measure(directory: Path) -> BenchReport:
    sqlite = await on_sqlite(directory / "sqlite")
    postgres, notes = await on_postgres_where_there_is_one(directory / "postgres")
    measured = [sqlite.measured, *postgres]
    first_event, whole = start_up(directory / "cli")
    ours = sqlite.measured.ours
    bare = [turn.per_second for turn in sqlite.floor]
    beside_floor = compared([turn.per_second for turn in ours], bare)
    dear = compared([turn.cpu_ms for turn in ours], [turn.cpu_ms for turn in sqlite.floor])
    latencies = [seconds for turn in ours for seconds in turn.latencies]
    rows = [
        *(row for one in measured for row in one.rows()),
        Row(
            what="bare no-op runs per second",
            value=statistics.median(turn.per_second for turn in sqlite.floor),
            unit="/s",
        ),
        Row(what="CPU of a bare no-op run", value=statistics.median(turn.cpu_ms for turn in sqlite.floor), unit="ms"),
        Row(
            what="campaigns per bare no-op run",
            value=beside_floor.median,
            unit="x",
            of={"least": beside_floor.low, "most": beside_floor.high},
        ),
        ratio_row("CPU of a campaign over a bare no-op run's", dear, target=NO_OP_RUNS),
        Row(what="p50 of a campaign", value=quantile(latencies, 50), unit="ms"),
        Row(what="p95 of a campaign", value=quantile(latencies, 95), unit="ms"),
        Row(
            what="p50 of a single campaign", value=quantile(sqlite.alone, 50), unit="ms", target=P50_MS, better="lower"
        ),
        Row(what="p95 of a single campaign", value=quantile(sqlite.alone, 95), unit="ms"),
        Row(
            what="campaigns per second, each in a new world",
            value=1 / sqlite.each_in_a_new_world_s,
            unit="/s",
        ),
        Row(
            what="checkpoint bytes per campaign",
            value=sqlite.checkpoint_bytes_each / 1000,
            unit="KB",
            target=CHECKPOINT_KB,
            better="lower",
        ),
        Row(what="start to first event", value=first_event, unit="s", target=FIRST_EVENT_S, better="lower"),
        Row(what="start to summary", value=whole, unit="s", target=WHOLE_RUN_S, better="lower"),
    ]
    notes += [
        f"{AT_A_TIME} at a time, {ROUNDS} rounds of {PER_ROUND} campaigns a side, in turns; medians, and the ratios' "
        "least and most. CPU is this process's, every thread of it; a database server's has rows of its own.",
        "Campaigns share one simulated day, as a retailer's campaigns do: its sales are sensed once. The row with new "
        "worlds simulates and senses 420 days of history for each.",
        "All savers sync every commit to disk; ours commit what concurrent campaigns have waiting in one transaction.",
    ]
    worst = max(one.cpu.median for one in measured)
    return report("loop", rows, ratio=worst, target=CPU_RATIO, better="lower", notes=notes)


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
