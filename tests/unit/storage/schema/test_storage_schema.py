"""Migrations and models agree; a database is brought up to date once, and an unknown one is refused in words."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, inspect, select, text

from domain.creative import Finding, Outcome
from domain.decision import UNDECIDED
from domain.errors import BadInput, StorageUnavailable
from domain.identifiers import derived_id
from storage.campaigns.queries import CampaignQueries
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.alembic_upgrade import alembic_config, upgrade
from storage.schema.migrate import HEAD, create_schema, migrate, version_of
from storage.schema.system_tables import active_runs, thread_heads
from storage.schema.tables import approvals, campaigns, metadata
from storage.threads import ThreadRepository

NOW = datetime(2026, 11, 9, 9, tzinfo=UTC)


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"target_metadata": metadata, "compare_type": True})
    return list(compare_metadata(context, metadata))


def checks(connection: Connection) -> dict[str, set[str]]:
    """What Alembic does not compare: the check constraints by table."""
    inspector = inspect(connection)
    return {
        table: {str(check["name"]) for check in inspector.get_check_constraints(table)} for table in metadata.tables
    }


def test_the_migrations_lead_to_the_tables(empty_url: str) -> None:
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        upgrade(connection)
    with engine.connect() as connection:
        assert differences(connection) == []
        migrated = checks(connection)
        assert version_of(connection) == HEAD
        assert connection.scalar(text("SELECT count(*) FROM histories")) == 2
    engine.dispose()
    assert migrated["accounts"] == {"ck_accounts_within_budget", "ck_accounts_not_negative"}


async def test_an_empty_database_gets_the_schema_the_migrations_lead_to(empty_url: str) -> None:
    await migrate(empty_url)
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection:
        assert differences(connection) == []
        assert version_of(connection) == HEAD
        assert connection.scalar(text("SELECT count(*) FROM histories")) == 2
        assert checks(connection)["account_days"] == {"ck_account_days_within_budget", "ck_account_days_not_negative"}
    engine.dispose()


async def test_migrating_again_keeps_what_is_there(empty_url: str) -> None:
    await migrate(empty_url)
    engine = create_engine(database_url(empty_url))
    with engine.begin() as connection:
        before = connection.execute(text("SELECT epoch FROM histories ORDER BY name")).all()
    await migrate(empty_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT epoch FROM histories ORDER BY name")).all() == before
    engine.dispose()


async def test_a_database_of_an_older_revision_goes_through_alembic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[Connection] = []
    monkeypatch.setattr("storage.schema.alembic_upgrade.upgrade", reached.append)
    url = f"sqlite:///{tmp_path}/old.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        create_schema(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    await migrate(url)
    assert len(reached) == 1
    engine.dispose()


def test_a_database_made_before_due_days_and_heads_is_given_them(empty_url: str) -> None:
    waiting, flying, ended = (derived_id(name) for name in ("waiting", "flying", "ended"))
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        upgrade(connection, "0002")
        old = MetaData()
        old.reflect(connection)
        for campaign, status in ((waiting, "AWAITING_APPROVAL"), (flying, "ACTIVE"), (ended, "COMPLETED")):
            connection.execute(old.tables["campaigns"].insert(), a_campaign(campaign, status))
            for cycle, starts in ((1, "2026-11-10"), (2, "2026-11-20")):
                plan: dict[str, object] = {"flight": {"start": starts, "end": "2026-11-26"}}
                connection.execute(old.tables["plans"].insert(), a_plan(campaign, cycle, plan))
        connection.execute(old.tables["bookings"].insert(), a_booking(flying, {"flight": {"end": "2026-11-26"}}))
        for position, seq in ((7, 3), (8, 4)):
            connection.execute(old.tables["run_events"].insert(), an_event(waiting, position, seq))
    with engine.connect() as connection, connection.begin():
        upgrade(connection)
        due = dict(connection.execute(select(campaigns.c.id, campaigns.c.due_on)).all())
        heads = connection.execute(select(thread_heads)).all()
    engine.dispose()
    assert due == {waiting: date(2026, 11, 20), flying: date(2026, 11, 27), ended: None}
    assert heads == [(waiting, 3, 4, 8)]


async def test_findings_kept_one_by_one_are_the_check_they_were(empty_url: str) -> None:
    soup, porridge, never_checked = (derived_id(name) for name in ("soup", "porridge", "never checked"))
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        upgrade(connection, "0005")
        old = MetaData()
        old.reflect(connection)
        for campaign in (soup, porridge, never_checked):
            connection.execute(old.tables["campaigns"].insert(), a_campaign(campaign, "COMPLETED"))
        for campaign, rule in ((soup, "words.taste"), (soup, "price.live"), (porridge, "price.live")):
            document = a_finding(campaign, rule).model_dump(mode="json")
            row = {"campaign_id": campaign.hex, "id": a_finding(campaign, rule).id.hex, "rule_id": rule}
            connection.execute(old.tables["findings"].insert(), {**row, "outcome": "fail", "document": document})
    with engine.connect() as connection, connection.begin():
        upgrade(connection)
        assert not inspect(connection).has_table("findings")
    engine.dispose()
    async with Database(empty_url) as database:
        campaigns = CampaignQueries(database)
        assert await campaigns.findings(soup) == [a_finding(soup, "price.live"), a_finding(soup, "words.taste")]
        assert await campaigns.findings(porridge) == [a_finding(porridge, "price.live")]
        assert await campaigns.findings(never_checked) == []


async def test_what_the_clock_once_rejected_has_lapsed_and_what_a_person_did_has_not(empty_url: str) -> None:
    by_the_clock, by_ada, booked = (derived_id(name) for name in ("clock", "ada", "booked"))
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        upgrade(connection, "0011")
        for campaign, status, decision, who in (
            (by_the_clock, "REJECTED", "reject", UNDECIDED),
            (by_ada, "REJECTED", "reject", "ada"),
            (booked, "ACTIVE", "approve", UNDECIDED),
        ):
            row = {**a_campaign(campaign, status), "id": campaign}
            connection.execute(campaigns.insert(), row)
            decided = {"decision": decision, "decided_by": who, "decided_at": NOW, "document": {}}
            connection.execute(approvals.insert(), {"id": campaign, "campaign_id": campaign, **decided})
    with engine.connect() as connection, connection.begin():
        upgrade(connection)
        statuses = dict(connection.execute(select(campaigns.c.id, campaigns.c.status)).all())
    engine.dispose()
    assert statuses == {by_the_clock: "LAPSED", by_ada: "REJECTED", booked: "ACTIVE"}


async def test_a_campaign_from_before_there_were_kinds_of_shoppers_keeps_the_textbooks(empty_url: str) -> None:
    trial, placed, chosen = (derived_id(name) for name in ("trial", "placed", "chosen"))
    contexts: dict[UUID, dict[str, object]] = {
        trial: {"scenario": "heavy-rain", "seed": 7, "world": None},
        placed: {"seed": 7, "world": {"seed": 8, "world_id": "mine"}},
        chosen: {"shoppers": "hasty", "world": {"seed": 9, "shoppers": "deaf"}},
    }
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        upgrade(connection, "0010")
        old = MetaData()
        old.reflect(connection)
        for thread, context in contexts.items():
            row = {"thread_id": thread.hex, "context": context, "created_at": NOW}
            connection.execute(old.tables["threads"].insert(), row)
        for thread, ordered in (
            (trial, {"action": "start", "context": contexts[trial]}),
            (placed, None),
            (chosen, {"nonsense": 1}),
        ):
            lease = {"thread_id": thread, "run_id": thread, "owner": "gone", "heartbeat_at": NOW, "ordered": ordered}
            connection.execute(active_runs.insert(), lease)
    with engine.connect() as connection, connection.begin():
        upgrade(connection)
        orders = dict(connection.execute(select(active_runs.c.thread_id, active_runs.c.ordered)).all())
    engine.dispose()
    async with Database(empty_url) as database:
        threads = ThreadRepository(database)
        kept = {thread: await threads.context(thread) for thread in contexts}
    worlds = {thread: found.world for thread, found in kept.items() if found is not None}
    assert [found and found.shoppers for found in kept.values()] == ["textbook", "textbook", "hasty"]
    assert [world and world.shoppers for world in worlds.values()] == [None, "textbook", "deaf"]
    assert orders[trial]["context"]["shoppers"] == "textbook"
    assert orders[placed] is None
    assert orders[chosen] == {"nonsense": 1}, "what cannot be read is set aside when it is taken up, and stops no other"


def a_finding(campaign: UUID, rule: str) -> Finding:
    return Finding(
        id=derived_id("finding", campaign, rule),
        rule_id=rule,
        outcome=Outcome.FAIL,
        evidence="£1 – “only”",
        source="ASA",
        remedy="remove it",
    )


def a_campaign(campaign: UUID, status: str) -> dict[str, object]:
    return {
        "id": campaign.hex,
        "name": "Soup",
        "status": status,
        "budget": 5000,
        "created_at": NOW,
        "updated_at": NOW,
        "account": "house",
        "world_id": "live",
        "spent": 0,
    }


def a_plan(campaign: UUID, cycle: int, document: dict[str, object]) -> dict[str, object]:
    return {
        "id": derived_id("plan", campaign, cycle).hex,
        "campaign_id": campaign.hex,
        "cycle": cycle,
        "verdict": "spend",
        "budget": 2000,
        "predicted_roi": 0.3,
        "document": document,
        "recorded_at": NOW + timedelta(days=cycle),
    }


def a_booking(campaign: UUID, document: dict[str, object]) -> dict[str, object]:
    return {
        "id": derived_id("booking", campaign).hex,
        "campaign_id": campaign.hex,
        "cycle": 2,
        "transaction_id": "mb-1",
        "idempotency_key": "key-1",
        "committed": 2000,
        "booked_at": NOW,
        "document": document,
    }


def an_event(thread: UUID, position: int, seq: int) -> dict[str, object]:
    return {
        "position": position,
        "thread_id": thread.hex,
        "seq": seq,
        "event_id": derived_id("event", position).hex,
        "method": "tasks",
        "body": {},
        "created_at": NOW,
    }


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        create_schema(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match="9999, newer than"):
        await migrate(url)
    engine.dispose()


def test_the_head_constant_is_the_newest_migration() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == HEAD


def test_alembic_is_not_imported_when_there_is_nothing_to_migrate(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from storage.schema.migrate import migrate;"
        f"asyncio.run(migrate('sqlite:///{tmp_path}/a.db')); asyncio.run(migrate('sqlite:///{tmp_path}/a.db'));"
        "print('alembic' in sys.modules, 'sqlalchemy.orm' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "False"]


async def test_an_unreachable_server_is_named_without_its_password() -> None:
    url = "postgresql://tesco:hunter2@127.0.0.1:1/media"
    async with Database(url) as database:
        with pytest.raises(StorageUnavailable) as caught:
            await database.read(lambda connection: connection.scalar(text("SELECT 1")))
    assert "postgresql+psycopg://tesco:***@127.0.0.1:1/media cannot be used" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(StorageUnavailable, match="tesco:\\*\\*\\*@"):
        await migrate(url)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are notes, not a database, " * 100)
    async with Database(f"sqlite:///{tmp_path}/notes.db") as database:
        with pytest.raises(StorageUnavailable, match=r"notes\.db cannot be used"):
            await database.read(lambda connection: connection.scalar(text("SELECT 1")))
    with pytest.raises(StorageUnavailable, match=r"notes\.db cannot be used"):
        await migrate(f"sqlite:///{tmp_path}/notes.db")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "not a url"])
def test_a_url_we_cannot_open_is_bad_input(url: str) -> None:
    with pytest.raises(BadInput, match="use sqlite:///PATH or postgresql://"):
        Database(url)


async def test_tables_without_a_version_are_refused_in_words(empty_url: str) -> None:
    await migrate(empty_url)
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    with pytest.raises(BadInput, match="does not say of which version"):
        await migrate(empty_url)
