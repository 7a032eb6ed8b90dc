"""Who waits for runs that workers carry out asks the database once for all of them."""

import asyncio
from collections.abc import AsyncIterator, Collection
from uuid import UUID, uuid4

import pytest

from domain.errors import StorageUnavailable
from runtime.runs.worker import RedisQueue


class Runs:
    """The threads that have a run. `free` lets a look that was begun be answered."""

    def __init__(self, *held: UUID) -> None:
        self.held = set(held)
        self.asked: list[frozenset[UUID]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.is_away = False

    async def held_among(self, threads: Collection[UUID]) -> set[UUID]:
        self.asked.append(frozenset(threads))
        if self.is_away:
            raise StorageUnavailable("The database is away", remedy="wait")
        held = self.held & set(threads)
        await self.free.wait()
        return held


@pytest.fixture
async def waiting() -> AsyncIterator[tuple[Runs, RedisQueue, list[UUID]]]:
    threads = [uuid4() for _ in range(40)]
    runs = Runs(*threads)
    queue = RedisQueue("redis://127.0.0.1:1", runs, "here")
    yield runs, queue, threads
    await queue.aclose()


async def looks(runs: Runs, count: int) -> None:
    more = len(runs.asked) + count
    while len(runs.asked) < more:  # noqa: ASYNC110 - another task asks
        await asyncio.sleep(0.001)


async def test_forty_that_wait_are_one_question(waiting: tuple[Runs, RedisQueue, list[UUID]]) -> None:
    runs, queue, threads = waiting
    over = [asyncio.create_task(queue.finished(one)) for one in threads]
    await looks(runs, 2)
    assert runs.asked == [frozenset(threads)] * 2
    runs.held -= set(threads[:10])
    await asyncio.gather(*over[:10])
    assert not any(one.done() for one in over[10:])
    await looks(runs, 1)
    assert runs.asked[-1] == frozenset(threads[10:]), "nobody waits for the others"
    runs.held.clear()
    await asyncio.gather(*over)


async def test_who_comes_while_a_look_is_under_way_waits_for_the_next(
    waiting: tuple[Runs, RedisQueue, list[UUID]],
) -> None:
    runs, queue, (first, second, *_) = waiting
    runs.free.clear()
    one = asyncio.create_task(queue.finished(first))
    await looks(runs, 1)
    other = asyncio.create_task(queue.finished(second))
    await asyncio.sleep(0)
    runs.free.set()
    await looks(runs, 2)
    assert not one.done()
    assert not other.done(), "it has a run, of which that look did not ask"
    runs.held.clear()
    await asyncio.gather(one, other)


async def test_all_that_wait_are_told_that_the_database_is_away(
    waiting: tuple[Runs, RedisQueue, list[UUID]],
) -> None:
    runs, queue, threads = waiting
    runs.is_away = True
    told = await asyncio.gather(*map(queue.finished, threads), return_exceptions=True)
    assert [type(one) for one in told] == [StorageUnavailable] * len(threads)
    runs.is_away, runs.held = False, set()
    await queue.finished(threads[0])
