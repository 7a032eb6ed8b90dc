"""Where a fork begins, and whom it asks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from domain.errors import BadInput
from domain.state import CampaignStatus
from runtime.forking.wish import ForkWish
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from tests.audit import audit
from tests.integration.test_forks import forked, ran

BUDGET: JsonValue = 1500


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = Settings(data_dir=tmp_path / "data")
    async with open_system(settings) as system:
        yield system
    audit(settings.database)


async def test_a_fork_that_asks_a_person_says_so_and_takes_the_answer(system: System) -> None:
    """The campaign it came of asked nobody: what its past says of the gate is not the fork's."""
    campaign = await ran(system)
    asks = await forked(system, campaign, set={"autonomy": "approve"})
    record = await system.campaigns.get(asks.the_campaign)
    assert record is not None
    assert (asks.status, record.status) == (CampaignStatus.AWAITING_APPROVAL, CampaignStatus.AWAITING_APPROVAL)
    await system.runs.answer(asks.the_campaign, None, {"decision": "approve", "decided_by": "Ada"})
    await system.runs.finished(asks.the_campaign)
    assert (await system.runs.state(asks.the_campaign)).status is CampaignStatus.COMPLETED


@pytest.mark.parametrize(("context", "node"), [({"faults": ("malformed-json",)}, "strategy"), ({"threshold": 50}, "")])
async def test_where_no_step_is_named_it_begins_at_the_latest_that_was_reached(
    system: System, context: dict[str, object], node: str
) -> None:
    campaign = await ran(system, **context)
    fork = await system.forks.fork(campaign, ForkWish(), by="Ann")
    assert fork.node == (node or "sensing")
    await system.runs.finished(fork.fork_id)
    with pytest.raises(BadInput, match="it has never come to approval"):
        await system.forks.fork(campaign, ForkWish(set={"plan.budget": BUDGET}), by="Ann")


async def test_a_checkpoint_that_no_fork_goes_on_from_is_told_as_one(system: System) -> None:
    campaign = await ran(system)
    for one in await system.forks.past(campaign):
        if one.next in ([], ["__start__"], ["sensing"], ["measurement"], ["learning"]):
            with pytest.raises(BadInput, match=f"no fork goes on from the checkpoint {one.checkpoint_id}"):
                await system.forks.fork(campaign, ForkWish(at=one.checkpoint_id), by="Ann")
