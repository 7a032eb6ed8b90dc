"""How sure a world's totals are is read from the index that holds them."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX = "ix_reports_totals"
SUMMED = [
    "world_id",
    "is_final",
    "reported_at",
    "campaign_id",
    "spend_pence",
    "incremental_sales_pence",
    "interval_low",
    "interval_high",
    "conversion_value_pence",
    "clickable_impressions",
    "clickable_clicks",
]


def upgrade() -> None:
    op.drop_index(INDEX, table_name="reports")
    op.create_index(INDEX, "reports", SUMMED)
