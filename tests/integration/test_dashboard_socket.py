"""`/ws/dashboard` as a client sees it: a real server process, a real port, a real WebSocket client."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from domain.events import Draft, EventParams, TaskData
from domain.identifiers import derived_id
from storage.database import Database
from storage.events import EventStore
from storage.migrate import migrate
from tests.integration.serving import Client, Server, connected, data_of, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as they found it, or only add campaigns."""
    limits = {
        "TESCOSENSE_SOCKET_HEARTBEAT_SECONDS": "0.2",
        "TESCOSENSE_SOCKET_HELLO_SECONDS": "0.5",
        "TESCOSENSE_SOCKET_COMMAND_BYTES": "5000",
    }
    with serving(tmp_path_factory.mktemp("socket") / "data", **limits) as running:
        yield running


def require_every_seq_once(client_seqs: dict[str, list[int]]) -> None:
    for thread, seqs in client_seqs.items():
        assert seqs == list(range(1, len(seqs) + 1)), thread


def join(*parts: dict[str, list[int]]) -> dict[str, list[int]]:
    whole: dict[str, list[int]] = {}
    for part in parts:
        for thread, seqs in part.items():
            whole.setdefault(thread, []).extend(seqs)
    return whole


def approval_of(client: Client, campaign: str) -> str:
    """The id of the question a campaign asks at the gate."""
    asked = [
        data_of(event)["interrupt_id"]
        for event in client.events
        if event["thread_id"] == campaign
        and event["method"] == "input.requested"
        and data_of(event)["node"] == "approval"
    ]
    return str(asked[-1])


async def at_rest(client: Client, campaigns: list[str]) -> list[str]:
    """Listen until every campaign is parked or has ended; the ones that wait at the gate."""
    while True:
        closed = {e["thread_id"] for e in client.events if data_of(e).get("phase") in ("parked", "completed", "failed")}
        if closed.issuperset(campaigns):
            return [
                campaign
                for campaign in campaigns
                if any(
                    e["thread_id"] == campaign and data_of(e).get("status") == "AWAITING_APPROVAL"
                    for e in client.events
                )
            ]
        await client.until(kind="lifecycle")


async def step_until_completed(server: Server, client: Client, campaign: str) -> None:
    """Move the clock day by day until the flight is measured and the lesson learned."""
    with server.http() as http:
        for _ in range(20):
            http.post("/simulation/clock/step").raise_for_status()
            if http.get(f"/campaigns/{campaign}").json()["campaign"]["status"] == "COMPLETED":
                break
    await client.until(thread_id=campaign, kind="lifecycle", phase="completed")


