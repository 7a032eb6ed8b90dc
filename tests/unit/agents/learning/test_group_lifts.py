"""What each group of treated stores is said to have gained."""

from datetime import date

import numpy as np
import pytest

from agents.learning.group_lifts import TreatedGroup, group_lifts, grouped_log_lift
from domain.catalogue import Store
from domain.channel import Channel
from domain.plan import Flight, Holdout
from world.ports import StoreSales

REGIONS = np.array(["North", "South", "East", "West"])[np.arange(40) % 4]
GROUP = np.array([-1] * 10 + [0] * 15 + [1] * 15)


def _panel(rng: np.random.Generator, lift: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    size = 300 * np.exp(0.5 * rng.standard_normal(40))
    shock = np.exp(0.04 * rng.standard_normal(4))[np.arange(40) % 4]
    gained = np.select([GROUP == 0, GROUP == 1], [1 + lift[0], 1 + lift[1]], 1.0)
    before = rng.poisson(size[:, None] * np.exp(0.04 * rng.standard_normal((40, 28))))
    during = rng.poisson((size * shock * gained)[:, None] * np.exp(0.04 * rng.standard_normal((40, 7))))
    return before.astype(np.float64), during.astype(np.float64)


def test_the_intervals_of_the_groups_hold_their_true_lifts_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    true = np.log1p([0.05, 0.15])
    misses, both = [], []
    for _ in range(400):
        estimate, covariance = grouped_log_lift(*_panel(rng, (0.05, 0.15)), GROUP, REGIONS)
        off = (estimate - true) / np.sqrt(np.diag(covariance))
        misses.append(off)
        both.append((estimate - true) @ np.linalg.solve(covariance, estimate - true))
    standard = np.array(misses)
    assert np.abs(standard.mean(axis=0)).max() < 0.15
    assert 0.75 < (np.abs(standard) < 1.2816).mean() < 0.87
    # Together: the mean of a chi-square with two degrees of freedom, which needs the shared error to be right.
    assert 1.6 < np.mean(both) < 2.4


def test_groups_share_the_error_of_the_stores_they_are_compared_with() -> None:
    _, covariance = grouped_log_lift(*_panel(np.random.default_rng(1), (0.0, 0.0)), GROUP, REGIONS)
    correlation = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert 0.4 < correlation < 0.8  # (1/10) / (1/10 + 1/15) = 0.6


def _sales(units: np.ndarray) -> StoreSales:
    return StoreSales(date(2026, 6, 1), tuple(f"S{index:03d}" for index in range(40)), units)


FLIGHT = Flight(start=date(2026, 6, 29), end=date(2026, 7, 5))
STORES = [Store(store_id=f"S{index:03d}", name="x", region=REGIONS[index], size="metro") for index in range(40)]
NAMES = [store.store_id for store in STORES]
HOLDOUT = Holdout(share=0.25, control_stores=NAMES[:10], treated_stores=NAMES[10:], seed=1)
GROUPS = [
    TreatedGroup(tuple(NAMES[10:25]), {Channel.EMAIL: 105.0}),
    TreatedGroup(tuple(NAMES[25:]), {Channel.EMAIL: 210.0, Channel.PAID_SOCIAL: 0.0}),
]


def test_a_lesson_says_spend_a_store_and_day_and_sales_in_pounds() -> None:
    before, during = _panel(np.random.default_rng(2), (0.05, 0.15))
    told = group_lifts(
        _sales(np.hstack([before, during])),
        flight=FLIGHT,
        holdout=HOLDOUT,
        groups=GROUPS,
        stores=STORES,
        price=2.0,
        audience="families",
    )
    assert told is not None
    assert [group.stores for group in told.groups] == [15, 15]
    assert told.groups[0].spend == pytest.approx({Channel.EMAIL: 1.0})
    assert told.groups[1].spend == pytest.approx({Channel.EMAIL: 2.0})
    assert told.groups[0].daily_sales == pytest.approx(2 * before[10:25].mean())


def test_sales_are_freed_of_what_earlier_ads_are_believed_to_have_added() -> None:
    before, during = _panel(np.random.default_rng(3), (0.05, 0.15))
    earlier = np.zeros((40, 35))
    earlier[10:25, :14] = 0.2
    asked = {"flight": FLIGHT, "holdout": HOLDOUT, "groups": GROUPS, "stores": STORES, "price": 2.0, "audience": "all"}
    clean = group_lifts(_sales(np.hstack([before, during])), **asked)  # type: ignore[arg-type]
    advertised = np.hstack([before, during]) * (1 + earlier)
    freed = group_lifts(_sales(advertised), earlier=earlier, **asked)  # type: ignore[arg-type]
    contaminated = group_lifts(_sales(advertised), **asked)  # type: ignore[arg-type]
    assert clean is not None
    assert freed is not None
    assert contaminated is not None
    assert freed.groups[0].log_lift == pytest.approx(clean.groups[0].log_lift)
    assert contaminated.groups[0].log_lift < clean.groups[0].log_lift - 0.05


def test_without_held_out_stores_that_sold_there_is_nothing_to_compare() -> None:
    before, during = _panel(np.random.default_rng(4), (0.0, 0.0))
    before[:10] = 0.0
    told = group_lifts(
        _sales(np.hstack([before, during])),
        flight=FLIGHT,
        holdout=HOLDOUT,
        groups=GROUPS,
        stores=STORES,
        price=2.0,
        audience="families",
    )
    assert told is None


def test_spend_is_of_the_days_that_ads_ran_on() -> None:
    before, during = _panel(np.random.default_rng(2), (0.05, 0.15))
    during[:, 3:] = np.nan
    told = group_lifts(
        _sales(np.hstack([before, during])),
        flight=FLIGHT,
        holdout=HOLDOUT,
        groups=GROUPS,
        stores=STORES,
        price=2.0,
        audience="families",
        days_run=3,
    )
    assert told is not None
    assert told.days == 3
    assert told.groups[0].spend == pytest.approx({Channel.EMAIL: 7 / 3})
