"""Independent estimates, combined."""

import math

from domain.plan import INTERVAL_Z, Interval


def interval_of_sum(total: float, variance: float) -> Interval:
    """Of a sum of independent estimates. `variance` is the sum of theirs, in the square of `total`'s unit."""
    spread = INTERVAL_Z * math.sqrt(variance)
    return Interval(low=total - spread, high=total + spread)
