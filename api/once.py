"""What comes with an id of its client's is carried out once, whichever process it reaches and however often."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from fastapi import Request, Response
from pydantic import JsonValue

from api.callers import caller_of
from api.doors.door import is_json
from domain.errors import BadInput, Conflict, StorageUnavailable, shown
from domain.identifiers import derived_id, new_id
from runtime.runs.recovery import is_gone, this_process
from storage.records import KnownCommand, Receipt

LOOK_EVERY = 0.05
"""Seconds between looks at a command another process carries out."""
LOOKS = 600
"""After so many it is told that somebody is at it."""
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


class StillUnderWay(Conflict):
    """Somebody else is at the same command, and has been for a while: no answer for good."""

    title = "Still under way"
    code = "under_way"


@asynccontextmanager
async def alone(command_id: UUID, *, called: str = "") -> AsyncIterator[None]:
    """One at a time in this process: what comes again meanwhile waits for the first. Raises Conflict where that takes
    too long, by what the caller knows the command by."""
    for _ in range(LOOKS):
        if command_id not in _under_way:
            break
        await asyncio.sleep(LOOK_EVERY)
    else:
        raise _still_under_way(called or f"the command {command_id}")
    _under_way.add(command_id)
    try:
        yield
    finally:
        _under_way.discard(command_id)


async def taken(commands: Commands, command_id: UUID, request: JsonValue, owner: str, *, called: str = "") -> JsonValue:
    """None when it is the caller's to carry out, and to keep or forget; otherwise what was answered the first time.
    `called` is what the caller knows the command by, where that is not its id.

    Asked by who is `alone` with it. Raises Conflict for an id that was used for something else, and for one that
    another process is still at.
    """
    for _ in range(LOOKS):
        known = await commands.take(command_id, request, owner)
        if known is None:
            return None
        if known.request != request:
            raise Conflict(
                f"{called or f'the id {command_id}'} has been used for another command",
                remedy=f"give each command an id, each request an {HEADER}, of its own",
            )
        if known.answer is not None:
            return known.answer
        if command_id in _not_kept:
            await keep(commands, command_id, answer := _not_kept[command_id])
            return answer
        if known.owner == owner:
            return None  # The database went away before what became of it could be kept.
        is_left = known.is_stale or is_gone(known.owner)
        if is_left and await commands.take_over(command_id, giver=known.owner, taker=owner):
            return None
        await asyncio.sleep(LOOK_EVERY)
    raise _still_under_way(called or f"the command {command_id}")


def _still_under_way(called: str) -> StillUnderWay:
    return StillUnderWay(f"{called} is still being carried out", remedy="send it again in a moment")


async def keep(commands: Commands, command_id: UUID, answer: JsonValue) -> None:
    """Keep the answer to what has been carried out. It stands even where the database has just gone away."""
    try:
        await commands.answer(command_id, answer)
        _not_kept.pop(command_id, None)
    except StorageUnavailable as error:
        _not_kept[command_id] = answer
        log.warning("answer.not_kept", command_id=str(command_id), reason=str(error))


async def forget(commands: Commands, command_id: UUID) -> None:
    """Let what was not carried out, or not to its end, be tried again."""
    try:
        await commands.forget(command_id)
    except StorageUnavailable as error:
        log.warning("command.not_forgotten", command_id=str(command_id), reason=str(error))


async def once(request: Request, plain: Handler) -> Response:
    """A POST, or a PUT of JSON, that comes again with the same `Idempotency-Key` is given the answer of the first. What
    was refused is judged anew: it had no effect. A file is the same however often it is put."""
    key = request.headers.get(HEADER)
    takes_one = request.method == "POST" or (request.method == "PUT" and is_json(request.headers))
    return await (_once(request, key, plain) if key is not None and takes_one else plain(request))


def receipt_of(request: Request, body: str) -> Receipt | None:
    """What is kept with an order, so that the same request gets this 202 again after any crash; None without a key."""
    command_id = command_of(request)
    return None if command_id is None else Receipt(command_id, _kept(202, body))


def command_of(request: Request) -> UUID | None:
    """Under which id this request is carried out once; None without a key."""
    command_id: UUID | None = getattr(request.state, "command_id", None)
    return command_id


def command_called(request: Request) -> str:
    """What its caller knows this request by, where it came with a key."""
    return str(getattr(request.state, "command_called", ""))


def campaign_to_start(request: Request) -> UUID:
    """The id of the campaign that this request starts: the same whenever it is gone on with."""
    command_id = command_of(request)
    if getattr(request.state, "campaign_id", None) is None:
        request.state.campaign_id = new_id() if command_id is None else derived_id("campaign", command_id)
    campaign_id: UUID = request.state.campaign_id
    return campaign_id


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
    command_id = request.state.command_id = uuid5(NAMESPACE_URL, f"{caller_of(request).name or ''}\n{key}")
    called = request.state.command_called = f"the {HEADER} {shown(key)}"
    async with alone(command_id, called=called):
        answer = await taken(commands, command_id, asked, this_process(), called=called)
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
