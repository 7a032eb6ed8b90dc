"""A queue that is away at the instant a promise is given: the promise stands, and is kept once the queue is back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from runtime.settings import Settings
from runtime.wiring import open_system
from tests.cluster import Cluster, cluster
from tests.integration.serving import WHATEVER_LAPSES, connected, serving
from tests.patience import eventually

APPROVE = {"decision": "approve", "decided_by": "Ada"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "data") as made:
        yield made


def said_twice(http: httpx.Client, address: str, body: dict[str, Any]) -> dict[str, Any]:
    """What is answered to a request and, word for word, to the same again."""
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (http.post(address, json=body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202), (first.text, again.text)
    assert first.json() == again.json()
    answer: dict[str, Any] = first.json()
    return answer


async def test_what_is_promised_while_the_queue_is_away_is_done_once_it_is_back(house: Cluster) -> None:
    with serving(house.data_dir, **house.environment) as server, server.http() as http:
        house.start_worker()

        def ask(address: str, body: dict[str, Any]) -> dict[str, Any]:
            return said_twice(http, address, body)

        async with connected(server) as client:
            await client.hello()
            await client.until(type="stream.synced")

            async def command(name: str, **rest: object) -> dict[str, Any]:
                command_id = str(uuid4())
                first, again = [await client.command(name, command_id=command_id, **rest) for _ in range(2)]
                assert first["ok"], first
                assert first == again
                done: dict[str, Any] = first["result"]
                return done

            house.lose_the_queue()
            [one, *_] = (await asyncio.to_thread(ask, "/simulation/trigger", {"scenario": "heavy-rain"}))[
                "campaign_ids"
            ]
            house.bring_the_queue_back()
            await asyncio.to_thread(asked, http, one)

            house.lose_the_queue()
            await asyncio.to_thread(ask, f"/campaigns/{one}/decisions", {"answer": APPROVE})
            [two, *_] = (await command("simulation.trigger", scenario="viral-trend", **WHATEVER_LAPSES))["campaign_ids"]
            house.bring_the_queue_back()
            await asyncio.to_thread(asked, http, two)

            house.lose_the_queue()
            [question] = (await asyncio.to_thread(http.get, f"/campaigns/{two}/questions")).json()["items"]
            await command("campaign.answer", campaign_id=two, interrupt_id=question["interrupt_id"], answer=APPROVE)
            house.bring_the_queue_back()
            for campaign in (one, two):
                detail = await asyncio.to_thread(booked, http, campaign)
                assert [approval["decided_by"] for approval in detail["approvals"]] == ["Ada"]
                assert len(detail["bookings"]) == 1


def asked(http: httpx.Client, campaign: str) -> None:
    eventually(lambda: http.get(f"/campaigns/{campaign}/questions").json()["items"] or None, "the gate to ask")


def booked(http: httpx.Client, campaign: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        detail: dict[str, Any] = http.get(f"/campaigns/{campaign}").json()
        return detail if detail["campaign"]["status"] == "ACTIVE" else None

    return eventually(look, "the flight to run")


async def test_an_order_nobody_heard_of_is_told_again_although_workers_were_told_of_an_earlier_one(
    house: Cluster,
) -> None:
    """A thread's start was told a moment ago; what fails to be told after it is another order."""
    settings = Settings(
        data_dir=house.data_dir,
        database_url=house.database_url,
        redis_url=house.environment["TESCOSENSE_REDIS_URL"],
        workers=True,
    )
    context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.APPROVE, fast_forward=True, account="tests")
    async with open_system(settings) as system:
        house.start_worker()
        campaign: UUID = await system.runs.start(CampaignState(), context)
        await system.runs.finished(campaign)
        house.lose_the_queue()
        await system.runs.answer(campaign, None, dict(APPROVE))
        house.bring_the_queue_back()
        assert await system.runs.recover() == [campaign]
        await system.runs.finished(campaign)
        assert len(await system.campaigns.bookings(campaign)) == 1
