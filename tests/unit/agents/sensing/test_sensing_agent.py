import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph

from agents.sensing.agent import SensingAgent
from agents.sensing.baseline.baseline import Baseline, fit_baseline
from agents.sensing.telling import sight
from domain.catalogue import Product, Store
from domain.context import CampaignContext, WorldRef
from domain.errors import DataFault
from domain.events import OpportunityDetected
from domain.identifiers import derived_id, new_id
from domain.panel import Panel
from domain.provenance import Provenance
from domain.state import CampaignState, CampaignStatus
from tests.story import Story, recorded
from tests.unit.agents.sensing.sensing_panels import make_panel, rows_of, scaled
from world.ports import StoreSales

DROPPED = scaled(make_panel(days=200), rows_of(make_panel(days=200), "category 3"), 0.7, 2)
QUIET = make_panel(days=200)
THREAD = new_id()


class OneWorld:
    """A world of one panel, which counts how often it is read."""

    provenance = Provenance(
        sales="real", weather="real", search="none", ad_platform="none", ad_response="none", source="a test"
    )
    stores: Sequence[Store] = ()

    def __init__(self, panel: Panel | None) -> None:
        self._panel = panel
        self.ref = WorldRef()
        self.reads = 0

    def open(self, ref: WorldRef) -> "OneWorld":
        self.ref = ref
        return self

    def sensing_day(self) -> date:
        return QUIET.last_day

    def panel(self, today: date) -> Panel:
        self.reads += 1
        if self._panel is None:
            raise DataFault("the shelf has fallen over", remedy="put it up again")
        return self._panel

    def mend(self, panel: Panel) -> None:
        self._panel = panel

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        return ()

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        raise AssertionError("sensing reads no store")


def resolve(context: CampaignContext, campaign_id: UUID) -> WorldRef:
    return context.world or WorldRef(source=context.source, seed=context.seed, world_id=str(campaign_id))


class Bench:
    """The node alone in a graph."""

    def __init__(self, panel: Panel | None) -> None:
        self.world, self.story = OneWorld(panel), Story()
        self.agent = SensingAgent(self.world, resolve)
        graph = StateGraph(CampaignState, context_schema=CampaignContext)
        graph.add_node("sensing", recorded(self.agent, self.story))
        graph.add_edge(START, "sensing")
        graph.add_edge("sensing", END)
        self.graph = graph.compile()

    async def run(
        self, state: dict[str, object] | None = None, thread: object = THREAD, **context: object
    ) -> tuple[CampaignState, list[OpportunityDetected]]:
        """The state after sensing, and what was announced."""
        config: RunnableConfig = {"configurable": {"thread_id": str(thread)}} if thread else {}
        given, asked = CampaignState.model_validate(state or {}), CampaignContext.model_validate(context)
        announced: list[OpportunityDetected] = []
        ended = given
        async for mode, part in self.graph.astream(given, config, context=asked, stream_mode=["custom", "values"]):
            if mode == "custom":
                assert isinstance(part, OpportunityDetected)
                announced.append(part)
            else:
                ended = CampaignState.model_validate(part)
        return ended, announced


async def test_a_drop_becomes_an_opportunity_recorded_and_announced() -> None:
    bench = Bench(DROPPED)
    state, announced = await bench.run()
    assert state.campaign_id == THREAD
    assert state.opportunity is not None
    assert (state.opportunity.category, state.today) == ("category 3", QUIET.last_day)
    assert state.status is CampaignStatus.SENSING
    assert bench.story.opportunities[THREAD] == state.opportunity
    assert bench.story.changes[0].name == state.name == "Category 3 win-back"
    assert [type(event) for event in announced] == [OpportunityDetected]
    assert announced[0].headline == state.opportunity.headline
    assert {fact.provenance for fact in state.opportunity.evidence} == {"real"}


async def test_a_quiet_day_ends_without_an_opportunity() -> None:
    bench = Bench(QUIET)
    state, announced = await bench.run()
    assert state.opportunity is None
    assert state.status is CampaignStatus.NO_OPPORTUNITY
    assert [(change.campaign_id, change.status) for change in bench.story.changes] == [
        (THREAD, CampaignStatus.NO_OPPORTUNITY)
    ]
    assert announced == []


async def test_the_threshold_decides() -> None:
    assert (await Bench(DROPPED).run(threshold=60.0))[0].opportunity is None
    assert (await Bench(DROPPED).run(threshold=3.0))[0].opportunity is not None


