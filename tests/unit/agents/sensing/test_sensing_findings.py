from dataclasses import replace

import numpy as np
import pytest

from agents.sensing.telling import wording
from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from domain.opportunity import Cause, OpportunityKind
from domain.panel import Panel
from tests.unit.agents.sensing.sensing_panels import make_panel, rows_of, scaled, without

THRESHOLD = 3.0


@pytest.fixture(scope="module")
def panel() -> Panel:
    return make_panel()


def top(panel: Panel) -> Insight:
    findings = sense(panel, THRESHOLD)
    assert findings, "nothing was found"
    return findings[0]


def test_ordinary_days_are_quiet() -> None:
    loud = [seed for seed in range(6) if sense(make_panel(seed=seed, days=380), THRESHOLD)]
    assert len(loud) <= 1


def test_an_unexplained_drop_is_found_with_its_size_and_can_be_advertised(panel: Panel) -> None:
    found = top(scaled(panel, rows_of(panel, "category 3"), 0.8, 2))
    assert (found.category, found.kind, found.cause) == ("category 3", OpportunityKind.SALES_DROP, Cause.UNEXPLAINED)
    assert found.change == pytest.approx(-0.2, abs=0.06)
    assert found.advertisable
    assert found.everywhere


def test_a_drop_in_one_region_names_that_region(panel: Panel) -> None:
    found = top(scaled(panel, rows_of(panel, "category 3", "region 2"), 0.6, 2))
    assert found.regions == ("region 2",)
    assert "in region 2" in wording.headline(found)


def test_the_expected_units_are_those_of_the_regions_concerned(panel: Panel) -> None:
    rows = rows_of(panel, "category 3", "region 2")
    found = top(scaled(panel, rows, 0.6, 2))
    usual = panel.units[rows, -60:].sum(axis=0).mean()
    assert found.units_per_day == pytest.approx(usual * 0.6**0.5, rel=0.2), "half of an unexplained drop lasts"


def test_an_empty_shelf_is_not_an_advertising_opportunity(panel: Panel) -> None:
    rows = rows_of(panel, "category 4")
    in_stock = panel.in_stock.copy()
    in_stock[rows, -2:] = 0.4
    found = top(replace(scaled(panel, rows, 0.4, 2), in_stock=in_stock))
    assert found.cause is Cause.STOCK
    assert not found.advertisable
    assert "Restock" in wording.advice(found)


def test_a_price_rise_is_not_an_advertising_opportunity(panel: Panel) -> None:
    rows = rows_of(panel, "category 4")
    price = panel.price.copy()
    price[rows, -2:] *= 1.3
    found = top(replace(scaled(panel, rows, 1.3**-1.5, 2), price=price))
    assert found.cause is Cause.PRICE
    assert not found.advertisable
    assert "price" in wording.advice(found)


def test_our_own_promotion_is_expected_and_not_a_finding(panel: Panel) -> None:
    rows = rows_of(panel, "category 4")
    promotion, price = panel.promotion.copy(), panel.price.copy()
    promotion[rows, -3:] = 0.5
    price[rows, -3:] = 2 * np.exp(-0.15)
    factor = np.exp(0.25 + 1.5 * 0.15)
    usual = promotion[rows, -3:] - panel.promotion[rows, -3:]
    assert (usual > 0).any()
    units = panel.units.copy()
    units[rows, -3:] *= np.where(usual > 0, factor, 1.0).astype(np.float32)
    findings = sense(replace(panel, promotion=promotion, price=price, units=units), THRESHOLD)
    assert all(found.category != "category 4" for found in findings)


def test_a_surge_in_search_explains_a_surge_in_sales(panel: Panel) -> None:
    rows = rows_of(panel, "category 5")
    search = panel.search.copy()
    search[rows, -4:] *= 2.5
    found = top(replace(scaled(panel, rows, 1.5, 2), search=search))
    assert (found.kind, found.cause) == (OpportunityKind.DEMAND_SURGE, Cause.SEARCH)
    assert found.advertisable


def test_missing_days_are_a_fault_of_the_feed(panel: Panel) -> None:
    units = panel.units.copy()
    units[[i for i, key in enumerate(panel.series) if key.region == "region 1"], -2:] = np.nan
    found = top(replace(panel, units=units))
    assert found.cause is Cause.DATA_FAULT
    assert not found.advertisable
    assert found.regions == ("region 1",)
    assert wording.headline(found).startswith("No usable sales data in region 1 for 2 days")


