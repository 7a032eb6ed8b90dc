"""Weather that comes to a second region while it lasts in a first one: what is there of it in the second alone."""

from datetime import date, timedelta

import numpy as np
import pytest

from agents.sensing.agent import SensingAgent
from domain.context import WorldRef
from domain.opportunity import Cause
from domain.panel import ByPlace, Panel
from tests.unit.agents.corner_shop import resolve
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import schedule, shows_on

FIRST, SECOND = "Scotland", "North West"
BEGINS = date(2026, 7, 14)
HOT_IN_FIRST = schedule("heatwave", BEGINS, regions=(FIRST,))
HOT_IN_SECOND = schedule("heatwave", BEGINS + timedelta(days=2), regions=(SECOND,))
TODAY = shows_on(HOT_IN_SECOND)


@pytest.mark.parametrize("seed", [7, 5])
async def test_the_second_regions_heat_is_found_without_the_first_with_its_own_figures(seed: int) -> None:
    agent = SensingAgent(SimulatedWorlds(), resolve)
    both = WorldRef(seed=seed, scenarios=(HOT_IN_FIRST, HOT_IN_SECOND))
    [together] = [one for one in await agent.trends(both, TODAY) if one.category == "ice cream"]
    assert set(together.regions) == {FIRST, SECOND}
    [alone] = [one for one in await agent.trends(both, TODAY, {FIRST}) if one.category == "ice cream"]
    assert (alone.regions, alone.cause) == ([SECOND], Cause.WEATHER)
    assert SECOND in alone.headline
    assert FIRST not in alone.headline
    assert 0 < alone.baseline_units_per_day < together.baseline_units_per_day
    lasts = WorldRef(seed=seed, scenarios=(HOT_IN_FIRST,))
    assert "ice cream" in {one.category for one in await agent.trends(lasts, TODAY)}
    assert "ice cream" not in {one.category for one in await agent.trends(lasts, TODAY, {FIRST})}


def test_a_panel_without_a_region_has_the_others_as_they_were() -> None:
    whole = SimulatedWorlds().open(WorldRef()).panel(BEGINS)
    held = Panel(
        start=whole.start,
        series=whole.series,
        units=whole.units,
        price=whole.price,
        promotion=whole.promotion,
        in_stock=whole.in_stock,
        search=whole.search,
        weather=ByPlace(dict(whole.weather), np.arange(len(whole.series))),
        forecast=whole.forecast,
    )
    for panel in (whole, held):
        rest = panel.without({FIRST})
        kept = [row for row, series in enumerate(panel.series) if series.region != FIRST]
        assert 0 < len(kept) < len(panel.series)
        assert rest.series == tuple(panel.series[row] for row in kept)
        assert (rest.units is not panel.units, rest.last_day) == (True, panel.last_day)
        for name in ("units", "price", "promotion", "in_stock", "search"):
            np.testing.assert_array_equal(getattr(rest, name), getattr(panel, name)[kept])
        for of, told in ((panel.weather, rest.weather), (panel.forecast, rest.forecast)):
            assert told.keys() == of.keys()
            for name in of:
                np.testing.assert_array_equal(told[name], of[name][kept])
