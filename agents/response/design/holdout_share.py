"""How many stores to hold out: many while the lift is a guess, few once it is known.

A held-out store forgoes what the ads would earn in it, each campaign; what it tells is worth less the narrower the
belief about the lift already is. Between the two the share falls in a straight line with the relative error of that
belief.
"""

import numpy as np

from agents.response.beliefs import Posterior

LEAST_SHARE = 0.10
_KNOWN, _GUESSED = 0.08, 0.25
"""Relative error of the lift at which the smallest share is enough, and from which the largest is needed."""


def relative_error(beliefs: Posterior, daily_sales: float) -> float:
    """Standard deviation over mean of the lift that the cells give together, each at its scale (63 % of its
    effectiveness), where a store sells `daily_sales` pounds a day; infinite where no lift is expected."""
    curves = beliefs.curves(daily_sales, 1.0)
    expected = float(curves.sales(curves.scale, beliefs.effect).sum())
    if expected <= 0:
        return float("inf")
    return float(np.sqrt(beliefs.sales_covariance(curves, curves.scale).sum())) / expected


def holdout_share(error: float, most: float) -> float:
    """The share of stores to hold out at a relative `error` of the lift; never above `most`, the limit in force."""
    reach = (min(max(error, _KNOWN), _GUESSED) - _KNOWN) / (_GUESSED - _KNOWN)
    return min(LEAST_SHARE + reach * max(most - LEAST_SHARE, 0.0), most)
