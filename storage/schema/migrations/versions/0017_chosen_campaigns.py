"""What campaigns are chosen and sorted by gets columns and tables of its own, so that no document is read for it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BATCH = 500
WORDS = ("headline", "body", "call_to_action")
DAYS = ("start", "end")


def _documents(name: str, *more: sa.ColumnClause[Any]) -> sa.TableClause:
    ids = (sa.column("id", sa.Uuid()), sa.column("campaign_id", sa.Uuid()))
    return sa.table(name, *ids, sa.column("document", sa.JSON()), *more)


plans = _documents("plans", *(sa.column(f"flight_{day}", sa.Date()) for day in DAYS))
opportunities = _documents("opportunities")
creatives = _documents("creatives")


def upgrade() -> None:
    for day in DAYS:
        # The default only fills the rows that are there; each is given its own days below.
        op.add_column("plans", sa.Column(f"flight_{day}", sa.Date(), nullable=False, server_default="1970-01-01"))
    regions = _table_of("opportunity", "opportunities", "opportunity_regions", "region", sa.String(), is_key=True)
    words = _table_of("creative", "creatives", "ad_words", "words", sa.Text(), is_key=False)
    connection = op.get_bind()
    change = plans.update().where(plans.c.id == sa.bindparam("plan"))
    days: dict[str, Any] = {f"flight_{day}": sa.bindparam(day) for day in DAYS}
    for rows in _batches(connection, plans):
        flights = [{"plan": plan, **_days(document["flight"])} for plan, _, document in rows]
        connection.execute(change.values(days), flights)
    for rows in _batches(connection, opportunities):
        found = [
            {"opportunity_id": one, "campaign_id": campaign, "region": region}
            for one, campaign, document in rows
            for region in dict.fromkeys(document.get("regions", ()))
        ]
        if found:
            connection.execute(regions.insert(), found)
    for rows in _batches(connection, creatives):
        said = [
            {"creative_id": one, "campaign_id": campaign, "words": _said(document)} for one, campaign, document in rows
        ]
        connection.execute(words.insert(), said)
    op.create_index("ix_opportunity_regions_region_campaign_id", "opportunity_regions", ["region", "campaign_id"])
    op.create_index(
        "ix_plans_chosen",
        "plans",
        ["campaign_id", "cycle", "recorded_at", "id", "verdict", "budget", "flight_start", "flight_end"],
    )
    op.create_index(
        "ix_reports_outcomes", "reports", ["campaign_id", "is_final", "spend_pence", "incremental_sales_pence", "roi"]
    )


def _table_of(one: str, many: str, name: str, column: str, kind: sa.types.TypeEngine[Any], *, is_key: bool) -> sa.Table:
    key = f"{one}_id"
    table = op.create_table(
        name,
        sa.Column(key, sa.Uuid(), nullable=False),
        sa.Column(column, kind, nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([key], [f"{many}.id"], name=op.f(f"fk_{name}_{key}"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f(f"fk_{name}_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*([key, column] if is_key else [key]), name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_campaign_id"), name, ["campaign_id"])
    return table


def _batches(connection: sa.Connection, table: sa.TableClause) -> Iterator[list[Any]]:
    """Every row, a few at a time: the documents together may be large."""
    query = sa.select(table.c.id, table.c.campaign_id, table.c.document).order_by(table.c.id).limit(BATCH)
    rows = list(connection.execute(query))
    while rows:
        yield rows
        rows = list(connection.execute(query.where(table.c.id > rows[-1].id)))


def _days(flight: dict[str, str]) -> dict[str, date]:
    return {day: date.fromisoformat(flight[day]) for day in DAYS}


def _said(ad: dict[str, Any]) -> str:
    return "\n".join(str(ad.get(name) or "") for name in WORDS).lower()
