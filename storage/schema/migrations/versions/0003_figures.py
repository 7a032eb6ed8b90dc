"""What figures are summed from gets columns of its own beside each report, and lessons are found by campaign."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 500
NOT_CLICKABLE = "in_store_screen"

FIGURES: dict[str, sa.types.TypeEngine[Any]] = {
    "world_id": sa.String(),
    "spend_pence": sa.BigInteger(),
    "incremental_sales_pence": sa.BigInteger(),
    "standard_error": sa.Float(),
    "interval_low": sa.Float(),
    "interval_high": sa.Float(),
    "interval_level": sa.Float(),
    "roi": sa.Float(),
    "conversion_value_pence": sa.BigInteger(),
    "clickable_impressions": sa.BigInteger(),
    "clickable_clicks": sa.BigInteger(),
}
reports = sa.table(
    "reports",
    sa.column("id", sa.Uuid()),
    sa.column("campaign_id", sa.Uuid()),
    sa.column("document", sa.JSON()),
    *(sa.column(name, kind) for name, kind in FIGURES.items()),
)
campaigns = sa.table("campaigns", sa.column("id", sa.Uuid()), sa.column("world_id", sa.String()))


def upgrade() -> None:
    for name, kind in FIGURES.items():
        # The default only fills the rows that are there; each is given its own figures below.
        op.add_column("reports", sa.Column(name, kind, nullable=False, server_default="0"))
    _fill(op.get_bind())
    op.create_index(
        "ix_reports_totals",
        "reports",
        [
            "world_id",
            "is_final",
            "reported_at",
            "spend_pence",
            "incremental_sales_pence",
            "standard_error",
            "conversion_value_pence",
            "clickable_impressions",
            "clickable_clicks",
        ],
    )
    op.create_index("ix_campaigns_world_id_status", "campaigns", ["world_id", "status"])
    op.create_index("ix_campaigns_world_id_updated_at", "campaigns", ["world_id", "updated_at"])
    op.create_index("ix_lessons_position", "lessons", ["position"])
    op.create_index("ix_lessons_campaign_id_position", "lessons", ["campaign_id", "position"])


def _fill(connection: sa.Connection) -> None:
    change = reports.update().where(reports.c.id == sa.bindparam("report"))
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in FIGURES}
    for rows in _batches(connection):
        connection.execute(change.values(values), [_figures(*row) for row in rows])


def _batches(connection: sa.Connection) -> Iterator[list[Any]]:
    """Every report with its world, a few at a time: the documents together may be large."""
    query = (
        sa.select(reports.c.id, reports.c.document, campaigns.c.world_id)
        .join(campaigns, campaigns.c.id == reports.c.campaign_id)
        .order_by(reports.c.id)
        .limit(BATCH)
    )
    rows = list(connection.execute(query))
    while rows:
        yield rows
        rows = list(connection.execute(query.where(reports.c.id > rows[-1].id)))


def _figures(report: Any, document: dict[str, Any], world_id: str) -> dict[str, Any]:
    lift, channels = document["lift"], document["channels"]
    clickable = [row for row in channels if row["channel"] != NOT_CLICKABLE]
    figures = {
        "world_id": world_id,
        "spend_pence": _pence(document["spend"]),
        "incremental_sales_pence": _pence(lift["incremental_sales"]),
        "standard_error": lift["standard_error"],
        "interval_low": lift["interval"]["low"],
        "interval_high": lift["interval"]["high"],
        "interval_level": lift["interval"]["level"],
        "roi": document["roi"],
        "conversion_value_pence": sum(_pence(row["conversion_value"]) for row in channels),
        "clickable_impressions": sum(row["impressions"] for row in clickable),
        "clickable_clicks": sum(row["clicks"] for row in clickable),
    }
    return {"report": report, **{f"new_{name}": value for name, value in figures.items()}}


def _pence(amount: float) -> int:
    return round(amount * 100)
