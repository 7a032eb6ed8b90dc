"""What a display sells, from a year of real sales, where each product in each store and each product in each week has a
level of its own.

A Poisson regression of units with two fixed effects (Santos Silva and Tenreyro 2006; fitted as in Correia, Guimarães
and Zylkin 2020): iterated weighted least squares, each step demeaned by turns. Errors are clustered by product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

FEWEST_UNITS: Final = (10, 20)
"""Of a product in a store over the year: below, its level there is hardly known, and nearly all its weeks are empty."""
_FIRST_WEEK, _LAST_WEEK = 2, 52
"""Week 1 is a single day, and week 53 has no next week."""
_CLOSE: Final = 1e-8
_ROUNDS: Final = 200
_CELLS: Final = """
with sold as (
    select product_id, store_id, week, sum(quantity) as units from '{data}/transactions.parquet'
    where quantity between 1 and 100 and sales_value > 0 group by all
), shown as (
    select product_id, store_id, week, max(display_location <> '0')::integer as display
    from '{data}/promotions.parquet' group by all
), pairs as (
    select product_id, store_id, row_number() over () - 1 as pair from sold
    where store_id in (select distinct store_id from shown)
    and product_id in (select product_id from shown where display = 1)
    group by all having sum(units) >= {fewest}
)
select pair, product_id, week::bigint as week, coalesce(units, 0)::double as units,
    coalesce(now.display, 0)::double as display, coalesce(soon.display, 0)::double as next_week
from pairs cross join range({first}, {last} + 1) weeks(week)
left join sold using (product_id, store_id, week)
left join shown now using (product_id, store_id, week)
left join shown soon on soon.product_id = pairs.product_id and soon.store_id = pairs.store_id
    and soon.week = weeks.week + 1
"""


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """One entry a product, store and week, all [N]."""

    pair: Codes
    product: Codes
    week: Codes
    units: Floats
    display: Floats
    next_week: Floats


@dataclass(frozen=True, slots=True)
class Effect:
    """Relative to no display, with the z of its logarithm."""

    lift: float
    z: float


def read_weeks(data: Path, fewest: int) -> Weeks:
    """`data`: the folder of the package's files; `fewest`: units of a product in a store over the year."""
    with duckdb.connect() as sql:
        found = sql.execute(_CELLS.format(data=data, fewest=fewest, first=_FIRST_WEEK, last=_LAST_WEEK)).fetchnumpy()
    return Weeks(
        pair=found["pair"],
        product=np.unique(found["product_id"], return_inverse=True)[1],
        week=found["week"],
        units=found["units"],
        display=found["display"],
        next_week=found["next_week"],
    )


def naive_lift(weeks: Weeks) -> float:
    """Mean units of what is on display over those of what is not: displays go to what sells, when it sells."""
    shown = weeks.display > 0
    return float(weeks.units[shown].mean() / weeks.units[~shown].mean() - 1)


def effects(weeks: Weeks) -> tuple[Effect, Effect]:
    """Of a display this week, and, as a placebo, of one that comes next week."""
    product_week = np.unique(weeks.product * 100 + weeks.week, return_inverse=True)[1]
    found, covariance = poisson(
        weeks.units, np.stack([weeks.display, weeks.next_week], axis=1), (weeks.pair, product_week), weeks.product
    )
    now, soon = (
        Effect(float(np.expm1(beta)), float(beta / np.sqrt(covariance[place, place])))
        for place, beta in enumerate(found)
    )
    return now, soon


def poisson(units: Floats, drivers: Floats, effects_of: Sequence[Codes], cluster: Codes) -> tuple[Floats, Floats]:
    """Coefficients [K] of `drivers` [N, K] and their covariance [K, K], clustered. Groups of an effect in which nothing
    was sold say nothing, and are left out."""
    kept = np.ones(len(units), dtype=np.bool_)
    for _ in range(len(effects_of)):
        for codes in effects_of:
            kept &= np.bincount(codes[kept], units[kept], codes.max() + 1)[codes] > 0
    units, drivers, cluster = units[kept], drivers[kept], cluster[kept]
    groups = [np.unique(codes[kept], return_inverse=True)[1] for codes in effects_of]
    mean = (units + units.mean()) / 2
    linear = np.log(mean)
    beta = np.zeros(drivers.shape[1])
    for _ in range(_ROUNDS):
        working = linear + (units - mean) / mean
        residual = demeaned(np.column_stack([working, drivers]), mean, groups)
        gram = residual[:, 1:].T @ (mean[:, None] * residual[:, 1:])
        found = np.linalg.solve(gram, residual[:, 1:].T @ (mean * residual[:, 0]))
        linear = working - (residual[:, 0] - residual[:, 1:] @ found)
        mean = np.exp(np.clip(linear, -30, 30))
        if np.abs(found - beta).max() < _CLOSE:
            break
        beta = found
    scores = residual[:, 1:] * (units - mean)[:, None]
    by_cluster = np.stack([np.bincount(cluster, column) for column in scores.T], axis=1)
    bread = np.linalg.inv(gram)
    return found, bread @ (by_cluster.T @ by_cluster) @ bread


def demeaned(columns: Floats, weight: Floats, groups: Sequence[Codes]) -> Floats:
    """Columns [N, K] less their weighted means by each of the groups, by turns until nothing is left of either."""
    mass = [np.bincount(codes, weight) for codes in groups]
    left = columns.copy()
    for column in left.T:
        for _ in range(_ROUNDS):
            moved = 0.0
            for codes, of_group in zip(groups, mass, strict=True):
                mean = np.bincount(codes, weight * column) / of_group
                np.subtract(column, mean[codes], out=column)
                moved = float(np.abs(mean).max())
            if moved < _CLOSE:
                break
    return left
