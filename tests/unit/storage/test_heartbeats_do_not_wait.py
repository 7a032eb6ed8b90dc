"""A process keeps its leases alive whatever others are at with some of them: two that wait for one another would lose
all they hold."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.leases import RunRegistry
from tests.servers import Postgres

HELD, FREE, RUN = derived_id("held"), derived_id("free"), derived_id("run")


@pytest.fixture
def url(postgres_server: Postgres, migrated_template: str) -> str:
    """Of a PostgreSQL with the schema in it: SQLite has one writer, who holds no row for itself."""
    return postgres_server.database(migrated_template)


@pytest.fixture
async def impatient(url: str) -> AsyncIterator[Database]:
    """A database that gives up at the first lock it would have to wait for."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(sql.SQL("ALTER DATABASE {} SET lock_timeout = 100").format(sql.Identifier(name)))
    async with Database(url) as opened:
        yield opened


async def test_a_lease_that_another_transaction_holds_keeps_no_other_from_its_beat(
    url: str, impatient: Database
) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    clock = [now]
    leases = RunRegistry(impatient, now=lambda: clock[0])
    for thread in (HELD, FREE):
        await leases.claim(thread, RUN, "one")
    clock[0] += timedelta(seconds=10)
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM active_runs WHERE thread_id = %s FOR UPDATE", (HELD,))
        assert await leases.heartbeat_all("one") == 1
    beaten = {run.thread_id: run.heartbeat_at for run in await leases.orphans(timedelta(0))}
    assert beaten == {HELD: now, FREE: clock[0]}
    assert await leases.heartbeat_all("one") == 2, "the next beat is for both"
