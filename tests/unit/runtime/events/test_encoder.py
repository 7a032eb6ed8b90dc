"""What listeners hear of a step: every attempt at it, what went wrong, and whether it ran at all."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from uuid import uuid4

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import CachePolicy

from domain.context import CampaignContext
from domain.errors import ModelFailure, TransientFailure
from domain.events import EventData, ModelCalled, TaskData, UpdateData
from domain.state import CampaignState, CampaignStatus, NodeResult
from graph.attempting.policies import MODEL
from graph.campaign import build_graph
from graph.compiled import CompiledCampaign, thread_config
from runtime.events.encoder import StreamEncoder
from storage.checkpoints.allowed_types import checkpoint_serializer
from tests.story import Story
from tests.unit.graph.idle import idle_nodes

BUSY = TransientFailure("the model is over its rate limit", remedy="wait and try again")


def told_by_the_model(tokens: int) -> ModelCalled:
    return ModelCalled(
        node="strategy",
        model="fake",
        is_mock=True,
        prompt="strategy/brief",
        prompt_hash="0" * 12,
        rendered="",
        attempt=1,
        input_tokens=tokens,
        output_tokens=1,
    )


class Strategy:
    """Asks a model, meets each of its errors in turn, and then ends the campaign."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        self.calls += 1
        runtime.stream_writer(told_by_the_model(tokens=10 * self.calls))
        if self.errors:
            raise self.errors.pop(0)
        return {"status": CampaignStatus.NOT_WORTH_SPENDING}


@pytest.fixture(autouse=True)
def retries_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(MODEL, retry=MODEL.retry._replace(initial_interval=0.0, jitter=False))
    monkeypatch.setattr("graph.campaign.MODEL", quick)


def campaign_with(strategy: Strategy) -> CompiledCampaign:
    """The campaign graph, ready to be told of: strategy is given, all else is idle."""
    nodes = idle_nodes(strategy=strategy)
    graph = build_graph(nodes, Story())
    graph.edges.discard((START, "sensing"))
    graph.add_edge(START, "strategy")
    return graph.compile(checkpointer=InMemorySaver(serde=checkpoint_serializer()))


async def told(graph: CompiledCampaign) -> list[EventData]:
    """All that is said of one run, by a clock that moves a second each time somebody looks at it."""
    thread, seconds = uuid4(), count()
    encoder = StreamEncoder(thread, clock=lambda: next(seconds))
    stream = graph.astream(
        CampaignState(campaign_id=thread),
        thread_config(thread),
        context=CampaignContext(),
        stream_mode=["tasks", "updates", "custom", "checkpoints"],
        version="v2",
    )
    return [draft.params.data async for part in stream for draft in encoder.encode(part)]


def tasks(said: Sequence[EventData]) -> list[TaskData]:
    return [data for data in said if isinstance(data, TaskData) and not data.node.startswith("__")]


async def test_every_attempt_is_told_with_its_number_its_error_and_its_own_tokens() -> None:
    said = tasks(await told(campaign_with(Strategy(BUSY, BUSY))))
    assert [(data.phase, data.attempt, data.retrying) for data in said] == [
        ("start", 1, False),
        ("finish", 1, True),
        ("start", 2, False),
        ("finish", 2, True),
        ("start", 3, False),
        ("finish", 3, False),
    ]
    assert [data.error for data in said if data.phase == "finish"] == [str(BUSY), str(BUSY), None]
    assert [data.input_tokens for data in said if data.phase == "finish"] == [10, 20, 30]
    assert len({data.task_id for data in said}) == 1
    assert {tuple(data.triggers) for data in said if data.phase == "start"} == {("branch:to:strategy",)}


async def test_an_attempts_duration_is_its_own_not_that_of_all() -> None:
    said = tasks(await told(campaign_with(Strategy(BUSY))))
    assert [data.duration_ms for data in said] == [None, 1000, None, 1000]


async def test_the_last_attempt_allowed_is_told_once_and_is_not_followed_by_another() -> None:
    strategy = Strategy(*[BUSY] * 9)
    said = tasks(await told(campaign_with(strategy)))
    assert strategy.calls == MODEL.retry.max_attempts
    assert [data.attempt for data in said if data.phase == "finish"] == [1, 2, 3]
    assert [data.retrying for data in said if data.phase == "finish"] == [True, True, False]
    assert said[-1].error == f"strategy kept failing: {BUSY}"


async def test_an_error_of_our_own_speaks_for_itself_and_is_not_tried_again() -> None:
    said = tasks(await told(campaign_with(Strategy(ModelFailure("the model is away", remedy="ask another")))))
    assert [(data.phase, data.attempt, data.retrying) for data in said] == [("start", 1, False), ("finish", 1, False)]
    assert said[-1].error == "the model is away: ask another."


async def test_an_error_nobody_foresaw_is_told_without_its_insides() -> None:
    error = tasks(await told(campaign_with(Strategy(RuntimeError("password=hunter2")))))[-1].error or ""
    assert "RuntimeError" in error
    assert "hunter2" not in error


async def test_a_step_whose_output_was_cached_is_told_as_finished_without_having_run() -> None:
    strategy = Strategy()
    graph = StateGraph(CampaignState, context_schema=CampaignContext)
    graph.add_node("strategy", strategy, cache_policy=CachePolicy(key_func=lambda _: "the same"))
    graph.add_edge(START, "strategy")
    graph.add_edge("strategy", END)
    compiled = graph.compile(cache=InMemoryCache(serde=checkpoint_serializer()))
    assert [data.cached for data in tasks(await told(compiled))] == [False, False]

    again = await told(compiled)
    assert strategy.calls == 1
    assert [(data.phase, data.cached) for data in tasks(again)] == [("start", False), ("finish", True)]
    assert [data.node for data in again if isinstance(data, UpdateData)] == ["strategy"]
