from datetime import date, timedelta

import numpy as np
import pytest

from bench.journey.demand import forecast_errors
from bench.journey.display import demeaned, poisson
from bench.journey.findings import Found, events, near_holiday, promotion_moved
from bench.journey.journey import rows_of_demand
from domain.panel import Panel, SeriesKey


def test_a_planted_effect_is_found_where_naive_means_are_fooled() -> None:
    draw = np.random.default_rng(0)
    pair, week = (axis.reshape(-1) for axis in np.mgrid[0:400, 0:40])
    product = pair // 10
    level = draw.normal(0, 0.8, 400)[pair] + draw.normal(0, 0.4, (40, 40))[product, week]
    shown = (draw.random(len(pair)) < 1 / (1 + np.exp(2 - 1.5 * level))).astype(np.float64)
    later = (draw.random(len(pair)) < 0.2).astype(np.float64)
    units = draw.poisson(np.exp(0.5 + level + np.log(1.3) * shown)).astype(np.float64)

    found, covariance = poisson(units, np.stack([shown, later], axis=1), (pair, product * 100 + week), product)

    naive = np.log(units[shown > 0].mean() / units[shown == 0].mean())
    assert naive > 0.7
    assert abs(found[0] - np.log(1.3)) < 3 * np.sqrt(covariance[0, 0]) < 0.1
    assert abs(found[1]) < 3 * np.sqrt(covariance[1, 1])


def test_nothing_of_either_effect_is_left() -> None:
    draw = np.random.default_rng(1)
    one, other = draw.integers(0, 20, 900), draw.integers(0, 30, 900)
    weight = draw.random(900) + 0.1
    left = demeaned(draw.normal(size=(900, 2)) + one[:, None], weight, (one, other))
    for codes in (one, other):
        assert np.abs([np.bincount(codes, weight * column) for column in left.T]).max() < 1e-6


def test_the_peers_of_a_weekly_forecast_are_what_they_are_called() -> None:
    first, weeks = date(2017, 1, 2), 40
    weekly = 700.0 + 7 * np.arange(weeks)
    units = np.repeat(weekly / 7, 7)[None].astype(np.float32)
    unknown = np.full(units.shape, np.nan, dtype=np.float32)

    def panel_of(day: date) -> Panel:
        days = (day - first).days + 1
        sold, nothing = units[:, :days], unknown[:, :days]
        return Panel(first, (SeriesKey("soup", "all"),), sold, np.ones_like(sold), nothing, nothing, nothing)

    found = forecast_errors(panel_of, first + timedelta(days=7 * weeks - 1))
    total = weekly[-12:].sum()
    assert found["the last week again"] == pytest.approx(12 * 7 / total, rel=1e-4)
    assert found["the mean of 4 weeks"] == pytest.approx(12 * 7 * 2.5 / total, rel=1e-4)
    (row,) = rows_of_demand(found)
    assert row.target == pytest.approx(100 * found["the last week again"])


def test_findings_on_days_near_each_other_are_one_event() -> None:
    def found(day: int, category: str = "soup", *, rises: bool = False) -> Found:
        return Found(date(2017, 3, day), category, rises, not rises, "", by_promotion=False)

    told = list(events([found(1), found(2), found(4), found(7), found(2, "tea"), found(3, rises=True)]))
    assert sorted(len(event) for event in told) == [1, 1, 1, 3]


def test_a_holiday_is_near_from_three_days_before_to_the_day_after() -> None:
    near = [near_holiday(date(2017, 11, day)) for day in range(19, 26)]
    assert near == ["", *["Thanksgiving"] * 5, ""]


def test_a_promotion_has_moved_where_its_share_is_another_than_usual() -> None:
    share = np.full((1, 80), 0.2)
    share[0, 70:73] = 0.35
    share[0, 75] = 0.25
    assert np.flatnonzero(promotion_moved(share)[0]).tolist() == [70, 71, 72]
