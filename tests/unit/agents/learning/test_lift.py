"""The lift estimator against simulations whose truth is known, and against ordinary least squares."""

from datetime import date, timedelta

import numpy as np
import pytest

from agents.learning.lift.by_store import log_lift
from agents.learning.lift.measure import measure_lift
from domain.catalogue import Store
from domain.errors import DataFault
from domain.plan import Flight, Holdout
from world.ports import StoreSales

START = date(2026, 10, 12)
FLIGHT = Flight(start=START + timedelta(days=28), end=START + timedelta(days=34))
STORES = [Store(store_id=f"S{i:02d}", name=f"Store {i}", region=f"R{i % 8}") for i in range(40)]
HOLDOUT = Holdout(
    share=0.25,
    control_stores=[store.store_id for store in STORES[:10]],
    treated_stores=[store.store_id for store in STORES[10:]],
    seed=1,
)


def simulate(rng: np.random.Generator, lift: float, *, level: float = 300.0, daily: float = 0.08) -> StoreSales:
    """Stores of very different size, regional weather, weekly rhythm, over-dispersed counts; and a true lift."""
    regions = np.array([int(store.region[1:]) for store in STORES])
    days = 35
    size = rng.lognormal(0, 0.6, len(STORES))
    weather = rng.normal(0, 0.15, 8)[regions][:, None] * (np.arange(days) >= 28)
    week = 0.1 * np.sin(2 * np.pi * np.arange(days) / 7)
    noise = rng.normal(0, daily, (len(STORES), days))
    treated = np.array([store.store_id in HOLDOUT.treated_stores for store in STORES])
    effect = 1 + lift * np.outer(treated, np.arange(days) >= 28)
    units = rng.poisson(level * size[:, None] * np.exp(week + weather + noise) * effect)
    return StoreSales(START, tuple(store.store_id for store in STORES), units.astype(np.float64))


def true_incremental(sales: StoreSales, lift: float) -> float:
    sold = sales.units[10:, 28:].sum()
    return float(sold * lift / (1 + lift))


@pytest.mark.parametrize("lift", [0.0, 0.15])
def test_the_estimate_is_unbiased_and_its_interval_covers_as_often_as_it_says(lift: float) -> None:
    rng = np.random.default_rng(11)
    errors, covered, scores = [], 0, []
    runs = 300
    for _ in range(runs):
        sales = simulate(rng, lift)
        found = measure_lift(sales, flight=FLIGHT, holdout=HOLDOUT, stores=STORES, price=1.5)
        truth = 1.5 * true_incremental(sales, lift)
        errors.append(found.lift - lift)
        scores.append((float(found.incremental_sales) - truth) / found.standard_error)
        covered += found.interval.low <= truth <= found.interval.high
    assert abs(np.mean(errors)) < 3.5 * np.std(errors) / np.sqrt(runs)
    assert covered / runs == pytest.approx(0.8, abs=3.5 * np.sqrt(0.8 * 0.2 / runs))
    assert np.std(scores) == pytest.approx(1.0, abs=0.15)


def test_a_naive_comparison_would_have_been_fooled_by_the_weather() -> None:
    rng = np.random.default_rng(4)
    ours, naive = [], []
    for _ in range(60):
        sales = simulate(rng, 0.1)
        ours.append(measure_lift(sales, flight=FLIGHT, holdout=HOLDOUT, stores=STORES, price=1.0).lift)
        treated = sales.units[10:]
        naive.append(treated[:, 28:].mean() / treated[:, :28].mean() - 1)
    assert np.std(ours) < 0.5 * np.std(naive)


def test_equal_stores_give_what_ordinary_least_squares_with_region_dummies_gives() -> None:
    rng = np.random.default_rng(2)
    regions = np.array([store.region for store in STORES])
    treated = np.array([store.store_id in HOLDOUT.treated_stores for store in STORES])
    before = np.full((40, 28), 400.0)
    during = np.exp(rng.normal(6, 0.05, (40, 1))) * np.ones(7)
    found = log_lift(before, during, treated, regions)
    y = np.log((during.sum(axis=1) + 0.5) / 7) - np.log((before.sum(axis=1) + 0.5) / 28)
    design = np.column_stack([treated, *[(regions == region) for region in np.unique(regions)]]).astype(float)
    beta, residual, *_ = np.linalg.lstsq(design, y, rcond=None)
    degrees = 40 - design.shape[1]
    error = np.sqrt(residual[0] / degrees * np.linalg.inv(design.T @ design)[0, 0])
    assert found.delta == pytest.approx(beta[0])
    assert found.standard_error == pytest.approx(error)
    assert found.degrees == degrees


