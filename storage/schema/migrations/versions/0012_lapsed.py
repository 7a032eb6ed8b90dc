"""Campaigns that the clock ended because nobody decided in time have lapsed: until now they were called rejected."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_campaigns = sa.table("campaigns", sa.column("id", sa.Uuid()), sa.column("status", sa.String()))
_approvals = sa.table(
    "approvals",
    *(sa.column(name, sa.Uuid()) for name in ("id", "campaign_id")),
    *(sa.column(name, sa.String()) for name in ("decision", "decided_by")),
)


def upgrade() -> None:
    # A rejection ends a campaign, so that it has no more than one.
    by_the_clock = sa.select(_approvals.c.campaign_id).where(
        _approvals.c.decision == "reject", _approvals.c.decided_by == "clock"
    )
    op.execute(
        _campaigns.update()
        .where(_campaigns.c.status == "REJECTED", _campaigns.c.id.in_(by_the_clock))
        .values(status="LAPSED")
    )
