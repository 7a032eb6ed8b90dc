"""Is the sales feed itself to be believed? Missing, empty and frozen days are faults of data, not of demand."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.cells import beyond_judging, shut, sold_days
from domain.panel import FloatArray, Panel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_BUSY_UNITS = 20.0
"""Expected units a day above which a day of exactly zero, or the same figure twice, is not chance."""
_ON_SHELF = 0.5
_FROZEN_SHARE = 0.8
_FEWEST_FROZEN = 3
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
    unjudged = beyond_judging(panel)
    fault, busy = doubtful(panel.units, panel.in_stock, baseline.expected)
    fault |= ~sold_days(panel) | _frozen(baseline.region_of, units, busy)
    # Closed shops send no sales, and that is no fault.
    days = np.where(unjudged, 0, _trailing(fault & ~shut(panel)))
    # Before its first sale a series was not there to be reported: those days say nothing of how often feeds fail.
    begun = np.logical_or.accumulate(units > 0, axis=1)
    history = begun & (np.arange(panel.days)[None, :] < (panel.days - days)[:, None])
    rate = ((fault & history).sum(axis=1) + _PRIOR_FAULTS) / (history.sum(axis=1) + 1.0)
    score = np.array([_surprise(count, chance) for count, chance in zip(days, rate, strict=True)])
    return FeedFaults(days=days, score=score, unreliable=fault | unjudged[:, None], unjudged=unjudged)


def doubtful(units: Floats | FloatArray, in_stock: Floats | FloatArray, expected: Floats) -> tuple[Flags, Flags]:
    """Figures of [N, T] that nobody can believe, empty or impossible; and where so much is expected that chance gives
    neither a zero nor the same figure twice. `expected` is in log units."""
    usual = np.exp(expected)
    busy = usual > _BUSY_UNITS
    on_shelf = ~(in_stock <= _ON_SHELF)
    empty = (units == 0) & busy & on_shelf
    impossible = busy & (units > _IMPOSSIBLE * usual)
    return empty | impossible, busy


def is_frozen(repeated: NDArray[np.int64], busy: NDArray[np.int64], series: int) -> Flags:
    """Days on which so many of a region's `series` repeat the day before to the unit that its feed stands still, of
    so many that are `busy`; both [T]."""
    asked = np.maximum(busy, _FEWEST_FROZEN)
    return (repeated >= _FROZEN_SHARE * asked) & (series >= _FEWEST_FROZEN)


def _frozen(region_of: NDArray[np.int64], units: Floats, busy: Flags) -> Flags:
    """Days on which nearly every category of a region repeats the day before to the unit, [S, T]."""
    repeated = np.zeros(units.shape, dtype=np.bool_)
    repeated[:, 1:] = (units[:, 1:] == units[:, :-1]) & busy[:, 1:]
    for region in range(int(region_of.max()) + 1):
        rows = region_of == region
        repeated[rows] &= is_frozen(repeated[rows].sum(axis=0), busy[rows].sum(axis=0), int(rows.sum()))
    return repeated


def _trailing(fault: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of the newest days in a row are true, [S, T] gives [S]."""
    in_a_row: NDArray[np.int64] = np.cumprod(fault[:, ::-1].astype(np.int64), axis=1).sum(axis=1)
    return in_a_row


def _surprise(days: int, rate: float) -> float:
    if days == 0:
        return 0.0
    chance = max(min(rate, 0.999) ** int(days), 1e-200)
    return min(-NormalDist().inv_cdf(chance / 2), _HIGHEST_SCORE)