async def test_a_campaign_is_driven_from_trigger_to_lesson_over_a_socket_that_breaks(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, server.http() as http:
        http.put("/simulation/clock", json={"running": False}).raise_for_status()
        async with connected(server) as first:
            await first.hello()
            synced = await first.until(type="stream.synced")
            triggered = http.post("/simulation/trigger", json={"scenario": "heavy-rain"})
            assert triggered.status_code == 202
            campaign, *others = await at_rest(first, triggered.json()["campaign_ids"])
            answered = await first.command(
                "campaign.answer",
                campaign_id=campaign,
                interrupt_id=approval_of(first, campaign),
                answer={"decision": "approve", "decided_by": "Ada"},
            )
            assert answered["ok"], answered
            await first.until(kind="campaign.booked")

        # Nobody listens: the clock turns, the flight is measured, the other questions are answered over HTTP.
        for other in others:
            question = http.get(f"/campaigns/{other}/questions").json()["items"][0]
            decided = http.post(
                f"/campaigns/{other}/decisions",
                json={
                    "interrupt_id": question["interrupt_id"],
                    "answer": {"decision": "reject", "reason": "one is enough"},
                },
            )
            assert decided.status_code == 202, decided.text
        for _ in range(3):
            http.post("/simulation/clock/step").raise_for_status()

        async with connected(server) as second:
            await second.hello(since=first.heads, epoch=synced["epoch"])
            await second.until(type="stream.synced")
            await step_until_completed(server, second, campaign)
            status = http.get(f"/campaigns/{campaign}").json()
            assert status["campaign"]["status"] == "COMPLETED"
            assert [approval["decided_by"] for approval in status["approvals"]] == ["Ada"]
            assert len(status["bookings"]) == 1

        heard = join(first.seqs, second.seqs)
        require_every_seq_once(heard)
        stored = http.get(f"/campaigns/{campaign}/events", params={"limit": 1000}).json()["items"]
        live = [event for event in first.events + second.events if event["thread_id"] == campaign]
        assert live == stored, "the socket says what the log says, word for word"
        kinds = [data_of(event)["kind"] for event in live]
        for kind in ("opportunity.detected", "campaign.planned", "campaign.booked", "performance.reported"):
            assert kinds.count(kind) == 1
        assert kinds.count("beliefs.updated") == 1


async def test_a_run_goes_on_and_is_approved_with_no_socket_at_all(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, server.http() as http:
        campaigns = http.post("/simulation/trigger", json={"scenario": "heavy-rain"}).json()["campaign_ids"]
        campaign, question = await asked_over_http(server, campaigns)
        answer = {"interrupt_id": question["interrupt_id"], "answer": {"decision": "approve"}}
        assert http.post(f"/campaigns/{campaign}/decisions", json=answer).status_code == 202
        for _ in range(14):
            http.post("/simulation/clock/step").raise_for_status()
        async with connected(server) as late:
            await late.hello(threads=[campaign])
            await late.until(type="stream.synced")
            if not any(data_of(event).get("phase") == "completed" for event in late.events):
                await late.until(kind="lifecycle", phase="completed")
            assert set(late.seqs) == {campaign}, "it asked for one thread and hears of no other"
            require_every_seq_once(late.seqs)
        assert http.get(f"/campaigns/{campaign}").json()["campaign"]["status"] == "COMPLETED"


async def asked_over_http(server: Server, campaigns: list[str]) -> tuple[str, dict]:
    """The first campaign that asks, and its question."""
    with server.http() as http:
        for _ in range(400):
            for campaign in campaigns:
                if items := http.get(f"/campaigns/{campaign}/questions").json()["items"]:
                    return campaign, dict(items[0])
            await asyncio.sleep(0.05)
    raise AssertionError(f"none of the campaigns asks: {server.log.read_text()}")


async def test_a_server_killed_in_the_middle_is_continued_with_no_seq_missed_or_doubled(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        async with connected(server) as first:
            await first.hello()
            synced = await first.until(type="stream.synced")
            triggering = asyncio.create_task(asyncio.to_thread(trigger_and_lose, server))
            await first.until(kind="campaign.planned")
            server.kill()
            await first.closed()
            await triggering
    with serving(tmp_path / "data") as again:
        async with connected(again) as second:
            await second.hello(since=first.heads, epoch=synced["epoch"])
            await second.until(type="stream.synced")
            known = {data_of(message)["campaign_id"] for message in first.events if "campaign_id" in data_of(message)}
            second.messages = first.messages + second.messages
            assert await at_rest(second, sorted(known))
        require_every_seq_once(second.seqs)
        assert not any(message["type"] == "stream.resync" for message in second.messages)


def trigger_and_lose(server: Server) -> None:
    """Trigger on a server that may die before it answers."""
    with server.http() as http, suppress(httpx.TransportError):
        http.post("/simulation/trigger", json={"scenario": "heavy-rain"})


async def test_a_heart_beats_while_nothing_happens(server: Server) -> None:
    async with connected(server) as client:
        await client.hello(threads=[str(uuid4())])
        beats = [(await client.until(type="heartbeat"))["timestamp"] for _ in range(3)]
        assert beats == sorted(set(beats))


async def test_a_client_of_another_history_is_told_to_forget_it_and_given_everything(server: Server) -> None:
    with server.http() as http:
        http.post("/simulation/clock/step").raise_for_status()
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
        with server.http() as http:
            http.post("/simulation/clock/step").raise_for_status()
        for tab in (one, two):
            await tab.until(kind="clock.day")
        assert one.events[-1] == two.events[-1]


async def test_figures_that_moved_are_said_once_however_much_happened(server: Server) -> None:
    async with connected(server) as client:
        await client.hello()
        await client.until(type="stream.synced")
        with server.http() as http:
            for _ in range(3):
                http.post("/simulation/clock/step").raise_for_status()
        await client.until(type="kpis.changed")
        days = [event for event in client.events if data_of(event)["kind"] == "clock.day"]
        said = [message for message in client.messages if message["type"] == "kpis.changed"]
        assert len(said) <= len(days)
        assert "seq" not in said[0]


@pytest.mark.parametrize(
    ("spoken", "reason"),
    [
        ("{", "Invalid JSON"),
        ('{"type":"command","name":"campaign.answer"}', "command_id"),
        ('{"type":"hello","since":{"not-an-id":1}}', "since"),
        ('{"type":"hello","threads":"some"}', "threads"),
        ('{"type":"hello","token":' + "[" * 500 + "]" * 500 + "}", "recursion limit"),
        ("[]", ""),
        ("null", ""),
        (b"\x00\x01", "send JSON as text"),
    ],
)
async def test_a_malformed_message_closes_its_socket_with_4400(
    server: Server, spoken: str | bytes, reason: str
) -> None:
    async with connected(server) as other, connected(server) as client:
        await other.hello()
        await client.connection.send(spoken)
        code, said = await client.closed()
        assert code == 4400
        assert reason in said
        await other.until(type="stream.synced")


async def test_a_reason_too_long_for_a_close_frame_is_cut_between_letters(server: Server) -> None:
    async with connected(server) as client:
        await client.say(type="hello", **{"é" * 300: 1})
        code, reason = await client.closed()
        assert code == 4400
        assert 100 < len(reason.encode()) <= 123


async def test_a_command_before_hello_and_a_second_hello_are_refused(server: Server) -> None:
    async with connected(server) as client:
        await client.say(type="command", name="simulation.trigger", command_id=str(uuid4()), scenario="heavy-rain")
        assert await client.closed() == (4400, "say hello first")
    async with connected(server) as client:
        await client.hello()
        await client.hello()
        assert await client.closed() == (4400, "hello was said already")


async def test_a_client_that_does_not_say_hello_is_closed(server: Server) -> None:
    async with connected(server) as client:
        assert await client.closed() == (4400, "say hello first")


async def test_an_oversized_message_closes_its_socket_with_1009(server: Server) -> None:
    async with connected(server) as other, connected(server) as client:
        await other.hello()
        await client.hello()
        await client.say(type="command", name="simulation.trigger", command_id=str(uuid4()), scenario="x" * 6000)
        assert (await client.closed())[0] == 1009
        await other.until(type="stream.synced")
    async with connected(server) as client:
        await client.connection.send("x" * 1_100_000)
        assert (await client.closed())[0] == 1009


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_is_closed_with_4403(server: Server, origin: str) -> None:
    async with connected(server, origin=origin) as client:
        assert (await client.closed())[0] == 4403
        assert client.messages == []


async def test_our_own_page_may_connect(server: Server) -> None:
    async with connected(server, origin=server.url) as client:
        await client.hello()
        await client.until(type="stream.synced")


async def test_a_flooding_client_is_closed_with_4429_and_disturbs_no_one(server: Server) -> None:
    async with connected(server) as other, connected(server) as client:
        await other.hello()
        await other.until(type="stream.synced")
        await client.hello()
        flood = {"type": "command", "name": "simulation.trigger", "command_id": str(uuid4()), "scenario": "no-such"}
        for _ in range(200):
            await client.say(**flood)
        code, reason = await client.closed()
        assert (code, reason) == (4429, "too many messages: send fewer a second")
        assert sum(message["type"] == "command.result" for message in client.messages) <= 60
        with server.http() as http:
            http.post("/simulation/clock/step").raise_for_status()
        await other.until(kind="clock.day")


async def test_only_a_known_token_is_let_in_once_keys_are_set(tmp_path: Path) -> None:
    with serving(tmp_path / "data", TESCOSENSE_API_KEYS='["sesame"]') as server:
        for wrong in ({}, {"token": ""}, {"token": "sesam"}, {"token": "sesame "}):
            async with connected(server) as client:
                await client.hello(**wrong)
                assert await client.closed() == (4401, "the token is not known")
                assert client.messages == []
        async with connected(server) as client:
            await client.hello(token="sesame")
            await client.until(type="stream.synced")


async def test_a_reader_that_is_too_slow_is_cut_off_alone_and_continues_where_it_was(tmp_path: Path) -> None:
    """It stops reading; the server fills the wires between them, waits a second, and cuts it off."""
    await store_events(tmp_path / "data", 2_000, size=8_000)
    with serving(tmp_path / "data", TESCOSENSE_SOCKET_STALL_SECONDS="1") as server:
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
            with server.http() as http:
                await asyncio.to_thread(http.post, "/simulation/clock/step")
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
        with server.http() as http:
            http.post("/simulation/clock/step").raise_for_status()
        old, newer, newest = (derived_id("thread", name) for name in ("old", "newer", "newest"))
        for thread in (old, newer, newest):
            await store_events(data_dir, 3, thread=thread)
        async with connected(server) as client:
            await client.hello(latest=2)
            synced = await client.until(type="stream.synced")
            assert client.seqs == {str(newer): [1, 2, 3], str(newest): [1, 2, 3]}
            [clock] = set(synced["seqs"]) - {str(old), str(newer), str(newest)}
            assert synced["seqs"] == {str(old): 3, str(newer): 3, str(newest): 3, clock: 1}
            with server.http() as http:
                http.post("/simulation/clock/step").raise_for_status()
            await client.until(kind="clock.day")
            assert client.seqs[clock] == [2]
        async with connected(server) as again:
            await again.hello(latest=1, since={str(newer): 2}, epoch=synced["epoch"])
            await again.until(type="stream.synced")
            assert again.seqs[str(newer)] == [3], "what it knows is continued"
            assert not {str(old), str(newest)} & set(again.seqs), "and what it does not know is older than the latest"


async def test_a_command_is_carried_out_once_whichever_socket_brings_it(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        trigger = {"scenario": "heavy-rain", "command_id": str(uuid4())}
        async with connected(server) as one, connected(server) as two:
            for tab in (one, two):
                await tab.hello()
                await tab.until(type="stream.synced")
            results = await asyncio.gather(
                one.command("simulation.trigger", **trigger), two.command("simulation.trigger", **trigger)
            )
            assert results[0] == results[1]
            assert results[0]["ok"]
            campaign, *_ = await at_rest(one, results[0]["result"]["campaign_ids"])
            answer = {
                "campaign_id": campaign,
                "interrupt_id": approval_of(one, campaign),
                "answer": {"decision": "approve"},
                "command_id": str(uuid4()),
            }
            approved = await one.command("campaign.answer", **answer)
            assert approved["ok"]
            assert await two.command("campaign.answer", **answer) == approved
            stale = await two.command("campaign.answer", **{**answer, "command_id": str(uuid4())})
            assert (stale["ok"], stale["status"]) == (False, 409)
            reused = await two.command("simulation.trigger", scenario="heatwave", command_id=answer["command_id"])
            assert (reused["ok"], reused["status"]) == (False, 409)
            unknown = await two.command("simulation.trigger", scenario="heavy-rian")
            assert (unknown["ok"], unknown["status"]) == (False, 422)
            assert "heavy-rain" in unknown["problem"]
        server.kill()
    with serving(tmp_path / "data") as again, again.http() as http:
        async with connected(again) as client:
            await client.hello()
            await client.until(type="stream.synced")
            assert await client.command("campaign.answer", **answer) == approved, "another process answers the same"
            assert await client.command("simulation.trigger", **trigger) == results[0]
            assert len(http.get("/simulation/clock").json()["scenarios"]) == 1
            assert len(http.get(f"/campaigns/{campaign}").json()["approvals"]) == 1


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
    async with asyncio.timeout(20):
        while words not in server.log.read_text():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
