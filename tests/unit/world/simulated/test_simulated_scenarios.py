"""Each scenario leaves its signature on the day it is to be sensed, and nothing before it starts."""

from datetime import date, timedelta

import numpy as np
import pytest

from domain.context import ScheduledScenario
from domain.errors import BadInput
from domain.panel import Panel
from world.simulated.market.history import History, history
from world.simulated.market.scenarios import checked, default_schedule, scenario_names, schedule, shows_on

SEEDS = (7, 11)


def rows(panel: Panel, category: str) -> list[int]:
    return [index for index, key in enumerate(panel.series) if key.category == category]


def change(scenario: str, category: str, seed: int) -> float:
    """Relative change of the category's units on the sensing day against the same day without the scenario."""
    scheduled, today = default_schedule(scenario)
    with_it = history(seed, frozenset([scheduled])).panel(today)
    without = history(seed, frozenset()).panel(today)
    mine = rows(with_it, category)
    return float(with_it.units[mine, -1].sum() / without.units[mine, -1].sum() - 1)


def sensed(scenario: str, seed: int) -> Panel:
    scheduled, today = default_schedule(scenario)
    return history(seed, frozenset([scheduled])).panel(today)


def test_the_scenarios_everybody_knows_by_name_are_there() -> None:
    assert set(scenario_names()) >= {
        "heatwave",
        "heavy-rain",
        "cold-snap",
        "viral-trend",
        "stock-out",
        "competitor-promotion",
        "price-rise",
        "feed-outage",
    }


def test_an_unknown_scenario_is_answered_with_the_near_miss() -> None:
    with pytest.raises(BadInput, match=r"There is no scenario 'heavy-rian': did you mean 'heavy-rain'\?"):
        schedule("heavy-rian", date(2026, 11, 10))


def test_an_unknown_category_or_region_is_answered_with_the_near_miss() -> None:
    with pytest.raises(BadInput, match=r"did you mean 'soup'\?"):
        schedule("viral-trend", date(2026, 11, 10), category="soop")
    with pytest.raises(BadInput, match=r"did you mean 'Wales'\?"):
        checked(ScheduledScenario(name="heatwave", starts=date(2026, 7, 1), regions=("Whales",)))


@pytest.mark.parametrize("days", [0, 61])
def test_a_scenario_lasts_from_one_to_sixty_days(days: int) -> None:
    with pytest.raises(BadInput, match="give 1 to 60 days"):
        schedule("heatwave", date(2026, 7, 1), days=days)


def test_a_scenario_cannot_start_before_the_world_does() -> None:
    with pytest.raises(BadInput, match="no day 1999-01-01"):
        schedule("heatwave", date(1999, 1, 1))


@pytest.mark.parametrize("name", scenario_names())
def test_the_sensing_day_lies_inside_the_scenario(name: str) -> None:
    scenario, today = default_schedule(name)
    assert scenario.starts <= today < scenario.starts + timedelta(days=scenario.days)
    assert shows_on(scenario.model_copy(update={"days": 1})) == scenario.starts


@pytest.mark.parametrize("seed", SEEDS)
def test_heavy_rain_takes_a_tenth_of_soup_sales_and_stays_for_three_days(seed: int) -> None:
    panel = sensed("heavy-rain", seed)
    assert change("heavy-rain", "soup", seed) == pytest.approx(-0.10, abs=0.03)
    assert (panel.forecast["rain_mm"][:, :3] > 15).all()
    soup = rows(panel, "soup")
    assert panel.search[soup, -1].mean() > 1.15 * panel.search[soup, -30:-3].mean()


@pytest.mark.parametrize("seed", SEEDS)
def test_heavy_rain_moves_soup_more_than_twice_as_far_as_any_other_category(seed: int) -> None:
    panel = sensed("heavy-rain", seed)
    others = {key.category for key in panel.series} - {"soup"}
    soup = change("heavy-rain", "soup", seed)
    assert all(abs(change("heavy-rain", category, seed)) < abs(soup) / 2 for category in others)


@pytest.mark.parametrize("seed", SEEDS)
def test_heat_sells_ice_cream_barbecue_meat_and_water(seed: int) -> None:
    assert change("heatwave", "ice cream", seed) > 0.3
    assert change("heatwave", "barbecue meat", seed) > 0.3
    assert change("heatwave", "bottled water", seed) > 0.12
    assert change("heatwave", "soup", seed) < -0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_cold_sells_porridge_and_soup(seed: int) -> None:
    assert change("cold-snap", "porridge", seed) > 0.12
    assert change("cold-snap", "soup", seed) > 0.10
    assert abs(change("cold-snap", "fruit", seed)) < 0.06


