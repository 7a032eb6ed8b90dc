"""Every repository test runs twice: on a SQLite file and on a real PostgreSQL server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.migrate import migrate_now
from tests.audit import audit
from tests.servers import Postgres, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres_server: Postgres) -> str:
    """The name of a database that only has the schema, to copy from."""
    url = database_url(postgres_server.database())
    migrate_now(url)
    assert url.database is not None
    return url.database


@pytest.fixture
def empty_postgres(postgres_server: Postgres) -> str:
    """The URL of a database of its own, with nothing in it."""
    return postgres_server.database()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/campaigns.db"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with the schema in it, and nothing else. Whatever a test does, its books agree after it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/campaigns.db"
        migrate_now(database_url(url))
    else:
        server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated_template")
        url = server.database(template)
    async with Database(url) as opened:
        yield opened
    if request.node.get_closest_marker("unaudited") is None:
        audit(url)
