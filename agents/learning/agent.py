"""The learning node: predicted against actual, a lesson kept, and whether to go round again."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from langgraph.runtime import Runtime
from numpy.typing import NDArray

from agents.learning.earlier import believed_lift
from agents.learning.group_lifts import TreatedGroup, group_lifts
from agents.learning.measurement import experiment_sales, sale_price
from agents.response.beliefs import Posterior, before_and_after
from agents.response.curves import ResponseCurves, cell_name, channel_of
from agents.response.known import lessons_known
from agents.response.schedule import has_next_cycle
from domain.booking import MediaBuyStatus
from domain.catalogue import Store
from domain.channel import Channel
from domain.context import CampaignContext
from domain.figures import signed_number
from domain.identifiers import derived_id
from domain.lesson import BeliefChange, CellExposure, GroupLifts, Lesson
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan, Flight
from domain.state import CampaignState, NodeResult
from storage.ports import BookedAdsRecords, LessonRecords
from world.ports import StoreSales, World, Worlds
from world.references import Resolve

_WIDEST_TELLING_INTERVAL = 3.0
"""In units of ROI, at 80 %."""
_LEAST_ERROR = 0.01
"""Pounds. A measurement without any scatter is still not known better than to the penny."""


class LearningAgent:
    def __init__(
        self, *, worlds: Worlds, lessons: LessonRecords, booked_ads: BookedAdsRecords, resolve: Resolve
    ) -> None:
        self._worlds = worlds
        self._lessons = lessons
        self._booked_ads = booked_ads
        self._resolve = resolve

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Keep the cycle's lesson and say what comes next.

        Raises BadInput without a plan and a report, DataFault when the tills cannot be read again.
        """
        context, plan, report, campaign_id = runtime.context, state.the_plan, state.the_report, state.the_campaign
        lesson_id = derived_id("lesson", campaign_id, plan.cycle)
        world = self._worlds.open(self._resolve(context, campaign_id))
        learned_in = context.learns_in(world.provenance.shoppers)
        known = await lessons_known(self._lessons, state, context, world.provenance.shoppers)
        earlier = [lesson for lesson in known if lesson.id != lesson_id]
        tills = await self._tills(state, world, earlier) if _ran(report) else None
        is_canceled = report.stops.canceled is not None
        replans = not is_canceled and has_next_cycle(state.cycle, context.flight_days, context.max_cycles)
        # In a thread: with thousands of lessons a fold takes longer than others may wait.
        lesson = await asyncio.to_thread(
            make_lesson, lesson_id, state, plan, report, tills=tills, earlier=earlier, replans=replans
        )
        lesson = lesson.model_copy(update={"learned_in": learned_in})
        if context.forked_from is None:
            await self._lessons.add(lesson)
        if not replans:
            return {"lessons": [lesson]}
        return {
            "lessons": [lesson],
            "cycle": state.cycle + 1,
            "model_calls": 0,
            "approval": None,
            "booking": None,
            "report": None,
        }

    async def _tills(self, state: CampaignState, world: World, earlier: Sequence[Lesson]) -> "Tills":
        plan, report = state.the_plan, state.the_report
        sales = await experiment_sales(world, plan.category, state.day, report.flight, report.stops)
        price = sale_price(state, world)
        others = await self._booked_ads.besides(
            state.the_campaign,
            world=world.ref,
            category=plan.category,
            first=sales.start,
            last=report.flight.end,
        )
        lift = await asyncio.to_thread(
            believed_lift, sales, others, earlier, category=plan.category, price=price, as_of=report.flight.start
        )
        return Tills(sales, world.stores, price, lift)


