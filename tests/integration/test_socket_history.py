"""What a client of `/ws/dashboard` is given of the past and of the present, and that nothing is missed or doubled."""

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from domain.events import Draft, EventParams, TaskData
from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.log.events import EventStore
from storage.schema.migrate import migrate
from tests.integration.hearing import join, require_every_seq_once
from tests.integration.serving import Server, connected, data_of, serving
from tests.patience import PATIENCE


async def test_a_heart_beats_while_nothing_happens(server: Server) -> None:
    async with connected(server) as client:
        await client.hello(threads=[str(uuid4())])
        beats = [(await client.until(type="heartbeat"))["timestamp"] for _ in range(3)]
        assert beats == sorted(set(beats))


async def test_a_client_of_another_history_is_told_to_forget_it_and_given_everything(server: Server) -> None:
    await server.step()
    async with connected(server) as client:
        await client.hello(epoch=str(uuid4()), since={str(uuid4()): 7})
        first = await client.next()
        assert (first["type"], first["reason"]) == ("stream.resync", "epoch_changed")
        synced = await client.until(type="stream.synced")
        assert synced["epoch"] == first["epoch"]
        require_every_seq_once(client.seqs)
        assert client.heads == synced["seqs"]


async def test_a_client_that_has_everything_is_given_nothing_twice(server: Server) -> None:
    async with connected(server) as before:
        await before.hello()
        synced = await before.until(type="stream.synced")
    async with connected(server) as client:
        await client.hello(epoch=synced["epoch"], since=synced["seqs"])
        again = await client.next()
        assert again["type"] == "stream.synced"
        assert again["seqs"] == synced["seqs"]


async def test_two_tabs_hear_the_same(server: Server) -> None:
    async with connected(server) as one, connected(server) as two:
        for tab in (one, two):
            await tab.hello()
            await tab.until(type="stream.synced")
        await server.step()
        for tab in (one, two):
            await tab.until(kind="clock.day")
        assert one.events[-1] == two.events[-1]


async def test_figures_that_moved_are_said_once_however_much_happened(server: Server) -> None:
    async with connected(server) as client:
        await client.hello()
        await client.until(type="stream.synced")
        await server.step(3)
        await client.until(type="kpis.changed")
        days = [event for event in client.events if data_of(event)["kind"] == "clock.day"]
        said = [message for message in client.messages if message["type"] == "kpis.changed"]
        assert len(said) <= len(days)
        assert "seq" not in said[0]


async def test_a_reader_that_is_too_slow_is_cut_off_alone_and_continues_where_it_was(tmp_path: Path) -> None:
    """It stops reading; the server fills the wires between them, waits three seconds, and cuts it off."""
    await store_events(tmp_path / "data", 2_000, size=8_000)
    with serving(tmp_path / "data", TESCOSENSE_SOCKET_STALL_SECONDS="3") as server:
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.connect(("127.0.0.1", server.port))
        async with connected(server) as quick, connected(server, sock=narrow, max_queue=1) as slow:
            await slow.hello()
            await slow.next()
            slow.connection.transport.pause_reading()
            await quick.hello()
            synced = await quick.until(type="stream.synced")
            await until_logged(server, "too slow")
            await server.step()
            await quick.until(kind="clock.day")
            slow.connection.transport.resume_reading()
            assert await slow.closed() == (4429, "too slow: connect again and continue from your last seq")
            assert 0 < sum(map(len, slow.seqs.values())) < 2_000
        async with connected(server) as again:
            await again.hello(since=slow.heads, epoch=synced["epoch"])
            await again.until(type="stream.synced")
        heard = join(slow.seqs, again.seqs)
        require_every_seq_once(heard)
        assert len(heard[str(SOUP)]) == 2_000


