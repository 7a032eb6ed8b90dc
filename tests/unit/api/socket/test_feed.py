"""A client is given every event once and in order, however often it stops reading, and whoever writes at the time."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message
from starlette.websockets import WebSocketDisconnect

from api.socket.feed import Feed
from api.socket.hub import StreamHub
from api.socket.limits import SocketLimits
from api.socket.outbox import Outbox
from api.socket.writer import SocketWriter
from domain.events import DayPassed, Draft, EventParams
from domain.identifiers import derived_id
from domain.messages import Hello
from runtime.events.bus import InProcessBus
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.log.events import EventStore
from storage.log.replay import EventReplay
from storage.schema.migrate import migrate_now
from tests.patience import PATIENCE

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One log for all examples, each of which has a thread of its own in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('log')}/log.db"
    migrate_now(database_url(url))
    return url


class Wire:
    """A server's end of a socket: writing waits while the client does not read, before or after the text has left."""

    def __init__(self, *, leaves_before_waiting: bool = False) -> None:
        self.texts: list[str] = []
        self.fault: Exception | None = None
        self._readable = asyncio.Event()
        self._readable.set()
        self._leaves_before_waiting = leaves_before_waiting

    async def send(self, message: Message) -> None:
        if self.fault is not None:
            raise self.fault
        if self._leaves_before_waiting:
            self.texts.append(message["text"])
        await self._readable.wait()
        if not self._leaves_before_waiting:
            self.texts.append(message["text"])

    def block(self) -> None:
        self._readable.clear()

    def unblock(self) -> None:
        self._readable.set()

    @property
    def seqs(self) -> list[int]:
        return [message["seq"] for message in map(json.loads, self.texts) if message["type"] == "event"]


class BreakableBus(InProcessBus):
    """A bus whose connection can break."""

    def publish_broken(self) -> None:
        for subscription in self._subscriptions:
            subscription.next = _broken  # type: ignore[method-assign]
        self.lose()


async def _broken() -> NoReturn:
    raise ConnectionError("the bus has gone")


