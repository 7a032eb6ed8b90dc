"""A database that goes away between a deed and the keeping of its answer: the deed is done once, and nobody waits."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import JsonValue

from api.once import alone, forget, keep, taken
from domain.errors import StorageUnavailable
from storage.commands import CommandRepository
from storage.engine.database import Database
from storage.schema.migrate import migrate

US = "here:1:1"
REQUEST: JsonValue = {"name": "x"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/campaigns.db"
    await migrate(url)
    async with Database(url) as opened:
        yield opened


class Away(CommandRepository):
    """Takes commands, and is away when their end is to be kept."""

    async def answer(self, command_id: UUID, answer: JsonValue) -> None:
        raise StorageUnavailable("the disk is full")

    async def forget(self, command_id: UUID) -> None:
        raise StorageUnavailable("the disk is full")


async def test_what_was_done_is_answered_the_same_although_it_could_not_be_kept(database: Database) -> None:
    commands, command = Away(database), uuid4()
    async with alone(command):
        assert await taken(commands, command, REQUEST, US) is None
        await keep(commands, command, {"status": 202})
    async with alone(command):
        assert await taken(commands, command, REQUEST, US) == {"status": 202}


async def test_what_failed_is_carried_out_when_it_comes_again_although_it_could_not_be_forgotten(
    database: Database,
) -> None:
    commands, command = Away(database), uuid4()
    async with alone(command):
        assert await taken(commands, command, REQUEST, US) is None
        await forget(commands, command)
    async with alone(command):
        assert await taken(CommandRepository(database), command, REQUEST, US) is None, "it is ours to carry out"
