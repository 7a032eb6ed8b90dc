"""The two servers of `bench stream`: the application, and a bare ASGI broadcast under the same uvicorn."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TextIO

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from domain.events import Draft, Event, EventParams, TaskData
from domain.identifiers import derived_id
from domain.state import CampaignStatus
from runtime.events.bus import Bus, Subscription
from runtime.events.drafts import Drafts
from runtime.events.writer import EventWriter
from runtime.settings import Settings
from runtime.system import System
from storage.ports import CampaignChange

THREAD = derived_id("bench stream")


def a_draft() -> Draft:
    """An event of ordinary size."""
    data = TaskData(node="strategy", phase="finish", task_id="f" * 36, triggers=["branch:to:strategy"], duration_ms=1.5)
    return Draft(thread_id=THREAD, method="tasks", params=EventParams(timestamp=datetime.now(UTC), data=data))


class Publisher(Protocol):
    handed_out: dict[str, float]
    """When each event was handed out, by `seq`."""

    async def happen(self) -> None:
        """Let one event happen."""
        ...

    async def flush(self) -> None:
        """Return when every event has been handed out."""
        ...

    async def store(self, count: int) -> None: ...


class NotingBus:
    """The application's bus; notes when each event is handed to it."""

    def __init__(self, bus: Bus) -> None:
        self.handed_out: dict[str, float] = {}
        self._bus = bus

    @property
    def drafts(self) -> Drafts:
        return self._bus.drafts

    async def publish(self, events: Sequence[Event]) -> None:
        now = time.perf_counter()
        self.handed_out.update((str(event.seq), now) for event in events)
        await self._bus.publish(events)

    def subscribe(self) -> AbstractAsyncContextManager[Subscription]:
        return self._bus.subscribe()

    async def aclose(self) -> None:
        await self._bus.aclose()


class Ours:
    """Stores events and tells the bus through the writer, as a run does."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._bus = NotingBus(system.bus)
        self._writer = EventWriter(system.events, self._bus)
        self.handed_out = self._bus.handed_out

    async def happen(self) -> None:
        self._writer.offer([a_draft()])

    async def flush(self) -> None:
        await self._writer.flush()

    async def store(self, count: int) -> None:
        owner = CampaignChange(
            campaign_id=THREAD,
            name="A long history",
            budget=Decimal(1000),
            account="house",
            world_id="live",
            status=CampaignStatus.COMPLETED,
        )
        await self._system.campaigns.record(owner)
        await self._system.events.append([a_draft() for _ in range(count)])


class Bare:
    """Accepts sockets, says that they are in step, and sends every text to all of them."""

    @classmethod
    def of(cls, app: object) -> "Bare":
        assert isinstance(app, cls)
        return app

    def __init__(self) -> None:
        self._sockets: set[Callable[[Message], Awaitable[None]]] = set()
        self._seq = 0
        self.handed_out: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        await send({"type": "websocket.accept"})
        await receive()
        await receive()
        await send({"type": "websocket.send", "text": '{"type":"stream.synced"}'})
        self._sockets.add(send)
        try:
            while (await receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self._sockets.discard(send)

    async def happen(self) -> None:
        self._seq += 1
        event = a_draft()
        text = (
            f'{{"type":"event","seq":{self._seq},"event_id":"{THREAD}","thread_id":"{THREAD}","method":"tasks",'
            f'"params":{event.params.model_dump_json()}}}'
        )
        self.handed_out[str(self._seq)] = time.perf_counter()
        for send in tuple(self._sockets):
            await send({"type": "websocket.send", "text": text})

    async def flush(self) -> None:
        """It hands out at once."""

    async def store(self, count: int) -> None:
        """It keeps nothing."""


async def take_orders(publisher: Publisher, answers: TextIO) -> None:
    """`publish PACE COUNT` and `store COUNT`, until standard input ends."""
    while order := (await asyncio.to_thread(sys.stdin.readline)).split():
        if order[0] == "store":
            await publisher.store(int(order[1]))
            print("stored", file=answers, flush=True)
        else:
            publisher.handed_out.clear()
            await at_pace(publisher, int(order[1]), int(order[2]))
            print(orjson.dumps(publisher.handed_out).decode(), file=answers, flush=True)


async def at_pace(publisher: Publisher, pace: int, count: int) -> None:
    """`count` events, `pace` a second; fewer when a pace that cannot be kept has had half as long again."""
    begun = time.perf_counter()
    for number in range(count):
        ahead = begun + number / pace - time.perf_counter()
        if -ahead > count / pace / 2:
            break
        await asyncio.sleep(max(0.0, ahead))
        await publisher.happen()
    await publisher.flush()


def configured(kind: str, data_dir: Path) -> uvicorn.Config:
    """Both with the settings of `tescosense serve`."""
    app = create_app(Settings(data_dir=data_dir, days_per_minute=0.001)) if kind == "ours" else Bare()
    return uvicorn.Config(app, port=0, log_level="warning", ws_max_size=1_000_000, ws_per_message_deflate=False)


async def serve(config: uvicorn.Config, answers: TextIO) -> None:
    app = config.app
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], file=answers, flush=True)
    publisher: Publisher = Ours(app.state.system) if isinstance(app, FastAPI) else Bare.of(app)
    await take_orders(publisher, answers)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    # The log goes to standard output too; it must not come between our answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    chosen = configured(sys.argv[1], Path(sys.argv[2]))
    with asyncio.Runner(loop_factory=chosen.get_loop_factory()) as runner:
        runner.run(serve(chosen, answers))