def test_a_frozen_feed_is_a_fault_of_the_feed(panel: Panel) -> None:
    units = panel.units.copy()
    mine = [i for i, key in enumerate(panel.series) if key.region == "region 1"]
    units[mine, -3:] = units[mine, -4:-3]
    assert top(replace(panel, units=units)).cause is Cause.DATA_FAULT


def test_zeros_with_full_shelves_are_a_fault_of_the_feed(panel: Panel) -> None:
    units = panel.units.copy()
    units[rows_of(panel, "category 1"), -1] = 0
    found = top(replace(panel, units=units))
    assert (found.category, found.cause) == ("category 1", Cause.DATA_FAULT)


def test_a_shock_to_everything_is_one_finding_and_not_a_campaign(panel: Panel) -> None:
    findings = sense(scaled(panel, list(range(len(panel.series))), 0.75, 2), THRESHOLD)
    assert len(findings) == 1
    assert findings[0].alarm.scope == "shock"
    assert not findings[0].advertisable
    assert "down 2" in wording.headline(findings[0])


def test_a_shock_does_not_hide_what_one_category_does_beyond_it(panel: Panel) -> None:
    shocked = scaled(panel, list(range(len(panel.series))), 0.8, 2)
    findings = sense(scaled(shocked, rows_of(panel, "category 3"), 0.7, 2), THRESHOLD)
    assert any(found.category == "category 3" and found.alarm.scope != "shock" for found in findings)


def test_the_log_effects_sum_to_the_change(panel: Panel) -> None:
    for days, factor in ((1, 0.7), (2, 1.4), (7, 0.85)):
        found = top(scaled(panel, rows_of(panel, "category 3"), factor, days))
        said = wording.diagnosis(found)
        assert np.expm1(sum(part.log_effect for part in said.contributions)) == pytest.approx(found.change)
        assert said.cause is max(said.contributions, key=lambda part: np.sign(found.change) * part.log_effect).cause


def test_a_higher_threshold_finds_no_more(panel: Panel) -> None:
    moved = scaled(panel, rows_of(panel, "category 3"), 0.85, 2)
    found = [len(sense(moved, threshold)) for threshold in (1.0, 2.0, 3.0, 6.0, 12.0, 40.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0
    assert found[-1] == 0


def test_every_finding_scores_above_the_threshold(panel: Panel) -> None:
    moved = scaled(panel, rows_of(panel, "category 3"), 0.7, 2)
    assert all(found.alarm.score > 2.0 for found in sense(moved, 2.0))


@pytest.mark.parametrize(
    "missing", [("weather",), ("search",), ("weather", "search", "price", "promotion", "in_stock")]
)
def test_drops_are_found_in_sources_that_lack_streams(panel: Panel, missing: tuple[str, ...]) -> None:
    found = top(without(scaled(panel, rows_of(panel, "category 3"), 0.5, 2), *missing))
    assert found.category == "category 3"
    assert found.cause is Cause.UNEXPLAINED
    assert not any(name in wording.headline(found) for name in ("weather",) if name in missing)


def test_drops_are_found_in_one_region_with_half_a_year() -> None:
    panel = make_panel(regions=1, days=180, seed=3)
    assert top(scaled(panel, rows_of(panel, "category 3"), 0.6, 2)).category == "category 3"


def test_warm_days_ahead_are_an_opportunity_for_what_likes_warmth(panel: Panel) -> None:
    hot = {**panel.forecast, "temperature_c": panel.forecast["temperature_c"] + 9}
    ahead = [found for found in sense(replace(panel, forecast=hot), THRESHOLD) if found.alarm.scope == "forecast"]
    assert ahead
    assert all(found.advertisable == (found.weather_ahead > 0) for found in ahead)
    assert all("forecast for" in wording.headline(found) for found in ahead)


def test_the_most_valuable_of_two_drops_comes_first(panel: Panel) -> None:
    both = scaled(scaled(panel, rows_of(panel, "category 3"), 0.75, 2), rows_of(panel, "category 7"), 0.75, 2)
    values = [found.value for found in sense(both, THRESHOLD) if found.category in {"category 3", "category 7"}]
    assert len(values) == 2
    assert values[0] >= values[1]


def test_the_same_panel_is_sensed_the_same_way(panel: Panel) -> None:
    moved = scaled(panel, rows_of(panel, "category 3"), 0.8, 2)
    assert [repr(found) for found in sense(moved, 2.0)] == [repr(found) for found in sense(moved, 2.0)]
