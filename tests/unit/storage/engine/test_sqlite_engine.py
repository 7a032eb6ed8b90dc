"""What SQLite promises: a disk sync where money moves, readers beside the writer, relations that hold."""

import asyncio
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from domain.errors import Damaged, StorageUnavailable
from storage.checkpoints.checkpoints import sqlite_checkpointer
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.migrate import migrate, migrate_now
from tests.patience import PATIENCE

FULL, NORMAL = 2, 1


def synchronous(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())


@pytest.fixture
async def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path}/deeper/campaigns.db"
    await migrate(address)
    return address


async def test_durable_writes_are_synced_and_the_others_share_it_only_when_together(url: str) -> None:
    async with Database(url) as database:
        assert await database.write(synchronous) == NORMAL
        assert await database.write(synchronous, durable=True) == FULL
        assert await database.write(synchronous) == NORMAL
        together = database.write(synchronous), database.write(synchronous, durable=True)
        assert list(await asyncio.gather(*together)) == [FULL, FULL]


async def test_readers_do_not_wait_for_the_writer(url: str) -> None:
    read = Event()

    def slow(connection: Connection) -> None:
        connection.execute(text("UPDATE histories SET position = 99"))
        assert read.wait(timeout=PATIENCE)

    def position(connection: Connection) -> int:
        return int(connection.execute(text("SELECT max(position) FROM histories")).scalar_one())

    async with Database(url) as database:
        writing = asyncio.create_task(database.write(slow))
        assert await database.read(position) == 0
        read.set()
        await writing
        assert await database.read(position) == 99


async def test_an_orphan_row_is_refused(url: str) -> None:
    def orphan(connection: Connection) -> None:
        row = "'a', 'no such campaign', 'approve', 'Ada', '2026-11-23', '{}'"
        connection.execute(text(f"INSERT INTO approvals VALUES ({row})"))

    async with Database(url) as database:
        with pytest.raises(IntegrityError):
            await database.write(orphan)


async def test_a_lock_held_too_long_is_told_in_one_sentence(url: str) -> None:
    async with Database(url) as other, Database(url, busy_timeout=0.01) as database:
        held, release = Event(), Event()

        def hold(_connection: Connection) -> None:
            held.set()
            assert release.wait(timeout=PATIENCE)

        holding = asyncio.create_task(other.write(hold))
        await asyncio.to_thread(held.wait)
        answers = await asyncio.gather(*(database.write(synchronous) for _ in range(3)), return_exceptions=True)
        release.set()
        await holding
        for answer in answers:
            assert isinstance(answer, StorageUnavailable)
            assert "campaigns.db cannot be used (database is locked)" in str(answer)
        assert await database.write(synchronous) == NORMAL


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_file_deleted_or_replaced_under_it_is_not_written_on(
    url: str, tmp_path: Path, *, replaced: bool
) -> None:
    file = tmp_path / "deeper" / "campaigns.db"
    async with Database(url) as database:
        await database.write(synchronous)
        await database.read(synchronous)
        copy = file.read_bytes()
        file.unlink()
        if replaced:
            file.write_bytes(copy)
        for ask in (database.write, database.read):
            with pytest.raises(StorageUnavailable, match="deleted or replaced while it is in use"):
                await ask(synchronous)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT CAST(X'FF' AS TEXT)", "text that is no UTF-8"),
        ("SELECT json_extract('{', '$.a')", "malformed JSON"),
    ],
)
async def test_a_row_that_cannot_be_read_is_damage_and_not_a_database_that_is_away(
    url: str, query: str, why: str
) -> None:
    async with Database(url) as database:
        with pytest.raises(Damaged) as caught:
            await database.read(lambda connection: connection.execute(text(query)).all())
        assert caught.value.why == why


async def test_a_torn_file_is_to_be_restored_and_needs_no_room(tmp_path: Path) -> None:
    file = tmp_path / "campaigns.db"
    file.write_bytes(b"hello" * 4096)
    with pytest.raises(StorageUnavailable, match="restore the file from a backup"):
        migrate_now(database_url(f"sqlite:///{file}"))
    async with Database(f"sqlite:///{file}") as database:
        with pytest.raises(StorageUnavailable, match="restore the file from a backup"):
            await database.read(lambda connection: connection.execute(text("SELECT * FROM campaigns")).all())
    with pytest.raises(StorageUnavailable, match="restore the file from a backup"):
        async with sqlite_checkpointer(file):
            pass
