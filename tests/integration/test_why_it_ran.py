"""A campaign's past says why each node ran, and is told without its states as it is told with them."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from runtime.forking.desk import PastCheckpoint
from runtime.forking.reasons import Ran
from runtime.forking.wish import ForkWish
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        yield system


async def ran(system: System, **context: object) -> UUID:
    known = {"scenario": "heavy-rain", "autonomy": Autonomy.AUTONOMOUS, "fast_forward": True}
    campaign = await system.runs.start(CampaignState(), CampaignContext.model_validate(known | context))
    await system.runs.finished(campaign)
    return campaign


def visits(past: list[PastCheckpoint]) -> list[Ran]:
    """The oldest first."""
    return [ran for step in reversed(past) for ran in step.ran]


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"autonomy": Autonomy.APPROVE},
        {"scenario": "heatwave", "seed": 2, "max_cycles": 2},
        {"scenario": "stock-out"},
        {"faults": ("malformed-json",)},
        {"faults": ("rate-limit*1",)},
        {"faults": ("platform-reject",)},
    ],
)
async def test_steps_are_the_same_without_their_states(system: System, context: dict[str, object]) -> None:
    """Beside LangGraph's own history, which prepares every task anew."""
    campaign = await ran(system, **context)
    told = [(one.checkpoint_id, one.parent_id, one.step, tuple(one.next), one.created_at, one.status)
            for one in await system.forks.past(campaign)]  # fmt: skip
    history = [tuple(step) async for step in system.runs.history(campaign)]
    assert told == history
    assert len(told) > 2


async def test_each_node_says_what_led_there(system: System) -> None:
    campaign = await ran(system)
    past = await system.forks.past(campaign)
    told = visits(past)
    nodes = ["sensing", "strategy", "creative", "compliance", "approval", "booking", "measurement", "learning"]
    assert [one.node for one in told] == nodes
    assert [one.after for one in told] == ["", *nodes[:-1]]
    assert {one.trigger for one in told} == {f"branch:to:{node}" for node in nodes}
    assert {(one.attempts, one.cached, one.asked) for one in told} == {(1, False, False)}
    written = told[2].models
    assert written
    assert all(line.startswith("creative/ad_copy for ") and line.endswith(", by fake:copywriter") for line in written)
    assert "plan" in told[1].gave
    assert [step.next for step in past if not step.ran] == [["sensing"], ["__start__"]]


async def test_a_node_tried_again_says_what_went_wrong(system: System) -> None:
    campaign = await ran(system, faults=("rate-limit*1",))
    tried = [one for one in visits(await system.forks.past(campaign)) if one.attempts > 1]
    assert [one.attempts for one in tried] == [2]
    assert "rate" in tried[0].failed[0].lower()
    assert (len(tried[0].models), len(tried[0].unanswered)) == (1, 1), "a rate limit is no answer"


async def test_a_gate_says_what_it_was_answered_and_by_whom(system: System) -> None:
    campaign = await ran(system, autonomy=Autonomy.APPROVE)
    assert not [one for one in visits(await system.forks.past(campaign)) if one.asked], "it has led nowhere yet"
    await system.runs.answer(campaign, None, {"decision": "approve", "decided_by": "Ann"})
    await system.runs.finished(campaign)
    [gate] = [one for one in visits(await system.forks.past(campaign)) if one.node == "approval"]
    assert (gate.asked, gate.answer, gate.attempts) == (True, "approved by Ann", 1)


async def test_a_fork_says_it_of_what_it_lived_through_itself(system: System) -> None:
    fork = await system.forks.fork(await ran(system), ForkWish(at="approval"), by="Ann")
    await system.runs.finished(fork.fork_id)
    assert visits(await system.forks.past(fork.fork_id))[0].node == "approval"
