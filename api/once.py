"""What comes with an id of its client's is carried out once, whichever process it reaches and however often."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import JsonValue

from domain.errors import BadInput, Conflict, StorageUnavailable
from runtime.runs.recovery import is_gone, this_process
from storage.records import KnownCommand, Receipt

LOOK_EVERY = 0.05
"""Seconds between looks at a command another process carries out."""
HEADER = "Idempotency-Key"
LONGEST_KEY = 255

log = structlog.get_logger()

_under_way: set[UUID] = set()
"""What this process is carrying out."""
_not_kept: dict[UUID, JsonValue] = {}
"""Answers this process has given while the database was away."""

Handler = Callable[[Request], Awaitable[Response]]


class Commands(Protocol):
    """Commands by the id their client gave them."""

    async def take(self, command_id: UUID, request: JsonValue, owner: str) -> KnownCommand | None: ...

    async def take_over(self, command_id: UUID, *, giver: str, taker: str) -> bool: ...

    async def answer(self, command_id: UUID, answer: JsonValue) -> None: ...

    async def forget(self, command_id: UUID) -> None: ...


@asynccontextmanager
async def alone(command_id: UUID) -> AsyncIterator[None]:
    """One at a time in this process: what comes again meanwhile waits for the first."""
    while command_id in _under_way:  # noqa: ASYNC110 - the first one may be anywhere
        await asyncio.sleep(LOOK_EVERY)
    _under_way.add(command_id)
    try:
        yield
    finally:
        _under_way.discard(command_id)


async def taken(commands: Commands, command_id: UUID, request: JsonValue, owner: str) -> JsonValue:
    """None when it is the caller's to carry out, and to keep or forget; otherwise what was answered the first time.

    Asked by who is `alone` with it. Raises Conflict for an id that was used for something else.
    """
    while (known := await commands.take(command_id, request, owner)) is not None:
        if known.request != request:
            raise Conflict(
                f"the id {command_id} has been used for another command", remedy="give each command an id of its own"
            )
        answer = _not_kept.get(command_id) if known.answer is None else known.answer
        if answer is not None:
            return answer
        if known.owner == owner:
            return None  # The database went away before what became of it could be kept.
        if is_gone(known.owner) and await commands.take_over(command_id, giver=known.owner, taker=owner):
            return None
        await asyncio.sleep(LOOK_EVERY)
    return None


async def keep(commands: Commands, command_id: UUID, answer: JsonValue) -> None:
    """Keep the answer to what has been carried out. It stands even where the database has just gone away."""
    try:
        await commands.answer(command_id, answer)
    except StorageUnavailable as error:
        _not_kept[command_id] = answer
        log.warning("answer.not_kept", command_id=str(command_id), reason=str(error))


async def forget(commands: Commands, command_id: UUID) -> None:
    """Let what was not carried out be tried again."""
    try:
        await commands.forget(command_id)
    except StorageUnavailable as error:
        log.warning("command.not_forgotten", command_id=str(command_id), reason=str(error))


class OnceRoute(APIRoute):
    """A POST that comes again with the same `Idempotency-Key` is given the answer of the first. What was refused is
    judged anew: it had no effect."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        plain = super().get_route_handler()
        if "POST" not in (self.methods or ()):
            return plain

        async def handle(request: Request) -> Response:
            key = request.headers.get(HEADER)
            return await (plain(request) if key is None else _once(request, key, plain))

        return handle


def receipt_of(request: Request, body: str) -> Receipt | None:
    """What is kept with an order, so that the same request gets this 202 again after any crash; None without a key."""
    command_id = getattr(request.state, "command_id", None)
    return None if command_id is None else Receipt(command_id, _kept(202, body))


async def _once(request: Request, key: str, plain: Handler) -> Response:
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput(
            f"{HEADER} has {len(key)} characters",
            remedy=f"give it 1 to {LONGEST_KEY}, a UUID for example",
            field=HEADER,
        )
    commands: Commands = request.app.state.system.repositories.commands
    asked: JsonValue = {
        "method": request.method,
        "url": f"{request.url.path}?{request.url.query}",
        "body": hashlib.sha256(await request.body()).hexdigest(),
    }
    command_id = request.state.command_id = uuid5(NAMESPACE_URL, f"{request.headers.get('Authorization', '')}\n{key}")
    async with alone(command_id):
        answer = await taken(commands, command_id, asked, this_process())
        if isinstance(answer, dict):
            return Response(str(answer["body"]), status_code=int(str(answer["status"])), media_type="application/json")
        try:
            response = await plain(request)
        except BaseException:
            await forget(commands, command_id)
            raise
        await keep(commands, command_id, _kept(response.status_code, bytes(response.body).decode()))
        return response


def _kept(status: int, body: str) -> JsonValue:
    return {"status": status, "body": body}
