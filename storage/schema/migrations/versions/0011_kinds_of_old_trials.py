"""Campaigns and orders from before there were kinds of shoppers say that theirs answer as in the textbook: where none
is named, others are meant since."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KIND = {"shoppers": "textbook"}
_threads = sa.table("threads", sa.column("thread_id", sa.Uuid()), sa.column("context", sa.JSON()))
_runs = sa.table("active_runs", sa.column("thread_id", sa.Uuid()), sa.column("ordered", sa.JSON(none_as_null=True)))


def upgrade() -> None:
    connection = op.get_bind()
    for thread_id, context in connection.execute(sa.select(_threads.c.thread_id, _threads.c.context)).all():
        if isinstance(context, dict):
            values = {"context": _with_kind(context)}
            connection.execute(_threads.update().where(_threads.c.thread_id == thread_id), values)
    ordered = sa.select(_runs.c.thread_id, _runs.c.ordered).where(_runs.c.ordered.is_not(None))
    for thread_id, order in connection.execute(ordered).all():
        # An order that cannot be read is set aside by name when it is taken up, and must not stop the others.
        if isinstance(order, dict) and isinstance(order.get("context"), dict):
            values = {"ordered": {**order, "context": _with_kind(order["context"])}}
            connection.execute(_runs.update().where(_runs.c.thread_id == thread_id), values)


def _with_kind(context: dict[str, object]) -> dict[str, object]:
    """The kind that is named stays."""
    world = context.get("world")
    return {**_KIND, **context, "world": {**_KIND, **world} if isinstance(world, dict) else world}
