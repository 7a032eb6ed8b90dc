"""The event log: every event of a thread has the next `seq`, with no gap, and is stored before it is sent."""

import asyncio
from collections.abc import Sequence, Set
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, func, select

from domain.errors import StorageUnavailable
from domain.events import Draft, Event, EventParams, InputRequestedData
from domain.identifiers import new_id
from storage.engine.damage import reading
from storage.engine.database import Database
from storage.engine.group_commit import GroupCommit
from storage.engine.statements import insert, upsert
from storage.log.history import advance, standing
from storage.notices import tell_of_question
from storage.records import EventPage
from storage.schema.system_tables import histories, run_events, thread_heads

PATIENCE = 0.02
"""Seconds the events of several runs gather: nobody sees the difference, and the runs do not wait for it."""
_E = run_events.c
_HISTORY = "events"
_REMEMBERED = 1024
_T = thread_heads.c
_LAST = select(_T.thread_id, _T.last).where(_T.thread_id.in_(bindparam("threads", expanding=True)))
_NEW_FIRST = (
    thread_heads.update()
    .where(_T.thread_id == bindparam("thread"))
    .values(first=select(func.min(_E.seq)).where(_E.thread_id == bindparam("thread")).scalar_subquery())
)
_ENVELOPE = select(_E.position, _E.seq, _E.event_id, _E.thread_id, _E.method, _E.body)
_SINCE = (
    _ENVELOPE.where(_E.thread_id == bindparam("thread"), _E.seq > bindparam("seen"))
    .order_by(_E.seq)
    .limit(bindparam("most"))
)
_SINCE_ALL = _ENVELOPE.where(_E.position > bindparam("seen")).order_by(_E.position).limit(bindparam("most"))


class _Heads(NamedTuple):
    """The last `seq` of the threads lately appended to, as it was at a position of the history."""

    position: int
    heads: dict[UUID, int]


