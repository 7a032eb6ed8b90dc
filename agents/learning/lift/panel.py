"""The one shape every estimator reads, and the one it answers with."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.plan import INTERVAL_LEVEL

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
Names = NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Units by store and day: `before` [N, P] and `during` [N, F] the flight, NaN where missing; `regions` [N]."""

    before: Matrix
    during: Matrix
    regions: Names

    def of(self, stores: Mask) -> "Panel":
        """The rows of `stores` [N] alone."""
        return Panel(self.before[stores], self.during[stores], self.regions[stores])

    def pretended(self) -> "Panel":
        """The days before the flight that anybody counted, the last of them taken for a flight as long, or for one of
        half of them: days of an earlier cycle's ads are not counted."""
        counted = self.before[:, np.isfinite(self.before).any(axis=0)]
        first = counted.shape[1] - self.pretended_days
        return Panel(counted[:, :first], counted[:, first:], self.regions)

    @property
    def counted_days(self) -> int:
        """Days before the flight that anybody counted."""
        return int(np.isfinite(self.before).any(axis=0).sum())

    @property
    def pretended_days(self) -> int:
        return min(int(self.during.shape[1]), self.counted_days // 2)

    @property
    def missing(self) -> float:
        """Share of store-days not counted."""
        seen = np.isfinite(self.before).sum() + np.isfinite(self.during).sum()
        return 1.0 - float(seen) / (self.before.size + self.during.size)

    def filled(self) -> "Panel":
        """Days that nobody counted left out, and each missing store-day at the store's usual share of its day."""
        before = self.before[:, np.isfinite(self.before).any(axis=0)]
        during = self.during[:, np.isfinite(self.during).any(axis=0)]
        usual = np.nanmean(before, axis=1)
        return Panel(_fill(before, usual), _fill(during, usual), self.regions)


def matched(assignments: Mask, usual: Vector, regions: Names) -> Matrix:
    """Weights of the control stores under each of `assignments` [B, N], so that each region weighs what the treated
    stores sell there: what happens to a region's shoppers then happens to both sides. `usual` [N] units a day.

    Where a region has no control store, those of the others stand in for it. Rows sum to what the treated stores sell.
    """
    names, group = np.unique(regions, return_inverse=True)
    member = np.eye(len(names))[group]
    sold, held = (assignments * usual) @ member, (~assignments * usual) @ member
    has = held > 0
    alone = (sold * ~has).sum(axis=1, keepdims=True) / np.maximum(held.sum(axis=1, keepdims=True), 1e-300)
    factor = np.where(has, sold / np.where(has, held, 1.0) + alone, 0.0)
    return np.asarray(~assignments * usual * factor[:, group])


def _fill(units: Matrix, usual: Vector) -> Matrix:
    seen = np.isfinite(units)
    if seen.all():
        return units
    level = np.nansum(units, axis=0) / np.maximum((seen * usual[:, None]).sum(axis=0), 1e-9)
    return np.where(seen, units, usual[:, None] * level)


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """ln(sold / what would have been sold) under each of B assignments, with its standard error. All [B]."""

    delta: Vector
    standard_error: Vector
    degrees: NDArray[np.int64]

    @property
    def pivots(self) -> Vector:
        return self.delta / np.maximum(self.standard_error, 1e-12)


class Estimator(Protocol):
    """Estimates the effect under each row of `assignments` [B, N], True where a store is taken for treated."""

    def __call__(self, panel: Panel, assignments: Mask) -> Effects: ...


@dataclass(frozen=True, slots=True)
class LogLift:
    """delta, the treated stores' surplus in logs, its standard error and the degrees of freedom behind that."""

    delta: float
    standard_error: float
    degrees: int

    def interval(self, level: float = INTERVAL_LEVEL) -> tuple[float, float]:
        """Central interval of delta by Student's t."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.degrees, 0.5 + level / 2)) * self.standard_error
        return self.delta - reach, self.delta + reach

    def widened(self, factor: float) -> "LogLift":
        return LogLift(self.delta, self.standard_error * factor, self.degrees)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """An effect, how it was read and why so, both in words."""

    effect: LogLift
    method: str
    why: str
    widened: float
    """By how much pretended experiments widened the interval."""
    placebo: LogLift | None
    """The same method on the same stores in a pretended flight before the real one; None with too few days."""
    share: float = 1.0
    """Of the effect, what is this campaign's: less where others cannot be told apart from it."""
