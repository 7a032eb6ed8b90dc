"""Several processes on one database, and processes that are killed: money and events stay right."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.ledger.ledger import Ledger
from storage.log.events import EventStore
from storage.schema.migrate import migrate
from tests.audit import audit
from tests.servers import Postgres, postgres

SOUP = derived_id("soup")
BUDGET = Decimal(500)

BOOK_AND_TELL = """
import asyncio, sys
from datetime import UTC, datetime
from decimal import Decimal
from domain.errors import BudgetExceeded
from domain.events import Draft, EventParams, TaskData
from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.log.events import EventStore, EventBatcher
from storage.ledger.ledger import Ledger
from storage.schema.migrate import migrate

URL, NAME, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])
DATA = TaskData(node="booking", phase="start", task_id=NAME)

async def book(ledger, events, number):
    key, campaign = f"{NAME}-{number}", derived_id("soup")
    draft = Draft(
        thread_id=campaign, method="tasks", params=EventParams(timestamp=datetime.now(UTC), data=DATA)
    )
    await events.append([draft])
    try:
        await ledger.reserve(key=key, campaign_id=campaign, account="house", amount=Decimal(10))
    except BudgetExceeded:
        print("refused", key, flush=True)
        return
    if number % 3 == 0:
        await ledger.commit(key, Decimal("9.99"))
        print("committed", key, flush=True)
    elif number % 3 == 1:
        print("reserved", key, flush=True)
    else:
        await ledger.release(key)
        print("released", key, flush=True)

async def main():
    await migrate(URL)
    async with Database(URL, busy_timeout=300) as database:
        ledger = Ledger(database, account_budget=Decimal(500), daily_budget=Decimal(500))
        events = EventBatcher(EventStore(database))
        await asyncio.gather(*(book(ledger, events, number) for number in range(COUNT)))

asyncio.run(main())
"""

RESERVE_AND_HANG = """
import asyncio, sys
from datetime import UTC, datetime
from domain.identifiers import derived_id
from storage.ledger import reservations
from storage.engine.database import Database

async def main():
    now = datetime.now(UTC)
    claim = reservations.Claim("hanging", derived_id("soup"), "house", now.date(), 10_000)

    def unit(connection):
        reservations.reserve(connection, claim, reservations.Budgets(50_000, 50_000), now)
        print("inside", flush=True)
        sys.stdin.read()

    async with Database(sys.argv[1]) as database:
        await database.write(unit, durable=True)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        made = f"sqlite:///{tmp_path}/campaigns.db"
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        made = server.database()
    yield made
    audit(made)


def start(program: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


async def require_sound_books(database: Database) -> dict[str, str]:
    """The balances equal the sum of the entries and fit the budget; gives the state of each key."""
    return await database.read(_sound_books)


def _sound_books(connection: Connection) -> dict[str, str]:
    entries = connection.execute(text("SELECT key, state, amount_pence FROM ledger")).all()
    account = connection.execute(text("SELECT * FROM accounts")).one()
    for state, taken in (("reserved", account.reserved_pence), ("committed", account.committed_pence)):
        days = connection.scalar(text(f"SELECT sum({state}_pence) FROM account_days"))
        assert taken == days == sum(entry.amount_pence for entry in entries if entry.state == state)
    assert account.reserved_pence + account.committed_pence <= account.budget_pence == 50_000
    return {entry.key: entry.state for entry in entries}


async def require_gapless(database: Database, thread_id: UUID) -> int:
    seqs = [event.seq for event in await EventStore(database).since(thread_id, 0)]
    assert seqs == list(range(1, len(seqs) + 1))
    return len(seqs)


async def test_processes_together_never_overspend_and_number_events_without_a_gap(url: str) -> None:
    """Three processes, started on an empty database at once, want 3 x £400 of £500."""
    workers = [start(BOOK_AND_TELL, url, name, "40") for name in ("one", "two", "three")]
    told = [worker.communicate()[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    answers = dict(line.split()[::-1] for output in told for line in output.splitlines())
    assert len(answers) == 120
    async with Database(url) as database:
        states = await require_sound_books(database)
        assert {key: state for key, state in answers.items() if state != "refused"} == states
        assert "refused" in answers.values()
        assert await require_gapless(database, SOUP) == 120


async def test_a_process_killed_inside_a_transaction_leaves_nothing_of_it(url: str) -> None:
    await migrate(url)
    worker = start(RESERVE_AND_HANG, url)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "inside\n"
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    async with Database(url) as database:
        ledger = Ledger(database, account_budget=BUDGET, daily_budget=BUDGET)
        assert await ledger.entries(SOUP) == []
        assert await ledger.balance("house") is None
        await ledger.reserve(key="hanging", campaign_id=SOUP, account="house", amount=BUDGET)
        assert await require_sound_books(database) == {"hanging": "reserved"}


async def test_a_process_killed_at_work_keeps_its_word(url: str) -> None:
    """What it said was reserved, committed or released is so; whatever it had begun beside is whole or absent."""
    await migrate(url)
    worker = start(BOOK_AND_TELL, url, "one", "2000")
    assert worker.stdout is not None
    told = [worker.stdout.readline() for _ in range(30)]
    worker.send_signal(signal.SIGKILL)
    told += worker.communicate()[0].splitlines(keepends=True)
    async with Database(url) as database:
        states = await require_sound_books(database)
        for line in told:
            if line.endswith("\n"):
                said, key = line.split()
                assert states.get(key, "refused") == said
        assert await require_gapless(database, SOUP) > 0


async def test_a_writer_waits_for_another_process_instead_of_failing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/campaigns.db"
    await migrate(url)
    worker = start(RESERVE_AND_HANG, url)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "inside\n"
    async with Database(url) as database:
        ledger = Ledger(database, account_budget=BUDGET, daily_budget=BUDGET)
        waiting = asyncio.create_task(
            ledger.reserve(key="waiting", campaign_id=SOUP, account="house", amount=Decimal(10))
        )
        readable = await database.read(_entries)
        assert readable == 0
        assert not waiting.done()
        worker.communicate("")
        await waiting
        assert await require_sound_books(database) == {"hanging": "reserved", "waiting": "reserved"}


def _entries(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM ledger")).scalar_one())