class EventStore:
    """Appends and replays. A position orders the events of all threads; a `seq` those of one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._left = _Heads(-1, {})
        self._unsure: set[UUID] = set()
        """Events whose storing failed: the line may have been cut after they were committed."""

    async def append(self, drafts: Sequence[Draft]) -> list[Event]:
        """Store the drafts, of any threads, in one transaction; the events in the same order. Those whose storing had
        only seemed to fail are found, and not stored again."""
        if not drafts:
            return []
        ids = {draft.event_id for draft in drafts}
        unsure = ids & self._unsure

        def unit(connection: Connection) -> tuple[list[Event], _Heads]:
            known = _stored(connection, unsure) if unsure else {}
            new = [draft for draft in drafts if draft.event_id not in known]
            # The history's row is locked first: whoever holds it sees the last seq of every thread.
            position = advance(connection, _HISTORY, len(new)).position
            heads = self._heads_at(connection, position - len(new), {draft.thread_id for draft in new})
            if new:
                events = _numbered(new, heads)
                _insert(connection, events, position - len(new) + 1)
                for event in events:
                    if isinstance(event.params.data, InputRequestedData):
                        tell_of_question(connection, event.params.data, event.params.timestamp)
                known |= {event.event_id: event for event in events}
            return [known[draft.event_id] for draft in drafts], _Heads(position, heads)

        try:
            events, self._left = await self._database.write(unit, apart=True)
        except StorageUnavailable:
            self._unsure |= ids
            raise
        self._unsure -= ids
        return events

    async def since(self, thread_id: UUID, seq: int, limit: int = 1000) -> list[Event]:
        """The events of a thread after `seq`, at most `limit`.

        When the first is not `seq + 1`, the history was trimmed in between.
        """
        values = {"thread": thread_id, "seen": seq, "most": limit}
        return await self._database.read(
            lambda connection: [_event(row) for row in connection.execute(_SINCE, values).mappings()], of=thread_id
        )

    async def since_all(self, position: int, limit: int = 1000) -> EventPage:
        """The events of every thread stored after `position`, at most `limit`."""

        def unit(connection: Connection) -> EventPage:
            rows = connection.execute(_SINCE_ALL, {"seen": position, "most": limit}).mappings().all()
            return EventPage(items=[_event(row) for row in rows], next=rows[-1]["position"] if rows else position)

        return await self._database.read(unit)

    async def heads(self) -> dict[UUID, int]:
        """The last `seq` of every thread."""
        query = select(_T.thread_id, _T.last)
        return await self._database.read(
            lambda connection: {row.thread_id: row.last for row in connection.execute(query)}
        )

    async def position(self) -> int:
        """The position of the newest event of all."""
        return (await self._database.read(lambda connection: standing(connection, _HISTORY))).position

    async def epoch(self) -> UUID:
        """The identity of this history; a client that knows another one must start over."""
        return (await self._database.read(lambda connection: standing(connection, _HISTORY))).epoch

    async def trim(self, before: datetime) -> int:
        """Drop events stored before then, except the newest of each thread."""

        def unit(connection: Connection) -> int:
            # The log is in the order of time, so this reads as far as the first event that stays, and no further.
            stays = connection.scalar(select(func.min(_E.position)).where(_E.created_at >= before))
            old = _E.position.not_in(select(_T.position))
            if stays is not None:
                old &= _E.position < stays
            threads = connection.scalars(select(_E.thread_id).where(old).distinct()).all()
            dropped = connection.execute(run_events.delete().where(old)).rowcount
            for thread in threads:
                connection.execute(_NEW_FIRST, {"thread": thread})
            return dropped

        return await self._database.write(unit, apart=True)

    async def start_over(self) -> UUID:
        """Forget every event and begin a new epoch."""
        epoch = new_id()

        def unit(connection: Connection) -> UUID:
            advance(connection, _HISTORY)
            connection.execute(histories.update().where(histories.c.name == _HISTORY), {"epoch": epoch})
            connection.execute(run_events.delete())
            connection.execute(thread_heads.delete())
            return epoch

        return await self._database.write(unit, apart=True)

    def _heads_at(self, connection: Connection, position: int, threads: set[UUID]) -> dict[UUID, int]:
        """The last `seq` of the threads. Ours still hold when nobody has appended since we left the history."""
        left = self._left
        known = left.heads if left.position == position and len(left.heads) < _REMEMBERED else {}
        unknown = threads - known.keys()
        if not unknown:
            return dict(known)
        # Beside another process that appends nearly all are unknown each time: one question for all of them.
        stored = connection.execute(_LAST, {"threads": list(unknown)}).tuples().all()
        return {**known, **dict.fromkeys(unknown, 0), **dict(stored)}


class EventBatcher:
    """Appends for many runs at once: the batches that arrive during one transaction share the next.

    A thread's batches keep their order.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._group: GroupCommit[Sequence[Draft], list[Event]] = GroupCommit(
            self._append, hopeless=(StorageUnavailable,), patience=PATIENCE
        )

    async def append(self, drafts: Sequence[Draft]) -> list[Event]:
        return await self._group.submit(drafts)

    async def close(self) -> None:
        """Return when all that was handed in is stored."""
        await self._group.close()

    def _append(self, batches: Sequence[Sequence[Draft]]) -> asyncio.Future[Sequence[list[Event]]]:
        return asyncio.ensure_future(self._append_together(batches))

    async def _append_together(self, batches: Sequence[Sequence[Draft]]) -> Sequence[list[Event]]:
        events = iter(await self._store.append([draft for batch in batches for draft in batch]))
        return [[next(events) for _ in batch] for batch in batches]


def _stored(connection: Connection, ids: Set[UUID]) -> dict[UUID, Event]:
    rows = connection.execute(_ENVELOPE.where(_E.event_id.in_(ids))).mappings()
    return {row["event_id"]: _event(row) for row in rows}


def _numbered(drafts: Sequence[Draft], heads: dict[UUID, int]) -> list[Event]:
    """The drafts as events; `heads`, the last `seq` of each thread, is moved on."""
    events = []
    for draft in drafts:
        seq = heads[draft.thread_id] = heads[draft.thread_id] + 1
        events.append(
            Event(
                seq=seq,
                event_id=draft.event_id,
                thread_id=draft.thread_id,
                method=draft.method,
                params=draft.params,
            )
        )
    return events


def _insert(connection: Connection, events: Sequence[Event], first: int) -> None:
    rows = [
        {
            "position": position,
            "thread_id": event.thread_id,
            "seq": event.seq,
            "event_id": event.event_id,
            "method": event.method,
            "body": event.params,
            "created_at": event.params.timestamp,
        }
        for position, event in enumerate(events, start=first)
    ]
    insert(connection, run_events, rows)
    heads = {
        row["thread_id"]: {"thread_id": row["thread_id"], "first": 1, "last": row["seq"], "position": row["position"]}
        for row in rows
    }
    upsert(connection, thread_heads, list(heads.values()), kept=("first",))


def _event(row: RowMapping) -> Event:
    with reading(row["thread_id"]):
        return Event(
            seq=row["seq"],
            event_id=row["event_id"],
            thread_id=row["thread_id"],
            method=row["method"],
            params=EventParams.model_validate(row["body"]),
        )
