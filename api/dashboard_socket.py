"""`/ws/dashboard`: replay what a client missed, say so, then stream; take commands; cut off who cannot keep up.

The log is the truth and the bus only a hint that there is more of it: a client joins the live stream first, is given
the log, and then what the log has not given it yet. Where the live stream skips a `seq`, the log is asked again. So
nothing is missed and nothing doubled, whatever happens to the bus.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.datastructures import State

from api.catching_up import missed, replay, thread_since, wanted_threads
from api.command_desk import CommandDesk
from api.outbox import Outbox
from api.security import is_known_key, is_own_origin
from api.socket_limits import SocketLimits
from api.stream_hub import StreamHub
from api.token_bucket import TokenBucket
from domain.errors import TescoSenseError
from domain.messages import AnswerCommand, ClientMessage, Hello, StreamResync, StreamSynced, TriggerCommand
from runtime.system import System
from storage.replay import EventReplay, Frame

router = APIRouter()
log = structlog.get_logger()

TOO_BIG, SERVER_FAULT, PROTOCOL_ERROR, UNAUTHORIZED, WRONG_ORIGIN, TOO_SLOW = 1009, 1011, 4400, 4401, 4403, 4429
CLOSE_SECONDS = 30.0
"""How long a client that does not read may take to be told why it was cut off."""
REASON_BYTES = 123
"""What a close frame holds."""


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
    desk: CommandDesk
    log: EventReplay


def shared(state: State) -> Shared:
    """Made when the first socket opens, and again when the application was started again."""
    system: System = state.system
    known = getattr(state, "sockets", None)
    if isinstance(known, Shared) and known.system is system:
        return known
    limits = SocketLimits()
    made = Shared(
        system=system,
        limits=limits,
        hub=StreamHub(system.bus, limits),
        desk=CommandDesk(system),
        log=EventReplay(system.repositories.database),
    )
    state.sockets = made
    return made


@router.websocket("/ws/dashboard")
async def dashboard(socket: WebSocket) -> None:
    await socket.accept()
    try:
        await DashboardSession(socket, shared(socket.app.state)).run()
    except Closed as closed:
        await _close(socket, closed)
    except TescoSenseError as error:
        await _close(socket, Closed(SERVER_FAULT, str(error)))
    except WebSocketDisconnect:
        log.debug("socket.gone")


async def _close(socket: WebSocket, closed: Closed) -> None:
    reason = closed.reason.encode()[:REASON_BYTES].decode(errors="ignore")
    log.info("socket.closed", code=closed.code, reason=reason)
    try:
        await asyncio.wait_for(socket.close(closed.code, reason), CLOSE_SECONDS)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        log.info("socket.left_without_reading", code=closed.code)


class DashboardSession:
    """One client's connection."""

    def __init__(self, socket: WebSocket, shared: Shared) -> None:
        self._socket = socket
        self._shared = shared
        self._limits = shared.limits
        self._wanted: frozenset[str] | None = None
        self._sent: dict[str, int] = {}
        self._bucket = TokenBucket(
            per_second=self._limits.messages_per_second,
            at_once=self._limits.messages_at_once,
            now=time.monotonic(),
        )

    async def run(self) -> None:
        """Serve until the client leaves. Raises Closed with the code to close with, or WebSocketDisconnect."""
        headers = self._socket.headers
        if not is_own_origin(headers.get("origin"), headers.get("host")):
            raise Closed(WRONG_ORIGIN, "open the dashboard from its own address")
        hello = await self._hello()
        self._wanted = wanted_threads(hello)
        async with self._shared.hub.join() as outbox:
            sending = asyncio.create_task(self._send_all(hello, outbox), name="socket-sending")
            listening = asyncio.create_task(self._listen(), name="socket-listening")
            outbox.when_cut(sending.cancel)
            try:
                await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
                if outbox.is_cut:
                    raise Closed(TOO_SLOW, "too slow: connect again and continue from your last seq")
                for task in (listening, sending):
                    if task.done():
                        task.result()
            finally:
                sending.cancel()
                listening.cancel()
                await asyncio.gather(sending, listening, return_exceptions=True)

    async def _hello(self) -> Hello:
        try:
            message = await asyncio.wait_for(self._receive(self._limits.hello_bytes), self._limits.hello_seconds)
        except TimeoutError:
            raise Closed(PROTOCOL_ERROR, "say hello first") from None
        if not isinstance(message, Hello):
            raise Closed(PROTOCOL_ERROR, "say hello first")
        if not is_known_key(self._shared.system.settings, message.token):
            raise Closed(UNAUTHORIZED, "the token is not known")
        return message

    async def _send_all(self, hello: Hello, outbox: Outbox) -> None:
        """Replay, then stream."""
        await self._catch_up(hello, outbox)
        outbox.is_replaying = False
        while True:
            waiting = await outbox.take()
            outbox.busy_since = time.monotonic()
            for text in waiting.notices:
                await self._send(text)
            if waiting.fell_behind:
                await self._fill_gaps(outbox)
            await self._pass_on(waiting.frames)
            outbox.busy_since = None

    async def _catch_up(self, hello: Hello, outbox: Outbox) -> None:
        """Replay from `since`, or everything after saying why the client's history cannot be continued."""
        history = await self._shared.log.history()
        behind = missed(hello, history, self._wanted)
        if behind.broken is not None:
            await self._send(StreamResync(epoch=history.epoch, reason=behind.broken).model_dump_json())
        self._sent = dict(behind.since)
        async for frames in replay(self._shared.log, history, behind.since, self._wanted):
            outbox.busy_since = time.monotonic()
            await self._pass_on(frames, checked=True)
        outbox.busy_since = None
        seqs = {thread: self._sent.get(thread, 0) for thread in history.kept if self._wants(thread)}
        await self._send(StreamSynced.model_validate({"epoch": history.epoch, "seqs": seqs}).model_dump_json())

    def _wants(self, thread: str) -> bool:
        return self._wanted is None or thread in self._wanted

    async def _pass_on(self, frames: Sequence[Frame], *, checked: bool = False) -> None:
        """Send what the client has not. `checked` frames come from the log itself and have no gap to fill."""
        sent, wanted = self._sent, self._wanted
        for thread, seq, text in frames:
            if wanted is not None and thread not in wanted:
                continue
            head = sent.get(thread, 0)
            if seq > head + 1 and not checked:
                await self._fill(thread, seq)
                head = sent.get(thread, 0)
            if seq > head:
                sent[thread] = seq
                await self._send(text)

    async def _fill(self, thread: str, last: int) -> None:
        async for frames in thread_since(self._shared.log, thread, self._sent.get(thread, 0), last):
            await self._pass_on(frames, checked=True)

    async def _fill_gaps(self, outbox: Outbox) -> None:
        history = await self._shared.log.history()
        for thread, kept in history.kept.items():
            if self._wants(thread) and self._sent.get(thread, 0) < kept.last:
                await self._fill(thread, kept.last)
                outbox.busy_since = time.monotonic()

    async def _listen(self) -> None:
        while True:
            message = await self._receive(self._limits.command_bytes)
            if isinstance(message, Hello):
                raise Closed(PROTOCOL_ERROR, "hello was said already")
            result = await self._shared.desk.carry_out(message)
            await self._send(result.model_dump_json())

    async def _receive(self, most_bytes: int) -> Hello | AnswerCommand | TriggerCommand:
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
            return ClientMessage.validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise Closed(PROTOCOL_ERROR, f"{where}: {first['msg']}") from error

    async def _send(self, text: str) -> None:
        await self._socket.send({"type": "websocket.send", "text": text})
