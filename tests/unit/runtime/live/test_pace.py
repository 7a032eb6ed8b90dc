"""The clock keeps the speed it was given, whatever else a day takes; told with a clock that only the test moves."""

import pytest

from runtime.live.pace import Hands, Pace
from storage.records import LiveWorld
from tests.unit.runtime.live.sleepless import FIRST


class Time:
    """Sleeping takes what it says and a little more, as it does."""

    def __init__(self, late: float = 0.0) -> None:
        self.now, self.late = 1000.0, late

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + self.late

    @property
    def hands(self) -> Hands:
        return Hands(self.sleep, lambda: self.now)


def at(speed: float, *, running: bool = True) -> LiveWorld:
    return LiveWorld(seed=7, today=FIRST, speed=speed, running=running)


async def days_of(pace: Pace, time: Time, steps: list[float], speed: float) -> float:
    """Days a minute over days whose steps take so many seconds each."""
    began = time.now

    async def look() -> LiveWorld:
        return at(speed)

    for taken in steps:
        await pace.until_over(look)
        pace.begin()
        time.now += taken
    return len(steps) * 60 / (time.now - began)


@pytest.mark.parametrize(("speed", "step"), [(60, 0.0), (60, 0.7), (600, 0.05), (600, 0.09), (3, 12.0)])
async def test_a_day_is_no_longer_for_what_its_step_takes(speed: float, step: float) -> None:
    time = Time(late=0.002)
    assert await days_of(Pace(time.hands), time, [step] * 500, speed) == pytest.approx(speed, rel=0.01)


async def test_a_step_longer_than_a_day_is_followed_by_the_next_at_once_and_no_more_than_a_day_is_made_up_for() -> None:
    time = Time()
    pace = Pace(time.hands)
    assert await days_of(pace, time, [0.25] * 100, 600) == pytest.approx(240, rel=0.02), "as fast as its steps are"
    before = time.now
    await days_of(pace, time, [0.0] * 10, 600)
    assert time.now - before > 0.7, "what was behind is made up for by a day or two, not by a burst"


async def test_what_a_day_was_held_for_is_no_part_of_the_next() -> None:
    time = Time()
    pace = Pace(time.hands)

    async def look() -> LiveWorld:
        return at(60)

    async def is_held() -> bool:
        return time.now < 1100

    await pace.until_over(look)
    await pace.while_held(is_held)
    pace.begin()
    begun = time.now
    await pace.until_over(look)
    assert time.now - begun == pytest.approx(1)


async def test_time_that_passes_while_the_clock_is_paused_brings_the_next_day_no_nearer() -> None:
    time = Time()
    pace = Pace(time.hands)
    pace.begin()
    looks = 0

    async def look() -> LiveWorld:
        nonlocal looks
        looks += 1
        return at(60, running=looks > 100)

    began = time.now
    await pace.until_over(look)
    assert time.now - began == pytest.approx(100 * 0.5 + 1)
