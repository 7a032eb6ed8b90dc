"""Which world each lesson was learned in: it teaches nowhere else."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LIVE = "live"
_lessons = sa.table(
    "lessons", sa.column("id", sa.Uuid()), sa.column("campaign_id", sa.Uuid()), sa.column("document", sa.JSON())
)
_campaigns = sa.table("campaigns", sa.column("id", sa.Uuid()), sa.column("world_id"))
_threads = sa.table("threads", sa.column("thread_id", sa.Uuid()), sa.column("context", sa.JSON()))


def upgrade() -> None:
    connection = op.get_bind()
    known = sa.select(_lessons.c.id, _lessons.c.document, _campaigns.c.world_id, _threads.c.context).select_from(
        _lessons.outerjoin(_campaigns, _campaigns.c.id == _lessons.c.campaign_id).outerjoin(
            _threads, _threads.c.thread_id == _lessons.c.campaign_id
        )
    )
    for row in connection.execute(known).all():
        document = {**row.document, "learned_in": _world(row.world_id, row.context)}
        connection.execute(_lessons.update().where(_lessons.c.id == row.id), {"document": document})


def _world(world_id: str | None, context: dict[str, object] | None) -> str:
    """Of a thread of LangGraph's own server nobody knows any more where it lived: its lesson teaches nobody."""
    if world_id == _LIVE:
        return _LIVE
    if context is None:
        return ""
    place = context.get("world") or context
    assert isinstance(place, dict)
    if place.get("world_id") == _LIVE:
        return _LIVE
    return f"{place.get('source', 'simulated')}:{place.get('seed', 7)}"
