"""Which figures of a panel are sales at all: no day before a series began, and nothing below zero."""

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.occasions.public_holidays import occasions
from domain.panel import FloatArray, Panel

Flags = NDArray[np.bool_]

_CLOSED_SHARE = 0.8
"""Share of a region's series without a sale on a holiday that says its shops were closed."""
LEAST_DAYS = 28
"""Days of sales before the judged week without which nothing is expected of a series."""


def sold_days(panel: Panel) -> Flags:
    """Where units can have been sold, [S, T]: `figures` of open shops."""
    sold: Flags = figures(panel.units) & ~shut(panel)
    return sold


def shut(panel: Panel) -> Flags:
    """Holidays on which a region sold next to nothing of anything, [S, T]: its shops were closed."""
    if not panel.country:
        return np.broadcast_to(np.False_, panel.units.shape)
    found = np.zeros(panel.units.shape, dtype=np.bool_)
    for region in dict.fromkeys(key.region for key in panel.series):
        rows = np.array([row for row, key in enumerate(panel.series) if key.region == region])
        for one in occasions(panel.country, region, panel.start, panel.last_day):
            day = (one.day - panel.start).days
            if (np.nan_to_num(panel.units[rows, day]) == 0).mean() >= _CLOSED_SHARE:
                found[rows, day] = True
    return found


def figures(units: FloatArray) -> Flags:
    """Where units can have been sold, [S, T]: known, not below 0, and from the series' first sale on."""
    began = np.maximum.accumulate(np.nan_to_num(units) > 0, axis=1)
    sold: Flags = np.isfinite(units) & (units >= 0) & began
    return sold


def beyond_judging(panel: Panel) -> Flags:
    """Series that are too new to expect anything of, or that ended four weeks ago or more, [S]."""
    known = sold_days(panel)
    sold = known & (panel.units > 0)
    too_new = known[:, :-JUDGED_DAYS].sum(axis=1) < LEAST_DAYS
    unjudged: Flags = too_new | ~sold[:, -LEAST_DAYS:].any(axis=1)
    return unjudged
