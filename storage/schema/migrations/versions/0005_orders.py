"""What a run was ordered to do, kept beside its lease until it is done, and what each thread began with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("active_runs", sa.Column("ordered", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("threads", sa.Column("began_with", sa.JSON(none_as_null=True), nullable=True))
