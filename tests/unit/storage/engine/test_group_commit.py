"""Group commit: one transaction for what waits together, in order, and errors that stay with their cause."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text

from domain.errors import StorageUnavailable
from storage.engine.database import Database
from storage.engine.group_commit import GroupCommit


class Disk:
    """Commits numbers; a group with a negative number in it fails as a whole."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.kept: list[int] = []

    def commit(self, items: Sequence[int]) -> asyncio.Future[Sequence[int]]:
        return asyncio.ensure_future(self._commit(items))

    async def _commit(self, items: Sequence[int]) -> Sequence[int]:
        self.groups.append(list(items))
        await asyncio.sleep(0)
        if any(item < 0 for item in items):
            raise ValueError(f"cannot keep {items}")
        self.kept += items
        return [item * 10 for item in items]


async def test_what_is_submitted_together_is_committed_together() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit)
    assert await asyncio.gather(*map(group.submit, range(5))) == [0, 10, 20, 30, 40]
    assert disk.groups == [[0, 1, 2, 3, 4]]


async def test_what_arrives_during_a_commit_goes_into_the_next() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit, largest=3)
    first = group.submit(0)
    await asyncio.sleep(0)
    rest = [group.submit(number) for number in range(1, 6)]
    await asyncio.gather(first, *rest)
    assert disk.groups == [[0], [1, 2, 3], [4, 5]]


async def test_an_item_that_fails_fails_alone_and_order_is_kept() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit)
    answers = await asyncio.gather(*map(group.submit, [1, 2, -3, 4, 5, -6, 7]), return_exceptions=True)
    assert [answer if isinstance(answer, int) else type(answer) for answer in answers] == [
        10,
        20,
        ValueError,
        40,
        50,
        ValueError,
        70,
    ]
    assert disk.kept == [1, 2, 4, 5, 7]


async def test_after_company_a_group_waits_for_more_and_after_solitude_it_does_not() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit, patience=1)
    await group.submit(0)
    await group.submit(1)
    await asyncio.gather(group.submit(2), group.submit(3))
    late = group.submit(4)
    await asyncio.sleep(0)
    await asyncio.gather(late, group.submit(5))
    assert disk.groups == [[0], [1], [2, 3], [4, 5]]


async def test_what_may_wait_goes_with_what_comes_next_in_its_order() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit, patience=60)
    first = group.submit(0, may_wait=60)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert disk.groups == []
    await asyncio.gather(first, group.submit(1))
    # And is no company, after which the next would wait.
    await group.submit(2)
    assert disk.groups == [[0, 1], [2]]


async def test_what_may_wait_goes_by_itself_where_nothing_comes() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit, patience=60)
    assert [*await asyncio.gather(group.submit(0, may_wait=0.02), group.submit(1, may_wait=0.01))] == [0, 10]
    assert disk.groups == [[0, 1]]


async def test_what_may_wait_and_came_during_a_commit_waits_no_longer_than_it_may() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit)
    first = group.submit(0)
    await asyncio.sleep(0)
    late = group.submit(1, may_wait=0.01)
    assert [*await asyncio.gather(first, late)] == [0, 10]
    assert disk.groups == [[0], [1]]


@pytest.mark.parametrize("ends", ["flush", "close"])
async def test_nothing_waits_for_company_when_all_is_asked_for(ends: str) -> None:
    disk = Disk()
    group = GroupCommit(disk.commit, patience=60)
    waits = group.submit(0, may_wait=60)
    await getattr(group, ends)()
    assert waits.done()
    assert disk.groups == [[0]]


async def test_flushing_waits_for_everything_submitted() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit, largest=2)
    futures = [group.submit(number) for number in range(5)]
    await group.flush()
    assert all(future.done() for future in futures)
    await group.flush()


async def test_what_is_nobodys_fault_fails_the_group_at_once() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit, hopeless=(ValueError,))
    answers = await asyncio.gather(*map(group.submit, [1, -2, 3]), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ValueError] * 3
    assert disk.groups == [[1, -2, 3]]
    assert await group.submit(4) == 40


async def test_after_closing_nothing_is_taken_and_nothing_is_lost() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit)
    last = group.submit(1)
    await group.close()
    assert last.result() == 10
    with pytest.raises(StorageUnavailable, match="has been closed"):
        group.submit(2)
    assert disk.kept == [1]


async def test_a_caller_that_gave_up_does_not_disturb_the_others() -> None:
    disk = Disk()
    group = GroupCommit(disk.commit)
    given_up, waiting, failing = group.submit(1), group.submit(2), group.submit(-1)
    given_up.cancel()
    failing.cancel()
    assert await waiting == 20
    await group.flush()
    assert disk.kept == [1, 2]


async def test_a_unit_that_raises_leaves_nothing_behind_and_spoils_no_other(database: Database) -> None:
    await database.write(lambda connection: connection.execute(text("CREATE TABLE notes (n INTEGER)")))

    async def note(number: int) -> int:
        def unit(connection: Connection) -> int:
            connection.execute(text("INSERT INTO notes VALUES (:n)"), {"n": number})
            if number == 3:
                raise LookupError("three")
            return number

        return await database.write(unit, durable=number == 4)

    answers = await asyncio.gather(*map(note, range(6)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, int, int, LookupError, int, int]
    kept = await database.read(lambda connection: connection.scalars(text("SELECT n FROM notes ORDER BY n")).all())
    assert kept == [0, 1, 2, 4, 5]
    with pytest.raises(LookupError):
        await note(3)
