"""Choosing, sorting and adding up campaigns reads columns alone: SQLite says what each statement reads, and how."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from domain.campaign_choice import AdChoice, CampaignChoice, CampaignOrder, CampaignSort, ChoiceOf
from domain.channel import Channel
from domain.identifiers import derived_id
from domain.state import CampaignStatus
from storage.campaigns.ads import AdQueries
from storage.campaigns.figures import FigureQueries
from storage.campaigns.queries import CampaignQueries
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.migrate import migrate_now
from tests.examples import a_change, a_creative, a_plan, an_opportunity
from tests.unit.runtime.reporting.test_campaign_table import a_report

EVERYTHING = CampaignChoice(
    status=(CampaignStatus.COMPLETED,),
    world="live",
    category="soup",
    region="London",
    channel=Channel.EMAIL,
    decided_by="Ann",
    text="bowl",
    first=date(2026, 1, 1),
    last=date(2027, 1, 1),
)
WIDE = {"opportunities", "plans", "creatives", "bookings", "reports", "approvals"}
"""Tables whose rows hold documents."""
Statement = tuple[str, Any]


@contextmanager
def overheard() -> Iterator[list[Statement]]:
    """What is sent to any database meanwhile."""
    heard: list[Statement] = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        heard.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def read_by(file: Path, statement: Statement) -> set[tuple[str, str]]:
    """The tables and columns, asked of the database itself."""
    seen: set[tuple[str, str]] = set()

    def allow(action: int, table: str | None, column: str | None, *_rest: object) -> int:
        if action == sqlite3.SQLITE_READ:
            seen.add((str(table), str(column)))
        return sqlite3.SQLITE_OK

    with sqlite3.connect(file) as connection:
        connection.set_authorizer(allow)
        connection.execute(*statement).fetchall()
    return seen


def steps(file: Path, statement: Statement) -> list[str]:
    with sqlite3.connect(file) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement[0]}", statement[1]).fetchall()
    return [str(row[-1]) for row in plan]


def scanned(file: Path, statement: Statement) -> list[str]:
    """Steps that read a whole table with documents in it, other than from an index that has all it needs."""
    return [
        step
        for step in steps(file, statement)
        if step.startswith("SCAN") and step.split()[1] in WIDE and "COVERING" not in step
    ]


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A campaign that EVERYTHING but the person chooses, in a database of its own."""
    made = tmp_path / "campaigns.db"
    migrate_now(database_url(f"sqlite:///{made}"))
    one = derived_id("one")
    async with Database(f"sqlite:///{made}") as database:
        campaigns = CampaignRepository(database)
        await campaigns.record(a_change(one, name="one", opportunity=an_opportunity()))
        await campaigns.record(a_change(one, plan=a_plan(), status=CampaignStatus.PLANNED))
        await campaigns.record(a_change(one, creatives=[a_creative(Channel.EMAIL)], status=CampaignStatus.PLANNED))
        await campaigns.record(
            a_change(one, report=a_report(1, Decimal(50), campaign_id=one), status=CampaignStatus.COMPLETED)
        )
    return made


async def test_no_filter_no_order_and_no_sum_reads_a_document(file: Path) -> None:
    async with Database(f"sqlite:///{file}") as database:
        campaigns, figures = CampaignQueries(database), FigureQueries(database)
        with overheard() as heard:
            for by in CampaignSort:
                for choice in (CampaignChoice(), EVERYTHING):
                    await campaigns.page(choice=choice, order=CampaignOrder(by=by))
            assert await campaigns.choices() == ChoiceOf(categories=["soup"], regions=["London"])
            await figures.planned_among(EVERYTHING)
            await figures.totals_among(EVERYTHING)
            await figures.totals("live")
    asked = [statement for statement in heard if statement[0].startswith("SELECT")]
    assert len(asked) >= 2 * len(CampaignSort) + 5
    read = {column for statement in asked for column in read_by(file, statement)}
    assert {table for table, _ in read} >= {"campaigns", "plans", "reports", "opportunity_regions", "ad_words"}
    assert {(table, column) for table, column in read if column in ("document", "svg")} == set()
    assert [step for statement in asked for step in scanned(file, statement)] == []


async def test_which_ads_are_meant_is_told_without_a_document_and_each_shown_is_read_once(file: Path) -> None:
    async with Database(f"sqlite:///{file}") as database:
        with overheard() as heard:
            page = await AdQueries(database).page(AdChoice(EVERYTHING, Channel.EMAIL, "bowl"), limit=5)
    assert page.items == [], "nobody has decided"
    [statement] = [one for one in heard if one[0].startswith("SELECT")]
    asked, meant = statement[0].split("FROM campaigns JOIN creatives", 1)
    assert asked.count("document") == 1, "of the ads on the page"
    assert "document" not in meant
    assert scanned(file, statement) == []


async def test_a_page_of_ads_is_read_off_the_newest_campaigns_however_many_are_behind_them(file: Path) -> None:
    async with Database(f"sqlite:///{file}") as database:
        with overheard() as heard:
            for campaigns in (CampaignChoice(), CampaignChoice(category="soup"), CampaignChoice(region="London")):
                for channel in (None, Channel.EMAIL):
                    for text in ("", "soup"):
                        await AdQueries(database).page(AdChoice(campaigns, channel, text), limit=5)
    asked = [statement for statement in heard if statement[0].startswith("SELECT")]
    assert len(asked) == 12
    for statement in asked:
        assert steps(file, statement)[0] == "SCAN campaigns USING INDEX ix_campaigns_created_at_id", "the newest first"
        assert scanned(file, statement) == []
        assert "USE TEMP B-TREE FOR ORDER BY" not in steps(file, statement), "only the ads of one campaign are sorted"


async def test_a_document_that_is_read_is_seen(file: Path) -> None:
    async with Database(f"sqlite:///{file}") as database:
        with overheard() as heard:
            assert len(await CampaignQueries(database).plans(derived_id("one"))) == 1
    [statement] = [one for one in heard if one[0].startswith("SELECT")]
    assert ("plans", "document") in read_by(file, statement)
    assert scanned(file, ("SELECT document FROM plans", ())) == ["SCAN plans"]
