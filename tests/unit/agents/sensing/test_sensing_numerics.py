import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import false_discovery_control, kendalltau, norm
from sklearn.ensemble import IsolationForest as Oracle

from agents.sensing.alarms.calibration import benjamini_hochberg, calibrated_p, normal_quantile
from agents.sensing.alarms.deviations import common_shock, regional_shock
from agents.sensing.alarms.isolation import IsolationForest, average_path_length
from agents.sensing.baseline.tracking import (
    HALF_LIFE_DAYS,
    PRIOR_DAYS,
    follow_level,
    follow_scale,
    robust_scale,
    window_mean,
)

values = arrays(np.float64, (3, 30), elements=st.floats(-5, 5) | st.just(float("nan")))


@given(values, st.integers(1, 10))
@settings(max_examples=60)
def test_a_window_mean_is_the_mean_of_the_known_days(found: np.ndarray, days: int) -> None:
    oracle = np.array(
        [
            [
                np.nan if np.isnan(row[max(0, end - days) : end]).all() else np.nanmean(row[max(0, end - days) : end])
                for end in range(1, 31)
            ]
            for row in found
        ]
    )
    assert window_mean(found, days) == pytest.approx(oracle, abs=1e-9, nan_ok=True)


def test_a_level_is_the_weighted_mean_of_days_known_by_then() -> None:
    draw = np.random.default_rng(1)
    series, weight = draw.normal(2, 1, 60), draw.random(60)
    levels = follow_level(series[None, None], weight[None], lag=7)[0, 0]
    for day in (7, 20, 59):
        known = np.arange(day - 6)
        fade = 0.5 ** ((day - 7 - known) / HALF_LIFE_DAYS) * weight[: day - 6]
        prior = PRIOR_DAYS * 0.5 ** ((day - 6) / HALF_LIFE_DAYS)
        assert levels[day] == pytest.approx((fade * series[: day - 6]).sum() / (fade.sum() + prior), rel=1e-9)


def test_levels_of_parts_sum_to_the_level_of_the_sum() -> None:
    draw = np.random.default_rng(2)
    parts, weight = draw.normal(size=(3, 4, 50)), draw.random((4, 50))
    levels = follow_level(np.concatenate([parts, parts.sum(axis=0, keepdims=True)]), weight, lag=3)
    assert levels[:3].sum(axis=0) == pytest.approx(levels[3], abs=1e-12)


def test_a_scale_is_the_standard_deviation_of_normal_noise() -> None:
    noise = np.random.default_rng(3).normal(0, 0.2, (40, 400))
    assert robust_scale(noise).mean() == pytest.approx(0.2, rel=0.05)
    assert follow_scale(noise, 7)[:, -1].mean() == pytest.approx(0.2, rel=0.05)


def test_one_great_event_does_not_hide_the_next() -> None:
    noise = np.random.default_rng(4).normal(0, 0.1, (1, 300))
    noise[0, 250] = 5.0
    assert follow_scale(noise, 7)[0, -1] < 0.15


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
@settings(max_examples=80)
def test_adjusted_p_values_are_benjamini_and_hochbergs(p_values: list[float]) -> None:
    found = benjamini_hochberg(np.array(p_values))
    assert found == pytest.approx(false_discovery_control(p_values, method="bh"), abs=1e-12)


def test_the_normal_quantile_is_two_sided() -> None:
    assert normal_quantile(np.array([1.0, 0.05, 1e-30])) == pytest.approx(norm.isf(np.array([1.0, 0.05, 1e-30]) / 2))


@given(st.floats(0, 60), st.floats(0, 60))
@settings(max_examples=80)
def test_a_larger_deviation_never_has_a_larger_p_value(one: float, other: float) -> None:
    past = np.abs(np.random.default_rng(0).standard_t(5, 5000))
    smaller, larger = calibrated_p(np.array(sorted([one, other])), past)
    assert larger <= smaller


@pytest.mark.parametrize("heavy", [3, 5, 100])
def test_p_values_are_honest_whatever_the_tail(heavy: int) -> None:
    draw = np.random.default_rng(heavy)
    past, fresh = np.abs(draw.standard_t(heavy, 20_000)), np.abs(draw.standard_t(heavy, 20_000))
    p_values = calibrated_p(fresh, past)
    for level in (0.2, 0.05, 0.01, 0.002):
        assert (p_values <= level).mean() == pytest.approx(level, rel=0.5)


def test_a_short_history_falls_back_on_the_normal_distribution() -> None:
    assert calibrated_p(np.array([1.96]), np.ones(20)) == pytest.approx([0.05], abs=1e-3)


def test_the_common_shock_is_the_median_series() -> None:
    residual = np.random.default_rng(5).normal(size=(31, 8))
    assert common_shock(residual, np.arange(31) % 10, np.zeros(31, int)) == pytest.approx(np.median(residual, axis=0))


def test_of_few_categories_the_shock_is_what_even_the_steadiest_shows() -> None:
    residual = np.array([[0.0, -0.3, -0.3], [0.4, -0.2, 0.2], [0.3, -0.5, -0.4]])
    assert common_shock(residual, np.arange(3), np.zeros(3, int)) == pytest.approx([0.0, -0.2, 0.0])
    assert not common_shock(residual[:1], np.arange(1), np.zeros(1, int)).any()


def test_a_regions_shock_is_told_from_chance() -> None:
    draw = np.random.default_rng(8)
    residual = draw.normal(0, 0.05, (30, 200))
    region_of = np.arange(30) % 3
    residual[region_of == 1, -1] -= 0.3
    shocks = regional_shock(residual, region_of)
    assert shocks[1, -1] == pytest.approx(-0.3, abs=0.05)
    assert np.abs(np.delete(shocks, 1, axis=0)).mean() < 0.005


def test_path_lengths_are_those_of_a_binary_search_tree() -> None:
    exact = [2 * sum(1 / k for k in range(1, n)) - 2 * (n - 1) / n for n in (50, 256)]
    assert average_path_length(np.array([1, 2])) == pytest.approx([0, 1])
    assert average_path_length(np.array([50, 256])) == pytest.approx(exact, rel=0.01)


def test_isolation_scores_agree_with_scikit_learns() -> None:
    draw = np.random.default_rng(6)
    rows = np.vstack([draw.normal(size=(2000, 4)), draw.normal(0, 4, size=(60, 4))])
    mine = IsolationForest.fit(rows, seed=1, trees=200).score(rows)
    theirs = -Oracle(n_estimators=200, max_samples=256, random_state=1).fit(rows).score_samples(rows)
    assert kendalltau(mine, theirs).statistic > 0.85
    assert np.abs(mine - theirs).mean() < 0.03


def test_the_same_seed_grows_the_same_forest() -> None:
    rows = np.random.default_rng(7).normal(size=(500, 3))
    one, other = (IsolationForest.fit(rows, seed=3).score(rows) for _ in range(2))
    assert (one == other).all()
    assert ((one > 0) & (one <= 1)).all()


def test_identical_rows_cannot_be_isolated() -> None:
    forest = IsolationForest.fit(np.ones((300, 2)), seed=0)
    assert forest.score(np.ones((2, 2))) == pytest.approx([0.5, 0.5])
