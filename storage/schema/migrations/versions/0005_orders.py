"""What a run was ordered to do, kept beside its lease until it is done, and what each thread began with; which cycle
each pound is for, and how many cycles of each campaign have been booked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("active_runs", sa.Column("ordered", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("threads", sa.Column("began_with", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("ledger", sa.Column("cycle", sa.Integer(), nullable=True))
    op.add_column("campaigns", sa.Column("booked_cycles", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE campaigns SET booked_cycles ="
        " (SELECT max(cycle) FROM bookings WHERE bookings.campaign_id = campaigns.id)"
        " WHERE id IN (SELECT campaign_id FROM bookings)"
    )
