"""The live world's clock obeys at once, and ends where the world ends."""

from datetime import date, timedelta

import pytest

from domain.errors import BadInput, Conflict, WouldLapse
from domain.state import CampaignStatus
from tests.examples import an_opportunity
from tests.unit.runtime.live.sleepless import FIRST, GRACE, LAST, STARTED, TOMORROW, WAITS, live

RESTS = "it was proposed for lapsing buyers in London on {}, and is left alone there for 7 days"


async def test_a_day_takes_as_long_as_the_speed_says() -> None:
    parts = live(speed=3.0)
    await parts.runner.turn()
    assert parts.clock.world.today == FIRST + timedelta(days=1)
    assert sum(parts.slept) == pytest.approx(20)


async def test_a_speed_changed_in_the_middle_of_a_day_is_obeyed_at_once() -> None:
    parts = live(speed=0.01)
    parts.on_sleep[2] = lambda: parts.runner.set_running(running=True, speed=600)
    await parts.runner.turn()
    assert parts.clock.world.today == FIRST + timedelta(days=1)
    assert sum(parts.slept) < 2


async def test_a_clock_that_is_paused_does_not_come_nearer_to_the_next_day() -> None:
    parts = live(speed=60)
    parts.on_sleep[1] = lambda: parts.runner.set_running(running=False)
    parts.on_sleep[9] = lambda: parts.runner.set_running(running=True)
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(1 + 8 * 0.5)


@pytest.mark.parametrize("speed", [1e-9, 0.0, -1.0, float("inf"), float("nan")])
async def test_a_speed_at_which_no_day_would_ever_pass_is_refused(speed: float) -> None:
    parts = live()
    with pytest.raises(BadInput, match="days a minute"):
        await parts.runner.set_running(running=True, speed=speed)
    assert parts.clock.world.speed == 3.0


@pytest.mark.parametrize("today", [LAST, LAST + timedelta(days=3)])
async def test_the_clock_stops_where_the_world_ends(today: date) -> None:
    parts = live(today)
    await parts.runner.turn()
    assert parts.clock.world.today == today
    assert not parts.clock.world.running
    for beyond in (parts.runner.step(), parts.runner.trigger("heavy-rain"), parts.runner.set_running(running=True)):
        with pytest.raises(Conflict, match="the live world ends on 2026-12-02: reset"):
            await beyond
    assert parts.clock.world.scenarios == ()


async def test_a_scenario_that_would_show_only_after_the_end_is_refused() -> None:
    parts = live(LAST - timedelta(days=1))
    with pytest.raises(Conflict, match="the live world ends"):
        await parts.runner.trigger("heavy-rain")
    assert parts.clock.world.scenarios == ()


async def test_a_reset_begins_an_ended_world_again_and_leaves_the_day_of_any_other() -> None:
    ended, lasting = live(LAST), live(FIRST + timedelta(days=5))
    assert (await ended.runner.forget_scenarios()).today == FIRST
    assert (await lasting.runner.forget_scenarios()).today == FIRST + timedelta(days=5)
    assert (ended.told.days, lasting.told.days) == ([FIRST], []), "whoever looks hears of the new day at once"


async def test_a_trigger_that_starts_nothing_says_why() -> None:
    parts = live()
    assert (await parts.runner.trigger("heavy-rain")).reason == "sensing sees nothing out of the ordinary"
    parts.trends.found = [an_opportunity(category="soup")]
    assert (await parts.runner.trigger("heavy-rain")).reason == ""
    again = await parts.runner.trigger("heavy-rain")
    assert again.campaign_ids == []
    assert again.reason == f"soup: {RESTS.format('6 November 2026')}"


async def test_what_is_left_alone_is_said_but_not_of_what_began_today() -> None:
    parts = live()
    parts.trends.found = [soup := an_opportunity(category="soup")]
    await parts.runner.trigger("heavy-rain")
    today = (await parts.runner.now()).today
    parts.campaigns.taken_up = [(soup, today)]
    assert await parts.runner.passed_over([soup]) == {}
    await parts.runner.step()
    again = an_opportunity(category="soup")
    assert await parts.runner.passed_over([again]) == {again.id: RESTS.format(f"{today:%-d %B %Y}")}


async def test_a_reset_forgets_which_categories_are_to_be_left_alone() -> None:
    parts = live()
    parts.trends.found = [an_opportunity(category="soup")]
    await parts.runner.trigger("heavy-rain")
    await parts.runner.forget_scenarios()
    assert (await parts.runner.trigger("heavy-rain")).reason == ""
    assert parts.runs.started == ["soup", "soup"]


