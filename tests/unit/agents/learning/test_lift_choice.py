"""How a flight is read: each estimator on data it is made for, the choice between them, and pretended experiments."""

import numpy as np
import pytest

from agents.learning.lift.by_store import mixed, relative
from agents.learning.lift.choice import BY_STORE, DRIFTING, MIXED, TIME_BASED, TOTALS, read_effect
from agents.learning.lift.panel import Estimator, Mask, Panel
from agents.learning.lift.placebo import pretended_experiments, widening
from agents.learning.lift.synthetic import SyntheticControl
from agents.learning.lift.totals import ratio, time_based

STORES, BEFORE, FLIGHT = 24, 56, 14
ESTIMATORS: dict[str, Estimator] = {
    "relative": relative,
    "mixed": mixed,
    "ratio": ratio,
    "time-based": time_based,
    "synthetic": SyntheticControl(),
    "drifting": SyntheticControl(drifting=0.3),
}


def town(
    seed: int, *, lift: float = 0.0, amount: float = 0.0, regions: int = 1, shock: float = 0.0, spread: float = 0.7
) -> tuple[Panel, Mask]:
    """Stores of very different size with a common week, independent days, weather by region in the flight alone, and a
    true effect on half of them: a share `lift` and `amount` units a day."""
    rng = np.random.default_rng(seed)
    region = np.arange(STORES) % regions
    size = 300 * rng.lognormal(0, spread, STORES)
    common = 0.15 * np.sin(2 * np.pi * np.arange(BEFORE + FLIGHT) / 7) + rng.normal(0, 0.05, BEFORE + FLIGHT)
    units = size[:, None] * np.exp(common + rng.normal(0, 0.06, (STORES, BEFORE + FLIGHT)))
    treated = rng.permutation(STORES) < STORES // 2
    during = units[:, BEFORE:] * np.exp(shock * rng.standard_normal(regions))[region][:, None]
    during[treated] = during[treated] * (1 + lift) + amount
    return Panel(units[:, :BEFORE], during, np.array([f"R{at}" for at in region])), treated


def total(panel: Panel, treated: Mask, lift: float, amount: float) -> float:
    """ln(sold / what would have been sold) of the treated stores."""
    sold = panel.during[treated].sum()
    without = ((panel.during[treated] - amount) / (1 + lift)).sum()
    return float(np.log(sold / without))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_each_estimator_finds_a_share_of_every_store_s_sales(name: str) -> None:
    errors = []
    for seed in range(40):
        panel, treated = town(seed, lift=0.1)
        errors.append(float(ESTIMATORS[name](panel, treated[None]).delta[0]) - np.log(1.1))
    assert abs(np.mean(errors)) < 3.5 * np.std(errors) / np.sqrt(len(errors)) + 1e-4
    assert np.std(errors) < 0.02


def test_an_amount_in_every_store_fools_who_takes_it_for_a_share() -> None:
    """Small stores gain by many per cent, and one precise share for all says far too much or too little."""
    misses: dict[str, list[float]] = {"relative": [], "mixed": []}
    for seed in range(60):
        panel, treated = town(seed, amount=12.0)
        for name, of in misses.items():
            found = float(ESTIMATORS[name](panel, treated[None]).delta[0])
            of.append(found - total(panel, treated, 0.0, 12.0))
    assert abs(np.mean(misses["mixed"])) < 0.3 * abs(np.mean(misses["relative"]))


def test_several_assignments_are_read_as_each_of_them_alone() -> None:
    panel, treated = town(3, lift=0.1, regions=4)
    rng = np.random.default_rng(0)
    dealt = np.array([treated, *(rng.permutation(treated) for _ in range(5))])
    for estimator in ESTIMATORS.values():
        together = estimator(panel, dealt)
        alone = [estimator(panel, row[None]) for row in dealt]
        assert together.delta == pytest.approx([float(one.delta[0]) for one in alone])
        assert together.standard_error == pytest.approx([float(one.standard_error[0]) for one in alone])


@pytest.mark.parametrize("name", ["ratio", "time-based", "synthetic", "drifting"])
def test_the_weather_of_a_region_happens_to_both_sides(name: str) -> None:
    """Treated and held-out stores are spread unevenly over regions that differ by a fifth in the flight."""
    errors = []
    for seed in range(30):
        panel, _ = town(seed, lift=0.0, regions=2, shock=0.2)
        uneven = (np.arange(STORES) % 2 == 0) ^ (np.arange(STORES) % 6 == 0)
        errors.append(float(ESTIMATORS[name](panel, uneven[None]).delta[0]))
    assert np.std(errors) < 0.03


