"""What telling a long past costs, beside a bare floor: its rows read by plain SQL, nothing made of them."""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Final
from uuid import UUID

from bench.report import BenchReport, Row, report
from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from graph.compiled import thread_config
from runtime.forking.differences import differences
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

ROUNDS: Final = 9
HISTORY_MS: Final = 200.0
DIFFERENCE_MS: Final = 50.0
_ROWS = "SELECT checkpoint_id, parent_checkpoint_id, checkpoint, metadata FROM checkpoints WHERE thread_id = ?"


def run() -> BenchReport:
    return asyncio.run(_run())


async def _run() -> BenchReport:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), checkpoints_kept=10_000)
        async with open_system(settings) as system:
            context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, fast_forward=True)
            campaign = await system.runs.start(CampaignState(), context)
            await system.runs.finished(campaign)
            for steps in (100, 500):
                await _lengthened(system, campaign, steps)
                rows += await _measured(system, settings.data_dir / "checkpoints.db", campaign, steps)
    history = rows[-2].value
    return report(
        "past",
        rows,
        ratio=history / HISTORY_MS,
        target=1.0,
        better="lower",
        notes=[
            "A campaign the product ran, whose finished state is checkpointed again up to that many steps; medians."
        ],
    )


async def _lengthened(system: System, campaign: UUID, steps: int) -> None:
    for more in range(steps - len(await system.forks.past(campaign))):
        await system.graph.aupdate_state(thread_config(campaign), {"model_calls": more % 16}, as_node="learning")


async def _measured(system: System, file: Path, campaign: UUID, steps: int) -> list[Row]:
    past = await system.forks.past(campaign)
    took: dict[str, list[float]] = {"floor": [], "history": [], "difference": []}
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(_ROWS, (str(campaign),)).fetchall()
        took["floor"].append(time.perf_counter() - began)
        began = time.perf_counter()
        await system.forks.past(campaign)
        took["history"].append(time.perf_counter() - began)
        began = time.perf_counter()
        before = await system.forks.state_at(campaign, past[-3].checkpoint_id)
        differences(before, await system.forks.state_at(campaign, past[0].checkpoint_id))
        took["difference"].append(time.perf_counter() - began)
    middle = {name: round(statistics.median(times) * 1000, 2) for name, times in took.items()}
    is_long = steps == 500
    return [
        Row(what=f"plain SQL of {steps} steps", value=middle["floor"], unit="ms", better="lower"),
        Row(
            what=f"history of {steps} steps",
            value=middle["history"],
            unit="ms",
            target=HISTORY_MS if is_long else None,
            better="lower",
        ),
        Row(
            what=f"difference of two states at {steps} steps",
            value=middle["difference"],
            unit="ms",
            target=None if is_long else DIFFERENCE_MS,
            better="lower",
        ),
    ]