async def test_a_day_does_not_pass_a_question_on_its_last_day_before_the_person_has_had_their_time() -> None:
    parts = live(speed=3.0)
    parts.campaigns.add(WAITS, TOMORROW, STARTED + timedelta(seconds=15))
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(135, abs=1)
    assert parts.clock.world.today == TOMORROW


async def test_the_day_passes_at_once_when_the_question_is_decided() -> None:
    parts = live(speed=3.0)
    parts.campaigns.add(WAITS, TOMORROW, STARTED)

    async def decide() -> None:
        parts.campaigns.decided()

    parts.on_sleep[60] = decide
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(30)


@pytest.mark.parametrize(
    ("status", "begins"),
    [
        (WAITS, FIRST + timedelta(days=2)),  # it can be approved tomorrow as well
        (WAITS, FIRST),  # it cannot be approved any more
        (CampaignStatus.ACTIVE, TOMORROW),
    ],
)
async def test_nothing_else_holds_the_clock(status: CampaignStatus, begins: date) -> None:
    parts = live(speed=3.0)
    parts.campaigns.add(status, begins, STARTED)
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(20)


async def test_a_campaign_on_its_way_to_the_gate_is_waited_for_but_not_for_good() -> None:
    parts = live(speed=3.0)
    parts.campaigns.add(CampaignStatus.SENSING, TOMORROW, STARTED)
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(120, abs=1)


async def test_a_hand_on_the_clock_is_not_held_back_and_ends_the_wait() -> None:
    parts = live(speed=3.0)
    parts.campaigns.add(WAITS, TOMORROW, STARTED)
    parts.on_sleep[60] = parts.runner.step
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(30)
    assert parts.clock.world.today == TOMORROW


async def test_the_clock_says_when_it_moves_on_and_what_it_waits_for() -> None:
    parts = live(speed=3.0)
    clock = await parts.runner.clock()
    assert (clock.next_day_in, clock.hold, clock.is_held) == (pytest.approx(20), None, False)
    campaign = parts.campaigns.add(WAITS, TOMORROW, STARTED)
    said = []

    async def look() -> None:
        said.append(await parts.runner.clock())

    parts.on_sleep |= {20: look, 60: look}
    await parts.runner.turn()
    early, late = said
    assert (early.next_day_in, early.is_held) == (pytest.approx(110), False)
    assert (late.next_day_in, late.is_held) == (pytest.approx(90), True)
    assert late.hold.campaign_ids == [campaign]
    assert late.hold.until == STARTED + GRACE
    await parts.runner.set_running(running=False)
    assert (await parts.runner.clock()).next_day_in is None


async def test_a_day_begun_by_hand_is_a_whole_one() -> None:
    parts = live(speed=3.0)
    parts.campaigns.add(WAITS, TOMORROW, STARTED)
    said = []

    async def step_and_look() -> None:
        await parts.runner.step()
        said.append(await parts.runner.clock())

    parts.on_sleep[60] = step_and_look
    await parts.runner.turn()
    [clock] = said
    assert (clock.today, clock.next_day_in, clock.is_held) == (TOMORROW, pytest.approx(20), False)
    assert parts.clock.world.today == TOMORROW


async def test_an_edit_under_way_is_waited_for_from_its_last_step() -> None:
    parts = live(speed=3.0)
    parts.campaigns.add(CampaignStatus.PLANNED, TOMORROW, STARTED)
    parts.campaigns.known = [
        (record.model_copy(update={"created_at": STARTED - timedelta(hours=1)}), begins)
        for record, begins in parts.campaigns.known
    ]
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(120, abs=1)


async def test_a_campaign_nobody_decided_in_time_lapses_for_that_reason() -> None:
    parts = live()
    late = parts.campaigns.add(WAITS, TOMORROW, STARTED)
    parts.campaigns.add(WAITS, TOMORROW + timedelta(days=1), STARTED)
    await parts.runner.step()
    reason = "Nobody decided before the flight began on 3 November 2026."
    assert parts.runs.answered == [(late, {"decision": "reject", "reason": reason})]


async def test_a_step_that_would_end_proposals_says_how_many_and_moves_on_once_they_are_counted_in() -> None:
    parts = live()
    for status in (WAITS, WAITS, CampaignStatus.PLANNED):
        coming = parts.campaigns.add(status, TOMORROW, STARTED)
    parts.campaigns.at_work.add(coming)
    parts.campaigns.add(CampaignStatus.SENSING, TOMORROW, STARTED)  # abandoned
    parts.campaigns.add(WAITS, TOMORROW + timedelta(days=1), STARTED)
    said = "3 proposals, 1 of them still on the way to the gate, £15,000, will lapse"
    assert (await parts.runner.lapses()).told == said
    for known in (0, 2):
        with pytest.raises(WouldLapse, match=said):
            await parts.runner.step(may_lapse=known)
    assert parts.clock.world.today == FIRST
    assert (await parts.runner.step(may_lapse=3)).today == TOMORROW


