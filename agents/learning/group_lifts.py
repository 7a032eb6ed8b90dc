"""What a campaign's experiment says, group by group: the statistics that the joint model of response is fitted to.

For store i, d_i = ln(units a day in the flight) - ln(units a day before it), as in `agents.learning.lift`. Where that
asks for one lift, this asks for one a group of treated stores: weighted least squares of d on the groups and a level
for each region, the held-out stores being the level zero. All groups are compared with the same held-out stores, so
the estimates come with their whole covariance (Seber & Lee 2003, section 3.2), which is what lets one fit use them
together; read one by one they would count the held-out stores' luck once for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.catalogue import Store
from domain.channel import Channel
from domain.lesson import GroupLift, GroupLifts
from domain.plan import Flight, Holdout
from world.ports import StoreSales

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_LEAST_NOISE = 0.01
"""Floor of a store's relative daily noise."""
_REGION_SPREAD = 0.05
"""First guess of the deviation of what a region's own weather and footfall do to its sales between two periods, in
logs. The stores then say how large it is, so that a region without held-out stores still says something."""
_ROUNDS, _LEAST_SPREAD = 6, 0.005
_FEWEST_DEGREES = 3


@dataclass(frozen=True, slots=True)
class TreatedGroup:
    """Stores that were served alike. `spent` is pounds in the whole flight by channel, as delivered."""

    stores: tuple[str, ...]
    spent: Mapping[Channel, float]


def group_lifts(
    sales: StoreSales,
    *,
    flight: Flight,
    holdout: Holdout,
    groups: Sequence[TreatedGroup],
    stores: Sequence[Store],
    price: float,
    audience: str,
    days_run: int | None = None,
    earlier: Matrix | None = None,
) -> GroupLifts | None:
    """The lesson's statistics from `sales`, which cover days before the flight and those in it; None where they do not
    allow a comparison: no held-out store or no group sold both before and in the flight.

    `price` is pounds a unit; `days_run` the days of the flight that ads ran on, all of them unless said. `earlier`
    [N, T], as the sales' units, is the relative lift that earlier ads are believed to have had in each store and day (0
    without any): sales are freed of it before they are compared.
    """
    first, last = (flight.start - sales.start).days, (flight.end - sales.start).days + 1
    units = sales.units if earlier is None else sales.units / (1 + earlier)
    before, during = units[:, : max(first, 0)], units[:, max(first, 0) : last]
    arm = np.full(len(sales.stores), -2)
    arm[sales.rows_of(holdout.control_stores)] = -1
    for index, group in enumerate(groups):
        arm[sales.rows_of(group.stores)] = index
    sold = (np.nansum(before, axis=1) > 0) & (np.nansum(during, axis=1) > 0)
    rows = (arm >= -1) & sold
    kept = [index for index in range(len(groups)) if (arm[rows] == index).any()]
    if not kept or not (arm[rows] == -1).any():
        return None
    region_of = {store.store_id: store.region for store in stores}
    region = np.array([region_of.get(name, "") for name in sales.stores])
    place = np.searchsorted(kept, arm[rows])
    log_lift, covariance = grouped_log_lift(
        before[rows], during[rows], np.where(arm[rows] < 0, -1, place), region[rows]
    )
    base = _daily(before, price)
    days = flight.days if days_run is None else days_run
    return GroupLifts(
        audience=audience,
        days=days,
        groups=[
            GroupLift(
                stores=len(groups[index].stores),
                daily_sales=float(base[arm == index].mean()) or price,
                spend={
                    channel: amount / (len(groups[index].stores) * days)
                    for channel, amount in groups[index].spent.items()
                    if amount > 0
                },
                log_lift=float(lift),
            )
            for index, lift in zip(kept, log_lift, strict=True)
        ],
        covariance=covariance.tolist(),
    )


def grouped_log_lift(
    before: Matrix, during: Matrix, group: NDArray[np.int64], region: NDArray[np.str_]
) -> tuple[Vector, Matrix]:
    """The log lift of each group [G] against the held-out stores, and its covariance [G, G].

    Units `before` [N, P] and `during` [N, F] the flight, NaN where missing; `group` [N] counts from 0, -1 is held out.
    Needs a held-out store and one of each group, with sales in both periods.
    """
    variance, continuity = _noise(before, during)
    change = np.log(_per_day(during, continuity)) - np.log(_per_day(before, continuity))
    count = int(group.max()) + 1
    names, area = np.unique(region, return_inverse=True)
    design = np.zeros((len(group), 1 + count + len(names)))
    design[:, 0] = 1.0
    design[group >= 0, 1 + group[group >= 0]] = 1.0
    design[np.arange(len(group)), 1 + count + area] = 1.0
    weight = 1.0 / variance
    spread = _REGION_SPREAD
    for _ in range(_ROUNDS):
        ridge = np.zeros(design.shape[1])
        ridge[1 + count :] = 1 / spread**2
        information = np.linalg.inv(design.T @ (design * weight[:, None]) + np.diag(ridge))
        estimate = information @ (design.T @ (weight * change))
        # One step of EM for the variance of the regions' levels (Dempster, Laird & Rubin 1977).
        levels = slice(1 + count, None)
        spread = max(float(np.sqrt((estimate[levels] ** 2 + np.diag(information)[levels]).mean())), _LEAST_SPREAD)
    residual = change - design @ estimate
    degrees = len(group) - count - len(names)
    scatter = 1.0
    if degrees >= _FEWEST_DEGREES:
        scatter = float((weight * residual**2).sum()) / degrees
        # Few degrees know the scatter itself badly: the variance of Student's t stands for that.
        scatter *= degrees / (degrees - 2)
    told = slice(1, 1 + count)
    return np.asarray(estimate[told]), np.asarray(scatter * information[told, told])


def _daily(units: Matrix, price: float) -> Vector:
    days = np.maximum(np.isfinite(units).sum(axis=1), 1)
    return np.asarray(np.nansum(units, axis=1) / days * price)


def _per_day(units: Matrix, continuity: Vector) -> Vector:
    return np.asarray((np.nansum(units, axis=1) + continuity) / np.maximum(np.isfinite(units).sum(axis=1), 1))


def _noise(before: Matrix, during: Matrix) -> tuple[Vector, Vector]:
    """Variance of each store's change by its days before the flight [N], and the half sale added to its totals [N]."""
    mean = np.maximum(np.nanmean(before, axis=1), 1e-9)
    seen = np.isfinite(before)
    common = np.nansum(before, axis=0) / np.maximum((seen * mean[:, None]).sum(axis=0), 1e-9)
    residual = np.where(seen, before / mean[:, None] - common, 0.0)
    days_before, days_during = seen.sum(axis=1), np.maximum(np.isfinite(during).sum(axis=1), 1)
    daily = (residual**2).sum(axis=1) / np.maximum(days_before - 1, 1)
    # A store's own four weeks know its noise roughly; half of what all stores show steadies the weights.
    counted = daily * mean
    steady = 0.5 * daily + 0.5 * float(np.median(counted)) / mean
    variance = np.maximum(steady, _LEAST_NOISE**2) * (1 / days_before + 1 / days_during)
    return np.asarray(variance), np.asarray(0.5 * np.maximum(counted, 1.0))
