"""Pretended experiments, in which nothing was advertised: how far an estimator is off on this very panel.

Two kinds, each with the stores dealt anew: all stores, with the last days before the flight taken for the flight; and
the held-out stores alone, some of them taken for treated, in the flight itself. Their effects are known to be nothing
(placebos in time and in space: Abadie, Diamond & Hainmueller 2010). An effect over its own standard error says how
much wider than the estimator's own an interval has to be.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.learning.lift.panel import Effects, Estimator, Mask, Names, Panel

REDRAWS = 40
"""Of each kind: the error is then known to about a tenth."""
_DEALS = 10
"""Dealt for each that is kept."""
_FEWEST_DAYS = 4
_FEWEST_HELD_OUT = 6
_SEED = 20


@dataclass(frozen=True, slots=True, eq=False)
class Pretended:
    """Panels in which nothing happened, each with the assignments [B, N] to try on it."""

    before_the_flight: tuple[Panel, Mask] | None
    in_the_flight: tuple[Panel, Mask] | None

    @property
    def any(self) -> bool:
        return self.before_the_flight is not None or self.in_the_flight is not None

    def effects(self, estimator: Estimator) -> tuple[Effects, ...]:
        kinds = (self.before_the_flight, self.in_the_flight)
        return tuple(estimator(panel, assignments) for panel, assignments in filter(None, kinds))


def pretended_experiments(panel: Panel, treated: Mask) -> Pretended:
    """Those that `panel` allows; drawn alike every time."""
    before = in_flight = None
    share = float(_share(panel, treated[None])[0])
    if panel.counted_days >= _FEWEST_DAYS:
        before = panel.pretended(), _redraws(panel, treated, share)
    held_out = panel.of(~treated)
    if (taken := _among_held_out(held_out.regions, float(treated.mean()))) is not None:
        in_flight = held_out, _redraws(held_out, taken, share * float(taken.mean() / treated.mean()))
    return Pretended(before, in_flight)


def _among_held_out(regions: Names, share: float) -> Mask | None:
    """Held-out stores to take for treated [N], about `share` of each region's and at most half: the rest has to predict
    them. None where there are too few, or hardly a region has two: what happened there would be taken for an error."""
    if len(regions) < _FEWEST_HELD_OUT:
        return None
    _, group = np.unique(regions, return_inverse=True)
    stores = np.bincount(group)
    if (stores >= 2)[group].mean() < 0.5:
        return None
    taken = np.zeros(len(regions), dtype=np.bool_)
    for region, count in enumerate(stores):
        taken[np.flatnonzero(group == region)[: min(max(round(share * count), 1), count // 2)]] = True
    return taken


def _redraws(panel: Panel, treated: Mask, share: float) -> Mask:
    """As many treated stores in each region, dealt anew [B, N]; over all regions where hardly one has both kinds.

    Of many deals those are kept whose treated stores come nearest to `share` of what all sold before the flight: a
    draw that set large stores against small ones errs more than one that did not.
    """
    _, group = np.unique(panel.regions, return_inverse=True)
    stores, advertised = np.bincount(group), np.bincount(group, weights=treated)
    if ((advertised > 0) & (advertised < stores))[group].mean() < 0.5:
        group = np.zeros(len(treated), dtype=np.int64)
    lots = np.random.default_rng(_SEED).random((_DEALS * REDRAWS, len(treated)))
    order = np.argsort(group + lots, axis=1)
    dealt = np.zeros(lots.shape, dtype=np.bool_)
    np.put_along_axis(dealt, order, treated[np.lexsort((~treated, group))][None], axis=1)
    away = np.abs(_share(panel, dealt) - share)
    return np.asarray(dealt[np.argsort(away, kind="stable")[:REDRAWS]])


def _share(panel: Panel, stores: Mask) -> NDArray[np.float64]:
    """Of what all stores sold before the flight, the part of `stores` [B, N]."""
    sold = np.nanmean(panel.before, axis=1)
    return np.asarray(stores @ sold / max(float(sold.sum()), 1e-9))


def typical_error(effects: tuple[Effects, ...]) -> float:
    """Root mean square of the effects of a kind of pretended experiment; the geometric mean of the kinds."""
    return float(np.exp(np.mean([0.5 * np.log(np.mean(found.delta**2) + 1e-12) for found in effects])))


def widening(effects: tuple[Effects, ...]) -> float:
    """By how much the estimator's own standard error falls short; 1 where it does not."""
    if not effects:
        return 1.0
    return max(1.0, float(np.sqrt(np.mean([np.mean(found.pivots**2) for found in effects]))))
