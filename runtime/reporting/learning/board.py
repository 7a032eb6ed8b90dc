"""Everything that is told of what was learned, looked up and worked out off the event loop."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from agents.learning.measurement import experiment_sales
from agents.response.curves import cell_name
from agents.response.evidence import Evidence, evidence_of
from domain.channel import Channel
from domain.errors import BadInput, NotFound, near_miss, shown
from domain.lesson import Lesson
from runtime.reporting.learning.believed import BeliefStep, Believed, believed, history_of, known_cells
from runtime.reporting.learning.budgets import MOST_BUDGETS, USUAL_BUDGETS, BudgetOptions, options_of
from runtime.reporting.learning.calibration import MOST_CAMPAIGNS, Calibration, calibration_of
from runtime.reporting.learning.curves import CategoryCurves, curves_of
from runtime.reporting.learning.experiment import CampaignExperiment, experiment_of
from runtime.reporting.learning.market import Markets, Threads, newest_audience
from runtime.reporting.learning.withdrawal import Withdrawal, withdrawal_of
from storage.campaigns.predictions import PredictionQueries
from storage.campaigns.queries import CampaignQueries
from storage.lessons import LessonRepository
from world.ports import Worlds
from world.references import Resolve


class LessonsOfWorld(BaseModel):
    """A world, and how many lessons that count were learned in it."""

    learned_in: str
    lessons: int


class LearningBoard:
    def __init__(
        self,
        *,
        lessons: LessonRepository,
        campaigns: CampaignQueries,
        predictions: PredictionQueries,
        markets: Markets,
        threads: Threads,
        worlds: Worlds,
        resolve: Resolve,
        live_world: str,
    ) -> None:
        """`live_world` is the one that is meant where none is named."""
        self._live_world = live_world
        self._lessons = lessons
        self._campaigns = campaigns
        self._predictions = predictions
        self._markets = markets
        self._threads = threads
        self._worlds = worlds
        self._resolve = resolve

    async def worlds(self) -> Sequence[LessonsOfWorld]:
        """Where lessons that count were learned, by name; the live world first, lessons or none."""
        known = {self._live_world: 0} | await self._lessons.worlds()
        names = sorted(known, key=lambda name: (name != self._live_world, name))
        return [LessonsOfWorld(learned_in=name, lessons=known[name]) for name in names]

    async def beliefs(self, learned_in: str | None = None, category: str | None = None) -> Sequence[Believed]:
        """What is believed of every cell that some lesson of that world speaks of; of a category, of every channel to
        its newest audience besides, lessons or none."""
        evidence = await self._evidence(learned_in)
        cells = known_cells(evidence, category)
        if category is not None:
            audience = newest_audience(evidence, category)
            own = [cell_name(channel, audience, category) for channel in Channel]
            cells = sorted({*cells, *own})
        return await asyncio.to_thread(believed, evidence, cells)

    async def belief(self, cell: str, learned_in: str | None = None) -> Believed:
        """What is believed of one cell. Raises BadInput for a name that is no cell's."""
        evidence = await self._evidence(learned_in)
        return (await asyncio.to_thread(believed, evidence, [checked_cell(cell)]))[0]

    async def history(self, cell: str, learned_in: str | None = None) -> Sequence[BeliefStep]:
        """How the belief about a cell moved, the oldest step first. Raises BadInput for a name that is no cell's."""
        known = await self._lessons.current(learned_in or self._live_world)
        return await asyncio.to_thread(history_of, known, checked_cell(cell))

    async def withdrawal(self, lesson_id: UUID) -> Withdrawal:
        """What withdrawing a lesson would change. Raises NotFound for an unknown one."""
        lesson = await self._lessons.get(lesson_id)
        evidence = await self._evidence(lesson.learned_in)
        return await asyncio.to_thread(withdrawal_of, lesson, evidence)

    async def curves(self, category: str, audience: str | None = None, learned_in: str | None = None) -> CategoryCurves:
        """The response curves of a category. Raises what `Markets.of` does."""
        learned_in = learned_in or self._live_world
        evidence = await self._evidence(learned_in)
        market = await self._markets.of(category, audience, evidence, learned_in)
        return await asyncio.to_thread(curves_of, market, evidence, learned_in)

    async def budgets(
        self,
        category: str,
        budgets: Sequence[Decimal] = (),
        audience: str | None = None,
        learned_in: str | None = None,
    ) -> BudgetOptions:
        """What several budgets would buy and earn; the usual ones unless told. Raises BadInput for a budget that is
        not above 0 or too many of them, and what `Markets.of` does."""
        if len(budgets) > MOST_BUDGETS:
            raise BadInput(
                f"{len(budgets)} budgets are more than are worked out at a time",
                remedy=f"ask for at most {MOST_BUDGETS}",
                field="budget",
            )
        learned_in = learned_in or self._live_world
        evidence = await self._evidence(learned_in)
        market = await self._markets.of(category, audience, evidence, learned_in)
        return await asyncio.to_thread(options_of, market, budgets or USUAL_BUDGETS, learned_in)

    async def calibration(self, learned_in: str | None = None) -> Calibration:
        """Predicted beside measured ROI of the newest cycles that lessons of that world were learned from."""
        learned_in = learned_in or self._live_world
        evidence = await self._evidence(learned_in)
        newest = sorted(evidence.lessons, key=lambda one: (one.learned_on, one.cycle, one.id.int), reverse=True)
        asked = newest[:MOST_CAMPAIGNS]
        found = await self._predictions.of_campaigns(sorted({one.campaign_id for one in asked}))
        keyed = [(one, found.get((one.campaign_id, one.cycle))) for one in asked]
        return calibration_of([(one, cycle) for one, cycle in keyed if cycle is not None], learned_in)

    async def experiment(self, campaign_id: UUID, cycle: int | None = None) -> CampaignExperiment:
        """The experiment of a campaign's cycle, the newest measured one unless told. Raises NotFound where that has
        not been measured, DataFault where the tills do not allow a comparison."""
        reports = [one for one in await self._campaigns.reports(campaign_id) if cycle in (None, one.cycle)]
        plans = await self._campaigns.plans(campaign_id)
        report = reports[-1] if reports else None
        plan = next((one for one in reversed(plans) if report is not None and one.cycle == report.cycle), None)
        if report is None or plan is None:
            raise NotFound(
                f"campaign {campaign_id} has no {'' if cycle is None else f'cycle {cycle} '}measured yet",
                remedy="ask once its flight has been measured",
            )
        state = await self._threads.state(campaign_id)
        world = self._worlds.open(self._resolve(await self._threads.context(campaign_id), campaign_id))
        sales = await experiment_sales(world, plan.category, state.day, report.flight, report.stops)
        lesson = await self._lesson_of(campaign_id, report.cycle)
        return experiment_of(plan, report, sales, lesson.lifts if lesson is not None else None)

    async def _evidence(self, learned_in: str | None) -> Evidence:
        return evidence_of(await self._lessons.current(learned_in or self._live_world))

    async def _lesson_of(self, campaign_id: UUID, cycle: int) -> Lesson | None:
        page = await self._lessons.page(limit=50, campaign_id=campaign_id)
        return next((one for one in page.items if one.cycle == cycle), None)


def checked_cell(cell: str) -> str:
    """The name of a cell. Raises BadInput where it is none."""
    parts = cell.split("|", 2)
    known = [channel.value for channel in Channel]
    if len(parts) == 3 and all(parts) and parts[0] in known:
        return cell
    form = "write channel|audience|category, for example 'email|lapsing_buyers|soup'"
    remedy = near_miss(parts[0], known) if len(parts) == 3 and parts[0] not in known else form
    raise BadInput(f"{shown(cell)} names no cell", remedy=remedy, field="cell")