async def test_a_trigger_that_would_end_proposals_on_any_of_its_days_asks_first_and_leaves_the_world_as_it_is() -> None:
    parts = live()
    parts.campaigns.add(WAITS, TOMORROW + timedelta(days=1), STARTED)
    assert (await parts.runner.lapses()).told == ""
    assert (await parts.runner.lapses(scenario="heavy-rain")).told == "1 proposal, £5,000, will lapse"
    with pytest.raises(WouldLapse):
        await parts.runner.trigger("heavy-rain", may_lapse=0)
    assert (parts.clock.world.today, parts.clock.world.scenarios) == (FIRST, ())
    await parts.runner.trigger("heavy-rain", may_lapse=1)
    assert parts.clock.world.today == TOMORROW + timedelta(days=1)


async def test_nothing_is_asked_over_what_has_begun_flies_or_can_be_decided_tomorrow() -> None:
    parts = live()
    parts.campaigns.add(WAITS, FIRST, STARTED)
    parts.campaigns.add(CampaignStatus.ACTIVE, TOMORROW, STARTED)
    parts.campaigns.add(WAITS, TOMORROW + timedelta(days=1), STARTED)
    assert (await parts.runner.step(may_lapse=0)).today == TOMORROW


async def test_a_campaign_at_work_is_waited_for_as_long_as_that_takes_and_has_its_whole_time_at_the_gate() -> None:
    parts = live(speed=3.0)
    slow = parts.campaigns.add(CampaignStatus.PLANNED, TOMORROW, STARTED)
    parts.campaigns.at_work.add(slow)

    async def reach_the_gate() -> None:
        assert sum(parts.slept) > GRACE.total_seconds()
        parts.campaigns.at_work.clear()
        parts.campaigns.known.clear()
        parts.campaigns.add(WAITS, TOMORROW, STARTED + timedelta(seconds=sum(parts.slept)))
        parts.reached = sum(parts.slept)

    parts.on_sleep[600] = reach_the_gate
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(parts.reached + GRACE.total_seconds(), abs=1)


WITHOUT_MODEL = {"decision": "without_model", "limit": None, "decided_by": "media team"}


async def test_what_asks_for_money_has_its_time_and_then_goes_on_without_while_it_can_be_approved() -> None:
    parts = live(speed=3.0)
    asking = parts.campaigns.add(CampaignStatus.PLANNED, TOMORROW, STARTED + timedelta(seconds=15))
    parts.runs.asking.add(asking)
    await parts.runner.turn()
    assert sum(parts.slept) == pytest.approx(135, abs=1)
    assert parts.runs.answered == [(asking, WITHOUT_MODEL)]
    assert parts.runs.answered_on == [FIRST], "before the day passes"
    assert parts.clock.world.today == TOMORROW


async def test_who_gives_it_money_in_time_is_heard_and_not_the_clock() -> None:
    parts = live(speed=3.0)
    asking = parts.campaigns.add(CampaignStatus.PLANNED, TOMORROW, STARTED)
    parts.runs.asking.add(asking)

    async def decide() -> None:
        parts.runs.asking.clear()

    parts.on_sleep[60] = decide
    await parts.runner.turn()
    assert parts.runs.answered == []


async def test_a_hand_on_the_clock_is_told_that_what_asks_for_money_would_lapse_and_it_waits_no_longer() -> None:
    parts = live()
    asking = parts.campaigns.add(CampaignStatus.SENSING, TOMORROW, STARTED)
    parts.runs.asking.add(asking)
    said = "1 proposal, 1 of them still on the way to the gate, £5,000, will lapse"
    assert (await parts.runner.lapses()).told == said
    with pytest.raises(WouldLapse, match=said):
        await parts.runner.step(may_lapse=0)
    assert parts.runs.answered == []
    await parts.runner.step(may_lapse=1)
    assert (parts.runs.answered, parts.runs.answered_on) == ([(asking, WITHOUT_MODEL)], [TOMORROW])


async def test_what_reaches_the_gate_after_its_flight_has_begun_lapses_at_once() -> None:
    parts = live(speed=3.0)
    arrived = []

    async def arrive() -> None:
        arrived.append(parts.campaigns.add(WAITS, FIRST, STARTED))

    async def look() -> None:
        assert [campaign for campaign, _ in parts.runs.answered] == arrived
        parts.campaigns.decided()

    parts.on_sleep |= {10: arrive, 11: look}
    await parts.runner.turn()
    assert arrived
