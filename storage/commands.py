"""Commands by the id their client gave them: each is carried out once, whichever process it reaches and how often."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Connection, bindparam, select

from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.records import COMMANDS_KEPT, Begun, KnownCommand
from storage.schema.system_tables import commands

_C = commands.c
LONGEST = timedelta(minutes=10)
"""No command takes so long: whoever took it has died, on a machine whose processes are not seen from here."""
_BEGUN = select(_C.begun).where(_C.command_id == bindparam("id"))


def _now() -> datetime:
    return datetime.now(UTC)


class CommandRepository:
    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now

    async def take(self, command_id: UUID, request: JsonValue, owner: str) -> KnownCommand | None:
        """Take a command to carry it out: None when it is ours now, what is known of it when it was taken before."""
        row = {"command_id": command_id, "request": request, "owner": owner, "taken_at": self._now()}

        def unit(connection: Connection) -> KnownCommand | None:
            return None if insert_new(connection, commands, row) else self._known(connection, command_id)

        return await self._database.write(unit)

    async def take_over(self, command_id: UUID, *, giver: str, taker: str) -> bool:
        """Take an unanswered command from an owner that is gone; False when somebody else was faster."""
        query = commands.update().where(_C.command_id == command_id, _C.owner == giver, _C.answer.is_(None))
        return await self._database.write(
            lambda connection: connection.execute(query, {"owner": taker, "taken_at": self._now()}).rowcount == 1
        )

    async def known(self, command_id: UUID) -> KnownCommand | None:
        return await self._database.read(lambda connection: self._known(connection, command_id))

    async def begun(self, command_id: UUID) -> Begun | None:
        """What has been done of it by who did not come to the end."""
        document = await self._database.read(lambda connection: connection.scalar(_BEGUN, {"id": command_id}))
        return None if document is None else Begun.model_validate(document)

    async def note(self, command_id: UUID, begun: Begun) -> None:
        await self._database.write(lambda connection: note_begun(connection, command_id, begun))

    async def answer(self, command_id: UUID, answer: JsonValue) -> None:
        query = commands.update().where(_C.command_id == command_id)
        await self._database.write(lambda connection: connection.execute(query, {"answer": answer}))

    async def forget(self, command_id: UUID) -> None:
        """Let the command be tried again: it could not be carried out for a reason that passes. What has been answered
        stays: it was carried out, whatever went wrong afterwards. So does what has begun: it is gone on with."""
        unanswered = (_C.command_id == command_id) & _C.answer.is_(None)
        idle = commands.delete().where(unanswered, _C.begun.is_(None))
        # Whichever process it is sent to next goes on with it at once.
        begun = commands.update().where(unanswered).values(taken_at=self._now() - LONGEST - timedelta(seconds=1))

        def unit(connection: Connection) -> None:
            connection.execute(idle)
            connection.execute(begun)

        await self._database.write(unit)

    async def prune(self) -> int:
        """Drop the commands older than a week; how many there were."""
        query = commands.delete().where(_C.taken_at < self._now() - COMMANDS_KEPT)
        return await self._database.write(lambda connection: connection.execute(query).rowcount)

    def _known(self, connection: Connection, command_id: UUID) -> KnownCommand | None:
        row = connection.execute(select(commands).where(_C.command_id == command_id)).one_or_none()
        if row is None:
            return None
        return KnownCommand(row.request, row.owner, row.answer, is_stale=row.taken_at < self._now() - LONGEST)


def note_begun(connection: Connection, command_id: UUID | None, begun: Begun) -> None:
    """Beside the step itself, in its transaction. Nothing to note of what came without an id."""
    if command_id is not None:
        query = commands.update().where(_C.command_id == command_id)
        connection.execute(query, {"begun": begun.model_dump(mode="json")})
