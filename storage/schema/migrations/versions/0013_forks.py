"""Other futures of a campaign, and when each lesson was kept: what was learned later is not known to them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lessons", sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "forks",
        sa.Column("fork_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("forked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fork_id", name=op.f("pk_forks")),
    )
    op.create_index(op.f("ix_forks_campaign_id"), "forks", ["campaign_id"])
