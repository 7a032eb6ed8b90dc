"""Measurement and learning through their doors: delivery and tills in, report and lesson out."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from agents.learning.agent import LearningAgent, is_too_noisy
from agents.learning.measurement import experiment_sales, read_performance
from agents.learning.tills import LATEST_DAYS
from agents.response.beliefs import posterior
from agents.response.curves import ResponseCurves, cell_name
from agents.strategy.agent import StrategyAgent
from domain.booking import ChannelDelivery, Delivery, MediaBuyStatus, MediaProduct
from domain.buy_changes import Pause, Stops
from domain.channel import Channel
from domain.context import CampaignContext
from domain.errors import BadInput, DataFault
from domain.events import BeliefsUpdated
from domain.lesson import Lesson
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan, Flight, Interval
from domain.state import CampaignState, CampaignStatus
from prompts import FOLDER
from prompts.library import PromptLibrary
from tests.story import Story, recorded
from tests.unit.agents.corner_shop import (
    MEDIA,
    NOW,
    TODAY,
    CornerShop,
    HalfGone,
    LessonShelf,
    OnePlatform,
    OneWorld,
    OtherCampaigns,
    Platform,
    QuietHouse,
    Writers,
    booking,
    lesson,
    resolve,
    runtime,
    state,
)

LIBRARY = PromptLibrary(FOLDER)
TRUE_LIFT = 0.2


def delivery(plan: CampaignPlan, *, share: str = "0.97", final: bool = True) -> Delivery:
    rows = [
        ChannelDelivery(
            day=plan.flight.start + timedelta(days=day), channel=allocation.channel, impressions=1000, clicks=10,
            spend=allocation.budget * Decimal(share) / plan.flight.days, conversions=5, units_sold=9,
            conversion_value=Decimal(4000),
        )
        for allocation in plan.allocations
        for day in range(plan.flight.days)
    ]  # fmt: skip
    return Delivery(media_buy_id="mb-1", status=MediaBuyStatus.COMPLETED, rows=rows, is_final=final, as_of=NOW)


async def planned(
    context: CampaignContext | None = None, sells: Sequence[MediaProduct] = tuple(MEDIA)
) -> tuple[CampaignState, CornerShop]:
    """A booked campaign, in a world where its ads lift the treated stores by `TRUE_LIFT`."""
    agent = StrategyAgent(
        models=Writers(), prompts=LIBRARY, worlds=OneWorld(CornerShop()), platforms=OnePlatform(Platform(sells=sells)),
        lessons=LessonShelf(), booked_ads=OtherCampaigns(), running=QuietHouse(), balances=QuietHouse(),
        resolve=resolve,
    )  # fmt: skip
    plan = (await agent(state(), runtime(context)[0]))["plan"]
    assert plan is not None
    return (
        state(plan=plan, booking=booking(plan)),
        CornerShop(treated=plan.holdout.treated_stores, flight_start=plan.flight.start, lift=TRUE_LIFT),
    )


def plan_of(given: CampaignState) -> CampaignPlan:
    assert given.plan is not None
    return given.plan


async def measured(
    context: CampaignContext | None = None, *, final: bool = True
) -> tuple[CampaignState, CornerShop, PerformanceReport]:
    given, world = await planned(context)
    plan = plan_of(given)
    report = await read_performance(world, Platform(delivery(plan, final=final)), given, plan.flight.end)
    return given.model_copy(update={"report": report}), world, report


async def test_the_report_measures_what_was_caused_beside_what_is_claimed() -> None:
    given, _, report = await measured()
    plan = plan_of(given)
    spend = float(report.spend)
    assert report.lift.lift == pytest.approx(TRUE_LIFT, abs=0.03)
    assert spend == pytest.approx(0.97 * float(plan.budget), abs=1)
    assert report.attributed_roas == pytest.approx(4000 * 7 * len(plan.allocations) / spend)
    assert report.iroas == pytest.approx(float(report.lift.incremental_sales) / spend)
    assert report.roi == pytest.approx((plan.margin_rate * float(report.lift.incremental_sales) - spend) / spend)
    assert report.roi_interval.low < report.roi < report.roi_interval.high
    assert report.is_final
    assert report.impressions == 7000 * len(plan.allocations)


async def test_ads_that_the_held_out_stores_may_have_seen_are_not_measured_and_teach_nothing() -> None:
    """Which is said in the plan, before anybody approves it."""
    loose = [product.model_copy(update={"store_targeting": False}) for product in MEDIA]
    given, world = await planned(sells=loose)
    plan = plan_of(given)
    assert "does not confirm that ads are shown in the advertised stores and in no other" in plan.unmeasurable
    assert "the effect is not measurable and nothing will be learned" in plan.reason
    assert plan.measurability is None
    report = await read_performance(world, Platform(delivery(plan)), given, plan.flight.end)
    assert not report.lift.is_measured
    assert report.lift.incremental_sales == 0
    agent = LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve)
    (told,) = (await agent(given.model_copy(update={"report": report}), runtime()[0]))["lessons"]
    assert (told.exposures, told.lifts, told.changes) == ([], None, [])
    assert "effect not measurable: the seller of" in told.statement
    assert "measured" not in told.statement


async def test_a_flight_whose_stores_sell_the_category_no_more_ends_and_teaches_nothing() -> None:
    given, _ = await planned()
    plan = plan_of(given)
    world = HalfGone(
        treated=plan.holdout.treated_stores,
        held_out=plan.holdout.control_stores,
        flight_start=plan.flight.start,
        today=plan.flight.end + timedelta(days=LATEST_DAYS),
    )
    report = await read_performance(world, Platform(delivery(plan)), given, plan.flight.end)
    assert (report.lift.is_measured, report.is_final) == (False, True)
    assert report.lift.incremental_sales == 0
    assert report.lift.method == (
        f"effect not measurable: the tills have no sales of {plan.category} of {plan.flight.end} in the held-out "
        "stores, and 28 days have been sold since"
    )
    agent = LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve)
    (told,) = (await agent(given.model_copy(update={"report": report}), runtime()[0]))["lessons"]
    assert (told.exposures, told.lifts, told.changes) == ([], None, [])
    world.today -= timedelta(days=1)
    with pytest.raises(DataFault, match="0 held-out stores"):
        await read_performance(world, Platform(delivery(plan)), given, plan.flight.end)


async def test_stores_that_are_confirmed_are_measured() -> None:
    given, _, report = await measured()
    assert plan_of(given).unmeasurable == ""
    assert report.lift.is_measured


async def test_half_a_flight_gives_a_report_that_is_not_final() -> None:
    given, world = await planned()
    plan = plan_of(given)
    through = plan.flight.start + timedelta(days=2)
    report = await read_performance(world, Platform(delivery(plan)), given, through)
    assert not report.is_final
    assert float(report.spend) == pytest.approx(0.97 * float(plan.budget) * 3 / 7, abs=1)
    assert max(end for _, end in world.asked) == through


async def test_nothing_can_be_read_before_the_flight_begins_or_without_a_booking() -> None:
    given, world = await planned()
    with pytest.raises(BadInput, match="flight starts"):
        await read_performance(world, Platform(delivery(plan_of(given))), given, TODAY)
    with pytest.raises(BadInput, match="no plan yet"):
        await read_performance(world, Platform(), state(), TODAY)


async def test_the_pre_period_ends_before_the_campaigns_first_flight_in_every_cycle() -> None:
    given, world = await planned()
    plan = plan_of(given)
    moved = plan.flight.model_copy(
        update={"start": plan.flight.start + timedelta(days=4), "end": plan.flight.end + timedelta(days=4)}
    )
    later = plan.model_copy(update={"flight": moved, "cycle": 2})
    world = CornerShop(treated=plan.holdout.treated_stores, flight_start=plan.flight.start, lift=TRUE_LIFT)
    report = await read_performance(
        world, Platform(delivery(later)), state(plan=later, booking=booking(later), cycle=2), moved.end
    )
    assert report.lift.lift == pytest.approx(TRUE_LIFT, abs=0.03)


async def test_a_measurement_that_cannot_tell_says_so() -> None:
    _, _, report = await measured()
    assert not is_too_noisy(report)
    vague = report.model_copy(update={"roi_interval": Interval(low=-9.0, high=-3.0)})
    assert is_too_noisy(vague)


async def test_a_lesson_compares_predicted_with_actual_and_moves_the_beliefs() -> None:
    given, world, report = await measured()
    plan, shelf, story = plan_of(given), LessonShelf(), Story()
    where, announced = runtime()
    agent = LearningAgent(worlds=OneWorld(world), lessons=shelf, booked_ads=OtherCampaigns(), resolve=resolve)
    update = await recorded(agent, story)(given, where)
    (told,) = update["lessons"]
    assert shelf.kept == [told]
    assert (told.predicted_roi, told.actual_roi) == (plan.predicted_roi, report.roi)
    assert told.observed == pytest.approx(float(report.lift.incremental_sales))
    assert told.next_step == "stop"
    assert update["status"] is CampaignStatus.COMPLETED
    assert story.statuses == [CampaignStatus.COMPLETED]
    assert f"{plan.predicted_roi:+.2f}" in told.statement
    assert f"{report.roi:+.2f}" in told.statement
    assert {change.cell.split("|")[0] for change in told.changes} == {a.channel.value for a in plan.allocations}
    assert all(change.after_sd < change.before_sd for change in told.changes)
    assert [event.lesson_id for event in announced if isinstance(event, BeliefsUpdated)] == [told.id]


async def test_exposures_come_from_the_actual_spend_through_the_curves_that_planned_it() -> None:
    given, world, report = await measured()
    agent = LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve)
    (told,) = (await agent(given, runtime()[0]))["lessons"]
    channels = [channel.channel for channel in report.channels]
    sold = (await world.store_sales("soup", TODAY - timedelta(days=27), report.flight.end)).units[:, 28:]
    treated = [store.store_id in plan_of(given).holdout.treated_stores for store in world.stores]
    baseline = 1.5 * (sold[treated].sum() - report.lift.incremental_units)
    curves = ResponseCurves.for_channels(channels, baseline, 7.0 * sum(treated))
    expected = curves.exposure([float(channel.spend) for channel in report.channels])
    assert [exposure.exposure for exposure in told.exposures] == pytest.approx(list(expected))
    assert baseline == pytest.approx(1.5 * sold[treated].sum() / (1 + TRUE_LIFT), rel=0.03)


async def test_what_the_platform_claims_changes_nothing_that_is_learned() -> None:
    given, world, report = await measured()
    agent = LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve)
    boast = report.model_copy(update={"attributed_roas": 99.0})
    assert (await agent(given, runtime()[0]))["lessons"] == (
        await agent(given.model_copy(update={"report": boast}), runtime()[0])
    )["lessons"]


@pytest.mark.parametrize("status", [MediaBuyStatus.PAUSED, MediaBuyStatus.PENDING_CREATIVES, MediaBuyStatus.REJECTED])
async def test_a_buy_that_does_not_run_teaches_nothing_whatever_is_reported_of_it(status: MediaBuyStatus) -> None:
    given, world, report = await measured()
    assert report.media_buy_status is MediaBuyStatus.COMPLETED
    agent, shelf = (
        LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve),
        LessonShelf(),
    )
    idle = given.model_copy(update={"report": report.model_copy(update={"media_buy_status": status})})
    (told,) = (await agent(idle, runtime()[0]))["lessons"]
    assert (told.exposures, told.changes) == ([], [])
    assert f"the media buy is {status.replace('_', ' ')}, so there is nothing to learn from" in told.statement
    await shelf.add(told)
    cell = cell_name(Channel.EMAIL, "category_buyers", "soup")
    assert posterior(await shelf.current("simulated:7"), [cell], TODAY).mean == posterior([], [cell], TODAY).mean


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        (MediaBuyStatus.CANCELED, {"canceled": 4}),
        (MediaBuyStatus.PAUSED, {"pauses": 4}),
    ],
)
async def test_a_buy_that_we_stopped_teaches_what_its_other_days_did(
    status: MediaBuyStatus, changes: dict[str, int]
) -> None:
    context = CampaignContext(max_cycles=2, flight_days=8)
    given, world, report = await measured(context)
    fourth = report.flight.start + timedelta(days=3)
    stops = Stops(canceled=fourth) if "canceled" in changes else Stops(pauses=[Pause(since=fourth)])
    stopped = report.model_copy(update={"media_buy_status": status, "stops": stops})
    agent = LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve)

    async def lesson_of(one: PerformanceReport) -> Lesson:
        (told,) = (await agent(given.model_copy(update={"report": one}), runtime(context)[0]))["lessons"]
        return told

    whole, told = await lesson_of(report), await lesson_of(stopped)
    assert told.exposures, "three of its days ran"
    assert sum(one.exposure for one in told.exposures) < sum(one.exposure for one in whole.exposures)
    assert told.next_step == ("stop" if "canceled" in changes else "replan"), "what was cancelled is not planned again"
    never = stopped.model_copy(update={"stops": Stops(canceled=report.flight.start)})
    assert (await lesson_of(never)).exposures == []


async def test_days_that_were_stopped_are_not_measured() -> None:
    world, flight = CornerShop(), Flight(start=TODAY + timedelta(days=1), end=TODAY + timedelta(days=7))
    off = Pause(since=flight.start + timedelta(days=2), until=flight.start + timedelta(days=4))
    sales = await experiment_sales(world, "soup", TODAY, flight, Stops(pauses=[off]))
    assert [bool(np.isfinite(day).all()) for day in sales.units.T[-7:]] == [True, True, False, False, True, True, True]


async def test_a_step_that_is_tried_again_learns_once() -> None:
    given, world, _ = await measured()
    shelf = LessonShelf()
    agent = LearningAgent(worlds=OneWorld(world), lessons=shelf, booked_ads=OtherCampaigns(), resolve=resolve)
    first = await agent(given, runtime()[0])
    assert (await agent(given, runtime()[0]))["lessons"] == first["lessons"]
    assert len(shelf.kept) == 1


async def test_a_cycle_with_flight_days_left_plans_again_from_a_clean_desk() -> None:
    context = CampaignContext(max_cycles=2, flight_days=8)
    given, world, report = await measured(context)
    agent = LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve)
    update = await recorded(agent)(given, runtime(context)[0])
    (told,) = update["lessons"]
    assert (told.next_step, told.spent) == ("replan", report.spend)
    assert (update["status"], update["cycle"]) == (CampaignStatus.PLANNED, 2)
    assert update["model_calls"] == 0, "a cycle may ask the chat model afresh"
    assert (update["approval"], update["booking"], update["report"]) == (None, None, None)
    last = given.model_copy(update={"cycle": 2})
    assert "cycle" not in await agent(last, runtime(context)[0])


async def test_a_delivery_that_is_not_final_is_charged_as_committed() -> None:
    context = CampaignContext(max_cycles=2, flight_days=8)
    given, world, _ = await measured(context, final=False)
    agent = LearningAgent(worlds=OneWorld(world), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve)
    (told,) = (await agent(given, runtime(context)[0]))["lessons"]
    assert told.spent == plan_of(given).budget


async def test_nothing_is_learned_without_a_report() -> None:
    agent = LearningAgent(
        worlds=OneWorld(CornerShop()), lessons=LessonShelf(), booked_ads=OtherCampaigns(), resolve=resolve
    )
    with pytest.raises(BadInput, match="no plan yet"):
        await agent(state(), runtime()[0])


def test_a_good_result_raises_and_a_bad_one_lowers_what_is_expected_next() -> None:
    cell = cell_name(Channel.EMAIL, "category_buyers", "soup")
    good, bad = lesson(1, {cell: 20_000.0}, 4000.0), lesson(1, {cell: 20_000.0}, 0.0)
    means = [float(posterior(told, [cell], TODAY).mean[0]) for told in ([bad], [], [good])]
    assert np.all(np.diff(means) > 0)
