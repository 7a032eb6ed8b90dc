"""What a headline says is as usual is changed nowhere in the finding's own evidence and parts."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sensing.analysis import describe
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import headline
from domain.panel import Panel
from domain.provenance import Provenance
from tests.unit.agents.sensing.sensing_panels import make_panel, rows_of, scaled

PROVENANCE = Provenance(sales="real", weather="real", search="none", ad_response="none", source="a test")
NAN = float("nan")


@cache
def quiet(seed: int) -> Panel:
    return make_panel(seed=seed, days=380)


def changed(panel: Panel, category: str, price: float, shelf: float, warmer: float) -> Panel:
    rows = rows_of(panel, category)
    prices, in_stock = panel.price.copy(), panel.in_stock.copy()
    temperature = panel.weather["temperature_c"].copy()
    prices[rows, -2:] *= np.float32(price)
    in_stock[rows, -2:] *= np.float32(shelf)
    temperature[:, -2:] += np.float32(warmer)
    return replace(panel, price=prices, in_stock=in_stock, weather={**panel.weather, "temperature_c": temperature})


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2),
    place=st.integers(0, 11),
    price=st.sampled_from([1.0, 0.83, 0.97, 1.01, 1.15]),
    shelf=st.sampled_from([1.0, 0.98, 0.9, 0.6]),
    warmer=st.sampled_from([0.0, 3.0, 9.0]),
    sales=st.sampled_from([0.7, 0.8, 1.25]),
)
def test_what_is_as_usual_is_changed_nowhere_in_the_same_finding(
    seed: int, place: int, price: float, shelf: float, warmer: float, sales: float
) -> None:
    category = f"category {place}"
    panel = changed(scaled(quiet(seed), rows_of(quiet(seed), category), sales, 2), category, price, shelf, warmer)
    for finding in sense(panel, 3.0):
        told = describe(finding, [], panel, PROVENANCE)
        usual = re.search(r"with (.+?) as usual", told.headline)
        for stream in re.findall(r"stock|price|weather", usual.group(1)) if usual else ():
            assert stream not in {fact.stream for fact in told.evidence if "forecast" not in fact.statement}, (
                told.headline,
                [fact.statement for fact in told.evidence],
            )
            effect = sum(part.log_effect for part in told.diagnosis.contributions if part.cause == stream)
            assert abs(effect) < 0.02, (told.headline, effect)


def test_a_price_that_changed_is_not_said_to_be_as_usual() -> None:
    panel = changed(scaled(quiet(1), rows_of(quiet(1), "category 3"), 0.8, 2), "category 3", 0.83, 1.0, 0.0)
    found = next(found for found in sense(panel, 3.0) if found.category == "category 3")
    assert "price" not in found.as_usual
    assert "stock" in found.as_usual


@pytest.mark.parametrize(("moved", "missing"), [((0,), (1, 2)), ((0, 1), (2,)), ((0,), (3,))])
def test_a_region_whose_figures_are_missing_is_said_to_be(moved: tuple[int, ...], missing: tuple[int, ...]) -> None:
    panel = quiet(1)
    units = panel.units.copy()
    for region in moved:
        units[rows_of(panel, "category 3", f"region {region}"), -2:] *= np.float32(0.6)
    for region in missing:
        units[[row for row, key in enumerate(panel.series) if key.region == f"region {region}"], -2:] = NAN
    findings = sense(replace(panel, units=units), 3.0)
    found = next(found for found in findings if found.category == "category 3" and not found.whole_feed)
    names = " and ".join(f"region {region}" for region in missing)
    assert f"(no sales figures from {names})" in headline(found)
    assert f"in {' and '.join(f'region {region}' for region in moved)} (no" in headline(found)
