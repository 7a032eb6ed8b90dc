"""The design that is held by what shares it gives what the dense one gives, which is written out plainly beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from agents.sensing.baseline import parts
from agents.sensing.baseline.baseline import HORIZON_DAYS, Baseline, fit_baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS, Regressors, build_regressors
from bench.sensing.panels import make
from domain.context import WorldRef
from domain.panel import ByPlace, Panel, SeriesKey
from tests.unit.agents.sensing.dense_baseline import Judge, dense_baseline
from tests.unit.agents.sensing.dense_regressors import DenseRegressors, dense_regressors
from tests.unit.agents.sensing.sensing_panels import make_panel, without
from world.simulated.market.market import SimulatedWorlds

LOG_UNITS = 2e-4
"""How far any two may differ in log units: the dense design is in single precision where it is fitted."""


def of_the_bench() -> Panel:
    return make(12, 5, 2, days=420, judged=30).panel


def of_the_simulated_world() -> Panel:
    return SimulatedWorlds().open(WorldRef(seed=4)).panel(date(2026, 7, 6))


def with_gaps_and_zeros() -> Panel:
    panel = make_panel(categories=6, regions=3, days=410, seed=3)
    units = panel.units.copy()
    units[2, 50:90] = np.nan
    units[4, ::9] = 0
    units[5, :200] = np.nan
    units[7] = np.nan
    return replace(panel, units=units)


def of_a_shop_whose_weather_is_its_own() -> Panel:
    panel = make_panel(categories=4, regions=3, days=200, seed=6)
    draw = np.random.default_rng(1)
    weather = {name: (values + draw.random((12, 1))).astype(np.float32) for name, values in panel.weather.items()}
    return replace(panel, weather=weather)


def mixed_up() -> Panel:
    panel = make_panel(categories=6, regions=3, days=380, seed=8)
    order = np.random.default_rng(2).permutation(18)
    return replace(
        panel,
        series=tuple(panel.series[row] for row in order),
        **{name: getattr(panel, name)[order] for name in ("units", "price", "promotion", "in_stock", "search")},
        weather={name: values[order] for name, values in panel.weather.items()},
        forecast={name: values[order] for name, values in panel.forecast.items()},
    )


def with_only_sales() -> Panel:
    return without(make_panel(days=90), "price", "promotion", "in_stock", "search", "weather")


def of_a_country() -> Panel:
    """With holidays of its regions' own, and a second Christmas to be expected like the first."""
    panel = make_panel(categories=5, regions=3, days=800, seed=7)
    return replace(
        panel,
        country="GB",
        start=date(2023, 11, 1),
        series=tuple(
            SeriesKey(key.category, {"region 0": "Scotland", "region 1": "Wales"}.get(key.region, key.region))
            for key in panel.series
        ),
    )


PANELS = [
    of_a_country,
    of_the_bench,
    of_the_simulated_world,
    with_gaps_and_zeros,
    of_a_shop_whose_weather_is_its_own,
    mixed_up,
    with_only_sales,
]


def laid_out(panel: Panel, regressors: Regressors) -> np.ndarray:
    """All columns of all series, [S, D, K]."""
    series = len(panel.series)
    shared = np.broadcast_to(regressors.shared, (series, *regressors.shared.shape))
    own = np.pad(regressors.own.of(panel, np.arange(series)), [(0, 0), (0, HORIZON_DAYS), (0, 0)])
    return np.concatenate([shared, own, regressors.of_place[regressors.place_of]], axis=2)


def fitted(panel: Panel) -> int:
    return panel.days - JUDGED_DAYS


def judge(panel: Panel) -> Judge:
    regressors = build_regressors(panel, HORIZON_DAYS, fitted(panel))
    design = laid_out(panel, regressors)
    days = panel.days
    return dense_baseline(
        panel,
        DenseRegressors(
            regressors.columns, design[:, :days], design[:, days:], regressors.has_year, regressors.occasions
        ),
    )


def assert_alike(found: Baseline, judged: Judge) -> None:
    for name in ("expected", "expected_ahead", "promotion", "occasion", "weather_ahead", "residual", "level"):
        assert getattr(found, name) == pytest.approx(getattr(judged, name), abs=LOG_UNITS, nan_ok=True), name
    for name in ("effects", "weather_parts", "anomalies"):
        mine, theirs = getattr(found, name), getattr(judged, name)
        assert list(mine) == list(theirs)
        for key in mine:
            assert mine[key] == pytest.approx(theirs[key], abs=LOG_UNITS), (name, key)


@pytest.mark.parametrize("made", PANELS)
def test_the_columns_are_those_of_the_dense_design(made: Callable[[], Panel]) -> None:
    panel = made()
    dense = dense_regressors(panel, HORIZON_DAYS)
    regressors = build_regressors(panel, HORIZON_DAYS, fitted(panel))
    whole = laid_out(panel, regressors)
    places = {column.name: index for index, column in enumerate(regressors.columns)}
    for index, column in enumerate(dense.columns):
        found = regressors.columns[places[column.name]]
        assert (found.cause, found.mean, found.sd) == pytest.approx((column.cause, column.mean, column.sd))
        theirs = np.hstack([dense.values[:, :, index], dense.ahead[:, :, index]])
        assert whole[:, :, places[column.name]] == pytest.approx(theirs, abs=1e-5), column.name


@pytest.mark.parametrize("made", PANELS)
def test_the_baseline_is_that_of_the_dense_design(made: Callable[[], Panel]) -> None:
    panel = made()
    assert_alike(fit_baseline(panel), judge(panel))


def test_many_parts_are_one_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = mixed_up()
    whole = fit_baseline(panel)
    monkeypatch.setattr(parts, "SERIES_AT_ONCE", 5)
    in_parts = fit_baseline(panel)
    assert in_parts.expected == pytest.approx(whole.expected, abs=1e-9)
    assert in_parts.coefficients == pytest.approx(whole.coefficients, abs=1e-9)


def test_weather_held_by_place_and_constants_as_views_are_the_same_panel() -> None:
    panel = make_panel(categories=5, regions=4, days=200)
    place_of = np.tile(np.arange(4), 5)
    shared = replace(
        panel,
        in_stock=np.broadcast_to(np.float32(1), panel.units.shape),
        weather=ByPlace({name: values[:4] for name, values in panel.weather.items()}, place_of),
        forecast=ByPlace({name: values[:4] for name, values in panel.forecast.items()}, place_of),
    )
    found, same = fit_baseline(shared), fit_baseline(panel)
    assert found.expected == pytest.approx(same.expected, abs=1e-4)
    assert found.weather_ahead == pytest.approx(same.weather_ahead, abs=1e-4)


def test_a_table_of_places_has_a_place_for_every_series() -> None:
    panel = make_panel(categories=2, regions=2, days=30)
    tables = {name: values[:2] for name, values in panel.weather.items()}
    with pytest.raises(ValueError, match=r"weather\['temperature_c'\] has shape \(3, 30\), expected \(4, 30\)"):
        replace(panel, weather=ByPlace(tables, np.array([0, 1, 0])))
