"""Replays the event log as the JSON it is stored as: nothing is parsed, nothing is written again."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Text, bindparam, cast, func, select

from storage.engine.database import Database
from storage.log.history import standing
from storage.records import Frame, FramePage, History, Kept
from storage.schema.system_tables import run_events, thread_heads

_E = run_events.c
_STORED = select(_E.position, _E.seq, _E.event_id, _E.thread_id, _E.method, cast(_E.body, Text).label("body"))
_OF_THREAD = (
    _STORED.where(_E.thread_id == bindparam("thread"), _E.seq > bindparam("seen"))
    .order_by(_E.seq)
    .limit(bindparam("most"))
)
_OF_ALL = _STORED.where(_E.position > bindparam("seen")).order_by(_E.position).limit(bindparam("most"))
_H = thread_heads.c
_FIRST_AFTER = select(func.min(_E.seq)).where(_E.thread_id == bindparam("thread"), _E.position > bindparam("seen"))

_StoredRow = Row[tuple[int, int, UUID, UUID, str, str]]


class EventReplay:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def history(
        self, *, threads: Collection[str] | None = None, known: Collection[str] = (), latest: int | None = None
    ) -> History:
        """What the log holds, all at the same moment: of every thread or of some, and of those that are not `known`
        only the `latest`."""

        heads = (
            select(thread_heads)
            if threads is None
            else select(thread_heads).where(_H.thread_id.in_([*map(UUID, threads)]))
        )

        def unit(connection: Connection) -> History:
            at = standing(connection, "events")
            if latest is None:
                return History(at.epoch, at.position, _kept(connection, heads), 0)
            kept = _kept(connection, heads.where(_H.thread_id.in_([*map(UUID, known)]))) if known else {}
            newest = _kept(connection, heads.order_by(_H.position.desc()).limit(latest + len(kept)))
            others = [thread for thread in newest if thread not in kept][:latest]
            shown = kept | {thread: newest[thread] for thread in others}
            every = connection.scalar(select(func.count()).select_from(heads.subquery())) or 0
            return History(at.epoch, at.position, shown, every - len(shown))

        return await self._database.read(unit)

    async def moved_since(self, position: int) -> History:
        """What the log holds of the threads with an event after `position`."""

        def unit(connection: Connection) -> History:
            at = standing(connection, "events")
            moved = _kept(connection, select(thread_heads).where(_H.position > position))
            return History(at.epoch, at.position, moved, 0)

        return await self._database.read(unit)

    async def last_at(self, thread: str, position: int) -> int | None:
        """The last `seq` a thread had when the log stood at `position`; None when it has had no event since."""
        values = {"thread": UUID(thread), "seen": position}
        first = await self._database.read(lambda connection: connection.scalar(_FIRST_AFTER, values))
        return None if first is None else first - 1

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


def _kept(connection: Connection, heads: Select[tuple[UUID, int, int, int]]) -> dict[str, Kept]:
    return {str(row.thread_id): Kept(row.first, row.last, row.position) for row in connection.execute(heads)}


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
