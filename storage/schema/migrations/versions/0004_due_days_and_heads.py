"""The day each campaign is due on, and the head of each thread's log: asked for by index instead of found by reading
everything."""

from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UNDER_WAY = ("SENSING", "PLANNED", "AWAITING_APPROVAL", "ACTIVE")

_campaigns = sa.table("campaigns", sa.column("id", sa.Uuid()), sa.column("status"), sa.column("due_on", sa.Date()))
_plans = sa.table(
    "plans", sa.column("campaign_id", sa.Uuid()), sa.column("recorded_at"), sa.column("document", sa.JSON())
)
_bookings = sa.table(
    "bookings", sa.column("campaign_id", sa.Uuid()), sa.column("booked_at"), sa.column("document", sa.JSON())
)


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("due_on", sa.Date(), nullable=True))
    op.create_index("ix_campaigns_status_world_id_due_on", "campaigns", ["status", "world_id", "due_on"])
    op.create_index("ix_campaigns_status_created_at_id", "campaigns", ["status", "created_at", "id"])
    op.create_table(
        "thread_heads",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_thread_heads")),
    )
    op.create_index(op.f("ix_thread_heads_position"), "thread_heads", ["position"])
    op.execute(
        "INSERT INTO thread_heads (thread_id, first, last, position)"
        " SELECT thread_id, min(seq), max(seq), max(position) FROM run_events GROUP BY thread_id"
    )
    connection = op.get_bind()
    for campaign_id, day in _due_days(connection):
        connection.execute(sa.update(_campaigns).where(_campaigns.c.id == campaign_id).values(due_on=day))


def _due_days(connection: sa.Connection) -> Iterator[tuple[object, date]]:
    """Of every campaign under way: the first day of its newest plan's flight, or the day after its newest booking's
    last. What a later plan or booking says comes later and stands."""
    open_ones = sa.select(_campaigns.c.id).where(_campaigns.c.status.in_(_UNDER_WAY))
    planned = sa.select(_plans.c.campaign_id, _plans.c.document).where(_plans.c.campaign_id.in_(open_ones))
    for campaign_id, plan in connection.execute(planned.order_by(_plans.c.recorded_at)).all():
        yield campaign_id, date.fromisoformat(plan["flight"]["start"])
    on_air = open_ones.where(_campaigns.c.status == "ACTIVE")
    booked = sa.select(_bookings.c.campaign_id, _bookings.c.document).where(_bookings.c.campaign_id.in_(on_air))
    for campaign_id, booking in connection.execute(booked.order_by(_bookings.c.booked_at)).all():
        yield campaign_id, date.fromisoformat(booking["flight"]["end"]) + timedelta(days=1)
