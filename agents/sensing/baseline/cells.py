"""Which figures of a panel are sales at all: no day before a series began, and nothing below zero."""

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.regressors import JUDGED_DAYS
from domain.panel import FloatArray

Flags = NDArray[np.bool_]

LEAST_DAYS = 28
"""Days of sales before the judged week without which nothing is expected of a series."""


def figures(units: FloatArray) -> Flags:
    """Where units can have been sold, [S, T]: known, not below 0, and from the series' first sale on."""
    began = np.maximum.accumulate(np.nan_to_num(units) > 0, axis=1)
    sold: Flags = np.isfinite(units) & (units >= 0) & began
    return sold


def beyond_judging(units: FloatArray) -> Flags:
    """Series that are too new to expect anything of, or that ended four weeks ago or more, [S] of units [S, T]."""
    known = figures(units)
    sold = known & (units > 0)
    too_new = known[:, :-JUDGED_DAYS].sum(axis=1) < LEAST_DAYS
    unjudged: Flags = too_new | ~sold[:, -LEAST_DAYS:].any(axis=1)
    return unjudged
