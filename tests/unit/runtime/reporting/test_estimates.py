"""Intervals of sums of effects, judged by panels drawn here: a store has good and bad weeks in all its categories."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from agents.strategy.holdout import draw_holdout
from domain.catalogue import Store
from domain.plan import Holdout, Interval
from runtime.reporting.estimates import Reach, interval_of_campaigns, interval_of_cycles

STORES = [
    Store(store_id=f"{region}-{number}", name="a store", region=region) for region in "abcdefgh" for number in range(5)
]
REGIONS = sorted({store.region for store in STORES})
WEEKS_BEFORE, PANELS = 4, 600
OF_STORES, OWN = 40.0, 20.0
"""Standard deviations of a store's week in every category, and of a category's in a store, pounds."""
MOMENTS = [
    pytest.param([(0, 2)] * 4, id="same weeks"),
    pytest.param([(0, 1), (0, 2), (1, 3), (0, 3)], id="overlapping"),
    pytest.param([(0, 1), (1, 2), (2, 3)], id="one after another"),
]
Sales = NDArray[np.float64]


def test_one_estimate_keeps_its_own_interval() -> None:
    assert interval_of_cycles(100, [Reach(30, 40)]) == Interval(low=70, high=140)
    assert interval_of_campaigns(100, Reach(30**2, 40**2)) == Interval(low=70, high=140)


def test_nothing_measured_is_nothing_unsure() -> None:
    assert interval_of_cycles(12.5, []) == interval_of_campaigns(12.5, Reach(0, 0)) == Interval(low=12.5, high=12.5)


def read(sales: Sales, weeks: tuple[int, int], holdout: Holdout) -> tuple[float, float]:
    """A difference in differences of (stores, weeks), and how far its 80 % interval reaches: a textbook's, pooled."""
    first, last = (WEEKS_BEFORE + week for week in weeks)
    change = sales[:, first:last].mean(axis=1) - sales[:, :WEEKS_BEFORE].mean(axis=1)
    is_treated = np.isin([store.store_id for store in STORES], holdout.treated_stores)
    treated, held_out = change[is_treated], change[~is_treated]
    degrees = len(change) - 2
    pooled = (treated.var() * len(treated) + held_out.var() * len(held_out)) / degrees
    error = math.sqrt(pooled * (1 / len(treated) + 1 / len(held_out)))
    return float(treated.mean() - held_out.mean()), float(stats.t.ppf(0.9, degrees)) * error


def panels(flights: list[tuple[int, int]], *, one_draw: bool) -> tuple[list[float], list[list[float]]]:
    """Nothing was advertised, so that each sum is nought: the sums found, and how far each interval reaches."""
    rng = np.random.default_rng(20261127)
    weeks = WEEKS_BEFORE + max(last for _, last in flights)
    sums, reaches = [], []
    for _ in range(PANELS):
        shared = rng.normal(0, OF_STORES, (len(STORES), weeks))
        seeds = rng.integers(2**31, size=len(flights))
        found = []
        for flight, seed in zip(flights, seeds, strict=True):
            holdout = draw_holdout(STORES, REGIONS, 0.25, int(seeds[0] if one_draw else seed))
            found.append(read(shared + rng.normal(0, OWN, shared.shape), flight, holdout))
        sums.append(sum(effect for effect, _ in found))
        reaches.append([reach for _, reach in found])
    return sums, reaches


def covered(sums: list[float], reaches: list[float]) -> float:
    return float(np.mean(np.abs(sums) <= reaches))


LEAST = 0.8 - 3 * math.sqrt(0.8 * 0.2 / PANELS)
"""Three standard errors of a share below the level."""


@pytest.mark.parametrize("flights", MOMENTS)
def test_campaigns_of_the_same_weeks_are_independent_by_their_draws(flights: list[tuple[int, int]]) -> None:
    sums, reaches = panels(flights, one_draw=False)
    together = [interval_of_campaigns(0, Reach(*[sum(one**2 for one in each)] * 2)).high for each in reaches]
    share = covered(sums, together)
    assert LEAST <= share <= 0.9, f"{share:.3f}"


@pytest.mark.parametrize("flights", MOMENTS)
def test_cycles_in_the_same_stores_are_covered(flights: list[tuple[int, int]]) -> None:
    sums, reaches = panels(flights, one_draw=True)
    together = [interval_of_cycles(0, [Reach(one, one) for one in each]).high for each in reaches]
    assert covered(sums, together) >= LEAST
    squares = [math.sqrt(sum(one**2 for one in each)) for each in reaches]
    assert covered(sums, squares) < LEAST, "as if independent would do: the panels share nothing"
