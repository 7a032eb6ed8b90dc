"""An API process and two workers on PostgreSQL and Valkey, killed again and again, some right after a promise: nothing
that was promised is lost, nothing is bought twice, and the ledger is the platform's."""

import asyncio
import logging
import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from domain.decision import UNDECIDED
from domain.state import CampaignStatus
from runtime.repositories import Repositories, open_repositories
from runtime.settings import Settings
from tests.audit import audit
from tests.chaos.house import Client, House, killings
from tests.cluster import Cluster, cluster
from tests.conftest import ROOT, CommandLine
from tests.patience import BETWEEN_LOOKS, PATIENCE

SCENARIOS = ("heavy-rain", "heatwave", "viral-trend", "cold-snap")

PATIENCE_OF_A_ROUND = 10 * PATIENCE
"""A step is begun anew as often as its process is killed."""

log = logging.getLogger(__name__)


def one_round(client: Client, scenario: str) -> None:
    """From a trigger until everything it started is over."""
    client.rest()
    client.trigger(scenario)
    gives_up = time.monotonic() + PATIENCE_OF_A_ROUND
    while True:
        under_way = client.under_way()
        for campaign in under_way.get("AWAITING_APPROVAL", []):
            client.approve(campaign)
        if not under_way:
            return
        assert time.monotonic() < gives_up, f"after {PATIENCE_OF_A_ROUND:.0f} seconds there are {under_way}"
        if set(under_way) == {"ACTIVE"}:
            client.step()
        time.sleep(4 * BETWEEN_LOOKS)


async def kills_survived(made: Cluster, *, campaigns: int, kills: int, seed: int, longest: float) -> int:
    drawn = random.Random(seed)
    house = House(made, kills=kills)
    try:
        client = Client(house, drawn, kill_after=1)
        rounds = 0
        with killings(house, random_of=random.Random(seed), longest=longest):
            while len(client.started) < campaigns or house.kills < kills:
                one_round(client, SCENARIOS[rounds % len(SCENARIOS)])
                rounds += 1
                log.info("round %d: %d campaigns, %d kills", rounds, len(client.started), house.kills)
        await require_every_promise_kept(made, client)
    finally:
        house.stop()
    return house.kills


async def require_every_promise_kept(made: Cluster, client: Client) -> None:
    settings = Settings(data_dir=made.data_dir, database_url=made.database_url)
    assert client.answered
    async with open_repositories(settings) as stored:
        broken = [fault for campaign in client.started if (fault := await broken_to(stored, client, campaign))]
    assert broken == []
    audit(made.database_url, at_rest=True, whole=True)


async def broken_to(stored: Repositories, client: Client, campaign: str) -> str:
    """What of a promise was not kept; empty where all was."""
    try:
        await require_kept(stored, UUID(campaign), client.answered.get(campaign))
    except AssertionError as broken:
        return str(broken)
    return ""


async def require_kept(stored: Repositories, campaign: UUID, decided_by: str | None) -> None:
    record = await stored.campaigns.get(campaign)
    assert record is not None, f"{campaign} was promised and is not there"
    if decided_by is None:
        # Nothing to spend on; or lapsed, when a trigger cut off half-way was given again.
        turned_down = [approval.decided_by for approval in await stored.campaigns.approvals(campaign)]
        assert (record.status, turned_down) in (
            (CampaignStatus.NOT_WORTH_SPENDING, []),
            (CampaignStatus.LAPSED, [UNDECIDED]),
        ), f"{campaign} is {record.status}, decided by {turned_down}: {record.failure}"
        assert await stored.ledger.entries(campaign) == []
        return
    assert record.status is CampaignStatus.COMPLETED, f"{campaign} is {record.status}: {record.failure}"
    [approval] = await stored.campaigns.approvals(campaign)
    assert approval.decided_by == decided_by
    assert len(await stored.campaigns.bookings(campaign)) == 1
    assert [entry.state for entry in await stored.ledger.entries(campaign)] == ["committed"]
    seqs = [event.seq for event in await stored.events.since(campaign, 0)]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_processes_killed_at_work_on_the_same_campaigns_keep_every_promise(tmp_path: Path) -> None:
    with cluster(tmp_path / "data") as made:
        assert await kills_survived(made, campaigns=1, kills=4, seed=1, longest=6) >= 4


@pytest.mark.long
async def test_fifty_campaigns_of_processes_killed_two_hundred_times(tmp_path: Path) -> None:
    began = time.monotonic()
    with cluster(tmp_path / "data") as made:
        kills = await kills_survived(made, campaigns=50, kills=200, seed=100, longest=4)
    log.info("%d kills in %.0f seconds", kills, time.monotonic() - began)
    assert kills >= 200


@pytest.mark.long
async def test_a_backlog_of_a_submitter_that_was_killed_is_carried_out_by_one_worker(tmp_path: Path) -> None:
    with cluster(tmp_path / "data") as made:
        command = [sys.executable, "-m", "tests.chaos.backlog", "64"]
        environment = {**CommandLine(made.data_dir).environment, **made.environment}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as submitter:
            assert submitter.stdout is not None
            campaigns = [UUID(submitter.stdout.readline().strip()) for _ in range(64)]
            submitter.kill()
        made.start_worker()
        settings = Settings(data_dir=made.data_dir, database_url=made.database_url)
        async with open_repositories(settings) as stored:
            for campaign in campaigns:
                async with asyncio.timeout(PATIENCE):
                    while await stored.leases.active(campaign) is not None:  # noqa: ASYNC110 - a worker gives it up
                        await asyncio.sleep(BETWEEN_LOOKS)
                record = await stored.campaigns.get(campaign)
                assert record is not None
                assert record.status is CampaignStatus.COMPLETED, record.failure
                assert len(await stored.campaigns.bookings(campaign)) == 1
        audit(made.database_url, at_rest=True, whole=True)
