"""How small an effect a flight can tell from none, before a pound is spent on it.

Stores are the units, since they are what is held out. With x_i a store's units in the earlier weeks and y_i in the last
`days` of what has been seen, nothing was advertised in between: what y differs from x by is the noise a flight will be
measured in. The logarithm of the ratio of an arm's totals has, by linearisation over stores (Cochran 1977, section
6.4), a variance of N^2 S^2 / n for an arm of n of the N stores, where S^2 is the variance of
`(y_i - g_r x_i) / sum(y)` and g_r the growth of store i's region. The arms' variances add.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from agents.response.design.power import POWER
from domain.plan import INTERVAL_Z, Holdout
from world.ports import StoreSales


@dataclass(frozen=True, slots=True)
class Design:
    """`error` is the expected standard error of the measured lift, relative to sales; NaN where it cannot be told."""

    error: float

    @property
    def detectable(self) -> float:
        """The smallest lift whose interval leaves out zero in `POWER` of the flights, relative to sales."""
        return (INTERVAL_Z + NormalDist().inv_cdf(POWER)) * self.error


def design_of(sales: StoreSales, holdout: Holdout, regions: Mapping[str, str], days: int) -> Design:
    """The design of a flight of `days` after `sales`, with `regions` the region of each store by its id."""
    last = min(days, sales.units.shape[1] // 2)
    treated = sales.rows_of(holdout.treated_stores)
    concerned = treated | sales.rows_of(holdout.control_stores)
    count, arms = int(concerned.sum()), (int(treated.sum()), int(concerned.sum() - treated.sum()))
    if last < 1 or min(arms) < 1 or count < 3:
        return Design(float("nan"))
    before = np.nansum(sales.units[concerned, :-last], axis=1)
    after = np.nansum(sales.units[concerned, -last:], axis=1)
    names = np.array(sales.stores)[concerned]
    _, region = np.unique([regions.get(name, "") for name in names], return_inverse=True)
    sold_before, sold_after = np.bincount(region, weights=before), np.bincount(region, weights=after)
    if after.sum() <= 0 or (sold_before <= 0).any():
        return Design(float("nan"))
    growth = sold_after / sold_before
    off = (after - growth[region] * before) / after.sum()
    freedom = count - len(sold_before)
    if freedom < 1:
        return Design(float("nan"))
    variance = float((off**2).sum()) / freedom
    return Design(float(np.sqrt(count**2 * variance * (1 / arms[0] + 1 / arms[1]))))
