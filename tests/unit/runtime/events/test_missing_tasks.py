"""A log cut off anywhere is made whole from the checkpoints: each step begins and ends in it, and says how."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.runtime import Runtime

from domain.context import CampaignContext
from domain.errors import ModelFailure, TransientFailure
from domain.events import Event, TaskData
from domain.state import CampaignState, CampaignStatus, NodeResult
from graph.attempting.policies import DATA
from graph.campaign import build_graph
from graph.compiled import CompiledCampaign, thread_config
from runtime.events.backfill import Backfill
from runtime.events.encoder import StreamEncoder
from storage.checkpoints.allowed_types import checkpoint_serializer
from tests.story import Story
from tests.unit.graph.idle import idle_nodes

BUSY = TransientFailure("the feed is busy", remedy="wait")
AWAY = ModelFailure("the model is away", remedy="ask another")


class Sensing:
    """Meets each of its errors in turn, and then finds nothing."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        if self.errors:
            raise self.errors.pop(0)
        return {"status": CampaignStatus.NO_OPPORTUNITY}


class Log:
    """The events that were told before the process died."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = list(events)

    async def since(self, thread_id: UUID, seq: int, limit: int = 1000) -> Sequence[Event]:
        return [event for event in self.events if event.seq > seq][:limit]


@pytest.fixture(autouse=True)
def retries_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(DATA, retry=DATA.retry._replace(initial_interval=0.0, jitter=False))
    monkeypatch.setattr("graph.campaign.DATA", quick)


def campaign_with(*errors: Exception) -> CompiledCampaign:
    nodes = idle_nodes(sensing=Sensing(*errors))
    return build_graph(nodes, Story()).compile(checkpointer=InMemorySaver(serde=checkpoint_serializer()))


async def run(graph: CompiledCampaign, thread: UUID) -> list[Event]:
    encoder = StreamEncoder(thread)
    stream = graph.astream(
        CampaignState(campaign_id=thread),
        thread_config(thread),
        context=CampaignContext(),
        stream_mode=["tasks", "updates", "custom", "checkpoints"],
        version="v2",
    )
    drafts = [draft async for part in stream for draft in encoder.encode(part)]
    return [Event(seq=seq, **draft.model_dump()) for seq, draft in enumerate(drafts, start=1)]


def attempts_in(events: Sequence[Event]) -> list[tuple[str, int, str | None]]:
    said = [event.params.data for event in events if isinstance(event.params.data, TaskData)]
    return [(data.phase, data.attempt, data.error) for data in said if not data.node.startswith("__")]


async def made_whole(graph: CompiledCampaign, thread: UUID, told: Sequence[Event]) -> list[Event]:
    drafts = await Backfill(graph, Log(told))(thread)
    missing = [Event(seq=len(told) + n, **d.model_dump()) for n, d in enumerate(drafts, start=1)]
    return [*told, *missing]


@pytest.mark.parametrize("errors", [(), (BUSY,), (AWAY,)], ids=["went well", "at the second attempt", "failed"])
async def test_wherever_the_log_was_cut_off_a_step_ends_as_it_did(errors: tuple[Exception, ...]) -> None:
    graph, thread = campaign_with(*errors), uuid4()
    whole = await run(graph, thread)
    assert attempts_in(whole)[-1][:2] == ("finish", 2 if errors == (BUSY,) else 1)
    for last_told in range(1, len(whole) + 1):
        told = await made_whole(graph, thread, whole[:last_told])
        ends = [(phase, error) for phase, _, error in attempts_in(told)][-2:]
        assert ends == [("start", None), attempts_in(whole)[-1][::2]], last_told
        assert await Backfill(graph, Log(told))(thread) == [], "once told it is not told again"


async def test_an_attempt_that_followed_one_that_failed_is_told_beside_it() -> None:
    graph, thread = campaign_with(BUSY), uuid4()
    whole = await run(graph, thread)
    failed = next(event for event in whole if isinstance(event.params.data, TaskData) and event.params.data.retrying)
    told = await made_whole(graph, thread, whole[: failed.seq])
    assert attempts_in(told) == attempts_in(whole)


async def test_of_a_log_whose_beginning_was_trimmed_nothing_is_told_again() -> None:
    graph, thread = campaign_with(), uuid4()
    whole = await run(graph, thread)
    kept = whole[len(whole) // 2 : -1]
    assert await Backfill(graph, Log([whole[0], *kept]))(thread), "what only was not told is told"
    assert await Backfill(graph, Log(kept))(thread) == []
