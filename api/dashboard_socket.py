"""`/ws/dashboard`: replay what a client missed, say so, then stream; take commands; cut off who cannot keep up.

The log is the truth and the bus only a hint that there is more of it: a listener subscribes first, replays from the
log, and then drops from the live stream what the replay already gave it. So nothing is missed and nothing doubled.
"""

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime
from uuid import UUID

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ValidationError

from api.security import is_known_key, is_own_origin
from domain.errors import TescoSenseError
from domain.events import Event
from domain.messages import (
    AnswerCommand,
    ClientMessage,
    CommandResult,
    Heartbeat,
    Hello,
    StreamResync,
    StreamSynced,
    TriggerCommand,
)
from runtime.bus import Lagged, Subscription
from runtime.wiring import System

router = APIRouter()
log = structlog.get_logger()

HEARTBEAT_SECONDS = 15.0
HELLO_SECONDS = 10.0
REPLAY_BATCH = 500
COMMANDS_REMEMBERED = 1000

NORMAL, PROTOCOL_ERROR, UNAUTHORIZED, WRONG_ORIGIN, TOO_SLOW = 1000, 4400, 4401, 4403, 4429


class Closed(Exception):
    """The socket is to be closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


@router.websocket("/ws/dashboard")
async def dashboard(socket: WebSocket) -> None:
    system: System = socket.app.state.system
    await socket.accept()
    session = DashboardSession(socket, system)
    try:
        await session.run()
    except Closed as closed:
        await socket.close(closed.code, closed.reason)
    except WebSocketDisconnect:
        log.debug("socket.gone")


class DashboardSession:
    """One client's connection."""

    def __init__(self, socket: WebSocket, system: System) -> None:
        self._socket = socket
        self._system = system
        self._sent: dict[UUID, int] = {}
        self._threads: set[UUID] | None = None
        self._results: OrderedDict[UUID, CommandResult] = OrderedDict()
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        """Serve until the client leaves. Raises Closed with the code to close with."""
        if not is_own_origin(self._socket.headers.get("origin"), self._socket.headers.get("host")):
            raise Closed(WRONG_ORIGIN, "open the dashboard from its own address")
        hello = await self._hello()
        self._threads = None if hello.threads == "all" else set(hello.threads)
        async with self._system.bus.subscribe() as subscription:
            await self._catch_up(hello)
            async with asyncio.TaskGroup() as tasks:
                streaming = tasks.create_task(self._stream(subscription))
                beating = tasks.create_task(self._beat())
                try:
                    await self._listen()
                finally:
                    streaming.cancel()
                    beating.cancel()

    async def _hello(self) -> Hello:
        try:
            message = await asyncio.wait_for(self._receive(), HELLO_SECONDS)
        except TimeoutError:
            raise Closed(PROTOCOL_ERROR, "say hello first") from None
        if not isinstance(message, Hello):
            raise Closed(PROTOCOL_ERROR, "say hello first")
        if not is_known_key(self._system.settings, message.token):
            raise Closed(UNAUTHORIZED, "the token is not known")
        return message

    async def _catch_up(self, hello: Hello) -> None:
        """Replay from `since`, or from the start after saying why the client's history cannot be continued."""
        epoch = await self._system.events.epoch()
        since = hello.since
        if hello.epoch is not None and hello.epoch != epoch:
            await self._send(StreamResync(epoch=epoch, reason="epoch_changed"))
            since = {}
        heads = await self._system.events.heads()
        wanted = {thread: head for thread, head in heads.items() if self._threads is None or thread in self._threads}
        for thread, head in wanted.items():
            await self._replay(thread, since.get(thread, 0), head, epoch)
        await self._send(StreamSynced(epoch=epoch, seqs={thread: self._sent.get(thread, 0) for thread in wanted}))

    async def _replay(self, thread: UUID, seen: int, head: int, epoch: UUID) -> None:
        self._sent[thread] = seen
        while self._sent[thread] < head:
            batch = await self._system.events.since(thread, self._sent[thread], REPLAY_BATCH)
            if not batch:
                return
            if seen and batch[0].seq != self._sent[thread] + 1:
                await self._send(StreamResync(epoch=epoch, reason="history_trimmed"))
                seen = 0
            for event in batch:
                await self._pass_on(event)

    async def _stream(self, subscription: Subscription) -> None:
        while True:
            try:
                batch = await subscription.next()
            except Lagged:
                raise Closed(TOO_SLOW, "too slow: connect again and continue from your last seq") from None
            for event in batch:
                if self._threads is None or event.thread_id in self._threads:
                    await self._pass_on(event)

    async def _pass_on(self, event: Event) -> None:
        """Send the event unless the replay has sent it already."""
        if event.seq > self._sent.get(event.thread_id, 0):
            self._sent[event.thread_id] = event.seq
            await self._send(event)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._send(Heartbeat(timestamp=datetime.now(UTC)))

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            if isinstance(message, Hello):
                raise Closed(PROTOCOL_ERROR, "hello was said already")
            await self._send(await self._carry_out(message))

    async def _carry_out(self, command: AnswerCommand | TriggerCommand) -> CommandResult:
        """Carry a command out once; the same command id is answered from memory."""
        if known := self._results.get(command.command_id):
            return known
        try:
            if isinstance(command, AnswerCommand):
                await self._system.runs.answer(command.campaign_id, command.interrupt_id, command.answer)
                result = CommandResult(command_id=command.command_id, ok=True)
            else:
                triggered = await self._system.live.trigger(command.scenario)
                result = CommandResult(command_id=command.command_id, ok=True, result=triggered.model_dump(mode="json"))
        except TescoSenseError as error:
            result = CommandResult(command_id=command.command_id, ok=False, problem=str(error))
        self._results[command.command_id] = result
        if len(self._results) > COMMANDS_REMEMBERED:
            self._results.popitem(last=False)
        return result

    async def _receive(self) -> Hello | AnswerCommand | TriggerCommand:
        text = await self._socket.receive_text()
        try:
            return ClientMessage.validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise Closed(PROTOCOL_ERROR, f"{where}: {first['msg']}"[:120]) from error

    async def _send(self, message: BaseModel) -> None:
        async with self._sending:
            await self._socket.send_text(message.model_dump_json())
