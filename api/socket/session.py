"""One client's connection: its hello, what it is given, and what it asks for."""

import asyncio
import time
from dataclasses import dataclass

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.types import Send

from api.doors.bodies import check_json
from api.doors.hosts import is_own_origin
from api.doors.keys import KeyRing
from api.socket.command_handler import CommandHandler
from api.socket.feed import Feed
from api.socket.hub import StreamHub
from api.socket.limits import SocketLimits
from api.socket.misfits import misfit
from api.socket.outbox import Outbox
from api.socket.replay import StoredEvents
from api.socket.token_bucket import TokenBucket
from api.socket.writer import SocketWriter
from domain.caller import Caller
from domain.errors import BadInput
from domain.messages import AnswerCommand, ClientMessage, Hello, TriggerCommand, Watch
from runtime.system import System

TOO_BIG, SERVER_FAULT, PROTOCOL_ERROR, UNAUTHORIZED, WRONG_ORIGIN, TOO_SLOW = 1009, 1011, 4400, 4401, 4403, 4429


class Closed(Exception):
    """The socket is to be closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sockets of one system have in common."""

    system: System
    limits: SocketLimits
    hub: StreamHub
    commands: CommandHandler
    log: StoredEvents


class DashboardSession:
    """`send` is the server's own, with nothing in between: each event goes through it once for every client."""

    def __init__(self, socket: WebSocket, send: Send, shared: Shared) -> None:
        self._socket = socket
        self._shared = shared
        self._limits = shared.limits
        self._writer = SocketWriter(send)
        self._bucket = TokenBucket(
            per_second=self._limits.messages_per_second,
            at_once=self._limits.messages_at_once,
            now=time.monotonic(),
        )

    async def run(self) -> None:
        """Serve until the client leaves. Raises Closed with the code to close with, or WebSocketDisconnect."""
        headers = self._socket.headers
        if not is_own_origin(headers.getlist("origin"), headers.get("host")):
            raise Closed(WRONG_ORIGIN, "open the dashboard from its own address")
        hello = await self._hello()
        caller = KeyRing(self._shared.system.settings.api_keys).caller(hello.token, self._socket.scope)
        if caller is None:
            raise Closed(UNAUTHORIZED, "the token is not known")
        feed = Feed(hello, self._shared.log, self._writer)
        async with self._shared.hub.join(feed) as outbox:
            writing = asyncio.create_task(feed.keep_writing(outbox), name="socket-writing")
            listening = asyncio.create_task(self._listen(caller, outbox), name="socket-listening")
            outbox.when_cut(writing.cancel)
            try:
                await asyncio.wait({writing, listening}, return_when=asyncio.FIRST_COMPLETED)
                if outbox.is_cut and not outbox.is_too_slow:
                    raise Closed(SERVER_FAULT, "the live stream broke off: connect again")
                if outbox.is_cut:
                    raise Closed(TOO_SLOW, "too slow: connect again and continue from your last seq")
                for task in (listening, writing):
                    if task.done():
                        task.result()
            finally:
                writing.cancel()
                listening.cancel()
                await asyncio.gather(writing, listening, return_exceptions=True)

    async def _hello(self) -> Hello:
        try:
            message = await asyncio.wait_for(self._receive(self._limits.hello_bytes), self._limits.hello_seconds)
        except TimeoutError:
            raise Closed(PROTOCOL_ERROR, "say hello first") from None
        if not isinstance(message, Hello):
            raise Closed(PROTOCOL_ERROR, "say hello first")
        return message

    async def _listen(self, caller: Caller, outbox: Outbox) -> None:
        while True:
            message = await self._receive(self._limits.command_bytes)
            if isinstance(message, Hello):
                raise Closed(PROTOCOL_ERROR, "hello was said already")
            if isinstance(message, Watch):
                self._shared.hub.watch(outbox, message.threads)
                continue
            result = await self._shared.commands.carry_out(message, caller)
            await self._writer.write(result.model_dump_json())

    async def _receive(self, most_bytes: int) -> Hello | Watch | AnswerCommand | TriggerCommand:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        if not self._bucket.take(time.monotonic()):
            raise Closed(TOO_SLOW, "too many messages: send fewer a second")
        text = message.get("text")
        if not isinstance(text, str):
            raise Closed(PROTOCOL_ERROR, "send JSON as text")
        if len(text) > most_bytes or len(text.encode()) > most_bytes:
            raise Closed(TOO_BIG, f"a message may have {most_bytes} bytes")
        try:
            said = ClientMessage.validate_json(text)
        except ValidationError as error:
            raise Closed(PROTOCOL_ERROR, misfit(error)) from error
        if isinstance(said, AnswerCommand | TriggerCommand):
            _refuse_what_cannot_be_kept(text)
        return said


def _refuse_what_cannot_be_kept(text: str) -> None:
    """A command is stored. Raises Closed for one that no database can hold."""
    try:
        check_json(text.encode())
    except BadInput as error:
        raise Closed(PROTOCOL_ERROR, error.problem) from error
