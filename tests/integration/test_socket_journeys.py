"""Campaigns driven over `/ws/dashboard`: a real server process, a real port, a real WebSocket client."""

import asyncio
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx

from tests.conftest import Json
from tests.integration.hearing import approval_of, at_rest, join, require_every_seq_once
from tests.integration.serving import Client, Server, connected, data_of, serving
from tests.patience import eventually


async def step_until_completed(server: Server, client: Client, campaign: str) -> None:
    """Move the clock day by day until the flight is measured and the lesson learned."""
    with server.http() as http:
        for _ in range(20):
            await server.step()
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
        await server.step(3)

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
        campaign, question = asked_over_http(server, campaigns)
        answer = {"interrupt_id": question["interrupt_id"], "answer": {"decision": "approve"}}
        assert http.post(f"/campaigns/{campaign}/decisions", json=answer).status_code == 202
        await server.step(14)
        async with connected(server) as late:
            await late.hello(threads=[campaign])
            await late.until(type="stream.synced")
            if not any(data_of(event).get("phase") == "completed" for event in late.events):
                await late.until(kind="lifecycle", phase="completed")
            assert set(late.seqs) == {campaign}, "it asked for one thread and hears of no other"
            require_every_seq_once(late.seqs)
        assert http.get(f"/campaigns/{campaign}").json()["campaign"]["status"] == "COMPLETED"


def asked_over_http(server: Server, campaigns: list[str]) -> tuple[str, Json]:
    """The first campaign that asks, and its question."""

    def question() -> tuple[str, Json] | None:
        for campaign in campaigns:
            if items := http.get(f"/campaigns/{campaign}/questions").json()["items"]:
                return campaign, dict(items[0])
        return None

    with server.http() as http:
        return eventually(question, "a campaign to ask")


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
