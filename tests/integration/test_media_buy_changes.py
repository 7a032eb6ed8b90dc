"""What is booked is paused, resumed, cancelled and given another budget; its money follows, and it teaches what ran."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from domain.booking import BookingConfirmation, MediaBuyStatus
from domain.context import HOUSE_ACCOUNT, Autonomy, CampaignContext
from domain.errors import BadInput, BudgetExceeded, Conflict
from domain.events import MediaBuyChanged
from domain.lesson import Lesson
from domain.state import CampaignState, CampaignStatus
from runtime.runs.changing import Wanted
from runtime.runs.orders import RunOrder
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

NOTHING = Decimal(0)
DEAD = "another-host-that-is-no-more:1:0"
TRIAL = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, account="tests")


@pytest.fixture
async def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    monkeypatch.setattr("runtime.runs.runs.is_gone", lambda owner: owner == DEAD)
    monkeypatch.setattr("runtime.runs.recovery.is_gone", lambda owner: owner == DEAD)
    async with open_system(Settings(data_dir=tmp_path / "data", _env_file=None)) as opened:
        yield opened


async def on_the_air(system: System, context: CampaignContext = TRIAL) -> UUID:
    campaign = await system.runs.start(CampaignState(), context)
    await system.runs.finished(campaign)
    assert (await system.runs.questions(campaign))[0].node == "measurement"
    return campaign


async def changed(system: System, campaign: UUID, wanted: Wanted) -> BookingConfirmation:
    await system.runs.change(campaign, wanted)
    await system.runs.finished(campaign)
    return await booking_of(system, campaign)


async def booking_of(system: System, campaign: UUID) -> BookingConfirmation:
    [booking] = await system.campaigns.bookings(campaign)
    return booking


async def measured(system: System, campaign: UUID) -> Lesson:
    """The lesson of a campaign whose flight is over."""
    if questions := await system.runs.questions(campaign):
        await system.runs.answer(campaign, questions[0].interrupt_id, {})
        await system.runs.finished(campaign)
    [lesson] = (await system.runs.state(campaign)).lessons
    return lesson


async def money(system: System, account: str = "tests") -> tuple[Decimal, Decimal]:
    balance = await system.ledger.balance(account)
    assert balance is not None
    assert balance.reserved + balance.committed <= balance.budget
    return balance.reserved, balance.committed


async def day(system: System, campaign: UUID, number: int) -> date:
    """The day of the flight, from 1."""
    return (await booking_of(system, campaign)).flight.start + timedelta(days=number - 1)


async def refusal(asking: Callable[[], Awaitable[object]]) -> str:
    with pytest.raises((Conflict, BadInput)) as refused:
        await asking()
    return str(refused.value)


async def test_days_paused_are_not_delivered_and_the_money_stays_committed(system: System) -> None:
    campaign = await on_the_air(system)
    before = await booking_of(system, campaign)
    paused = await changed(system, campaign, Wanted("pause", on=await day(system, campaign, 3), by="Ada"))
    assert (paused.status, paused.committed) == (MediaBuyStatus.PAUSED, before.committed)
    assert await money(system) == (NOTHING, before.committed)
    resumed = await changed(system, campaign, Wanted("resume", on=await day(system, campaign, 5)))
    assert resumed.status is MediaBuyStatus.ACTIVE
    assert [change.by for change in resumed.changes] == ["Ada", ""]
    delivery = await system.figures.deliveries.of(campaign)
    off = {await day(system, campaign, 3), await day(system, campaign, 4)}
    assert {row.day for row in delivery.items} == set(before.flight.each_day()) - off

    lesson = await measured(system, campaign)
    record = await system.campaigns.get(campaign)
    assert record is not None
    assert record.status is CampaignStatus.COMPLETED
    assert lesson.exposures
    assert Decimal("0.6") < lesson.spent / before.committed < Decimal("0.8"), "five days of seven"
    assert await money(system) == (NOTHING, lesson.spent), "what the paused days did not cost is free again"


async def test_a_cancelled_campaign_frees_what_is_left_at_once_and_teaches_what_ran(system: System) -> None:
    campaign = await on_the_air(system)
    before = await booking_of(system, campaign)
    cancelled = await changed(system, campaign, Wanted("cancel", on=await day(system, campaign, 4)))
    assert cancelled.status is MediaBuyStatus.CANCELED
    [report] = await system.campaigns.reports(campaign)
    assert (report.is_final, report.flight.days) == (True, 3)
    assert Decimal("0.35") < report.spend / before.committed < Decimal("0.5"), "three days of seven"
    assert await money(system) == (NOTHING, report.spend)
    state = await system.runs.state(campaign)
    assert (state.status, state.lessons[0].next_step) == (CampaignStatus.CANCELED, "stop")
    assert state.lessons[0].exposures
    again = await refusal(lambda: system.runs.change(campaign, Wanted("cancel")))
    assert again == "the campaign was cancelled, which cannot be undone: start a new campaign for another flight."
    assert await money(system) == (NOTHING, report.spend), "freed once"


async def test_what_is_cancelled_before_it_starts_costs_nothing_and_teaches_nothing(system: System) -> None:
    campaign = await on_the_air(system, TRIAL.model_copy(update={"max_cycles": 2}))
    first = await booking_of(system, campaign)
    await changed(system, campaign, Wanted("cancel", on=first.flight.start))
    state = await system.runs.state(campaign)
    assert state.status is CampaignStatus.CANCELED, "and no further cycle is begun"
    [lesson] = state.lessons
    assert (lesson.spent, lesson.exposures, lesson.observed) == (NOTHING, [], 0)
    assert "nothing was delivered to learn from" in lesson.statement
    assert await money(system) == (NOTHING, NOTHING)


async def test_another_budget_is_spent_over_the_days_left_and_never_more(system: System) -> None:
    campaign = await on_the_air(system)
    before = await booking_of(system, campaign)
    assert len((await system.figures.deliveries.of(campaign)).items) > 0, "asked for, and kept"
    # Up first and then down: groups of stores may have been bought at just the smallest order.
    raised = await changed(
        system, campaign, Wanted("budget", budget=before.committed + 1400, on=await day(system, campaign, 3))
    )
    assert raised.committed == before.committed + 1400
    assert await money(system) == (NOTHING, before.committed + 1400)
    assert (await system.runs.state(campaign)).budget >= before.committed + 1400, "a raise is somebody's decision"
    lowered = await changed(
        system, campaign, Wanted("budget", budget=before.committed + 700, on=await day(system, campaign, 4))
    )
    assert lowered.committed == before.committed + 700
    assert await money(system) == (NOTHING, before.committed + 700)
    spent = [row.spend for row in (await system.figures.deliveries.of(campaign)).items]
    assert Decimal("0.95") < sum(spent) / lowered.committed <= 1
    lesson = await measured(system, campaign)
    assert await money(system) == (NOTHING, lesson.spent)
    assert lesson.spent == sum(spent)


async def test_each_bad_state_is_one_sentence(system: System) -> None:
    campaign = await on_the_air(system)
    third = await day(system, campaign, 3)

    async def asked(wanted: Wanted) -> str:
        return await refusal(lambda: system.runs.change(campaign, wanted))

    assert await asked(Wanted("resume")) == "the media buy is not paused: there is nothing to resume."
    assert "of the flight's budget is spent already, which is more than £9.00" in await asked(
        Wanted("budget", budget=Decimal("9.00"), on=third)
    )
    over = await asked(Wanted("pause", on=await day(system, campaign, 9)))
    assert over.startswith("the flight was over on")
    await changed(system, campaign, Wanted("pause", on=third))
    assert await asked(Wanted("pause")) == f"the media buy has been paused since {third}: resume it, or cancel it."
    assert "and " + str(third - timedelta(days=1)) + " is before that" in await asked(
        Wanted("cancel", on=third - timedelta(days=1))
    )
    with pytest.raises(BudgetExceeded):
        await system.runs.change(campaign, Wanted("budget", budget=Decimal(9_000_000)))
    await system.ledger.stop_booking("audit", "Ada")
    assert "Booking was stopped by Ada" in await asked(Wanted("budget", budget=Decimal(6000)))
    await measured_as_paused(system, campaign)
    assert await asked(Wanted("cancel")) == ("the campaign is COMPLETED: start a new campaign for another flight.")
    gate = await system.runs.start(CampaignState(), TRIAL.model_copy(update={"autonomy": Autonomy.APPROVE}))
    await system.runs.finished(gate)
    assert "nothing of the campaign is booked" in await refusal(lambda: system.runs.change(gate, Wanted("pause")))


async def measured_as_paused(system: System, campaign: UUID) -> None:
    lesson = await measured(system, campaign)
    assert lesson.exposures, "two days ran"


async def test_what_the_platform_refuses_is_told_and_the_money_stays_as_it_was(system: System) -> None:
    """Each channel sells nothing below a minimum, which only the platform knows."""
    campaign = await on_the_air(system)
    before = await booking_of(system, campaign)
    refused = await changed(system, campaign, Wanted("budget", budget=Decimal("40.00")))
    assert (refused.committed, refused.status) == (before.committed, before.status)
    assert "sells nothing below" in refused.changes[0].problem
    [told] = await events_of(system, campaign)
    assert told.problem == refused.changes[0].problem
    assert await money(system) == (NOTHING, before.committed)
    raised = await changed(system, campaign, Wanted("budget", budget=Decimal(90_000)))
    assert "can spend" in raised.changes[1].problem
    assert await money(system) == (NOTHING, before.committed), "what was reserved for the raise is given back"
    row = await system.campaigns.get(campaign)
    assert row is not None
    assert row.budget == 5000
    await changed(system, campaign, Wanted("pause"))
    assert (await booking_of(system, campaign)).made[0].action == "pause", "and the campaign can be changed otherwise"


async def events_of(system: System, campaign: UUID) -> list[MediaBuyChanged]:
    return [
        event.params.data
        for event in await system.events.since(campaign, 0)
        if isinstance(event.params.data, MediaBuyChanged)
    ]


async def test_a_silent_platform_is_asked_again_and_a_lost_answer_changes_nothing_twice(system: System) -> None:
    campaign = await on_the_air(system, TRIAL.model_copy(update={"faults": ("platform-timeout*1",)}))
    before = await booking_of(system, campaign)
    raised = await changed(system, campaign, Wanted("budget", budget=before.committed + 500))
    assert raised.committed == before.committed + 500
    assert await money(system) == (NOTHING, before.committed + 500)


async def test_a_change_acknowledged_is_carried_out_once_wherever_its_process_died(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    for died_after in ("reserve", "update_media_buy", "settle", "aupdate_state", "record"):
        campaign = await on_the_air(system, TRIAL.model_copy(update={"account": died_after}))
        before = await booking_of(system, campaign)
        wanted = Wanted("budget", budget=before.committed + 500)
        await left_changing(system, campaign, wanted, died_after, monkeypatch)
        held = sum(await money(system, died_after), start=NOTHING)
        assert held in (before.committed, before.committed + 500), died_after

        assert await system.runs.recover() == [campaign], died_after
        await system.runs.finished(campaign)
        after = await booking_of(system, campaign)
        assert (after.committed, len(after.changes)) == (before.committed + 500, 1), died_after
        assert await money(system, died_after) == (NOTHING, after.committed), died_after
        [question] = await system.runs.questions(campaign)
        assert question.node == "measurement", "and it waits for its flight again"


async def left_changing(
    system: System, campaign: UUID, wanted: Wanted, died_after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change acknowledged, whose process dies right after one of its steps."""
    steps = {
        "reserve": system.ledger,
        "update_media_buy": type(system.platforms.open(system.resolve(TRIAL, campaign))),
        "settle": system.ledger,
        "aupdate_state": system.graph,
        "record": system.campaigns,
    }
    held: list[RunOrder] = []

    async def keep(order: RunOrder) -> None:
        held.append(order)

    with monkeypatch.context() as patch:
        patch.setattr(system.runs._queue, "submit", keep)
        await system.runs.change(campaign, wanted)
    run = await system.repositories.leases.active(campaign)
    assert run is not None
    with monkeypatch.context() as patch:
        plain = getattr(steps[died_after], died_after)

        async def die(*given: object, **more: object) -> object:
            await plain(*given, **more)
            raise asyncio.CancelledError

        patch.setattr(steps[died_after], died_after, die)
        with pytest.raises(asyncio.CancelledError):
            await system.runs._queue._executor.execute(held[0])  # type: ignore[attr-defined]
    assert await system.repositories.orders.take_up(run, taker=DEAD)


