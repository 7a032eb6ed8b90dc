"""`regress` over stored campaigns beside running them anew, by seconds of the processor and by the clock.

The campaigns are made by the product in the same run, which is what running them anew takes; each is of a seed and a
scenario of its own. The floor is their files read and nothing done with them.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

from bench.report import BenchReport, Row, report
from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from runtime.fingerprints.made_with import told
from runtime.forking.campaign_file import CampaignFile, packed, unpacked
from runtime.regressing.regress import House, Regression, fresh
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

CAMPAIGNS: Final = 200
WARM: Final = 4
"""Campaigns before any is timed: typeface, dictionaries and vectors are read with the first."""
RATIO: Final = 3.0
_SCENARIOS: Final = ("heavy-rain", "heatwave", "stock-out", "cold-snap", "viral-trend")
_CHANGED: Final = {
    "nothing": ((), 1),
    "a prompt of creative, or its code": (("creative",), 1),
    "the code of compliance": (("compliance",), 4),
    "the code of strategy": (("strategy",), 4),
    "the code of sensing, or the world": (("sensing",), 8),
}
"""What is taken as changed, by step, and of how many campaigns one is lived through with it: the rows without a target
are there to be compared, and would take minutes."""
_TARGETS: Final = {"nothing", "a prompt of creative, or its code"}


class Timed:
    def __init__(self) -> None:
        self.processor = 0.0
        self.clock = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        processor, clock = time.process_time(), time.perf_counter()
        yield
        self.processor += time.process_time() - processor
        self.clock += time.perf_counter() - clock


def run(campaigns: int = CAMPAIGNS) -> BenchReport:
    return asyncio.run(_run(campaigns))


async def _run(campaigns: int) -> BenchReport:
    anew, reading = Timed(), Timed()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        async with open_system(settings) as system:
            for number in range(WARM):
                await _ran(system, 1_000 + number)
            ids = []
            for number in range(campaigns):
                with anew.running():
                    ids.append(await _ran(system, number))
            histories = []
            for campaign in ids:
                with reading.running():
                    histories.append(await system.exchange.whole(campaign, with_names=True))
        files = [packed(history.model_dump(mode="json")) for history in histories]
        unpacking = Timed()
        with unpacking.running():
            for file in files:
                unpacked(file)
        rows = [
            Row(
                what="run anew", value=_each(anew, campaigns), unit="ms", better="lower", of=_by_clock(anew, campaigns)
            ),
            Row(what="the floor: its file read", value=_each(unpacking, campaigns), unit="ms", better="lower"),
            Row(what="read from the house", value=_each(reading, campaigns), unit="ms", better="lower"),
        ]
        ratios = {}
        for what, (steps, one_of) in _CHANGED.items():
            some = histories[::one_of]
            took = await _replayed(settings, some, steps)
            each = _each(took, len(some)) + _each(reading, campaigns)
            ratios[what] = _each(anew, campaigns) / each
            rows.append(
                Row(
                    what=f"regress, changed: {what}",
                    value=round(ratios[what], 2),
                    unit="x",
                    target=RATIO if what in _TARGETS else None,
                    of={"ms": each, "campaigns": len(some)} | _by_clock(took, len(some)),
                )
            )
    return report(
        "regress",
        rows,
        ratio=min(ratios[what] for what in _TARGETS),
        target=RATIO,
        notes=[
            f"{campaigns} campaigns of {len(_SCENARIOS)} scenarios, each of a seed of its own, one after the other; "
            "milliseconds of the processor for each, and by the clock.",
            "A step is taken as changed and gives the same: what decides otherwise is run again for its cause.",
        ],
    )


async def _ran(system: System, number: int) -> UUID:
    context = CampaignContext(
        scenario=_SCENARIOS[number % len(_SCENARIOS)],
        seed=number,
        autonomy=Autonomy.AUTONOMOUS,
        fast_forward=True,
    )
    campaign = await system.runs.start(CampaignState(), context)
    await system.runs.finished(campaign)
    return campaign


async def _replayed(settings: Settings, histories: Sequence[CampaignFile], steps: Sequence[str]) -> Timed:
    took = Timed()
    async with fresh(settings) as own, open_system(own) as system:
        house = await House.of(system)
        made_with = told(house.made_with) | dict.fromkeys(steps, "changed")
        changed = house._replace(made_with=" ".join(f"{part}={mark}" for part, mark in made_with.items()))
        regression = Regression(changed, None)
        for history in histories:
            with took.running():
                replay = await regression.replay(history)
            if replay.result != "same" or (bool(replay.run_from) != bool(steps) and replay.why_whole):
                raise AssertionError(f"{replay.name} was to be the same: {replay.model_dump_json()}")
    return took


def _each(took: Timed, count: int) -> float:
    return round(took.processor / count * 1_000, 1)


def _by_clock(took: Timed, count: int) -> dict[str, float]:
    return {"by the clock": round(took.clock / count * 1_000, 1)}
