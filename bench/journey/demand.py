"""Weekly demand a week ahead, on weeks no forecast has seen: our expectation beside naive ones."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.baseline import fit_baseline
from domain.panel import Panel

Floats = NDArray[np.float64]

HELD_OUT: Final = 12
"""Weeks, from Monday to Sunday, at the end of the year."""
AVERAGED: Final = 4
_WEEK: Final = 7


def forecast_errors(panel_of: Callable[[date], Panel], last: date) -> dict[str, float]:
    """The weighted absolute percentage error of each method: the sum of its absolute errors over categories and
    held-out weeks, over the sum of what was sold. `last`: the data's last day; weeks up to its last Sunday count."""
    sunday = last - timedelta(days=(last.weekday() + 1) % _WEEK)
    sold = _by_week(panel_of(sunday), sunday)
    error = {"our expectation": 0.0, "the last week again": 0.0, f"the mean of {AVERAGED} weeks": 0.0}
    total = 0.0
    for back in range(HELD_OUT, 0, -1):
        made_on = sunday - timedelta(days=_WEEK * back)
        week = sold[:, -back]
        ours = np.exp(fit_baseline(panel_of(made_on)).expected_ahead).sum(axis=1)
        before = sold[:, :-back]
        for name, forecast in zip(error, (ours, before[:, -1], before[:, -AVERAGED:].mean(axis=1)), strict=True):
            error[name] += float(np.abs(forecast - week).sum())
        total += float(week.sum())
    return {name: wrong / total for name, wrong in error.items()}


def _by_week(panel: Panel, sunday: date) -> Floats:
    """Units of whole weeks that end with `sunday`, [S, W]; a day off sells nothing."""
    units = np.nan_to_num(panel.units.astype(np.float64))
    weeks = units.shape[1] // _WEEK
    whole: Floats = units[:, units.shape[1] - weeks * _WEEK :].reshape(len(units), weeks, _WEEK)
    return np.asarray(whole.sum(axis=2))
