"""Several campaigns of one category in one model, so that no effect is claimed twice or taken for the usual.

Days are cut into stretches in which the same campaigns run. ln(units a day) of each store and stretch is regressed on
the store, on the region's stretch, on each other campaign where it ran and on the week after it, and on ours: two-way
fixed effects with every known treatment in it. Where two run in one store at once they reach the same shoppers, and
cause less than the sum: what they add there is a term of its own, halved between them. It needs campaigns to be in
different stores or on different days; two that ran in the same stores on the same days have one effect together,
which is shared out by what each spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.learning.lift.by_store import noise
from agents.learning.lift.panel import LogLift, Mask, Matrix, Panel, Vector

CARRY_OVER_DAYS = 7
"""After another campaign's flight: its effect may linger that long and is left open."""
_TOLD_APART = 0.02
"""Share of what is known of our effect that must be left once other campaigns are in the model."""


@dataclass(frozen=True, slots=True, eq=False)
class OtherAds:
    """Another campaign of the category: the stores it was shown in [N], its first day and the day after its last as
    columns of the panel (they may lie outside it), and pounds a day."""

    stores: Mask
    first: int
    end: int
    daily_spend: float


@dataclass(frozen=True, slots=True)
class JointLift:
    """Our effect, and the part of it that is ours: 1 unless others ran in the same stores on the same days."""

    effect: LogLift
    share: float


def joint_lift(panel: Panel, treated: Mask, others: Sequence[OtherAds], daily_spend: float) -> JointLift:
    """The effect on `treated` [N] beside `others`. Columns of the panel are its days before the flight and in it.

    `daily_spend` is ours, pounds a day, and used only to share an effect out.
    """
    cells = _cells(panel, others)
    ours = cells.column(treated, cells.in_flight)
    same = [other for other in others if _is_the_same(cells, ours, other)]
    apart = [other for other in others if other not in same]
    theirs = [column for other in apart for column in _of_another(cells, other)]
    shared: list[Vector] = []
    weights: list[float] = []
    for other in apart:
        together = cells.column(treated & other.stores, cells.in_flight & _runs(cells, other))
        if cells.left(together, [ours, *theirs, *shared]) >= _TOLD_APART:
            shared.append(together)
            weights.append(0.5 * _part_together(panel, treated, other))
    effect = cells.effect([ours, *shared], np.array([1.0, *weights]), theirs)
    overlap = sum(other.daily_spend * _days_together(panel, other) for other in same)
    own = daily_spend * panel.during.shape[1]
    share = own / (own + overlap) if own + overlap > 0 else 1 / (1 + len(same))
    return JointLift(effect, share)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """ln(units a day) of each store in each stretch of days; flat vectors [M], one entry a store and stretch seen."""

    value: Vector
    weight: Vector
    store: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    stretch: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    levels: Matrix
    """What regions and stretches have in common [M, L], stores taken out."""
    first_days: tuple[int, ...]
    """The column each stretch begins with."""
    in_flight: Mask
    """Which stretches lie in the flight."""

    def column(self, stores: Mask, stretches: Mask) -> Vector:
        """1 where a store of `stores` [N] is in one of `stretches` [S]; stores, regions and stretches taken out. [M]"""
        return self._within((stores[self.store] & stretches[self.stretch]).astype(np.float64))

    def effect(self, ours: Sequence[Vector], parts: Vector, theirs: Sequence[Vector]) -> LogLift:
        """The sum of the effects of the columns `ours`, weighted by `parts`, with those of `theirs` beside them."""
        y, x = self._within(self.value), np.column_stack(ours)
        if theirs:
            others = np.column_stack(theirs)
            y, x = self._without(y, others), np.column_stack([self._without(column, others) for column in ours])
        information = np.linalg.pinv(x.T @ (x * self.weight[:, None]), hermitian=True)
        effects = information @ (x.T @ (self.weight * y))
        known = len(np.unique(self.store)) + self.levels.shape[1] + len(theirs) + len(ours)
        degrees = max(len(y) - known, 1)
        scatter = float((self.weight * (y - x @ effects) ** 2).sum()) / degrees
        return LogLift(float(parts @ effects), float(np.sqrt(scatter * (parts @ information @ parts))), degrees)

    def left(self, column: Vector, beside: Sequence[Vector]) -> float:
        """Share of what `column` tells that is left when `beside` are in the model."""
        told = float((self.weight * column * column).sum())
        if not beside or told <= 0:
            return 1.0
        rest = self._without(column, np.column_stack(beside))
        return float((self.weight * rest * rest).sum()) / told

    def _within(self, values: Vector) -> Vector:
        return self._without(self._by_store(values), self.levels)

    def _by_store(self, values: Vector) -> Vector:
        return values - _store_means(values, self.weight, self.store)

    def _without(self, values: Vector, columns: Matrix) -> Vector:
        """What is left of `values` [M] once `columns` [M, K] have explained what they can, weighted."""
        root = np.sqrt(self.weight)
        found = np.linalg.lstsq(columns * root[:, None], values * root, rcond=1e-9)[0]
        return np.asarray(values - columns @ found)