@pytest.mark.parametrize("seed", SEEDS)
def test_a_viral_trend_is_searched_for_before_it_is_bought(seed: int) -> None:
    scheduled, _ = default_schedule("viral-trend")
    panel = history(seed, frozenset([scheduled])).panel(scheduled.starts)
    quiet = history(seed, frozenset()).panel(scheduled.starts)
    cheese = rows(panel, "cheese")
    assert (panel.search[cheese, -1] > 2 * quiet.search[cheese, -1]).all()
    assert (panel.units[cheese, -1] == quiet.units[cheese, -1]).all()
    assert change("viral-trend", "cheese", seed) > 0.4
    assert change("viral-trend", "soup", seed) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stock_out_empties_the_shelf_and_the_tills(seed: int) -> None:
    panel = sensed("stock-out", seed)
    assert (panel.in_stock[rows(panel, "bread"), -1] <= 0.45).all()
    assert change("stock-out", "bread", seed) < -0.45


@pytest.mark.parametrize("seed", SEEDS)
def test_a_competitors_promotion_takes_sales_and_leaves_no_trace_of_a_cause(seed: int) -> None:
    scheduled, today = default_schedule("competitor-promotion")
    panel, quiet = sensed("competitor-promotion", seed), history(seed, frozenset()).panel(today)
    assert change("competitor-promotion", scheduled.category or "", seed) == pytest.approx(-0.16, abs=0.02)
    for stream in ("price", "promotion", "in_stock", "search"):
        np.testing.assert_array_equal(getattr(panel, stream), getattr(quiet, stream))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_price_rise_shows_in_the_price_and_costs_sales(seed: int) -> None:
    _, today = default_schedule("price-rise")
    panel, quiet = sensed("price-rise", seed), history(seed, frozenset()).panel(today)
    cereal = rows(panel, "breakfast cereal")
    np.testing.assert_allclose(panel.price[cereal, -1] / quiet.price[cereal, -1], 1.15, rtol=1e-4)
    assert change("price-rise", "breakfast cereal", seed) < -0.12


def test_a_feed_outage_blanks_the_sales_of_its_region_only() -> None:
    panel = sensed("feed-outage", 7)
    lost = np.array([key.region == "Scotland" for key in panel.series])
    assert np.isnan(panel.units[lost, -2:]).all()
    assert np.isfinite(panel.units[lost, :-2]).all()
    assert np.isfinite(panel.units[~lost]).all()


@pytest.mark.parametrize("name", scenario_names())
def test_nothing_changes_before_a_scenario_starts(name: str) -> None:
    scheduled, today = default_schedule(name)
    panel, quiet = sensed(name, 7), history(7, frozenset()).panel(today)
    before = panel.days - 1 - (today - scheduled.starts).days
    for stream in ("units", "price", "promotion", "in_stock", "search"):
        np.testing.assert_array_equal(getattr(panel, stream)[:, :before], getattr(quiet, stream)[:, :before])
    for stream, values in panel.weather.items():
        np.testing.assert_array_equal(values[:, :before], quiet.weather[stream][:, :before])


def test_the_order_of_the_scenario_log_does_not_matter() -> None:
    day = date(2026, 11, 10)
    names = ("heavy-rain", "viral-trend", "cold-snap", "price-rise")
    log = (
        *(schedule(name, day + timedelta(days=offset)) for offset, name in enumerate(names)),
        schedule("viral-trend", day, category="soup"),
    )
    today = day + timedelta(days=4)
    one, other = history(7, frozenset(log)).panel(today), history(7, frozenset(reversed(log))).panel(today)
    np.testing.assert_array_equal(one.units, other.units)
    forwards, backwards = History(7, log).panel(today), History(7, log[::-1]).panel(today)
    np.testing.assert_array_equal(forwards.units, backwards.units)
    np.testing.assert_array_equal(forwards.search, backwards.search)


def test_a_scenario_of_some_regions_leaves_the_others_alone() -> None:
    day = date(2026, 11, 10)
    welsh = ScheduledScenario(name="competitor-promotion", starts=day, category="soup", regions=("Wales",))
    panel, quiet = history(7, frozenset([welsh])).panel(day), history(7, frozenset()).panel(day)
    changed = (panel.units != quiet.units).any(axis=1)
    assert {key.region for key, differs in zip(panel.series, changed, strict=True) if differs} == {"Wales"}


def test_a_scenario_happens_where_and_to_what_is_asked() -> None:
    chosen = schedule(
        "competitor-promotion", date(2026, 11, 10), category="cheese", regions=["Wales", "London", "Wales"]
    )
    assert (chosen.category, chosen.regions) == ("cheese", ("Wales", "London"))
    usual = schedule("feed-outage", date(2026, 11, 10))
    assert (usual.category, usual.regions) == (None, ("Scotland",))


@pytest.mark.parametrize(
    ("name", "category", "regions", "said"),
    [
        ("heatwave", "ice cream", (), "heatwave has no category to choose: it moves the weather"),
        ("feed-outage", "soup", (), "feed-outage has no category to choose: it moves the sales of whole regions"),
        ("stock-out", "bred", (), "did you mean 'bread'?"),
        ("heatwave", None, ("Wale",), "did you mean 'Wales'?"),
    ],
)
def test_a_scenario_that_makes_no_sense_says_why(
    name: str, category: str | None, regions: tuple[str, ...], said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        schedule(name, date(2026, 11, 10), category=category, regions=regions)
    assert said in str(refused.value)
    assert refused.value.field in ("category", "regions")
