from dataclasses import replace

import numpy as np
import pytest

from agents.sensing.alarms.alarms import all_tests
from agents.sensing.alarms.deviations import measure_deviations
from agents.sensing.baseline.baseline import Baseline, fit_baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from domain.opportunity import Cause
from domain.panel import Panel
from tests.unit.agents.sensing.dense_regressors import dense_regressors
from tests.unit.agents.sensing.sensing_panels import (
    ELASTICITY,
    PROMOTION,
    SEARCH,
    make_panel,
    rows_of,
    scaled,
    warmth,
    without,
)

MANY_STREAMS = ("price", "promotion", "in_stock", "search", "weather")


def coefficient(baseline: Baseline, name: str) -> np.ndarray:
    return baseline.coefficients[:, baseline.column_names.index(name)]


@pytest.fixture(scope="module")
def panel() -> Panel:
    return make_panel()


@pytest.fixture(scope="module")
def baseline(panel: Panel) -> Baseline:
    return fit_baseline(panel)


def test_finds_the_coefficients_the_sales_were_made_with(baseline: Baseline) -> None:
    assert coefficient(baseline, "log price").mean() == pytest.approx(ELASTICITY, abs=0.15)
    assert coefficient(baseline, "promotion").mean() == pytest.approx(PROMOTION, abs=0.08)
    assert coefficient(baseline, "log search").mean() == pytest.approx(SEARCH, abs=0.05)


def test_finds_how_much_each_category_likes_warmth(baseline: Baseline) -> None:
    found = coefficient(baseline, "temperature") / 10
    assert np.abs(found - warmth(0, len(found))).max() < 0.006


def test_agrees_with_least_squares_on_clean_data() -> None:
    panel = make_panel(categories=1, regions=3, noise=0.02, seed=5)
    regressors = dense_regressors(panel, 7)
    fitted = panel.days - JUDGED_DAYS
    names = [column.name for column in regressors.columns]
    kept = [names.index(name) for name in ("weekday 0", "weekday 5", "log search", "temperature", "rain")]
    promoted = [names.index(name) for name in ("promotion", "promotion squared")]
    design = regressors.values[:, :fitted].reshape(-1, len(names))
    intercepts = np.kron(np.eye(3), np.ones((fitted, 1)))
    oracle, *_ = np.linalg.lstsq(
        np.hstack([design, intercepts]), np.log(panel.units[:, :fitted]).reshape(-1), rcond=None
    )
    found = fit_baseline(panel).coefficients[0]
    assert found[kept] == pytest.approx(oracle[kept], abs=0.03)
    half = np.array([0.5, 0.25])
    assert found[promoted] @ half == pytest.approx(oracle[promoted] @ half, abs=0.03), "of half a category on promotion"


def test_expectation_effects_and_residual_add_up_to_log_sales(panel: Panel, baseline: Baseline) -> None:
    whole = baseline.expected + baseline.residual + sum(baseline.effects.values())
    assert whole == pytest.approx(np.log(np.maximum(panel.units, 0.5)), abs=1e-5)


def test_a_day_never_changes_what_was_expected_of_it(panel: Panel, baseline: Baseline) -> None:
    changed = scaled(panel, list(range(len(panel.series))), 3.0, 1)
    assert fit_baseline(changed).expected == pytest.approx(baseline.expected, abs=1e-9)


def test_a_wild_week_hardly_changes_what_was_expected_of_its_last_day(panel: Panel, baseline: Baseline) -> None:
    changed = fit_baseline(scaled(panel, list(range(len(panel.series))), 3.0, JUDGED_DAYS))
    moved = np.abs(changed.expected - baseline.expected)
    assert moved[:, :-JUDGED_DAYS].max() < 1e-9
    assert 0 < moved[:, -1].max() < 0.05


def test_a_series_with_a_week_of_its_own_is_expected_to_keep_it(panel: Panel, baseline: Baseline) -> None:
    row = rows_of(panel, "category 2")[1]
    units = panel.units.copy()
    units[row, 2::7] *= 1.3
    found = fit_baseline(replace(panel, units=units))
    changed = found.expected - baseline.expected
    assert changed[row, -60:][np.arange(panel.days)[-60:] % 7 == 2].mean() == pytest.approx(np.log(1.3), abs=0.06)
    assert np.abs(changed[row, -60:][np.arange(panel.days)[-60:] % 7 != 2]).max() < 0.06
    assert np.abs(np.delete(changed, row, axis=0)[:, -60:]).max() < 0.06


def test_a_few_wild_days_hardly_move_the_coefficients(panel: Panel, baseline: Baseline) -> None:
    units = panel.units.copy()
    units[:, 50:400:45] *= 6
    wild = fit_baseline(replace(panel, units=units))
    assert coefficient(wild, "log price").mean() == pytest.approx(coefficient(baseline, "log price").mean(), abs=0.15)


def test_the_level_follows_a_lasting_change() -> None:
    panel = make_panel(categories=6)
    row = rows_of(panel, "category 2")[0]
    grown = fit_baseline(scaled(panel, [row], 1.5, 120))
    assert np.nanmean(grown.residual[row, -20:]) == pytest.approx(0, abs=0.06)


def test_a_price_kept_for_months_is_no_longer_a_price_rise() -> None:
    panel = make_panel(categories=6)
    price = panel.price.copy()
    price[:, -150:] *= 1.2
    dearer = scaled(panel, list(range(len(panel.series))), 1.2**ELASTICITY, 150)
    found = fit_baseline(replace(dearer, price=price)).effects[Cause.PRICE]
    assert np.median(found[:, -149]) < -0.15
    assert abs(np.median(found[:, -1])) < 0.05


