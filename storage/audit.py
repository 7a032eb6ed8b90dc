"""The audit log: who did what, when, by which door, and what came of it. Money has a log of its own, the ledger."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Connection, select

from domain.caller import Caller
from domain.cursors import Cursors
from domain.identifiers import new_id
from storage.engine.database import Database
from storage.records import AuditEntry, AuditPage
from storage.schema.system_tables import audit_log

_A = audit_log.c
_CURSORS = Cursors("the audit log", tuple[UUID])


def _now() -> datetime:
    return datetime.now(UTC)


class AuditLog:
    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now

    async def begin(self, caller: Caller, *, via: str, act: str, subject: str, asked: JsonValue) -> UUID:
        """Write down what is about to be done, to disk, before it is; the entry's id."""
        entry = new_id()
        row = {
            "id": entry,
            "at": self._now(),
            "who": caller.shown,
            "role": caller.role,
            "via": via,
            "act": act,
            "subject": subject,
            "asked": asked,
        }
        await self._database.write(lambda connection: connection.execute(audit_log.insert(), row), durable=True)
        return entry

    async def end(self, entry: UUID, *, outcome: str, problem: str = "") -> None:
        query = audit_log.update().where(_A.id == entry)
        values = {"outcome": outcome, "problem": problem}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def page(
        self,
        *,
        limit: int = 50,
        after: str | None = None,
        who: str | None = None,
        act: str | None = None,
        subject: str | None = None,
    ) -> AuditPage:
        """The newest first: all, or by whom, what, and to what. Raises BadInput for a bad cursor."""
        query = select(audit_log).order_by(_A.id.desc()).limit(limit + 1)
        for column, wanted in ((_A.who, who), (_A.act, act), (_A.subject, subject)):
            if wanted is not None:
                query = query.where(column == wanted)
        if after is not None:
            query = query.where(_A.id < _CURSORS.key(after)[0])

        def unit(connection: Connection) -> AuditPage:
            rows = connection.execute(query).all()
            items = [AuditEntry.model_validate(row, from_attributes=True) for row in rows[:limit]]
            return AuditPage(items=items, next=_CURSORS.after((items[-1].id,)) if len(rows) > limit else None)

        return await self._database.read(unit)
