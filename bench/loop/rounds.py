"""Sides of a comparison that take turns in one process, and what a campaign costs each of them."""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

Job = Callable[[], Awaitable[None]]


class Server(Protocol):
    def cpu_seconds(self) -> float:
        """Processor time of a database's own processes so far."""
        ...


class Turn(NamedTuple):
    """One side's part of one round, for each of its campaigns."""

    cpu_ms: float
    """Of this process, all threads."""
    server_ms: float
    """Of the database's own processes."""
    per_second: float
    latencies: list[float]
    """Of each campaign, in seconds."""


class Comparison(NamedTuple):
    """One side over another, round by round."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:.3f} to {self.high:.3f}"


async def timed(job: Job, count: int, at_a_time: int) -> tuple[float, list[float]]:
    """Seconds for all, and seconds for each."""
    gate = asyncio.Semaphore(at_a_time)
    each: list[float] = []

    async def one() -> None:
        async with gate:
            started = time.perf_counter()
            await job()
            each.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    return time.perf_counter() - started, each


async def take_turns(
    sides: Mapping[str, Job], *, rounds: int, count: int, at_a_time: int, server: Server | None = None
) -> dict[str, list[Turn]]:
    """Every side once in each round, after one round that warms up and is not counted. Who goes first goes round."""
    names = list(sides)
    for name in names:
        await timed(sides[name], at_a_time, at_a_time)
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            turns[name].append(await _turn(sides[name], count, at_a_time, server))
    return turns


async def _turn(job: Job, count: int, at_a_time: int, server: Server | None) -> Turn:
    # What the side before has left behind is not this one's to clear away.
    gc.collect()
    cpu, served = time.process_time(), server.cpu_seconds() if server else 0.0
    seconds, each = await timed(job, count, at_a_time)
    cpu, served = time.process_time() - cpu, (server.cpu_seconds() if server else 0.0) - served
    return Turn(cpu * 1000 / count, served * 1000 / count, count / seconds, each)


def compared(ours: Sequence[float], theirs: Sequence[float]) -> Comparison:
    """The ratio in each round: what slows the machine for a while slows both."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Comparison(statistics.median(ratios), min(ratios), max(ratios))


def quantile(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000
