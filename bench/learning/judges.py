"""What many series say together: shares of the clairvoyant's profit, mixes, losses and how well intervals hold."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.learning.campaign import Series, mix_distance

Vector = NDArray[np.float64]

LAST, FIRST = slice(-8, None), slice(0, 4)
_RESAMPLES = 2_000


def share_of_best(series: Sequence[Series], weeks: slice = slice(None)) -> float:
    """Profit over the clairvoyant's on the same stores, of all series together."""
    return sum(float(one.profit[weeks].sum()) for one in series) / sum(
        float(one.best_profit[weeks].sum()) for one in series
    )


def profit(series: Sequence[Series], weeks: slice = slice(None)) -> float:
    """Pounds a series."""
    return float(np.mean([one.profit[weeks].sum() for one in series]))


def distance(series: Sequence[Series], weeks: slice) -> float:
    """Mean half-L1 distance of the shares of spend to the clairvoyant's; weeks without spend are left out."""
    return float(np.nanmean(np.concatenate([mix_distance(one.mix, one.best_mix)[weeks] for one in series])))


def interval(series: Sequence[Series], figure: Callable[[Sequence[Series]], float]) -> dict[str, float]:
    """The middle 80 % of the figure over seeds drawn with replacement (Efron & Tibshirani 1993)."""
    rng = np.random.default_rng(1)
    drawn = [figure([series[index] for index in rng.integers(len(series), size=len(series))])
             for _ in range(_RESAMPLES)]  # fmt: skip
    low, high = np.quantile(drawn, [0.1, 0.9])
    return {"low": float(low), "high": float(high)}


def calibration(series: Sequence[Series], weeks: slice) -> tuple[float, float, int]:
    """How often the true return lay in the interval of the predicted one, the mean error of the prediction, and of how
    many campaigns."""
    predicted = np.concatenate([one.predicted[weeks] for one in series])
    returned = np.concatenate([one.returned[weeks] for one in series])
    spent = np.isfinite(returned)
    predicted, returned = predicted[spent], returned[spent]
    inside = (predicted[:, 1] <= returned) & (returned <= predicted[:, 2])
    return float(inside.mean()), float((predicted[:, 0] - returned).mean()), len(returned)
