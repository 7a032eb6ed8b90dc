"""What must hold of alarms whatever the panel: they know no unit, no order, and no day that is not known."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.sensing.alarms.alarms import alarms_above
from agents.sensing.telling.insights import findings_of
from agents.sensing.telling.sight import Sight, take_sight
from domain.panel import Panel
from tests.unit.agents.sensing.sensing_panels import make_panel, scaled, without

CATEGORIES, REGIONS, DAYS = 6, 4, 150
SERIES = CATEGORIES * REGIONS
THRESHOLD = 1.28
Told = dict[tuple[str, str, str, int], tuple[float, float]]


@cache
def panel_of(seed: int) -> Panel:
    """A panel in which a series or a few sell more or less on the newest days."""
    draw = np.random.default_rng([seed, 7])
    panel = make_panel(categories=CATEGORIES, regions=REGIONS, days=DAYS, seed=seed)
    for _ in range(3):
        row, days = int(draw.integers(SERIES)), int(draw.integers(1, 4))
        panel = scaled(panel, [row], float(draw.choice([0.6, 0.75, 1.4])), days)
    return panel


def told(sight: Sight, least: float = THRESHOLD) -> Told:
    """z and score of every alarm by its category, region, scope and window; the forest's score is drawn at random."""
    found: Told = {}
    for alarm in alarms_above(sight.tests, least):
        region = "" if alarm.series is None else sight.panel.series[alarm.series].region
        key = (sight.baseline.categories[alarm.category], region, alarm.scope, alarm.window)
        found[key] = (alarm.robust_z, alarm.score)
    return found


def assert_same(one: Sight, other: Sight) -> None:
    """The same alarms, but for those that stand at the limit to within rounding."""
    mine, theirs = told(one), told(other)
    for key in set(told(one, THRESHOLD + 0.05)) | set(told(other, THRESHOLD + 0.05)):
        assert key in mine, key
        assert key in theirs, key
        assert mine[key] == pytest.approx(theirs[key], rel=5e-3, abs=5e-3), key


@given(seed=st.integers(0, 5), factor=st.floats(0.5, 40))
@settings(max_examples=12, deadline=None)
def test_units_of_another_measure_give_the_same_alarms(seed: int, factor: float) -> None:
    panel = panel_of(seed)
    assert told(take_sight(panel))
    assert_same(take_sight(replace(panel, units=panel.units * np.float32(factor))), take_sight(panel))


@given(seed=st.integers(0, 5), order=st.permutations(range(SERIES)))
@settings(max_examples=12, deadline=None)
def test_series_in_another_order_give_the_same_alarms(seed: int, order: list[int]) -> None:
    panel = panel_of(seed)
    arrays = ("units", "price", "promotion", "in_stock", "search")
    shuffled = replace(
        panel,
        series=tuple(panel.series[row] for row in order),
        weather={name: values[order] for name, values in panel.weather.items()},
        forecast={name: values[order] for name, values in panel.forecast.items()},
        **{name: getattr(panel, name)[order] for name in arrays},
    )
    assert_same(take_sight(shuffled), take_sight(panel))


@given(
    seed=st.integers(0, 5),
    price=st.floats(0.2, 50),
    promotion=st.sampled_from([0.0, 0.3, 1.0]),
    in_stock=st.sampled_from([0.0, 0.7, 1.0]),
    search=st.floats(1, 500),
    warmth=st.floats(-20, 40),
)
@settings(max_examples=12, deadline=None)
def test_covariates_that_never_change_say_nothing(
    seed: int, price: float, promotion: float, in_stock: float, search: float, warmth: float
) -> None:
    plain = without(panel_of(seed), "price", "promotion", "in_stock", "search", "weather")

    def always(value: float) -> np.ndarray:
        return np.broadcast_to(np.float32(value), plain.units.shape)

    more = replace(
        plain,
        price=always(price),
        promotion=always(promotion),
        in_stock=always(in_stock),
        search=always(search),
        weather={"temperature_c": always(warmth), "rain_mm": always(0)},
    )
    assert_same(take_sight(more), take_sight(plain))


@given(seed=st.integers(0, 5), lost=st.sets(st.tuples(st.integers(0, SERIES - 1), st.integers(1, 9)), max_size=40))
@settings(max_examples=20, deadline=None)
def test_a_day_without_a_figure_never_alarms(seed: int, lost: set[tuple[int, int]]) -> None:
    panel = panel_of(seed)
    units = panel.units.copy()
    for row, days_ago in lost:
        units[row, -days_ago] = np.nan
    sight = take_sight(replace(panel, units=units))
    silent = set(np.flatnonzero(np.isnan(units[:, -1])))
    assert not silent & {alarm.series for alarm in alarms_above(sight.tests, 0.0)}
    assert (sight.tests.one_day_p[np.isnan(units[:, -7:])] == 1).all()


@given(
    days=st.integers(1, 45),
    kind=st.sampled_from(["sales", "zeros", "nothing", "one sale"]),
    start=st.dates(date(2019, 12, 1), date(2029, 1, 1)),
)
@settings(max_examples=40, deadline=None)
def test_short_and_empty_histories_say_nothing_that_is_not_there(days: int, kind: str, start: date) -> None:
    panel = short(days)
    units = panel.units.copy()
    if kind != "sales":
        units[:] = np.nan if kind == "nothing" else 0
    if kind == "one sale":
        units[2, days // 2] = 5
    sight = take_sight(replace(panel, start=start, units=units))
    findings = findings_of(sight, THRESHOLD)
    assert np.isfinite(sight.baseline.expected).all()
    assert all(np.isfinite(finding.change) and finding.change > -1 for finding in findings)
    if kind != "sales":
        assert not [finding for finding in findings if finding.advertisable]


@pytest.mark.parametrize(
    "newest",
    [date(2024, 2, 29), date(2028, 2, 29), date(2025, 2, 28), date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 1)],
)
@pytest.mark.parametrize("days", [40, 400, 800])
def test_leap_days_and_days_of_23_or_25_hours_are_days(newest: date, days: int) -> None:
    panel = replace(make_panel(categories=4, regions=3, days=days), start=newest - timedelta(days=days - 1))
    sight = take_sight(panel)
    assert sight.panel.last_day == newest
    assert np.isfinite(sight.baseline.residual[:, -1]).all()
    assert np.abs(sight.baseline.residual[:, -1]).max() < 0.6


@cache
def short(days: int) -> Panel:
    whole = make_panel(categories=3, regions=2, days=60)
    return replace(
        whole,
        **{name: getattr(whole, name)[:, :days] for name in ("units", "price", "promotion", "in_stock", "search")},
        weather={name: values[:, :days] for name, values in whole.weather.items()},
    )
