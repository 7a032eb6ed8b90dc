"""What a plan may lose: the distribution of its profit under the beliefs, not only its mean.

Profit is `margin rate x (1 + common error) x incremental sales - spend`. Sales are drawn with what is not known of
effectiveness and of scale, and the covariance between cells; a draw below zero reads as no effect, as it does wherever
we decide. The draws are the same for every plan, so that two plans differ by what they buy and not by luck.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from agents.response.beliefs import Posterior
from agents.response.curves import ResponseCurves
from agents.response.forecast import common_error

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_DRAWS = 2_000
"""Pairs of a draw and its mirror image: a probability of one in ten is known to within half a point."""


@dataclass(frozen=True, slots=True)
class LossRisk:
    """`probability` that the spend exceeds the margin it brings; `expected` loss in pounds, profits counted as none."""

    probability: float
    expected: float


def loss_risk(curves: ResponseCurves, spend: Vector, beliefs: Posterior, margin_rate: float) -> LossRisk:
    """What `spend` [n] pounds may lose under `beliefs` about the same n cells; nothing where nothing is spent."""
    total = float(spend.sum())
    if total <= 0:
        return LossRisk(0.0, 0.0)
    cells = len(spend)
    chance = _normal(cells + 1)
    values, vectors = np.linalg.eigh(beliefs.sales_covariance(curves, spend))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    # Cells alone are far less sure than their sum: a floor under each would add up to sales that none of them promise.
    expected = min(float(curves.sales(spend, beliefs.mean).sum()), float(curves.sales(spend, beliefs.effect).sum()))
    sales = np.maximum(expected + (chance[:, :cells] @ root.T).sum(axis=1), 0.0)
    common = np.maximum(1.0 + common_error(beliefs) * chance[:, cells], 0.0)
    profit = margin_rate * common * sales - total
    return LossRisk(probability=float((profit < 0).mean()), expected=float(np.maximum(-profit, 0.0).mean()))


@cache
def _normal(columns: int) -> Matrix:
    """Standard normal draws [2 * _DRAWS, columns], each with its mirror image."""
    half = np.random.default_rng(20_261).standard_normal((_DRAWS, columns))
    return np.concatenate([half, -half])
