"""Replays the event log as the JSON it is stored as: nothing is parsed, nothing is written again."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Text, bindparam, cast, func, select

from storage.engine.database import Database
from storage.log.history import standing
from storage.schema.system_tables import run_events

_E = run_events.c
_STORED = select(_E.position, _E.seq, _E.event_id, _E.thread_id, _E.method, cast(_E.body, Text).label("body"))
_OF_THREAD = (
    _STORED.where(_E.thread_id == bindparam("thread"), _E.seq > bindparam("seen"))
    .order_by(_E.seq)
    .limit(bindparam("most"))
)
_OF_ALL = _STORED.where(_E.position > bindparam("seen")).order_by(_E.position).limit(bindparam("most"))
_KEPT = select(
    _E.thread_id,
    func.min(_E.seq).label("first"),
    func.max(_E.seq).label("last"),
    func.max(_E.position).label("position"),
).group_by(_E.thread_id)

_StoredRow = Row[tuple[int, int, UUID, UUID, str, str]]


class Frame(NamedTuple):
    """One event as it travels: `text` is the JSON of the envelope."""

    thread: str
    seq: int
    text: str


class Kept(NamedTuple):
    """What the log holds of one thread: `first` is above 1 once its history was trimmed."""

    first: int
    last: int
    position: int
    """Of its last event, among those of all threads."""


class History(NamedTuple):
    """The log at one moment."""

    epoch: UUID
    position: int
    kept: dict[str, Kept]


class FramePage(NamedTuple):
    frames: list[Frame]
    next: int
    """The position to go on from."""


class EventReplay:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def history(self) -> History:
        """What the log holds of every thread, all at the same moment."""

        def unit(connection: Connection) -> History:
            epoch = standing(connection, "events").epoch
            position = connection.scalar(select(func.max(_E.position))) or 0
            kept = {str(row.thread_id): Kept(row.first, row.last, row.position) for row in connection.execute(_KEPT)}
            return History(epoch, position, kept)

        return await self._database.read(unit)

    async def of_thread(self, thread: str, seq: int, limit: int) -> list[Frame]:
        """The events of a thread after `seq`, at most `limit`."""
        values = {"thread": UUID(thread), "seen": seq, "most": limit}
        return await self._database.read(lambda connection: _frames(connection.execute(_OF_THREAD, values).all()))

    async def of_all(self, position: int, limit: int) -> FramePage:
        """The events of every thread in the order they were stored, after `position`."""

        def unit(connection: Connection) -> FramePage:
            rows = connection.execute(_OF_ALL, {"seen": position, "most": limit}).all()
            return FramePage(_frames(rows), rows[-1].position if rows else position)

        return await self._database.read(unit)


def _frames(rows: Sequence[_StoredRow]) -> list[Frame]:
    frames = []
    for row in rows:
        thread = str(row.thread_id)
        text = (
            f'{{"type":"event","seq":{row.seq},"event_id":"{row.event_id}","thread_id":"{thread}",'
            f'"method":"{row.method}","params":{row.body}}}'
        )
        frames.append(Frame(thread, row.seq, text))
    return frames
