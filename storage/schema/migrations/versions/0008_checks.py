"""All findings of a check in one document: they are written and read together, sixty of them, and none is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_GATHERED = {
    "sqlite": "json_object('findings', json_group_array(json(findings.document)))",
    "postgresql": "json_build_object('findings', json_agg(findings.document))",
}
"""The document of all findings of a campaign, which become one check: those of the same id had replaced one another."""


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_checks_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    op.create_index(op.f("ix_checks_campaign_id"), "checks", ["campaign_id"])
    op.execute(
        "INSERT INTO checks (id, campaign_id, recorded_at, document)"
        f" SELECT campaigns.id, campaigns.id, campaigns.created_at, {_GATHERED[op.get_bind().dialect.name]}"
        " FROM findings JOIN campaigns ON campaigns.id = findings.campaign_id"
        " GROUP BY campaigns.id, campaigns.created_at"
    )
    op.drop_table("findings")