@pytest.mark.parametrize("missing", [*MANY_STREAMS, MANY_STREAMS])
def test_expects_sales_of_sources_that_lack_streams(panel: Panel, missing: str | tuple[str, ...]) -> None:
    names = (missing,) if isinstance(missing, str) else missing
    found = fit_baseline(without(panel, *names))
    assert np.isfinite(found.expected).all()
    assert np.isfinite(found.residual).all()


@pytest.mark.parametrize("days", [28, 90, 300])
def test_expects_sales_with_less_than_a_year_of_history(days: int) -> None:
    panel = make_panel(categories=5, regions=1, days=days)
    found = fit_baseline(panel)
    assert not any(name.startswith("sine") for name in found.column_names)
    assert np.isfinite(found.expected).all()


def test_missing_days_are_left_out_and_stay_missing(panel: Panel, baseline: Baseline) -> None:
    units = panel.units.copy()
    units[3, 100:140] = np.nan
    found = fit_baseline(replace(panel, units=units))
    assert np.isnan(found.residual[3, 100:140]).all()
    assert found.expected[3, -1] == pytest.approx(baseline.expected[3, -1], abs=0.03)


def test_a_series_without_any_sales_does_not_harm_the_others(panel: Panel, baseline: Baseline) -> None:
    units = panel.units.copy()
    units[0] = np.nan
    found = fit_baseline(replace(panel, units=units))
    assert np.isfinite(found.expected).all()
    assert found.expected[10:, -1] == pytest.approx(baseline.expected[10:, -1], abs=0.02)


def test_forecast_weather_moves_what_is_expected_of_the_days_ahead() -> None:
    panel = make_panel(categories=12)
    hotter = {**panel.forecast, "temperature_c": panel.forecast["temperature_c"] + 8}
    difference = fit_baseline(replace(panel, forecast=hotter)).weather_ahead - fit_baseline(panel).weather_ahead
    likes = warmth(0, 12)[fit_baseline(panel).category_of]
    keen = np.abs(likes) > 0.008
    assert (np.sign(difference[keen].mean(axis=1)) == np.sign(likes[keen])).all()


def test_without_a_forecast_the_days_ahead_are_unknown(panel: Panel) -> None:
    assert np.isnan(fit_baseline(replace(panel, forecast={})).weather_ahead).all()


def test_what_is_searched_for_in_hot_weather_is_expected_of_hot_weather_to_come() -> None:
    panel = make_panel(categories=12)
    hotter = {**panel.forecast, "temperature_c": panel.forecast["temperature_c"] + 8}
    warm = panel.weather["temperature_c"] - panel.weather["temperature_c"].mean(axis=1, keepdims=True)
    rows = np.array([key.category == "category 0" for key in panel.series])
    search = panel.search * np.where(rows[:, None], np.exp(0.05 * warm), 1.0)
    units = panel.units * np.where(rows[:, None], np.exp(0.3 * 0.05 * np.roll(warm, 1, axis=1)), 1.0)

    def ahead(one: Panel) -> float:
        return float(np.nanmean(fit_baseline(replace(one, forecast=hotter)).weather_ahead[rows]))

    searched = replace(panel, search=search.astype(np.float32), units=units.astype(np.float32))
    assert ahead(searched) > ahead(panel) + 0.05


def test_no_promotion_is_expected_to_do_a_quarter_more_than_the_largest_that_was_seen() -> None:
    panel = make_panel()
    promotion, price = panel.promotion.copy(), panel.price.copy()
    promotion[:, -1] = 1.0
    price[:, -1] *= 0.4
    found = fit_baseline(replace(panel, promotion=promotion, price=price))
    usual = fit_baseline(panel).promotion
    most = np.array([usual[found.category_of == category, :-7].max() for category in found.category_of])
    assert found.promotion[:, -1] == pytest.approx(1.25 * most, abs=1e-6)
    assert (1.25 * most < np.log(2.2)).all()
    promotion[:, -1], price[:, -1] = panel.promotion.max(), panel.price[:, -1]
    as_before = fit_baseline(replace(panel, promotion=promotion, price=price))
    assert (as_before.promotion[:, -1] <= most + 1e-6).all(), "one as deep as the deepest is not held back"


def test_a_day_on_a_promotion_far_deeper_than_any_before_counts_for_less() -> None:
    panel = make_panel(noise=0.05)
    promotion, price = panel.promotion.copy(), panel.price.copy()
    promotion[:4, -1] = 1.5
    found = fit_baseline(replace(panel, promotion=promotion, price=price))
    assert (found.certainty[:4, -1] < 0.5).all()
    assert (found.certainty[:, :-1] == 1).all()
    assert (found.certainty[4:, -1] == 1).all()
    promotion[:4, -1] = 0.5
    as_deep_as_before = fit_baseline(replace(panel, promotion=promotion, price=price))
    assert (as_deep_as_before.certainty == 1).all()


def test_a_newly_deep_promotion_is_no_alarm_and_a_collapse_under_it_is() -> None:
    """A category on 100 % of its range at once, of which a half was the most: what sells then is anybody's guess,
    between the most seen and what a straight line says; that a tenth sells is still told of."""
    panel = make_panel(noise=0.05)
    promotion = panel.promotion.copy()
    promotion[:4, -1] = 1.5
    for factor, told in ((3.0, False), (0.1, True)):
        units = panel.units.copy()
        units[:4, -1] *= np.float32(factor)
        baseline = fit_baseline(replace(panel, promotion=promotion, units=units))
        deviations = measure_deviations(baseline, np.zeros(units.shape, np.bool_))
        assert (all_tests(baseline, deviations).one_day_q[:4, -1] < 0.1).any() == told, factor
