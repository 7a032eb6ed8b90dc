"""When a node gives up, the campaign is FAILED with a name for it, and money whose fate is known comes back."""

import time
from dataclasses import replace
from uuid import uuid4

import pytest
from langgraph.runtime import Runtime

from domain.context import CampaignContext
from domain.errors import (
    BudgetExceeded,
    ModelFailure,
    OutcomeUnknown,
    PlatformFailure,
    StorageUnavailable,
    TransientFailure,
)
from domain.state import CampaignState, CampaignStatus, NodeResult
from graph.attempting.policies import AD_PLATFORM, MODEL
from graph.campaign import build_graph
from tests.examples import an_opportunity
from tests.story import Story
from tests.unit.graph.idle import idle_nodes


class FailingNode:
    """Raises what it is given, as often as it is called, and counts."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.calls = 0

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        self.calls += 1
        raise self.error


async def run_with(node: str, failing: FailingNode) -> tuple[CampaignState, Story]:
    story = Story()
    state = CampaignState(campaign_id=uuid4(), opportunity=an_opportunity())
    ended = await build_graph(idle_nodes(**{node: failing}), story).compile().ainvoke(state, context=CampaignContext())
    return CampaignState.model_validate(ended), story


async def test_a_named_failure_ends_the_campaign_with_its_sentence() -> None:
    failing = FailingNode(ModelFailure("the model answered nothing usable", remedy="try another one"))
    ended, story = await run_with("strategy", failing)
    assert failing.calls == 1, "only what is transient is tried again"
    assert ended.status is CampaignStatus.FAILED
    assert ended.failure is not None
    assert (ended.failure.node, ended.failure.error) == ("strategy", "ModelFailure")
    assert ended.failure.message == "the model answered nothing usable: try another one."
    assert story.failures == {ended.campaign_id: ended.failure}


class Busy:
    """Cannot answer the first time, and asks to be left alone."""

    def __init__(self, wait: float) -> None:
        self._wait = wait
        self.asked_at: list[float] = []

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        self.asked_at.append(time.monotonic())
        if len(self.asked_at) > 1:
            return {}
        busy = TransientFailure("the model is busy", remedy="wait")
        busy.wait = self._wait
        raise busy


@pytest.mark.parametrize(
    ("wait", "within", "is_waited_for"), [(0.5, 60.0, True), (30.0, 20.0, False), (3600.0, 60.0, False)]
)
async def test_who_asks_to_be_left_alone_is_asked_again_after_that_and_no_campaign_is_kept_for_an_hour(
    monkeypatch: pytest.MonkeyPatch, wait: float, within: float, is_waited_for: bool
) -> None:
    quick = replace(MODEL, retry=MODEL.retry._replace(initial_interval=0.0, jitter=False), seconds=within)
    monkeypatch.setattr("graph.campaign.MODEL", quick)
    busy = Busy(wait)
    nodes = idle_nodes(strategy=busy)
    state = CampaignState(campaign_id=uuid4(), opportunity=an_opportunity())
    await build_graph(nodes, Story(), model_seconds=within).compile().ainvoke(state, context=CampaignContext())
    first, second, *_ = busy.asked_at
    assert (second - first >= wait) is is_waited_for


async def test_an_unforeseen_error_is_named_without_its_insides() -> None:
    ended, _ = await run_with("sensing", FailingNode(KeyError("password=hunter2")))
    assert ended.failure is not None
    assert "hunter2" not in ended.failure.message
    assert "KeyError" in ended.failure.message


async def test_what_is_transient_is_tried_again_and_then_named(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(AD_PLATFORM, retry=AD_PLATFORM.retry._replace(initial_interval=0.0, jitter=False))
    monkeypatch.setattr("graph.campaign.DATA", quick)
    failing = FailingNode(TransientFailure("the feed is busy", remedy="wait"))
    ended, _ = await run_with("sensing", failing)
    assert failing.calls == quick.retry.max_attempts
    assert ended.failure is not None
    assert not ended.failure.outcome_unknown


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (TransientFailure("the platform did not answer", remedy="look there"), True),
        (StorageUnavailable("the ledger is away", remedy="make room"), True),
        (OutcomeUnknown("the platform answered nonsense", remedy="ask it"), True),
        (PlatformFailure("the platform refused", remedy="plan again"), False),
        (BudgetExceeded("the day's budget is taken", remedy="wait"), False),
    ],
)
def test_only_a_booking_nobody_refused_leaves_its_outcome_unknown(error: Exception, unknown: bool) -> None:
    from langgraph.errors import NodeError

    from graph.attempting.failure import described

    assert described(NodeError(node="booking", error=error)).outcome_unknown is unknown
    assert not described(NodeError(node="measurement", error=error)).outcome_unknown