@dataclass(frozen=True, slots=True, eq=False)
class Tills:
    """Sales of the four weeks before the campaign and of the days of the flight that ads ran on, the stores that made
    them, pounds a unit."""

    sales: StoreSales
    stores: Sequence[Store]
    price: float
    other_ads: NDArray[np.float64]
    """The relative lift [N, T] that other campaigns' ads are believed to have had."""

    def baseline(self, plan: CampaignPlan, report: PerformanceReport) -> float:
        """What the treated stores would have sold without ads on the days that ads ran, pounds: sold less caused."""
        sold = treated_units(self.sales, plan.holdout.treated_stores, report.flight) - report.lift.incremental_units
        return max(sold, 0.0) * self.price

    def lifts(self, plan: CampaignPlan, report: PerformanceReport) -> GroupLifts | None:
        """The experiment by groups of stores. None where a comparison cannot be had, or where the report does not say
        what was spent on whom."""
        if not report.groups:
            return None
        return group_lifts(
            self.sales,
            flight=report.flight,
            holdout=plan.holdout,
            groups=_treated_groups(plan, report),
            stores=self.stores,
            price=self.price,
            audience=plan.audience.segment,
            days_run=len(report.stops.days_run(report.flight)),
            earlier=self.other_ads,
        )


def treated_units(sales: StoreSales, treated: Sequence[str], flight: Flight) -> float:
    """Units the treated stores sold in the flight."""
    first = (flight.start - sales.start).days
    return float(np.nansum(sales.units[sales.rows_of(treated)][:, first : first + flight.days]))


def make_lesson(
    lesson_id: UUID,
    state: CampaignState,
    plan: CampaignPlan,
    report: PerformanceReport,
    *,
    tills: Tills | None,
    earlier: Sequence[Lesson],
    replans: bool,
) -> Lesson:
    """The cycle's evidence, by groups of stores and in all, with what it changes in the beliefs.

    Exposures come from what was spent, not from what was planned, through the same curves that planned it. Only the
    measured lift is learned from; the platform's claims are not. A buy that does not run (paused by its seller, without
    ads it may show) exposed nobody to anything, whatever is reported of it. One that we paused or cancelled teaches
    what its other days did.
    """
    learned_on = report.flight.end + timedelta(days=1)
    lesson = Lesson(
        id=lesson_id,
        campaign_id=report.campaign_id,
        cycle=plan.cycle,
        learned_on=learned_on,
        category=plan.category,
        predicted_roi=plan.predicted_roi,
        actual_roi=report.roi,
        spent=_charged(state, report),
        exposures=_exposures(plan, report, tills.baseline(plan, report)) if tills is not None else [],
        observed=float(report.lift.incremental_sales),
        standard_error=max(report.lift.standard_error, _LEAST_ERROR),
        lifts=tills.lifts(plan, report) if tills is not None else None,
        changes=[],
        statement="",
        next_step="replan" if replans else "stop",
        experiment=_experiment(plan, report),
    )
    cells = [exposure.cell for exposure in lesson.exposures]
    if not cells:
        return lesson.model_copy(update={"statement": f"{_headline(plan, report)}; {_no_lesson(report)}."})
    changes = _changes(earlier, lesson, cells, learned_on)
    return lesson.model_copy(update={"changes": changes, "statement": _statement(plan, report, changes)})


def _ran(report: PerformanceReport) -> bool:
    """Whether ads were shown in stores and on days we know. When a seller stops a buy of its own accord, nobody says on
    which."""
    ran = _may_have_run(report) and bool(report.stops.days_run(report.flight))
    return ran and report.spend > 0 and report.lift.is_measured


def _may_have_run(report: PerformanceReport) -> bool:
    status, stops = report.media_buy_status, report.stops
    if status is MediaBuyStatus.PAUSED:
        return stops.paused
    if status is MediaBuyStatus.CANCELED:
        return stops.canceled is not None
    return status is None or status.runs


def _no_lesson(report: PerformanceReport) -> str:
    if not report.lift.is_measured:
        return f"{report.lift.method}, so there is nothing to learn from"
    if report.media_buy_status is None or _may_have_run(report):
        return "nothing was delivered to learn from"
    said = report.media_buy_status.replace("_", " ")
    return f"the ad platform says that the media buy is {said}, so there is nothing to learn from"


def _experiment(plan: CampaignPlan, report: PerformanceReport) -> str:
    """The draw of stores, what was advertised in them, and when: measuring it again brings the same error again."""
    held_out = ",".join(plan.holdout.control_stores)
    return derived_id(plan.category, report.flight.start, report.flight.end, plan.holdout.seed, held_out).hex


def _charged(state: CampaignState, report: PerformanceReport) -> Decimal:
    """What the cycle costs: what was delivered once that is final, what was committed until then."""
    if report.is_final or state.booking is None:
        return report.spend
    return max(report.spend, state.booking.committed)


