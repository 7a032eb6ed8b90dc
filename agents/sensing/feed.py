"""Is the sales feed itself to be believed? Missing, empty and frozen days are faults of data, not of demand."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.cells import beyond_judging, figures
from domain.panel import Panel

Floats = NDArray[np.float64]

_BUSY_UNITS = 20.0
"""Expected units a day above which a day of exactly zero, or the same figure twice, is not chance."""
_ON_SHELF = 0.5
_FROZEN_SHARE = 0.8
_IMPOSSIBLE = 20.0
"""Times what was expected that no shop sells: a figure of another unit, or a slip of the hand."""
_PRIOR_FAULTS = 0.01
"""A gap in a feed that never had one is a near certain fault."""
_HIGHEST_SCORE = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class FeedFaults:
    """Series whose newest days cannot be believed."""

    days: NDArray[np.int64]
    """Newest days in a row that are faulty, [S]."""
    score: Floats
    """Normal quantile of so many missing days at the series' usual rate, [S]; 0 without a fault."""
    unreliable: NDArray[np.bool_]
    """Days whose units must not be read as sales, [S, T]."""
    unjudged: NDArray[np.bool_]
    """Series too new to expect anything of, or ended long ago: nothing is said of them, [S]."""

    @property
    def of_today(self) -> NDArray[np.bool_]:
        """Series whose newest day is a fault, [S]."""
        return self.days > 0


def find_feed_faults(panel: Panel, baseline: Baseline) -> FeedFaults:
    """Faults that reach up to the newest day of the panel."""
    units = panel.units.astype(np.float64)
    missing = ~figures(panel.units)
    unjudged = beyond_judging(panel)
    busy = np.exp(baseline.expected) > _BUSY_UNITS
    in_stock = np.nan_to_num(panel.in_stock.astype(np.float64), nan=1.0)
    empty = (units == 0) & busy & (in_stock > _ON_SHELF)
    impossible = busy & (units > _IMPOSSIBLE * np.exp(baseline.expected))
    fault = missing | empty | impossible | _frozen(panel, units, busy)
    days = np.where(unjudged, 0, _trailing(fault))
    # Before its first sale a series was not there to be reported: those days say nothing of how often feeds fail.
    begun = np.logical_or.accumulate(units > 0, axis=1)
    history = begun & (np.arange(panel.days)[None, :] < (panel.days - days)[:, None])
    rate = ((fault & history).sum(axis=1) + _PRIOR_FAULTS) / (history.sum(axis=1) + 1.0)
    score = np.array([_surprise(count, chance) for count, chance in zip(days, rate, strict=True)])
    return FeedFaults(days=days, score=score, unreliable=fault | unjudged[:, None], unjudged=unjudged)


def _frozen(panel: Panel, units: Floats, busy: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Days on which nearly every category of a region repeats the day before to the unit, [S, T]."""
    repeated = np.zeros(units.shape, dtype=np.bool_)
    repeated[:, 1:] = (units[:, 1:] == units[:, :-1]) & busy[:, 1:]
    frozen = np.zeros(units.shape, dtype=np.bool_)
    for region in dict.fromkeys(key.region for key in panel.series):
        rows = np.array([index for index, key in enumerate(panel.series) if key.region == region])
        if len(rows) >= 3:
            asked = np.maximum(busy[rows].sum(axis=0), 3)
            frozen[rows] = repeated[rows] & (repeated[rows].sum(axis=0) >= _FROZEN_SHARE * asked)
    return frozen


def _trailing(fault: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of the newest days in a row are true, [S, T] gives [S]."""
    in_a_row: NDArray[np.int64] = np.cumprod(fault[:, ::-1].astype(np.int64), axis=1).sum(axis=1)
    return in_a_row


def _surprise(days: int, rate: float) -> float:
    if days == 0:
        return 0.0
    chance = max(min(rate, 0.999) ** int(days), 1e-200)
    return min(-NormalDist().inv_cdf(chance / 2), _HIGHEST_SCORE)