def test_the_interval_is_students() -> None:
    from scipy.stats import t

    found = log_lift(
        np.full((6, 28), 100.0),
        np.array([100, 104, 97, 110, 113, 108.0])[:, None] * np.ones(7),
        np.array([False] * 3 + [True] * 3),
        np.array(["R"] * 6),
    )
    low, high = found.interval(0.9)
    assert found.degrees == 4
    assert (low, high) == pytest.approx(t.interval(0.9, 4, found.delta, found.standard_error))


def test_missing_days_are_left_out_and_never_read_as_zero() -> None:
    sales = simulate(np.random.default_rng(9), 0.2, daily=0.01)
    holes = sales.units.copy()
    holes[12, 3:20] = np.nan
    holes[2, 30] = np.nan
    holes[33, :28] = np.nan
    whole = measure_lift(sales, flight=FLIGHT, holdout=HOLDOUT, stores=STORES, price=1.0)
    holed = measure_lift(
        StoreSales(sales.start, sales.stores, holes), flight=FLIGHT, holdout=HOLDOUT, stores=STORES, price=1.0
    )
    assert holed.lift == pytest.approx(whole.lift, abs=0.02)
    assert holed.treated_stores == whole.treated_stores - 1


def test_a_store_that_sold_nothing_does_not_break_the_logarithm() -> None:
    sales = simulate(np.random.default_rng(9), 0.1)
    sales.units[15, 28:] = 0
    found = measure_lift(sales, flight=FLIGHT, holdout=HOLDOUT, stores=STORES, price=1.0)
    assert np.isfinite(found.lift)


def test_a_region_without_control_stores_teaches_nothing_of_the_lift() -> None:
    before, during = np.full((6, 28), 100.0), np.full((6, 7), 100.0)
    during[:2] = 900.0
    treated = np.array([True, True, True, True, False, False])
    regions = np.array(["flooded", "flooded", "dry", "dry", "dry", "dry"])
    assert log_lift(before, during, treated, regions).delta == pytest.approx(0.0)


@pytest.mark.parametrize("lift", [0.0, 0.3])
def test_stores_that_hardly_sell_are_compared_by_their_totals_with_an_honest_interval(lift: float) -> None:
    rng = np.random.default_rng(8)
    covered, runs = 0, 300
    treated = np.array([store.store_id in HOLDOUT.treated_stores for store in STORES])
    effect = 1 + lift * np.outer(treated, np.arange(35) >= 28)
    for _ in range(runs):
        rate = rng.uniform(0.3, 0.7, 40)
        units = 200 * rng.poisson(rate[:, None] * effect).astype(np.float64)
        sales = StoreSales(START, tuple(store.store_id for store in STORES), units)
        found = measure_lift(sales, flight=FLIGHT, holdout=HOLDOUT, stores=STORES, price=1.0)
        covered += found.interval.low <= true_incremental(sales, lift) <= found.interval.high
        assert "totals" in found.method
    assert covered / runs == pytest.approx(0.8, abs=3.5 * np.sqrt(0.8 * 0.2 / runs))


@pytest.mark.parametrize("unit", [1, 200])
def test_stores_that_sell_on_few_days_do_not_drown_those_that_sell_daily(unit: int) -> None:
    """As in a household panel, where one sale seen stands for many and most stores are hardly seen at all."""
    rng = np.random.default_rng(6)
    found, truth = [], 0.15
    for _ in range(150):
        rate = np.concatenate([rng.uniform(15, 40, 20), rng.uniform(0.05, 0.3, 20)])[rng.permutation(40)]
        treated = np.array([store.store_id in HOLDOUT.treated_stores for store in STORES])
        effect = 1 + truth * np.outer(treated, np.arange(35) >= 28)
        units = unit * rng.poisson(rate[:, None] * effect).astype(np.float64)
        sales = StoreSales(START, tuple(store.store_id for store in STORES), units)
        found.append(measure_lift(sales, flight=FLIGHT, holdout=HOLDOUT, stores=STORES, price=1.0).lift)
    assert np.mean(found) == pytest.approx(truth, abs=0.02)
    assert np.std(found) < 0.12


@pytest.mark.parametrize("kept", ["control_stores", "treated_stores"])
def test_a_flight_without_both_kinds_of_store_cannot_be_measured(kept: str) -> None:
    sales = simulate(np.random.default_rng(0), 0.1)
    empty = HOLDOUT.model_copy(update={kept: []})
    with pytest.raises(DataFault, match="to compare"):
        measure_lift(sales, flight=FLIGHT, holdout=empty, stores=STORES, price=1.0)


def test_a_flight_that_has_not_begun_cannot_be_measured() -> None:
    sales = simulate(np.random.default_rng(0), 0.1)
    later = Flight(start=FLIGHT.end + timedelta(days=1), end=FLIGHT.end + timedelta(days=3))
    with pytest.raises(DataFault, match="do not cover"):
        measure_lift(sales, flight=later, holdout=HOLDOUT, stores=STORES, price=1.0)
