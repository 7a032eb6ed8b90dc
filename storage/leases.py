"""One active run per thread: a lease that its owner keeps alive."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, literal, or_, select

from domain.errors import Conflict
from storage.engine.damage import row_by_row
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.records import ActiveRun, KeptOrder
from storage.schema.system_tables import active_runs

_R = active_runs.c
_WHOSE = (_R.thread_id, _R.run_id, _R.owner, _R.heartbeat_at)
_OWNER = select(_R.thread_id, _R.run_id, _R.owner, literal(value=False))
_TORN = "what was ordered cannot be read"
LEASE = timedelta(seconds=60)


def _now() -> datetime:
    return datetime.now(UTC)


class RunRegistry:
    """A lease without a heartbeat for `lease` is dead and may be taken over, unless an order hangs on it: that is
    carried out first, by whoever takes it up."""

    def __init__(self, database: Database, *, lease: timedelta = LEASE, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._lease = lease
        self._now = now

    async def claim(self, thread_id: UUID, run_id: UUID, owner: str) -> None:
        """Take the thread; claiming again for the same run and owner renews. Raises Conflict while another holds it."""
        now = self._now()
        row = {"thread_id": thread_id, "run_id": run_id, "owner": owner, "heartbeat_at": now}
        ours = (_R.run_id == run_id) & (_R.owner == owner)
        dead = (_R.heartbeat_at < now - self._lease) & _R.ordered.is_(None)
        take = active_runs.update().where(_R.thread_id == thread_id, or_(ours, dead))

        def unit(connection: Connection) -> None:
            if insert_new(connection, active_runs, row):
                return
            if connection.execute(take, {"run_id": run_id, "owner": owner, "heartbeat_at": now}).rowcount == 0:
                raise Conflict(f"Thread {thread_id} is already running", remedy="wait for its run to finish or to park")

        await self._database.write(unit)

    async def heartbeat_all(self, owner: str) -> int:
        """Keep every lease of an owner alive; how many there are."""
        # Not those that somebody is just changing: two that lock the same rows in other orders would wait for ever.
        free = select(_R.thread_id).where(_R.owner == owner).with_for_update(skip_locked=True)
        query = active_runs.update().where(_R.thread_id.in_(free))
        return await self._database.write(
            lambda connection: connection.execute(query, {"heartbeat_at": self._now()}).rowcount
        )

    async def release(self, thread_id: UUID, run_id: UUID) -> None:
        """Give the thread up; nothing happens when it is no longer ours."""
        query = active_runs.delete().where(_R.thread_id == thread_id, _R.run_id == run_id)
        await self._database.write(lambda connection: connection.execute(query))

    async def give_back(self, thread_id: UUID, run_id: UUID) -> None:
        """Give up a thread of which nothing was ordered. An order whose storing only seemed to fail stays."""
        query = active_runs.delete().where(_R.thread_id == thread_id, _R.run_id == run_id, _R.ordered.is_(None))
        await self._database.write(lambda connection: connection.execute(query))

    async def active(self, thread_id: UUID) -> ActiveRun | None:
        query = select(*_WHOSE, _R.ordered).where(_R.thread_id == thread_id)
        return next(iter(await self._database.read(lambda connection: _runs(connection, query), of=thread_id)), None)

    async def held_among(self, threads: Collection[UUID]) -> set[UUID]:
        """Those of the threads that have a run."""
        query = select(_R.thread_id).where(_R.thread_id.in_(threads))
        return await self._database.read(lambda connection: set(connection.execute(query).scalars()))

    async def orders(self) -> list[KeptOrder]:
        """Every order that has not been carried out."""
        taken_up = _R.ordered["is_taken_up"].as_boolean()
        query = select(_R.thread_id, _R.run_id, _R.owner, taken_up.label("is_taken_up")).where(_R.ordered.is_not(None))

        def unit(connection: Connection) -> list[KeptOrder]:
            found = row_by_row(connection, query, _R.thread_id)
            # One that cannot be read is there all the same, until it is set aside by name.
            whole = (
                connection.execute(_OWNER.where(_R.thread_id == one)).one() if isinstance(one, UUID) else one
                for one in found
            )
            return [
                KeptOrder(thread_id=one[0], run_id=one[1], owner=one[2], is_taken_up=one[3] is True) for one in whole
            ]

        return await self._database.read(unit)

    async def orphans(self, stale_after: timedelta | None = None) -> list[ActiveRun]:
        """Runs whose owner has been silent for `stale_after` (the lease when not given), oldest first."""
        silent_since = self._now() - (self._lease if stale_after is None else stale_after)
        query = select(*_WHOSE, _R.ordered).where(_R.heartbeat_at <= silent_since).order_by(_R.heartbeat_at)
        return await self._database.read(lambda connection: _runs(connection, query))


def _runs(connection: Connection, query: Select[Any]) -> list[ActiveRun]:
    """With what was ordered of each, or with words that are no order, which whoever takes it up puts on record."""
    runs = []
    for one in row_by_row(connection, query, _R.thread_id):
        if isinstance(one, UUID):
            whose = connection.execute(select(*_WHOSE).where(_R.thread_id == one)).mappings().one()
            runs.append(ActiveRun.model_validate({**whose, "ordered": _TORN}))
        else:
            runs.append(ActiveRun.model_validate(one._mapping))
    return runs
