"""Estimates of several flights, combined."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from domain.plan import Interval


class Reach(NamedTuple):
    """How far an interval reaches from its estimate; neither is negative."""

    below: float
    above: float


def interval_of_cycles(total: float, cycles: Sequence[Reach]) -> Interval:
    """Of what the cycles of one campaign caused together, from the intervals of each, in `total`'s unit.

    All cycles of a campaign are read in the stores drawn for its first, against the same weeks before it: what is off
    in one is taken to be off in each to the same side, which is the most it can come to, and the lengths are added.
    """
    return Interval(low=total - sum(one.below for one in cycles), high=total + sum(one.above for one in cycles))


def interval_of_campaigns(total: float, squares: Reach) -> Interval:
    """Of what several campaigns caused together. `squares` are the lengths of each one's interval, squared and summed.

    Campaigns are read in the same stores and weeks, and a store's bad week is in all its categories. Each draws its
    held-out stores by a lot of its own, though, so that such a store is as likely to be held out of one as advertised
    in by another: the errors of two campaigns are uncorrelated by design. Sides are combined each for itself, as the
    interval of a lift is longer above than below (MOVER: Zou & Donner 2008, Statistics in Medicine 27, equations 7
    and 8).
    """
    return Interval(low=total - math.sqrt(squares.below), high=total + math.sqrt(squares.above))
