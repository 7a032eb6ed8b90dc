"""Campaigns executed by workers: PostgreSQL and Valkey from wheels, a serving process, and workers that are killed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import Cluster, cluster, kill
from tests.integration.serving import Client, Server, connected, data_of, serving


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "data") as made:
        yield made


async def trigger(server: Server) -> list[str]:
    with server.http() as http:
        answer = await asyncio.to_thread(http.post, "/simulation/trigger", json={"scenario": "heavy-rain"})
        campaigns: list[str] = answer.raise_for_status().json()["campaign_ids"]
        return campaigns


async def asked(client: Client) -> dict[str, Any]:
    """The first question at the gate."""
    for event in client.events:
        if event["method"] == "input.requested" and data_of(event)["node"] == "approval":
            return event
    return await client.until(kind="input_requested", node="approval")


async def approve(client: Client) -> str:
    question = await asked(client)
    result = await client.command(
        "campaign.answer",
        campaign_id=question["thread_id"],
        interrupt_id=data_of(question)["interrupt_id"],
        answer={"decision": "approve"},
    )
    assert result["ok"], result
    return str(question["thread_id"])


async def complete(server: Server, client: Client, campaign: str) -> dict[str, Any]:
    """Turn the clock until the flight has ended, and wait for the lesson."""
    await server.step(14)
    with server.http() as http:
        await client.until(thread_id=campaign, kind="lifecycle", phase="completed", status="COMPLETED")
        detail: dict[str, Any] = http.get(f"/campaigns/{campaign}").json()
        return detail


def require_booked_once(detail: dict[str, Any]) -> None:
    assert detail["campaign"]["status"] == "COMPLETED"
    assert len(detail["bookings"]) == 1
    assert [entry["state"] for entry in detail["ledger"]].count("committed") == 1


async def test_a_campaign_started_by_one_process_is_executed_by_a_worker(house: Cluster) -> None:
    with serving(house.data_dir, **house.environment) as server:
        house.start_worker()
        async with connected(server) as client:
            await client.hello()
            await client.until(type="stream.synced")
            await trigger(server)
            campaign = await approve(client)
            require_booked_once(await complete(server, client, campaign))
        for thread, seqs in client.seqs.items():
            assert seqs == list(range(1, len(seqs) + 1)), thread


async def test_a_worker_killed_in_the_middle_is_replaced_by_another_and_books_once(house: Cluster) -> None:
    with serving(house.data_dir, **house.environment) as server:
        first = house.start_worker()
        async with connected(server) as client:
            await client.hello()
            await client.until(type="stream.synced")
            await trigger(server)
            await client.until(kind="campaign.planned")
            kill(first)
            second = house.start_worker()
            campaign = await approve(client)
            await client.until(thread_id=campaign, kind="task", node="approval", phase="finish", parked=False)
            kill(second)
            house.start_worker()
            while not any(
                e["thread_id"] == campaign and data_of(e).get("phase") == "parked" and data_of(e)["status"] == "ACTIVE"
                for e in client.events
            ):
                await client.until(thread_id=campaign, kind="lifecycle")
            require_booked_once(await complete(server, client, campaign))
        for thread, seqs in client.seqs.items():
            assert seqs == list(range(1, len(seqs) + 1)), thread
