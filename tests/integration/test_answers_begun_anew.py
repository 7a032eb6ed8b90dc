"""A node is begun anew with its answers: what was answered counts, whatever would be asked by then."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, Interrupt, StateSnapshot

from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState, CampaignStatus
from graph.studio_form import StudioCampaign
from runtime.settings import Settings
from runtime.studio import open_graph
from tests.integration.test_model_spend import ENOUGH, server, settings
from tests.integration.test_real_model import OpenAiCompatible

__all__ = ["server"]
RAIN = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.APPROVE)
PAID = RAIN.model_copy(update={"model": "openai:some-model"})


class Thread:
    """One thread as LangGraph's server runs it: each run brings a context of its own."""

    def __init__(self, graph: StudioCampaign) -> None:
        self._graph = graph
        self.config: RunnableConfig = {"configurable": {"thread_id": str(uuid4())}, "recursion_limit": 80}

    async def run(self, given: Any, context: CampaignContext = RAIN, at: StateSnapshot | None = None) -> CampaignState:
        await self._graph.ainvoke(given, self.config if at is None else at.config, context=context)
        return CampaignState.model_validate((await self._graph.aget_state(self.config)).values)

    async def asked(self) -> Interrupt:
        [question] = (await self._graph.aget_state(self.config)).interrupts
        return question

    async def before(self, node: str) -> StateSnapshot:
        """The oldest of its checkpoints from which that node goes on."""
        return [one async for one in self._graph.aget_state_history(self.config) if one.next == (node,)][-1]


@pytest.fixture
async def thread(tmp_path: Path) -> AsyncIterator[Thread]:
    async with open_graph(Settings(data_dir=tmp_path / "data"), InMemorySaver()) as graph:
        yield Thread(graph)


async def test_a_decision_counts_in_a_run_that_would_have_decided_by_itself(thread: Thread) -> None:
    asked = await thread.run({"budget": 5000})
    assert asked.status is CampaignStatus.AWAITING_APPROVAL
    alone = RAIN.model_copy(update={"autonomy": Autonomy.AUTONOMOUS})
    rejected: Command[Any] = Command(resume={"decision": "reject", "reason": "not this week", "decided_by": "Ada"})
    decided = await thread.run(rejected, alone)
    assert (decided.status, decided.booking) == (CampaignStatus.REJECTED, None)
    assert decided.approval is not None
    assert decided.approval.decided_by == "Ada"


async def test_how_far_to_measure_counts_in_a_run_that_would_have_played_it_out(thread: Thread) -> None:
    await thread.run({"budget": 5000})
    booked = await thread.run(Command(resume={"decision": "approve"}))
    first = booked.the_booking.flight.start + timedelta(days=1)
    at_once = RAIN.model_copy(update={"fast_forward": True})
    measured = await thread.run(Command(resume={"through": first.isoformat()}), at_once)
    assert measured.report is None, "the first days end nothing"
    assert (await thread.asked()).value["so_far"]["spend"] > 0
    assert (await thread.run(None, at_once)).status is CampaignStatus.ACTIVE, "nobody has answered since"
    assert (await thread.run(Command(resume={"through": None}), at_once)).the_report.is_final


async def test_by_its_id_the_question_is_answered_after_an_answer_that_did_not_fit(thread: Thread) -> None:
    await thread.run({"budget": 5000})
    await thread.run(Command(resume={(await thread.asked()).id: {"decision": "perhaps"}}))
    asked = await thread.asked()
    assert "does not fit the question" in asked.value["problem"]
    by_name: Command[Any] = Command(resume={asked.id: {"decision": "approve", "decided_by": "Ada"}})
    assert (await thread.run(by_name)).booking is not None
    await thread.run(Command(resume={(await thread.asked()).id: "yesterday"}))
    whole: Command[Any] = Command(resume={(await thread.asked()).id: {"through": None}})
    assert (await thread.run(whole)).status is CampaignStatus.COMPLETED


@pytest.mark.parametrize("decision", ["stop", "raise"])
async def test_who_goes_back_to_the_models_limit_and_answers_otherwise_is_heard(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]], decision: str
) -> None:
    url, handler = server
    async with open_graph(settings(tmp_path, url), InMemorySaver()) as graph:
        thread = Thread(graph)
        await thread.run({"budget": 5000}, PAID)
        assert (await thread.asked()).value["kind"] == "model_spend"
        made = len(handler.requests)
        at_first = await thread.run(Command(resume={"decision": "without_model"}), PAID)
        assert at_first.without_model
        answer = {"decision": decision, **({"limit": ENOUGH} if decision == "raise" else {})}
        otherwise = await thread.run(Command(resume=answer), PAID, await thread.before("creative"))
        if decision == "stop":
            assert otherwise.status is CampaignStatus.FAILED
            assert len(handler.requests) == made
        else:
            assert (otherwise.without_model, str(otherwise.model_limit)) == (False, "1.000000000")
            assert not any(ad.is_mock for ad in otherwise.creatives)