def _store_means(values: Vector, weight: Vector, store: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Vector:
    sums, mass = np.bincount(store, weights=weight * values), np.bincount(store, weights=weight)
    return np.asarray((sums / np.maximum(mass, 1e-300))[store])


def _cells(panel: Panel, others: Sequence[OtherAds]) -> _Cells:
    units = np.column_stack([panel.before, panel.during])
    starts = _stretches(panel, others)
    ends = [*starts[1:], units.shape[1]]
    days = np.column_stack([np.isfinite(units[:, a:b]).sum(axis=1) for a, b in zip(starts, ends, strict=True)])
    sold = np.column_stack([np.nansum(units[:, a:b], axis=1) for a, b in zip(starts, ends, strict=True)])
    variance, continuity = noise(panel)
    daily = variance / (1 / np.isfinite(panel.before).sum(axis=1) + 1 / np.isfinite(panel.during).sum(axis=1))
    store, stretch = np.nonzero(days)
    value = np.log((sold[store, stretch] + continuity[store]) / days[store, stretch])
    weight = days[store, stretch] / daily[store]
    _, region = np.unique(panel.regions, return_inverse=True)
    _, level = np.unique(region[store] * len(starts) + stretch, return_inverse=True)
    common = np.eye(level.max() + 1)[level]
    common -= np.column_stack([_store_means(column, weight, store) for column in common.T])
    in_flight = np.array([start >= panel.before.shape[1] for start in starts])
    return _Cells(value, weight, store, stretch, common, tuple(starts), in_flight)


def _stretches(panel: Panel, others: Sequence[OtherAds]) -> list[int]:
    """First columns of the stretches in which the same campaigns run."""
    last = panel.before.shape[1] + panel.during.shape[1]
    edges = {0, panel.before.shape[1]}
    for other in others:
        edges |= {other.first, other.end, other.end + CARRY_OVER_DAYS}
    return sorted(edge for edge in edges if 0 <= edge < last)


def _of_another(cells: _Cells, other: OtherAds) -> list[Vector]:
    starts = np.array(cells.first_days)
    runs = _runs(cells, other)
    after = (starts >= other.end) & (starts < other.end + CARRY_OVER_DAYS)
    return [cells.column(other.stores, stretches) for stretches in (runs, after) if stretches.any()]


def _runs(cells: _Cells, other: OtherAds) -> Mask:
    """The stretches in which it ran. [S]"""
    starts = np.array(cells.first_days)
    return np.asarray((starts >= other.first) & (starts < other.end))


def _part_together(panel: Panel, treated: Mask, other: OtherAds) -> float:
    """Of what the treated stores [N] sold in the flight, the part sold where and when the other campaign ran too."""
    first = panel.before.shape[1]
    days = slice(max(other.first - first, 0), max(other.end - first, 0))
    sold = float(np.nansum(panel.during[treated]))
    return float(np.nansum(panel.during[treated & other.stores][:, days])) / sold if sold > 0 else 0.0


def _is_the_same(cells: _Cells, ours: Vector, other: OtherAds) -> bool:
    """Whether it ran in the same stores on all our days, so that the two effects cannot be told apart."""
    return cells.left(ours, _of_another(cells, other)) < _TOLD_APART


def _days_together(panel: Panel, other: OtherAds) -> int:
    first = int(panel.before.shape[1])
    return max(min(other.end, first + int(panel.during.shape[1])) - max(other.first, first), 0)
