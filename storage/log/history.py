"""Counters that give an append-only history its order.

The counter's row is locked until commit, so on PostgreSQL too positions become visible in their order, without a gap.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from storage.engine.damage import whole
from storage.schema.system_tables import histories

_H = histories.c
_ADVANCE = (
    histories.update()
    .where(_H.name == bindparam("history"))
    .values(position=_H.position + bindparam("steps"))
    .returning(_H.position, _H.epoch)
)
_WHERE_IT_STANDS = select(_H.position, _H.epoch).where(_H.name == bindparam("history"))


class Standing(NamedTuple):
    """The last position given, and the identity of the history: a new one when it was started over."""

    position: int
    epoch: UUID


def advance(connection: Connection, history: str, steps: int = 1) -> Standing:
    row = connection.execute(_ADVANCE, {"history": history, "steps": steps}).one()
    return Standing(row.position, row.epoch)


def standing(connection: Connection, history: str) -> Standing:
    row = whole(connection.execute(_WHERE_IT_STANDS, {"history": history}).one())
    return Standing(row.position, row.epoch)
