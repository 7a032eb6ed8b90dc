"""A run that breaks outside its nodes is tried again, and ends by name when nothing helps; no thread is in limbo."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from domain.context import CampaignContext
from domain.creative import Outcome
from domain.drafts import AnswerDraft
from domain.errors import StorageUnavailable
from domain.events import Draft, Event, LifecycleData, TaskData
from domain.state import CampaignState, CampaignStatus, Failure, NodeResult
from graph.campaign import build_graph
from graph.recording import DecidingNode, change_of_broken_run
from runtime.events.bus import InProcessBus
from runtime.runs.changing import Carried
from runtime.runs.executor import RunExecutor
from runtime.runs.orders import RunOrder
from storage.checkpoints.allowed_types import checkpoint_serializer
from tests.examples import a_plan, an_opportunity
from tests.story import Story
from tests.unit.graph.idle import idle_nodes
from tests.unit.runtime.events.test_drafts import Dashboard, of

AWAY = StorageUnavailable("the disk is full", remedy="make room")
BROKEN = OSError("disk I/O error")


class Declines:
    """Finds nothing worth spending on, which ends the campaign, and counts how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        self.calls += 1
        return {"status": CampaignStatus.NO_OPPORTUNITY}


class Log:
    """Keeps events; is away for the first appends."""

    def __init__(self, away: int = 0, error: Exception = AWAY) -> None:
        self.away = away
        self.error = error
        self.events: list[Event] = []

    async def append(self, drafts: Sequence[Draft]) -> Sequence[Event]:
        if self.away:
            self.away -= 1
            raise self.error
        first = len(self.events) + 1
        stored = [Event(seq=first + i, **draft.model_dump()) for i, draft in enumerate(drafts)]
        self.events += stored
        return stored

    @property
    def phases(self) -> list[str]:
        said = [event.params.data for event in self.events]
        return [data.phase for data in said if isinstance(data, LifecycleData)]


class Leases:
    def __init__(self) -> None:
        self.released: list[UUID] = []

    async def release(self, thread_id: UUID, run_id: UUID) -> None:
        self.released.append(thread_id)


async def nothing_booked(order: RunOrder) -> Carried:
    raise AssertionError("none of these campaigns has anything booked")


class Writes:
    """Writes an ad as if somebody watched."""

    def __init__(self, *drafts: AnswerDraft) -> None:
        self._drafts = drafts

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        for draft in self._drafts:
            runtime.stream_writer(draft)
        return {"status": CampaignStatus.NO_OPPORTUNITY}


class System:
    def __init__(
        self, *, log_away: int = 0, error: Exception = AWAY, waits: Sequence[float] = (0, 0), **nodes: DecidingNode
    ) -> None:
        self.sensing, self.log, self.leases, self.records = Declines(), Log(log_away, error), Leases(), Story()
        decide = idle_nodes(**{"sensing": self.sensing, **nodes})
        graph = build_graph(decide, self.records).compile(checkpointer=InMemorySaver(serde=checkpoint_serializer()))
        self.bus = InProcessBus()
        self.executor = RunExecutor(
            graph=graph,
            events=self.log,
            bus=self.bus,
            leases=self.leases,
            records=self.records,
            change=nothing_booked,
            waits=waits,
        )
        self.thread = uuid4()
        state = CampaignState(campaign_id=self.thread)
        self.order = RunOrder(
            thread_id=self.thread, run_id=uuid4(), action="start", context=CampaignContext(), state=state
        )


async def test_a_log_that_is_away_for_a_moment_costs_neither_the_run_nor_an_event() -> None:
    system = System(log_away=1)
    assert await system.executor.execute(system.order) is not CampaignStatus.FAILED
    assert system.leases.released == [system.thread]
    assert system.records.failures == {}
    assert system.log.phases[-1] == "completed"
    finished = [e.params.data for e in system.log.events if isinstance(e.params.data, TaskData)]
    assert ("sensing", "finish") in [(data.node, data.phase) for data in finished]
    assert system.sensing.calls == 1, "the newest checkpoint is gone on from"


async def test_a_run_that_breaks_for_good_is_failed_told_and_given_up() -> None:
    system = System(log_away=3, error=BROKEN)
    with pytest.raises(OSError, match="disk I/O error"):
        await system.executor.execute(system.order)
    assert system.records.failures[system.thread].error == "OSError"
    assert "resume" in system.records.failures[system.thread].message
    assert system.log.phases[-1] == "failed"
    assert system.leases.released == [system.thread]


async def test_a_run_that_broke_while_storage_was_away_is_failed_once_storage_answers() -> None:
    system = System(log_away=5, error=BROKEN)
    with pytest.raises(OSError, match="disk I/O error"):
        await system.executor.execute(system.order)
    assert system.leases.released == []
    await system.executor.record_failed_runs()
    assert system.leases.released == [], "storage is still away"
    await system.executor.record_failed_runs()
    assert system.leases.released == [system.thread]
    assert system.log.phases.count("failed") == 1
    await system.executor.record_failed_runs()
    assert system.leases.released == [system.thread]


async def test_a_run_whose_storage_stays_away_is_left_as_an_order_and_carried_out_once_it_is_back() -> None:
    system = System(log_away=3)
    with pytest.raises(StorageUnavailable):
        await system.executor.execute(system.order)
    await system.executor.record_failed_runs()
    assert (system.leases.released, system.records.failures) == ([], {})
    taken_up = system.order.model_copy(update={"is_taken_up": True})
    assert await system.executor.execute(taken_up) is CampaignStatus.NO_OPPORTUNITY
    assert system.leases.released == [system.thread]
    assert system.log.phases[-1] == "completed"
    assert system.sensing.calls == 1


class Planned:
    """A node that decides what it was given."""

    def __init__(self, result: NodeResult) -> None:
        self._result = result

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        return self._result


class Asks:
    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        interrupt({"kind": "approval"})
        return {}


async def test_a_campaign_given_up_while_it_waits_is_on_record_as_waiting_once_it_is_gone_on_with() -> None:
    system = System(
        sensing=Planned({"name": "Soup", "today": date(2026, 11, 8), "opportunity": an_opportunity()}),
        strategy=Planned({"plan": a_plan()}),
        compliance=Planned({"compliance": Outcome.PASS}),
        approval=Asks(),
    )
    assert await system.executor.execute(system.order) is CampaignStatus.AWAITING_APPROVAL
    broke = Failure(node="", error="StorageUnavailable", message="The disk was full.", outcome_unknown=True)
    await system.records.record(change_of_broken_run(system.thread, None, broke, system.order.context))
    going_on = system.order.model_copy(update={"action": "continue", "state": None, "run_id": uuid4()})
    assert await system.executor.execute(going_on) is CampaignStatus.AWAITING_APPROVAL
    failed, stands = system.records.changes[-2:]
    assert (failed.status, failed.failure) == (CampaignStatus.FAILED, broke)
    assert (stands.status, stands.failure) == (CampaignStatus.AWAITING_APPROVAL, None)


async def test_an_answer_being_written_is_told_to_who_watches_and_kept_nowhere() -> None:
    thread = uuid4()
    told = of(thread, "Soup for")
    system, dashboard = System(sensing=Writes(told)), Dashboard()
    system.bus.drafts.watch(dashboard, frozenset({thread}))
    assert await system.executor.execute(system.order) is not CampaignStatus.FAILED
    assert dashboard.heard == ["Soup for"]
    assert "Soup for" not in "".join(event.model_dump_json() for event in system.log.events)
    assert [event.seq for event in system.log.events] == list(range(1, len(system.log.events) + 1))
