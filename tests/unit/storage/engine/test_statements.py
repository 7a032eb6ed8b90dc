"""Many rows in one statement are kept exactly as one by one, on either database."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import StatementError

from domain.errors import BadInput
from domain.identifiers import derived_id
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.engine.statements import insert, upsert
from storage.schema.system_tables import run_events
from storage.schema.tables import performance_logs
from tests.examples import a_change

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
SOUP = derived_id("soup")
AWKWARD = {
    "words": 'a "£1" – \\u0041 \\ / \u2028 \U0001f372',
    "nothing": None,
    "deep": [[1.5, -0.0, 1e300], {}],
    "": True,
}


def an_event(position: int, body: object) -> dict[str, object]:
    return {
        "position": position,
        "thread_id": SOUP,
        "seq": position,
        "event_id": derived_id("event", position),
        "method": "tasks",
        "body": body,
        "created_at": NOW,
    }


def a_log(channel: str, spend: str) -> dict[str, object]:
    return {
        "id": derived_id("log", channel),
        "campaign_id": SOUP,
        "impressions": 2**53 + 1,
        "clicks": 3,
        "spend": Decimal(spend),
        "timestamp": NOW,
        "report_id": derived_id("report"),
        "channel": channel,
        "conversions": 1,
        "conversion_value": Decimal("9999999999.99"),
        "units_sold": 7,
    }


@pytest.mark.unaudited
async def test_many_rows_are_kept_as_each_would_be(database: Database) -> None:
    rows = [an_event(1, AWKWARD), an_event(2, []), an_event(3, "text")]
    await database.write(lambda connection: insert(connection, run_events, rows))
    kept = await database.read(
        lambda connection: [dict(row) for row in connection.execute(select(run_events)).mappings()]
    )
    assert kept == rows


async def test_pounds_and_pence_are_exact_and_what_is_there_is_overwritten(database: Database) -> None:
    await CampaignRepository(database).record(a_change(SOUP))

    def unit(connection: Connection) -> list[tuple[UUID, Decimal, int, datetime]]:
        upsert(connection, performance_logs, [a_log("email", "0.10"), a_log("social", "1234567890.01")])
        upsert(connection, performance_logs, [a_log("email", "0.30"), a_log("search", "0.07")])
        of = performance_logs.c
        query = select(of.id, of.spend, of.impressions, of.timestamp).order_by(of.spend)
        return [(row.id, row.spend, row.impressions, row.timestamp) for row in connection.execute(query)]

    assert await database.write(unit) == [
        (derived_id("log", "search"), Decimal("0.07"), 2**53 + 1, NOW),
        (derived_id("log", "email"), Decimal("0.30"), 2**53 + 1, NOW),
        (derived_id("log", "social"), Decimal("1234567890.01"), 2**53 + 1, NOW),
    ]


async def test_what_a_column_refuses_it_refuses_among_many(database: Database) -> None:
    nul = [an_event(1, {}), an_event(2, {"words": "a\0b"})]
    # SQLAlchemy wraps what it meets while it binds; PostgreSQL's many are bound by us.
    with pytest.raises((BadInput, StatementError), match="NUL"):
        await database.write(lambda connection: insert(connection, run_events, nul))
    naive = [an_event(1, {}), {**an_event(2, {}), "created_at": NOW.replace(tzinfo=None)}]
    with pytest.raises((ValueError, StatementError), match="a time must be aware"):
        await database.write(lambda connection: insert(connection, run_events, naive))
