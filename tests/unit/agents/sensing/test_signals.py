"""The expected band a person sees: it holds ordinary days, and the day that is not ordinary stands outside."""

from datetime import date

import numpy as np
import pytest

from agents.sensing.signals import Signals, read_signals
from domain.panel import Panel, SeriesKey

DAYS, CATEGORIES, REGIONS = 200, ("soup", "salad", "bread", "milk", "tea"), ("North", "South")


def shop(*, last_day: float = 1.0, gap: bool = False) -> Panel:
    """A quiet shop with a weekly rhythm; on the newest day soup in the North sells `last_day` times the usual."""
    rng = np.random.default_rng(5)
    series = tuple(SeriesKey(category, region) for category in CATEGORIES for region in REGIONS)
    shape = (len(series), DAYS)
    rhythm = 1 + 0.2 * np.sin(2 * np.pi * np.arange(DAYS) / 7)
    units = 800 * rhythm * np.exp(rng.normal(0, 0.04, shape))
    units[0, -1] *= last_day
    if gap:
        units[0, -1] = np.nan
    steady = np.ones(shape, dtype=np.float32)
    return Panel(
        start=date(2026, 1, 5),
        series=series,
        units=units.astype(np.float32),
        price=steady * 2,
        promotion=steady * 0,
        in_stock=steady,
        search=steady * 100,
    )


@pytest.fixture(scope="module")
def quiet() -> Signals:
    return read_signals(shop())


def test_about_ninety_five_in_a_hundred_ordinary_days_fall_into_the_band(quiet: Signals) -> None:
    recent = np.s_[:, -90:]
    units = quiet.panel.units[recent]
    inside = (units >= quiet.low[recent]) & (units <= quiet.high[recent])
    assert 0.88 < inside.mean() < 0.995


def test_the_band_lies_around_what_was_expected(quiet: Signals) -> None:
    assert (quiet.low < quiet.expected).all()
    assert (quiet.expected < quiet.high).all()


def test_a_day_of_half_the_sales_stands_outside_and_the_others_do_not_move() -> None:
    drop = read_signals(shop(last_day=0.5))
    soup = drop.row("soup", "North")
    assert soup is not None
    assert drop.panel.units[soup, -1] < drop.low[soup, -1]
    assert drop.z[soup, -1] < -4
    assert np.flatnonzero(drop.alarmed).tolist() == [soup]
    assert np.abs(np.delete(drop.z[:, -1], soup)).max() < 4


def test_a_missing_day_is_missing_and_not_zero() -> None:
    signals = read_signals(shop(gap=True))
    assert np.isnan(signals.z[0, -1])
    assert np.isfinite(signals.expected[0, -1])


def test_the_days_ahead_follow_the_newest(quiet: Signals) -> None:
    assert (quiet.dates_ahead[0] - quiet.panel.last_day).days == 1
    assert len(quiet.dates_ahead) == quiet.ahead.shape[1]


def test_a_series_that_is_not_there_has_no_row(quiet: Signals) -> None:
    assert quiet.row("soup", "Atlantis") is None
    assert list(quiet.rows_of("South")) == [1, 3, 5, 7, 9]


def test_a_day_is_marked_by_the_band_it_is_drawn_in(quiet: Signals) -> None:
    units = quiet.panel.units
    assert ((quiet.outside == -1) == (units < quiet.low)).all()
    assert ((quiet.outside == 1) == (units > quiet.high)).all()
    assert {-1, 0, 1} == set(quiet.outside.ravel().tolist())


def test_a_day_without_a_figure_is_not_marked() -> None:
    assert read_signals(shop(gap=True)).outside[0, -1] == 0
