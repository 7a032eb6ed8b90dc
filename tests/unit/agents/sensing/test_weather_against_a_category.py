"""A headline and its verdict never disagree: what is to be held is not advertised."""

from datetime import date, timedelta

import pytest

from agents.sensing.telling.diagnosis import Decomposition, is_advertisable
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import headline
from domain.context import WorldRef
from domain.opportunity import Cause
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import schedule, shows_on

AUTUMN = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("effect", "ahead", "advertisable"),
    [(-0.1, -0.2, False), (-0.1, 0.1, True), (0.1, -0.2, True)],
)
def test_weather_that_takes_sales_and_goes_on_is_waited_out(effect: float, ahead: float, advertisable: bool) -> None:
    weather = Decomposition(effects={Cause.WEATHER: effect}, promotion=0.0, extrapolated=None)
    assert is_advertisable(weather, price_change=0.0, weather_ahead=ahead) is advertisable


@pytest.mark.parametrize(("ahead", "advertisable"), [(-0.2, False), (0.0, False), (0.02, False), (0.1, True)])
def test_what_weather_sold_is_boosted_after_it_only_where_more_is_to_come(ahead: float, advertisable: bool) -> None:
    weather = Decomposition(effects={Cause.WEATHER: 0.1}, promotion=0.0, extrapolated=None)
    assert is_advertisable(weather, price_change=0.0, weather_ahead=ahead, is_over=True) is advertisable


def test_rain_in_autumn_finds_both_what_to_boost_and_what_to_hold() -> None:
    rain, heat = schedule("heavy-rain", AUTUMN), schedule("heatwave", AUTUMN + timedelta(days=7))
    worlds = SimulatedWorlds()
    told = {}
    for scenario in (rain, heat):
        world = worlds.open(WorldRef(seed=7, scenarios=(rain, heat)))
        for finding in sense(world.panel(shows_on(scenario)), threshold=3.0):
            told[headline(finding)] = finding.advertisable
    assert any(told.values())
    assert not all(told.values())
    for sentence, advertisable in told.items():
        assert (": boost" in sentence or ": win" in sentence) is advertisable, sentence