class Stream:
    """A thread in the log, a bus and a hub with one client."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._thread = derived_id("feed", str(next(NUMBERS)))
        self._events = EventStore(database)
        self._log = EventReplay(database)
        self.bus = BreakableBus()
        self.hub = StreamHub(self.bus, SocketLimits())
        self.wire = wire

    @asynccontextmanager
    async def open(self, wire: Wire | None = None) -> AsyncIterator[Outbox]:
        writer = SocketWriter((wire or self.wire).send)
        feed = Feed(Hello(type="hello", threads=[self._thread]), self._log, writer)
        async with self.hub.join(feed) as outbox:
            writing = asyncio.create_task(feed.keep_writing(outbox))
            yield outbox
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def happen(self, count: int, *, is_told: bool = True) -> None:
        params = EventParams(timestamp=datetime.now(UTC), data=DayPassed(today=datetime.now(UTC).date()))
        events = await self._events.append([Draft(thread_id=self._thread, method="custom", params=params)] * count)
        if is_told:
            await self.bus.publish(events)


async def until_synced(wire: Wire) -> None:
    async with asyncio.timeout(30):
        while "stream.synced" not in wire.texts[-1]:  # noqa: ASYNC110 - the wire has no event for it
            await asyncio.sleep(0.001)


async def until_given(wire: Wire, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(wire.seqs) < count:  # noqa: ASYNC110 - the wire has no event for it
            await asyncio.sleep(0.001)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.integers(1, 4)),
        st.tuples(st.just("happen untold"), st.integers(1, 3)),
        st.tuples(st.sampled_from(["block", "unblock", "notice", "let others on"]), st.just(0)),
    ),
    max_size=40,
)


@pytest.mark.parametrize("leaves_before_waiting", [False, True])
@settings(max_examples=40)
@given(steps=STEPS)
async def test_every_event_is_given_once_and_in_order(
    log: str, leaves_before_waiting: bool, steps: list[tuple[str, int]]
) -> None:
    async with Database(log) as database:
        stream = Stream(database, wire := Wire(leaves_before_waiting=leaves_before_waiting))
        happened = 0
        async with stream.open() as outbox:
            for step, count in [*steps, ("unblock", 0), ("happen", 1)]:
                match step:
                    case "happen" | "happen untold":
                        await stream.happen(count, is_told=step == "happen")
                        happened += count
                    case "block":
                        wire.block()
                    case "unblock":
                        wire.unblock()
                    case "notice":
                        outbox.notice("kpis", '{"type":"kpis.changed"}')
                    case _:
                        await asyncio.sleep(0)
            await until_given(wire, happened)
        assert wire.seqs == list(range(1, happened + 1))


LEFT = [OSError("the client has left"), RuntimeError("the server has begun to close it")]


@pytest.mark.parametrize("fault", LEFT, ids=["left", "closing"])
async def test_a_client_that_left_is_noticed_by_who_waits_for_it(fault: Exception) -> None:
    wire = Wire()
    writer = SocketWriter(wire.send)
    wire.fault = fault
    assert not writer.write_now("{}")
    with pytest.raises(WebSocketDisconnect):
        await writer.unblocked()
    with pytest.raises(WebSocketDisconnect):
        await writer.write("{}")


@pytest.mark.parametrize("fault", LEFT, ids=["left", "closing"])
async def test_a_client_that_cannot_be_written_to_ends_alone(fault: Exception, log: str) -> None:
    async with Database(log) as database:
        stream = Stream(database, wire := Wire())
        broken = Wire()
        async with stream.open(), stream.open(broken) as outbox:
            await stream.happen(1)
            await until_given(wire, 1)
            await until_given(broken, 1)
            broken.fault = fault
            for count in (2, 3):
                await stream.happen(1)
                await until_given(wire, count)
            assert not outbox.is_cut
        assert (wire.seqs, broken.seqs) == ([1, 2, 3], [1])


async def test_when_the_stream_breaks_off_every_client_is_closed_and_the_next_begins_it_anew(log: str) -> None:
    async with Database(log) as database:
        stream = Stream(database, wire := Wire())
        async with stream.open() as outbox:
            cut = asyncio.Event()
            outbox.when_cut(cut.set)
            stream.bus.publish_broken()
            await asyncio.wait_for(cut.wait(), PATIENCE)
            assert (outbox.is_cut, outbox.is_too_slow) == (True, False)
            again = Wire()
            async with stream.open(again):
                await stream.happen(1)
                await until_given(again, 1)
        assert wire.seqs == []


async def test_what_was_begun_without_a_task_is_finished_in_one() -> None:
    wire = Wire()
    writer = SocketWriter(wire.send)
    wire.block()
    assert not writer.write_now("first")
    finishing = asyncio.create_task(writer.unblocked())
    await asyncio.sleep(0)
    assert not finishing.done()
    wire.unblock()
    await finishing
    assert writer.write_now("second")
    assert wire.texts == ["first", "second"]


@pytest.mark.parametrize("is_told", [True, False], ids=["heard", "lost on the way"])
async def test_a_thread_whose_past_was_left_out_is_streamed_from_there_on(tmp_path: Path, is_told: bool) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    migrate_now(database_url(url))
    async with Database(url) as database:
        events, bus, wire = EventStore(database), BreakableBus(), Wire()
        old, newest, later = (derived_id("feed", name) for name in ("old", "newest", "later"))

        async def happen(thread: UUID, count: int, *, is_told: bool = True) -> None:
            params = EventParams(timestamp=datetime.now(UTC), data=DayPassed(today=datetime.now(UTC).date()))
            stored = await events.append([Draft(thread_id=thread, method="custom", params=params)] * count)
            if is_told:
                await bus.publish(stored)

        await happen(old, 3)
        await happen(newest, 2)
        feed = Feed(Hello(type="hello", latest=1), EventReplay(database), SocketWriter(wire.send))
        async with StreamHub(bus, SocketLimits()).join(feed) as outbox:
            writing = asyncio.create_task(feed.keep_writing(outbox))
            await until_given(wire, 2)
            await until_synced(wire)
            synced = json.loads(wire.texts[-1])
            assert (synced["seqs"], synced["older"]) == ({str(newest): 2}, 1)
            await happen(old, 2, is_told=is_told)
            await happen(later, 1, is_told=is_told)
            if not is_told:
                outbox.fall_behind()
            await until_given(wire, 5)
            await happen(old, 1)
            await until_given(wire, 6)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        told = [json.loads(text) for text in wire.texts]
        heard = [(event["thread_id"], event["seq"]) for event in told if event["type"] == "event"]
        assert sorted(heard) == sorted(
            [(str(newest), 1), (str(newest), 2), (str(old), 4), (str(old), 5), (str(old), 6), (str(later), 1)]
        )
