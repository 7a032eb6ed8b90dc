"""What keeps the loop turning: lessons, media buys, leases, the live world's clock."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus, PackageRequest
from domain.channel import Channel
from domain.context import Autonomy, CampaignContext, ScheduledScenario
from domain.errors import BadInput, Conflict, NotFound
from domain.identifiers import derived_id
from domain.lesson import CellExposure, Lesson
from domain.plan import Flight
from storage.clock import WorldClock
from storage.engine.database import Database
from storage.leases import RunRegistry
from storage.lessons import LessonRepository
from storage.media_buys import MediaBuyRepository
from storage.records import LiveWorld
from storage.threads import ThreadRepository
from tests.threads import known_thread

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
THREAD, RUN, OTHER_RUN = derived_id("thread"), derived_id("run"), derived_id("other run")

HERE = "simulated:7"


def lesson(number: int) -> Lesson:
    return Lesson(
        id=derived_id("lesson", number),
        campaign_id=derived_id("campaign", number),
        cycle=1,
        learned_on=date(2026, 11, 23),
        category="soup",
        predicted_roi=0.4,
        actual_roi=0.2,
        exposures=[CellExposure(cell="email|families|soup", exposure=120.5)],
        observed=310.0,
        standard_error=90.0,
        changes=[],
        statement="Email sold less soup than expected.",
        next_step="stop",
        learned_in=HERE,
    )


async def test_lessons_come_oldest_first_and_only_once(database: Database) -> None:
    lessons = LessonRepository(database)
    for number in (2, 1, 2, 3, 1):
        await lessons.add(lesson(number))
    assert list(await lessons.current(HERE)) == [lesson(2), lesson(1), lesson(3)]


async def test_a_lesson_counts_in_its_own_world_alone(database: Database) -> None:
    here, there = LessonRepository(database), LessonRepository(database)
    elsewhere = lesson(2).model_copy(update={"learned_in": "live"})
    for one in (lesson(1), elsewhere, lesson(3)):
        await here.add(one)
    for worker in (here, there):
        assert list(await worker.current(HERE)) == [lesson(1), lesson(3)]
        assert list(await worker.current("live")) == [elsewhere]
        assert list(await worker.current("simulated:8")) == []
    await here.add(lesson(4))
    await there.withdraw(lesson(1).id)
    for worker in (here, there):
        assert list(await worker.current(HERE)) == [lesson(3), lesson(4)]
        assert list(await worker.current("live")) == [elsewhere]


async def test_a_withdrawn_lesson_no_longer_counts_for_any_worker(database: Database) -> None:
    here, there = LessonRepository(database), LessonRepository(database)
    for number in (1, 2, 3):
        await here.add(lesson(number))
    assert len(await there.current(HERE)) == 3
    await here.withdraw(lesson(2).id)
    await here.withdraw(lesson(2).id)
    await here.add(lesson(2))
    for worker in (here, there, LessonRepository(database)):
        assert list(await worker.current(HERE)) == [lesson(1), lesson(3)]
        assert [known.withdrawn for known in (await worker.page()).items] == [False, True, False]
    await there.add(lesson(4))
    assert list(await here.current(HERE)) == [lesson(1), lesson(3), lesson(4)]


async def test_lessons_come_in_pages_of_one_campaign_or_of_all(database: Database) -> None:
    lessons = LessonRepository(database)
    second = lesson(3).model_copy(update={"campaign_id": lesson(1).campaign_id, "cycle": 2})
    for one in (lesson(1), lesson(2), second):
        await lessons.add(one)
    first = await lessons.page(limit=2)
    assert first.items == [lesson(1), lesson(2)]
    rest = await lessons.page(limit=2, after=first.next)
    assert (rest.items, rest.next) == ([second], None)
    own = await lessons.page(campaign_id=second.campaign_id)
    assert (own.items, own.next) == ([lesson(1), second], None)
    with pytest.raises(BadInput, match="not one of ours"):
        await lessons.page(after="nonsense")


async def test_resetting_withdraws_every_lesson(database: Database) -> None:
    lessons = LessonRepository(database)
    await lessons.add(lesson(1))
    await lessons.add(lesson(2))
    assert await lessons.withdraw_all() == 2
    assert await lessons.withdraw_all() == 0
    assert list(await lessons.current(HERE)) == []


async def test_an_unknown_lesson_cannot_be_withdrawn(database: Database) -> None:
    with pytest.raises(NotFound, match="there is no lesson"):
        await LessonRepository(database).withdraw(lesson(9).id)


def media_buy(name: str, key: str, world_id: str = "live", minute: int = 0) -> MediaBuy:
    request = MediaBuyRequest(
        campaign_id=derived_id("campaign"),
        world_id=world_id,
        account="house",
        category="soup",
        sku="SOUP-1",
        flight=Flight(start=date(2026, 11, 24), end=date(2026, 11, 30)),
        treated_stores=["a", "b"],
        packages=[
            PackageRequest(product_id="p", channel=Channel.EMAIL, budget=Decimal("10.10"), creative_ids=[THREAD])
        ],
        idempotency_key=key,
    )
    return MediaBuy(
        media_buy_id=name,
        status=MediaBuyStatus.ACTIVE,
        request=request,
        confirmed_at=NOW + timedelta(minutes=minute),
    )


async def test_the_same_key_buys_once_and_gets_the_first_buy_back(database: Database) -> None:
    buys = MediaBuyRepository(database)
    first = await buys.add(media_buy("mb_1", "key-00000001"))
    again = await buys.add(media_buy("mb_2", "key-00000001"))
    assert first == again == media_buy("mb_1", "key-00000001")
    assert await MediaBuyRepository(database).get("mb_1") == first
    assert await buys.get("mb_2") is None


async def test_an_id_cannot_name_two_buys(database: Database) -> None:
    buys = MediaBuyRepository(database)
    await buys.add(media_buy("mb_1", "key-00000001"))
    with pytest.raises(Conflict, match="'mb_1' is taken"):
        await buys.add(media_buy("mb_1", "key-00000002"))


async def test_worlds_see_their_own_buys_in_the_order_they_were_confirmed(database: Database) -> None:
    buys = MediaBuyRepository(database)
    await buys.add(media_buy("mb_2", "key-00000002", minute=2))
    await buys.add(media_buy("mb_3", "key-00000003", world_id="run-1"))
    await buys.add(media_buy("mb_1", "key-00000001", minute=1))
    for reader in (buys, MediaBuyRepository(database)):
        assert [buy.media_buy_id for buy in await reader.of_world("live")] == ["mb_1", "mb_2"]
        assert await reader.of_world("run-1") == [media_buy("mb_3", "key-00000003", world_id="run-1")]
        assert await reader.of_world("nowhere") == []


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_a_thread_runs_once_at_a_time(database: Database) -> None:
    runs = RunRegistry(database, now=Clock())
    await runs.claim(THREAD, RUN, "one")
    await runs.claim(THREAD, RUN, "one")
    with pytest.raises(Conflict, match="already running"):
        await runs.claim(THREAD, OTHER_RUN, "one")
    with pytest.raises(Conflict):
        await runs.claim(THREAD, RUN, "two")
    await runs.release(THREAD, OTHER_RUN)
    assert (await runs.active(THREAD)) is not None
    await runs.release(THREAD, RUN)
    assert await runs.active(THREAD) is None
    await runs.claim(THREAD, OTHER_RUN, "two")


async def test_of_many_claims_at_once_one_wins(database: Database) -> None:
    runs = RunRegistry(database)
    claims = (runs.claim(THREAD, derived_id(number), f"worker-{number}") for number in range(10))
    answers = await asyncio.gather(*claims, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * 9 + ["NoneType"]


async def test_a_silent_owner_loses_the_thread_and_is_told_so(database: Database) -> None:
    clock = Clock()
    runs = RunRegistry(database, lease=timedelta(seconds=60), now=clock)
    await runs.claim(THREAD, RUN, "one")
    clock.now += timedelta(seconds=50)
    assert await runs.heartbeat_all("one") == 1
    clock.now += timedelta(seconds=59)
    assert await runs.orphans() == []
    with pytest.raises(Conflict):
        await runs.claim(THREAD, OTHER_RUN, "two")
    clock.now += timedelta(seconds=2)
    assert [(orphan.run_id, orphan.owner) for orphan in await runs.orphans()] == [(RUN, "one")]
    await runs.claim(THREAD, OTHER_RUN, "two")
    assert await runs.heartbeat_all("one") == 0
    assert await runs.orphans() == []


async def test_an_owner_keeps_all_its_threads_alive_at_once(database: Database) -> None:
    clock = Clock()
    runs = RunRegistry(database, now=clock)
    for number in range(3):
        await runs.claim(derived_id("thread", number), RUN, "one" if number else "two")
    clock.now += timedelta(seconds=61)
    assert await runs.heartbeat_all("one") == 2
    assert [orphan.owner for orphan in await runs.orphans()] == ["two"]
    assert len(await runs.orphans(stale_after=timedelta(0))) == 3


WORLD = LiveWorld(seed=7, today=date(2026, 11, 23), speed=2.0, running=True)


async def test_the_live_world_is_opened_once_and_kept(database: Database) -> None:
    clock = WorldClock(database)
    assert await clock.load() is None
    assert await clock.open(WORLD) == WORLD
    assert await clock.open(WORLD.model_copy(update={"seed": 8})) == WORLD
    changed = WORLD.model_copy(update={"running": False})
    assert await clock.run(running=False) == changed
    assert await WorldClock(database).load() == changed


async def test_scenarios_are_called_off_and_an_ended_world_begins_again(database: Database) -> None:
    clock, first, last = WorldClock(database), date(2026, 11, 2), date(2026, 11, 24)
    await clock.open(WORLD)
    await clock.schedule(ScheduledScenario(name="heavy-rain", starts=date(2026, 11, 24)))
    assert await clock.call_off(last_day=last, first_day=first) == WORLD
    await clock.advance(WORLD.today, last)
    assert (await clock.call_off(last_day=last, first_day=first)).today == first


async def test_of_two_processes_one_moves_the_day_on(database: Database) -> None:
    clocks = [WorldClock(database) for _ in range(4)]
    await clocks[0].open(WORLD)
    moves = (clock.advance(date(2026, 11, 23), date(2026, 11, 24)) for clock in clocks)
    assert sorted(await asyncio.gather(*moves)) == [False, False, False, True]
    world = await clocks[0].load()
    assert world is not None
    assert world.today == date(2026, 11, 24)


async def test_scenarios_scheduled_at_once_are_all_kept_each_once(database: Database) -> None:
    clock = WorldClock(database)
    rain = ScheduledScenario(name="heavy-rain", starts=date(2026, 11, 25), regions=("London",))
    heat = ScheduledScenario(name="heatwave", starts=date(2026, 11, 26))
    with pytest.raises(NotFound, match="no world 'live'"):
        await clock.schedule(rain)
    await clock.open(WORLD)
    await asyncio.gather(clock.schedule(rain), clock.schedule(heat), clock.schedule(rain))
    world = await clock.run(running=False, speed=5.0)
    assert set(world.scenarios) == {rain, heat}
    assert len(world.scenarios) == 2
    assert (world.running, world.speed) == (False, 5.0)
    assert await clock.load() == world


async def test_a_thread_keeps_the_context_it_was_started_with(database: Database) -> None:
    context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.CAPPED, faults=("malformed-json*1",))
    threads = ThreadRepository(database)
    assert await threads.context(THREAD) is None
    await known_thread(database, THREAD, context)
    with pytest.raises(Conflict, match="exists already"):
        await known_thread(database, THREAD, CampaignContext())
    for reader in (threads, ThreadRepository(database)):
        assert await reader.context(THREAD) == context