def _treated_groups(plan: CampaignPlan, report: PerformanceReport) -> list[TreatedGroup]:
    """Each group of the plan's experiment with what was spent on it; all treated stores where it has none. What was
    spent on all of them together fell on each store alike."""
    served = {group.name: group.stores for group in plan.experiment.groups} if plan.experiment is not None else {}
    everywhere = plan.holdout.treated_stores
    served = served or {"": everywhere}
    groups = []
    for name, stores in served.items():
        spent: defaultdict[Channel, float] = defaultdict(float)
        for one in report.groups:
            if one.group == name:
                spent[one.channel] += float(one.spend)
            elif not one.group:
                spent[one.channel] += float(one.spend) * len(stores) / len(everywhere)
        groups.append(TreatedGroup(tuple(stores), spent))
    return groups


def _exposures(plan: CampaignPlan, report: PerformanceReport, baseline: float) -> list[CellExposure]:
    spent: dict[Channel, float] = {
        channel.channel: float(channel.spend) for channel in report.channels if channel.spend > 0
    }
    if baseline <= 0 or not spent:
        return []
    audience = {allocation.channel: allocation.audience for allocation in plan.allocations}
    channels = list(spent)
    store_days = len(plan.holdout.treated_stores) * len(report.stops.days_run(report.flight))
    curves = ResponseCurves.for_channels(channels, baseline, store_days)
    exposure = curves.exposure([spent[channel] for channel in channels])
    return [
        CellExposure(
            cell=cell_name(channel, audience.get(channel, plan.audience.segment), plan.category),
            exposure=float(amount),
        )
        for channel, amount in zip(channels, exposure, strict=True)
    ]


def _changes(earlier: Sequence[Lesson], lesson: Lesson, cells: Sequence[str], as_of: date) -> list[BeliefChange]:
    before, after = before_and_after(lesson, earlier, cells, as_of)
    return [_change(before, after, index) for index in range(len(cells))]


def _change(before: Posterior, after: Posterior, index: int) -> BeliefChange:
    return BeliefChange(
        cell=after.cells[index],
        before_mean=float(before.mean[index]),
        before_sd=float(before.deviation[index]),
        after_mean=float(after.mean[index]),
        after_sd=float(after.deviation[index]),
    )


def is_too_noisy(report: PerformanceReport) -> bool:
    """Whether the stores sold too little to tell what the ads did: the interval is wider than any ROI that is
    plausible. Its lesson weighs as little as its error says, and no point estimate should be read from it."""
    return report.roi_interval.high - report.roi_interval.low > _WIDEST_TELLING_INTERVAL


def _headline(plan: CampaignPlan, report: PerformanceReport) -> str:
    if not report.lift.is_measured:
        return f"{_of_what(plan)}: ROI predicted {signed_number(plan.predicted_roi)}"
    interval = report.roi_interval
    noisy = ", too noisy to tell what the ads did" if is_too_noisy(report) else ""
    return (
        f"{_of_what(plan)}: ROI predicted "
        f"{signed_number(plan.predicted_roi)}, measured {signed_number(report.roi)} "
        f"({interval.level:.0%} interval {signed_number(interval.low)} to {signed_number(interval.high)}{noisy})"
    )


def _of_what(plan: CampaignPlan) -> str:
    return f"{plan.category.capitalize()} for {plan.audience.segment.replace('_', ' ')}"


def _statement(plan: CampaignPlan, report: PerformanceReport, changes: Sequence[BeliefChange]) -> str:
    """The lesson in one sentence, with the belief that moved furthest in its own deviations."""
    most = max(changes, key=lambda change: abs(change.after_mean - change.before_mean) / change.before_sd)
    channel = channel_of(most.cell).value.replace("_", " ")
    moved = "up" if most.after_mean > most.before_mean else "down"
    # Ads are taken not to lose sales, whatever a noisy measurement says.
    after, before = max(most.after_mean, 0.0), max(most.before_mean, 0.0)
    return (
        f"{_headline(plan, report)}; {channel} is now believed to lift sales by at most {after:.1%}, "
        f"{moved} from {before:.1%}."
    )