async def test_of_many_who_change_at_the_same_moment_each_is_carried_out_or_refused(system: System) -> None:
    campaign = await on_the_air(system)
    before = await booking_of(system, campaign)
    wishes = [Wanted("cancel"), Wanted("pause"), Wanted("budget", budget=before.committed + 100), Wanted("cancel")]
    answers = await asyncio.gather(*(system.runs.change(campaign, wanted) for wanted in wishes), return_exceptions=True)
    await system.runs.finished(campaign)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert all(isinstance(answer, Conflict) for answer in refused), refused
    made = (await booking_of(system, campaign)).made
    assert len(made) == len(wishes) - len(refused)
    assert [change.action for change in made].count("cancel") == 1
    assert await money(system) == (NOTHING, NOTHING), "nothing ran"


async def go_to(system: System, day: date) -> None:
    """Without sensing the days between."""
    assert await system.repositories.clock.advance((await system.live.now()).today, day)


async def test_the_live_world_changes_from_today_on(system: System) -> None:
    done = await system.live.trigger("heavy-rain")
    campaign = done.campaign_ids[0]
    await system.runs.finished(campaign)
    await system.runs.answer(campaign, None, {"decision": "approve"})
    await system.runs.finished(campaign)
    booking = await booking_of(system, campaign)
    today = booking.flight.start + timedelta(days=2)
    await go_to(system, today)
    told = await refusal(lambda: system.runs.change(campaign, Wanted("pause", on=today + timedelta(days=1))))
    assert told == f"a change holds from today on, and that is {today} where this campaign runs: leave the day out."
    await changed(system, campaign, Wanted("pause"))
    await go_to(system, today + timedelta(days=2))
    cancelled = await changed(system, campaign, Wanted("cancel"))
    assert [change.day for change in cancelled.changes] == [today, today + timedelta(days=2)]
    [report] = await system.campaigns.reports(campaign)
    assert report.flight.end == today + timedelta(days=1)
    assert report.stops.days_run(report.flight) == [booking.flight.start, booking.flight.start + timedelta(days=1)]
    balance = await system.ledger.balance(HOUSE_ACCOUNT)
    assert balance is not None
    assert (balance.reserved, balance.committed) == (NOTHING, report.spend)
    row = await system.campaigns.get(campaign)
    assert row is not None
    assert (row.status, row.spent) == (CampaignStatus.CANCELED, report.spend)
