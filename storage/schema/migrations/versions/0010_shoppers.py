"""How the live world's shoppers answer to ads: as in the textbook in worlds from before there were other kinds."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("world_clock", sa.Column("shoppers", sa.String(), nullable=False, server_default="textbook"))