def test_the_design_decides_where_the_flight_itself_cannot_be_tried() -> None:
    """Hardly a region has two held-out stores: nothing tells what the flight's own days did to a comparison."""
    panel, treated = town(1, lift=0.1, regions=12)
    assert pretended_experiments(panel, treated).in_the_flight is None
    assert read_effect(panel, treated).method == MIXED.name


@pytest.mark.parametrize(("kept", "method"), [(6, BY_STORE.name), (12, MIXED.name)])
def test_the_design_asks_for_a_mixture_only_of_enough_stores(kept: int, method: str) -> None:
    panel, treated = town(1, regions=12)
    some = np.flatnonzero(treated)[:kept].tolist() + np.flatnonzero(~treated)[:kept].tolist()
    rows = np.isin(np.arange(STORES), some)
    assert read_effect(panel.of(rows), treated[rows]).method == method


def test_few_treated_stores_are_read_by_totals_and_a_drift_is_allowed_for() -> None:
    panel, _ = town(2, lift=0.0)
    two = np.arange(STORES) < 2
    assert read_effect(panel, two).method in {TIME_BASED.name, DRIFTING.name}


def test_stores_that_hardly_sell_are_read_by_totals() -> None:
    rng = np.random.default_rng(5)
    units = rng.poisson(0.2, (STORES, BEFORE + FLIGHT)).astype(np.float64)
    panel = Panel(units[:, :BEFORE], units[:, BEFORE:], np.full(STORES, ""))
    assert read_effect(panel, np.arange(STORES) % 2 == 0).method == TOTALS.name


def test_pretended_experiments_keep_the_numbers_the_regions_and_the_balance_of_the_draw() -> None:
    panel, treated = town(4, regions=3)
    trials = pretended_experiments(panel, treated)
    assert trials.before_the_flight is not None
    _, dealt = trials.before_the_flight
    sold = panel.before.mean(axis=1)
    for row in dealt:
        for region in np.unique(panel.regions):
            assert row[panel.regions == region].sum() == treated[panel.regions == region].sum()
    shares = dealt @ sold / sold.sum()
    assert np.abs(shares - treated @ sold / sold.sum()).max() < 0.04
    assert len({row.tobytes() for row in dealt}) > 20


def test_a_pretended_flight_holds_no_day_of_the_real_one() -> None:
    """However large the effect, what was known before the flight says the same."""
    small, treated = town(6, lift=0.0)
    large, _ = town(6, lift=2.0)
    quiet, loud = read_effect(small, treated), read_effect(large, treated)
    assert quiet.placebo is not None
    assert loud.placebo is not None
    assert loud.placebo.delta == pytest.approx(quiet.placebo.delta)


def test_an_interval_is_widened_by_what_pretended_experiments_say_it_falls_short() -> None:
    """Stores drift apart for weeks, which a standard error over independent days knows nothing of."""
    rng = np.random.default_rng(7)
    panel, treated = town(7)
    walk = np.cumsum(rng.normal(0, 0.02, (STORES, BEFORE + FLIGHT)), axis=1)
    drifting = Panel(panel.before * np.exp(walk[:, :BEFORE]), panel.during * np.exp(walk[:, BEFORE:]), panel.regions)
    calm, restless = (pretended_experiments(one, treated) for one in (panel, drifting))
    assert widening(restless.effects(time_based)) > 1.5 * widening(calm.effects(time_based))
    assert widening(calm.effects(relative)) < 1.4


def test_days_nobody_counted_and_a_hole_are_no_sales() -> None:
    panel, treated = town(8, lift=0.1)
    before = panel.before.copy()
    before[:, 20] = np.nan
    before[3, 30:33] = np.nan
    whole, holed = read_effect(panel, treated), read_effect(Panel(before, panel.during, panel.regions), treated)
    assert holed.effect.delta == pytest.approx(whole.effect.delta, abs=0.01)


def test_too_few_days_before_are_said_and_not_tried() -> None:
    panel, treated = town(9, regions=12)
    reading = read_effect(Panel(panel.before[:, -3:], panel.during, panel.regions), treated)
    assert reading.placebo is None
    assert "too little was counted" in reading.why