async def test_history_that_was_trimmed_is_replayed_as_a_whole_after_saying_so(tmp_path: Path) -> None:
    await store_events(tmp_path / "data", 50)
    async with Database(f"sqlite:///{tmp_path}/data/tescosense.db") as database:
        log = EventStore(database)
        await log.trim(datetime.now(UTC))
        await log.append([an_event() for _ in range(5)])
        epoch = await log.epoch()
    with serving(tmp_path / "data") as server:
        async with connected(server) as client:
            await client.hello(since={str(SOUP): 20}, epoch=str(epoch))
            first = await client.next()
            assert (first["type"], first["reason"]) == ("stream.resync", "history_trimmed")
            await client.until(type="stream.synced")
            assert client.seqs[str(SOUP)] == [50, 51, 52, 53, 54, 55]
        async with connected(server) as client:
            await client.hello(since={str(SOUP): 49}, epoch=str(epoch))
            await client.until(type="stream.synced")
            assert client.seqs[str(SOUP)] == [50, 51, 52, 53, 54, 55]
            assert client.messages[0]["type"] == "event", "nothing it needs was trimmed"


async def test_a_fresh_client_may_ask_for_the_latest_threads_only_and_hears_all_of_them_from_then_on(
    tmp_path: Path,
) -> None:
    data_dir = tmp_path / "data"
    with serving(data_dir) as server:
        await server.step()
        old, newer, newest = (derived_id("thread", name) for name in ("old", "newer", "newest"))
        for thread in (old, newer, newest):
            await store_events(data_dir, 3, thread=thread)
        async with connected(server) as client:
            await client.hello(latest=2)
            synced = await client.until(type="stream.synced")
            assert client.seqs == {str(newer): [1, 2, 3], str(newest): [1, 2, 3]}
            assert synced["seqs"] == {str(newer): 3, str(newest): 3}
            assert synced["older"] == 2, "the clock's own thread, and the old one"
            await server.step()
            clock = (await client.until(kind="clock.day"))["thread_id"]
            assert client.seqs[clock] == [2], "what was left out stays so"
        async with connected(server) as again:
            await again.hello(latest=1, since={str(newer): 2}, epoch=synced["epoch"])
            await again.until(type="stream.synced")
            assert again.seqs[str(newer)] == [3], "what it knows is continued"
            assert not {str(old), str(newest)} & set(again.seqs), "and what it does not know is older than the latest"
        async with connected(server) as fresh:
            await fresh.hello(latest=0)
            synced = await fresh.until(type="stream.synced")
            assert fresh.seqs == {}, "nothing of the past"
            assert synced["older"] > 3
            await server.step()
            await fresh.until(kind="clock.day")


async def test_the_log_is_read_by_http_from_its_end_and_its_past_comes_gzipped(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with serving(data_dir) as server, server.http() as http:
        await store_events(data_dir, 50)
        end = http.get("/events?since=end").raise_for_status().json()
        assert end["items"] == []
        await store_events(data_dir, 2)
        later = http.get(f"/events?since={end['next']}").raise_for_status().json()
        assert [one["seq"] for one in later["items"] if one["thread_id"] == str(SOUP)] == [51, 52]
        plain, packed = (
            http.get("/events?since=0", headers={"accept-encoding": encoding}) for encoding in ("identity", "gzip")
        )
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.json() == plain.json(), "the same"
        assert int(packed.headers["content-length"]) * 5 < len(plain.content)
        assert "content-encoding" not in http.get("/events?since=end", headers={"accept-encoding": "gzip"}).headers
        refused = http.get("/events?since=start")
        assert refused.status_code == 422


SOUP = derived_id("soup")


def an_event(size: int = 300, thread: UUID = SOUP) -> Draft:
    data = TaskData(node="sensing", phase="start", task_id="x" * size)
    return Draft(thread_id=thread, method="tasks", params=EventParams(timestamp=datetime.now(UTC), data=data))


async def store_events(data_dir: Path, count: int, *, size: int = 300, thread: UUID = SOUP) -> None:
    """A history of one thread, of which no running server is told."""
    url = f"sqlite:///{data_dir}/tescosense.db"
    await migrate(url)
    async with Database(url) as database:
        await EventStore(database).append([an_event(size, thread) for _ in range(count)])


async def until_logged(server: Server, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words not in server.log.read_text():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
