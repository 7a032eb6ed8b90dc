"""On PostgreSQL units that wait together share a transaction, and what goes wrong in one spoils no other."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from domain.errors import Conflict, StorageUnavailable
from storage.engine.database import Database


@pytest.fixture
async def database(empty_postgres: str) -> AsyncIterator[Database]:
    async with Database(empty_postgres) as opened:
        await opened.write(lambda connection: connection.execute(text("CREATE TABLE kept (id int PRIMARY KEY, n int)")))
        yield opened


def keep(number: int) -> Callable[[Connection], int]:
    def unit(connection: Connection) -> int:
        """The transaction it was kept in."""
        connection.execute(text("INSERT INTO kept VALUES (:id, 0)"), {"id": number})
        return int(connection.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one())

    return unit


async def kept(database: Database) -> list[int]:
    return await database.read(lambda connection: list(connection.scalars(text("SELECT id FROM kept ORDER BY id"))))


async def test_units_that_wait_together_share_a_transaction(database: Database) -> None:
    transactions = await asyncio.gather(*(database.write(keep(number)) for number in range(20)))
    assert len(set(transactions)) < 5
    assert await kept(database) == list(range(20))


async def test_a_unit_that_stands_apart_shares_none(database: Database) -> None:
    transactions = await asyncio.gather(*(database.write(keep(number), apart=True) for number in range(6)))
    assert len(set(transactions)) == 6


async def test_a_unit_that_breaks_a_constraint_or_refuses_spoils_no_other(database: Database) -> None:
    def refuse(connection: Connection) -> None:
        connection.execute(text("INSERT INTO kept VALUES (99, 0)"))
        raise Conflict("not like this", remedy="otherwise")

    outcomes = await asyncio.gather(
        database.write(keep(1)),
        database.write(keep(1)),
        database.write(refuse),
        database.write(keep(2)),
        return_exceptions=True,
    )
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, True, True, False]
    assert isinstance(outcomes[2], Conflict)
    assert await kept(database) == [1, 2]


async def test_two_units_that_wait_for_each_other_are_both_carried_out(database: Database) -> None:
    await asyncio.gather(database.write(keep(1)), database.write(keep(2)))
    both_hold_one = threading.Barrier(2)

    def add(first: int, second: int) -> Callable[[Connection], None]:
        waited = False

        def unit(connection: Connection) -> None:
            nonlocal waited
            change = text("UPDATE kept SET n = n + 1 WHERE id = :id")
            connection.execute(change, {"id": first})
            if not waited:
                waited = True
                both_hold_one.wait(30)
            connection.execute(change, {"id": second})

        return unit

    await asyncio.gather(database.write(add(1, 2), apart=True), database.write(add(2, 1), apart=True))
    counts = await database.read(lambda connection: list(connection.scalars(text("SELECT n FROM kept"))))
    assert counts == [2, 2]


async def test_a_line_that_was_cut_is_laid_again(database: Database) -> None:
    await database.write(keep(1))
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    await database.write(lambda connection: connection.execute(cut), apart=True)
    await database.write(keep(2))
    assert await kept(database) == [1, 2]


async def test_writes_what_is_waiting_before_it_closes_and_takes_nothing_after(empty_postgres: str) -> None:
    async with Database(empty_postgres) as database:
        await database.write(
            lambda connection: connection.execute(text("CREATE TABLE kept (id int PRIMARY KEY, n int)"))
        )
        waiting = asyncio.ensure_future(database.write(keep(1)))
        await asyncio.sleep(0)
    await waiting
    async with Database(empty_postgres) as again:
        assert await kept(again) == [1]
    with pytest.raises(StorageUnavailable, match="closed"):
        await database.write(keep(2))


async def test_a_commit_whose_line_was_cut_is_not_made_again(database: Database) -> None:
    """It may have been one: here it was."""
    calls: list[object] = []

    def unit(connection: Connection) -> None:
        calls.append(connection.execute(text("INSERT INTO kept VALUES (:id, 0)"), {"id": len(calls)}))

    engine = database._engine._engine  # type: ignore[attr-defined]

    def cut(connection: Connection) -> None:
        event.remove(engine, "commit", cut)
        connection.connection.commit()
        raise OperationalError("COMMIT", {}, Exception("the line was cut"), connection_invalidated=True)

    event.listen(engine, "commit", cut)
    with pytest.raises(StorageUnavailable, match="the line was cut"):
        await database.write(unit, apart=True)
    assert (len(calls), await kept(database)) == (1, [0])
