"""Synthetic control: the treated stores' total from a weighting of the control stores that is kept near their average.

Each store's days are taken as shares of its own mean before the flight. The treated total less the control total (each
region at its weight among the treated) is regressed on how each control store's day differs from its region's, with a
ridge on the weights: what the data do not
say is left at the plain average, as in augmented synthetic control (Ben-Michael, Feller & Rothstein 2021). It is
computed in its dual form, as the prediction of a Gaussian process over days (Rasmussen & Williams 2006, sections 2.1
and 2.7), which gives the predictive standard error as well.

What is left over may drift: a level that wanders slowly beside the noise of a day keeps the newest weeks in front and
widens what is said of a flight far from them.
"""

from dataclasses import dataclass

import numpy as np

from agents.learning.lift.panel import Effects, Mask, Matrix, Names, Panel, Vector, matched

_RIDGE = 1.0
"""Variance that the weights may explain, over that of a day's noise: as much as the noise."""


@dataclass(frozen=True, slots=True)
class SyntheticControl:
    """`drifting` is the share of a day's noise that wanders, `memory` how much of it is left a day later."""

    drifting: float = 0.0
    memory: float = 0.97

    def __call__(self, panel: Panel, assignments: Mask) -> Effects:
        """delta under each of `assignments` [B, N]. No store-day may be missing."""
        days, ahead = panel.before.shape[1], panel.during.shape[1]
        usual = np.maximum(panel.before.mean(axis=1), 1e-9)
        shares = np.column_stack([panel.before, panel.during.mean(axis=1)]) / usual[:, None]
        treated = _to_one(assignments * usual) @ shares
        control = _to_one(matched(assignments, usual, panel.regions)) @ shares
        kernels = self._noise(days, ahead) + _RIDGE * _likeness(shares, usual, ~assignments, panel.regions)
        gap, deviation = _surprise(kernels, treated - control)
        sold = np.maximum(treated[:, -1], 1e-9)
        without = np.maximum(sold - gap, 1e-9)
        degrees = np.full(len(assignments), days - 1, dtype=np.int64)
        return Effects(np.log(sold / without), deviation / without, degrees)

    def _noise(self, days: int, ahead: int) -> Matrix:
        """Covariance of the days before the flight and of its mean [P + 1, P + 1], in units of a day's variance."""
        apart = np.abs(np.subtract.outer(np.arange(days + ahead), np.arange(days + ahead)))
        daily = (1 - self.drifting) * (apart == 0) + self.drifting * self.memory**apart
        mean = np.zeros((days + 1, days + ahead))
        mean[:days, :days] = np.eye(days)
        mean[days, days:] = 1 / ahead
        return np.asarray(mean @ daily @ mean.T)


def _to_one(weights: Matrix) -> Matrix:
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300))


def _likeness(shares: Matrix, usual: Vector, held_out: Mask, regions: Names) -> Matrix:
    """What days have in common in how control stores differ from their region's total [B, P + 1, P + 1]; a day before
    the flight has a mean of 1. `shares` [N, P + 1], `usual` [N], `held_out` [B, N]."""
    own = shares - shares[:, :-1].mean(axis=1, keepdims=True)
    rows = held_out.astype(np.float64)
    _, group = np.unique(regions, return_inverse=True)
    member = np.eye(group.max() + 1)[group].T
    inside = rows[:, None, :] * member
    mass = np.maximum(inside @ usual, 1e-300)
    total, plain = (inside * usual) @ own / mass[:, :, None], inside @ own
    product = np.stack([(own * row[:, None]).T @ own for row in rows])
    crossed = total.transpose(0, 2, 1) @ plain
    product = product - crossed - crossed.transpose(0, 2, 1)
    product = product + (total * inside.sum(axis=2)[:, :, None]).transpose(0, 2, 1) @ total
    days = shares.shape[1] - 1
    daily = np.trace(product[:, :days, :days], axis1=1, axis2=2) / days
    return np.asarray(product / np.maximum(daily, 1e-12)[:, None, None])


def _surprise(kernels: Matrix, apart: Matrix) -> tuple[Vector, Vector]:
    """How far the flight's mean lies from its prediction, and the standard error of that, both [B].

    `kernels` [B, P + 1, P + 1], `apart` [B, P + 1]. The level is unknown and integrated out.
    """
    days = apart.shape[1] - 1
    seen, ahead = apart[:, :days], kernels[:, :days, days]
    asked = np.stack([seen, np.ones_like(seen), ahead], axis=2)
    solved = np.linalg.solve(kernels[:, :days, :days], asked)
    mass = solved[:, :, 1].sum(axis=1)
    level = solved[:, :, 0].sum(axis=1) / mass
    weights = solved[:, :, 0] - level[:, None] * solved[:, :, 1]
    scatter = np.maximum(((seen - level[:, None]) * weights).sum(axis=1), 0.0) / (days - 1)
    spread = kernels[:, days, days] - (ahead * solved[:, :, 2]).sum(axis=1)
    spread = np.maximum(spread + (1 - solved[:, :, 2].sum(axis=1)) ** 2 / mass, 0.0)
    return apart[:, days] - level - (ahead * weights).sum(axis=1), np.sqrt(scatter * spread)