async def test_the_same_campaign_finds_the_same_opportunity_again() -> None:
    one, other = (await Bench(DROPPED).run())[0], (await Bench(DROPPED).run())[0]
    assert one.opportunity == other.opportunity
    assert one.opportunity is not None
    assert one.opportunity.id == derived_id(THREAD, "opportunity")


async def test_many_campaigns_of_one_day_share_one_analysis() -> None:
    bench = Bench(DROPPED)
    states = [state for state, _ in await asyncio.gather(*(bench.run(thread=new_id()) for _ in range(12)))]
    assert bench.world.reads == 1
    assert len({state.opportunity.id for state in states if state.opportunity}) == 12


async def test_another_seed_is_another_analysis() -> None:
    bench = Bench(DROPPED)
    for seed in (1, 2, 2, 1):
        await bench.run(seed=seed)
    assert bench.world.reads == 2


async def test_one_fit_serves_every_threshold_and_the_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[Panel] = []

    def counted(panel: Panel) -> Baseline:
        fitted.append(panel)
        return fit_baseline(panel)

    monkeypatch.setattr(sight, "fit_baseline", counted)
    bench = Bench(DROPPED)
    found = [(await bench.run(threshold=threshold))[0].opportunity for threshold in (2.0, 3.0, 60.0)]
    assert [opportunity is not None for opportunity in found] == [True, True, False]
    signals = await bench.agent.signals(WorldRef(), QUIET.last_day)
    await bench.agent.trends(WorldRef(), QUIET.last_day)
    assert signals.alarmed.any()
    assert len(fitted) == bench.world.reads == 1


async def test_the_signals_that_come_first_are_fitted_for_the_campaigns_too() -> None:
    bench = Bench(DROPPED)
    _, state = await asyncio.gather(bench.agent.signals(WorldRef(), QUIET.last_day), bench.run(today=QUIET.last_day))
    assert state[0].opportunity is not None
    assert bench.world.reads == 1


async def test_a_failed_analysis_is_tried_again_by_the_next_campaign() -> None:
    bench = Bench(None)
    with pytest.raises(DataFault, match="fallen over"):
        await bench.run()
    bench.world.mend(DROPPED)
    assert (await bench.run())[0].opportunity is not None


async def test_a_day_whose_weather_has_not_come_is_looked_at_again() -> None:
    bench = Bench(replace(QUIET, is_provisional=True))
    assert (await bench.run())[0].opportunity is None
    await bench.agent.signals(WorldRef(), QUIET.last_day)
    bench.world.mend(DROPPED)
    assert (await bench.run())[0].opportunity is not None
    assert (await bench.agent.signals(WorldRef(), QUIET.last_day)).alarmed.any()
    assert bench.world.reads == 3


async def test_a_given_opportunity_skips_detection() -> None:
    given = (await Bench(DROPPED).run())[0].opportunity
    assert given is not None
    bench = Bench(None)
    state, announced = await bench.run({"opportunity": given})
    assert state.opportunity == given
    assert state.today == given.detected_on
    assert bench.world.reads == 0
    assert bench.story.opportunities == {THREAD: given}
    assert len(announced) == 1


async def test_a_thread_with_any_name_is_a_campaign() -> None:
    state, _ = await Bench(QUIET).run(thread="my first thread")
    again, _ = await Bench(QUIET).run(thread="my first thread")
    assert state.campaign_id == again.campaign_id == derived_id("thread", "my first thread")


async def test_a_run_without_a_thread_gets_a_campaign_of_its_own() -> None:
    bench = Bench(QUIET)
    assert (await bench.run(thread=None))[0].campaign_id != (await bench.run(thread=None))[0].campaign_id


async def test_the_context_chooses_the_day_and_the_world() -> None:
    bench = Bench(QUIET)
    state, _ = await bench.run(today=date(2026, 4, 1), world=WorldRef(world_id="live", seed=9), account="north")
    assert state.today == date(2026, 4, 1)
    assert bench.world.ref.seed == 9
    [change] = bench.story.changes
    assert (change.account, change.world_id) == ("north", "live")


async def test_trends_are_everything_above_the_usual_threshold() -> None:
    bench = Bench(DROPPED)
    state, _ = await bench.run()
    trends = await bench.agent.trends(WorldRef(), QUIET.last_day)
    assert trends
    assert state.opportunity is not None
    assert trends[0].headline == state.opportunity.headline
    assert all(trend.score > 3.0 for trend in trends)
