"""The bus between processes, on a real Valkey server."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from redis.asyncio import Redis

from domain.errors import BadInput, StorageUnavailable
from domain.events import Event, EventParams, TaskData
from domain.identifiers import derived_id, new_id
from runtime.events.bus import Lagged, Subscription
from runtime.events.redis_bus import RedisBus
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.servers import valkey
from tests.unit.runtime.events.test_drafts import SOUP, Dashboard, of, require_told_to_who_watches, until_watched

MINE, THEIRS = derived_id("this process"), derived_id("another process")

ANOTHER_PROCESS = """
import asyncio, sys
from runtime.events.redis_bus import RedisBus
from tests.integration.test_redis_bus import MINE, THEIRS, an_event

async def main():
    bus = await RedisBus.connect(sys.argv[1])
    async with bus.subscribe() as heard:
        print("listening", flush=True)
        for seq in range(1, 101):
            await bus.publish([an_event(THEIRS, seq)])
        seqs = []
        while len(seqs) < 100:
            seqs += [event.seq for event in await heard.next() if event.thread_id == MINE]
        print(seqs == list(range(1, 101)), flush=True)
    await bus.aclose()

asyncio.run(main())
"""


def an_event(thread: UUID, seq: int) -> Event:
    data = TaskData(node="sensing", phase="start", task_id=str(seq))
    params = EventParams(timestamp=datetime.now(UTC), data=data)
    return Event(seq=seq, event_id=new_id(), thread_id=thread, method="tasks", params=params)


@pytest.fixture
def url() -> Iterator[str]:
    with valkey() as server:
        yield server.connection_url


async def heard_of(subscription: Subscription, thread: UUID, count: int) -> list[int]:
    seqs: list[int] = []
    async with asyncio.timeout(PATIENCE):
        while len(seqs) < count:
            seqs += [event.seq for event in await subscription.next() if event.thread_id == thread]
    return seqs


async def test_two_processes_hear_each_other_and_themselves_in_order(url: str) -> None:
    bus = await RedisBus.connect(url)
    async with bus.subscribe() as one, bus.subscribe() as two:
        other = subprocess.Popen(
            [sys.executable, "-c", ANOTHER_PROCESS, url], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert other.stdout is not None
        assert await asyncio.to_thread(other.stdout.readline) == "listening\n"
        for first in range(1, 101, 10):
            await bus.publish([an_event(MINE, seq) for seq in range(first, first + 10)])
        for listener in (one, two):
            seqs = {MINE: list[int](), THEIRS: list[int]()}
            async with asyncio.timeout(PATIENCE):
                while len(seqs[MINE]) + len(seqs[THEIRS]) < 200:
                    for event in await listener.next():
                        seqs[event.thread_id].append(event.seq)
            assert seqs == {MINE: list(range(1, 101)), THEIRS: list(range(1, 101))}
        assert await asyncio.to_thread(other.stdout.readline) == "True\n"
        assert await asyncio.to_thread(other.wait) == 0
    await bus.aclose()


async def test_a_server_that_restarts_costs_no_run_and_listeners_are_sent_to_the_log() -> None:
    with valkey() as first:
        port, url = first.port, first.connection_url
        bus, other = await RedisBus.connect(url), await RedisBus.connect(url)
        await bus.publish([an_event(MINE, 1)])
    async with bus.subscribe() as heard, other.subscribe() as heard_there:
        await bus.publish([an_event(MINE, 2)])
        with valkey(port):
            for listener in (heard, heard_there):
                with pytest.raises(Lagged):
                    await heard_of(listener, MINE, 1)
            await told_to_all(bus, heard, heard_there)
    await bus.aclose()
    await other.aclose()


async def told_to_all(bus: RedisBus, *listeners: Subscription) -> None:
    """What is published once the outage is over is heard as before, after at most another hint to look in the log."""
    for seq in range(3, 6):
        await bus.publish([an_event(MINE, seq)])
    for listener in listeners:
        try:
            seqs = await heard_of(listener, MINE, 3)
        except Lagged:
            await bus.publish([an_event(MINE, 6)])
            seqs = await heard_of(listener, MINE, 1)
        assert seqs == sorted(set(seqs))


async def test_a_url_that_is_none_and_a_server_that_is_not_there_are_named() -> None:
    with pytest.raises(BadInput, match="redis://host:port/0"):
        await RedisBus.connect("nonsense")
    with pytest.raises(StorageUnavailable, match="no Redis or Valkey server answers"):
        await RedisBus.connect("redis://127.0.0.1:1")


async def test_an_answer_being_written_is_told_to_who_watches_in_another_process(url: str) -> None:
    campaign, server = await RedisBus.connect(url), await RedisBus.connect(url)
    await require_told_to_who_watches(campaign, server)
    await campaign.aclose()
    await server.aclose()


async def test_without_redis_nobody_watches_and_once_it_is_back_who_watched_is_told_again() -> None:
    with valkey() as first:
        campaign, server = await RedisBus.connect(first.connection_url), await RedisBus.connect(first.connection_url)
        dashboard = Dashboard()
        server.drafts.watch(dashboard, frozenset({SOUP}))
        await until_watched(campaign, SOUP)
        port = first.port
    await until_watched(campaign, SOUP, watched=False)
    campaign.drafts.tell(of(SOUP, "Into the void"))
    with valkey(port):
        await until_watched(campaign, SOUP)
        campaign.drafts.tell(of(SOUP, "Soup"))
        async with asyncio.timeout(PATIENCE):
            while "Soup" not in dashboard.heard:  # What was told meanwhile may have got through, or not.
                await dashboard.told.wait()
                dashboard.told.clear()
        await campaign.aclose()
        await server.aclose()


@pytest.mark.parametrize("rubbish", [b"\xff{", '{"of": "another release"}', ""])
async def test_a_draft_that_is_not_understood_ends_no_listening(url: str, rubbish: bytes | str) -> None:
    campaign, server, dashboard = await RedisBus.connect(url), await RedisBus.connect(url), Dashboard()
    server.drafts.watch(dashboard, frozenset({SOUP}))
    await until_watched(campaign, SOUP)
    async with Redis.from_url(url) as stranger:
        await stranger.publish(f"tescosense:drafts:{SOUP}", rubbish)
    async with asyncio.timeout(PATIENCE):
        while not dashboard.heard:  # What is told while it subscribes anew is lost.
            campaign.drafts.tell(of(SOUP, "Soup"))
            await asyncio.sleep(0.1)
    assert set(dashboard.heard) == {"Soup"}
    await campaign.aclose()
    await server.aclose()
