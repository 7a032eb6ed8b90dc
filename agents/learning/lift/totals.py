"""The arms' totals against each other: where stores are too small to be read one by one, or too few."""

import numpy as np

from agents.learning.lift.panel import Effects, Mask, Panel, matched


def ratio(panel: Panel, assignments: Mask) -> Effects:
    """ln(sold in the flight / sold before), treated less held out, under each of `assignments` [B, N].

    Held-out stores are weighted so that each region weighs what it does among the treated. The variance of each arm by
    linearisation over stores (Cochran 1977, section 6.4), so that stores that sold nothing take part as they are.
    Every row needs two stores of each kind for a variance.
    """
    x, y = np.nansum(panel.before, axis=1), np.nansum(panel.during, axis=1)
    weights = matched(assignments, np.maximum(x, 1e-9), panel.regions) / np.maximum(x, 1e-9)
    change, variance = [], np.zeros(len(assignments))
    for rows in (assignments.astype(np.float64), weights):
        before, during = np.maximum(rows @ x, 1e-9), np.maximum(rows @ y, 1e-9)
        count = (rows > 0).sum(axis=1)
        change.append(np.log(during / before))
        apart = rows**2 * (y / during[:, None] - x / before[:, None]) ** 2
        variance += apart.sum(axis=1) * count / np.maximum(count - 1, 1)
    degrees = np.full(len(assignments), max(assignments.shape[1] - 2, 1), dtype=np.int64)
    return Effects(change[0] - change[1], np.sqrt(variance), degrees)


def time_based(panel: Panel, assignments: Mask) -> Effects:
    """The treated total of a day regressed on the control total before the flight, and predicted in it.

    Time-based regression (Kerman, Wang & Vaver 2017), days taken for independent: its predictive standard error. The
    control total has each region at its weight among the treated. No store-day may be missing, and at least four days
    are needed before the flight.
    """
    treated = assignments.astype(np.float64)
    usual = np.maximum(panel.before.mean(axis=1), 1e-9)
    weights = matched(assignments, usual, panel.regions) / usual
    target, control = treated @ panel.before, weights @ panel.before
    days, ahead = panel.before.shape[1], panel.during.shape[1]
    middle, level = control.mean(axis=1, keepdims=True), target.mean(axis=1, keepdims=True)
    spread = np.maximum(((control - middle) ** 2).sum(axis=1), 1e-9)
    slope = ((control - middle) * (target - level)).sum(axis=1) / spread
    residual = target - level - slope[:, None] * (control - middle)
    step = (weights @ panel.during).mean(axis=1) - middle[:, 0]
    without = np.maximum(level[:, 0] + slope * step, 1e-9)
    sold = np.maximum((treated @ panel.during).mean(axis=1), 1e-9)
    scatter = (residual**2).sum(axis=1) / (days - 2)
    error = np.sqrt(scatter * (1 / ahead + 1 / days + step**2 / spread))
    degrees = np.full(len(assignments), days - 2, dtype=np.int64)
    return Effects(np.log(sold / without), error / without, degrees)
