"""From the tills to what a flight caused, with the method in words and a placebo check."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from agents.learning.lift.beside import read_beside
from agents.learning.lift.choice import read_effect
from agents.learning.lift.joint import CARRY_OVER_DAYS, OtherAds
from agents.learning.lift.panel import Mask, Panel, Reading
from domain.booking import BookedAds
from domain.catalogue import Store
from domain.errors import DataFault
from domain.money import pounds
from domain.performance import LiftEstimate, PlaceboCheck
from domain.plan import INTERVAL_LEVEL, Flight, Holdout, Interval
from world.ports import StoreSales


def measure_lift(
    sales: StoreSales,
    *,
    flight: Flight,
    holdout: Holdout,
    stores: Sequence[Store],
    price: float,
    others: Sequence[BookedAds] = (),
    daily_spend: float = 0.0,
) -> LiftEstimate:
    """The incremental effect of a flight, from `sales` that cover whole weeks before it and its days so far.

    `price` is pounds a unit. Days of `sales` before `flight.start` on which this campaign has advertised must not be in
    it; what other campaigns advertised of the category is told in `others`. `daily_spend`, pounds, shares an effect out
    that cannot be told apart from another's. Raises DataFault when too little was observed to compare treated with
    held-out stores.
    """
    before, during = _split(sales, flight)
    rows = _observed(sales, before, during, holdout)
    names = np.array(sales.stores)[rows]
    treated = sales.rows_of(holdout.treated_stores)[rows]
    if not treated.any() or treated.all():
        raise DataFault(
            f"{int(treated.sum())} treated and {int((~treated).sum())} held-out stores have sales to compare",
            remedy="measure a flight whose holdout the tills have seen",
        )
    region_of = {store.store_id: store.region for store in stores}
    regions = np.array([region_of.get(name, "") for name in names])
    panel = Panel(sales.units[rows][:, before], sales.units[rows][:, during], regions)
    _refuse_unsold(panel, treated)
    known = _known_ads(others, sales, names, panel)
    reading = read_beside(panel, treated, known, daily_spend) if known else read_effect(panel, treated)
    effect, sold = reading.effect, float(np.nansum(panel.during[treated]))
    low, high = (_incremental(sold, edge) * reading.share * price for edge in effect.interval())
    units = _incremental(sold, effect.delta) * reading.share
    return LiftEstimate(
        incremental_units=units,
        incremental_sales=pounds(units * price),
        standard_error=reading.share * sold * float(np.exp(-effect.delta)) * effect.standard_error * price,
        interval=Interval(low=low, high=high, level=INTERVAL_LEVEL),
        lift=float(np.expm1(effect.delta)) * reading.share,
        treated_stores=int(treated.sum()),
        control_stores=int((~treated).sum()),
        method=reading.method,
        why=reading.why,
        placebo=_placebo(reading, panel),
    )


def _known_ads(
    others: Sequence[BookedAds], sales: StoreSales, names: "np.ndarray[tuple[int], np.dtype[np.str_]]", panel: Panel
) -> list[OtherAds]:
    """What other campaigns showed in these stores on days that bear on the flight, in columns of the panel."""
    days = panel.before.shape[1] + panel.during.shape[1]
    known = []
    for ads in others:
        first, end = ((day - sales.start).days for day in (ads.flight.start, ads.flight.end + timedelta(days=1)))
        stores = np.isin(names, ads.treated_stores)
        if stores.any() and first < days and end + CARRY_OVER_DAYS > 0:
            known.append(OtherAds(stores, first, end, ads.daily_spend))
    return known


def _placebo(reading: Reading, panel: Panel) -> PlaceboCheck | None:
    if reading.placebo is None:
        return None
    low, high = (float(np.expm1(edge)) for edge in reading.placebo.interval())
    if not all(np.isfinite((low, high, reading.placebo.delta))):
        # Without a day before the pretended flight there is nothing to set it against.
        return None
    return PlaceboCheck(
        days=panel.pretended_days,
        lift=float(np.expm1(reading.placebo.delta)),
        interval=Interval(low=low, high=high, level=INTERVAL_LEVEL),
    )


def _split(sales: StoreSales, flight: Flight) -> tuple[slice, slice]:
    """The columns before the flight, and those in it."""
    first = (flight.start - sales.start).days
    last = min((flight.end - sales.start).days + 1, sales.units.shape[1])
    if first < 1 or last <= first:
        raise DataFault(
            f"sales from {sales.start} over {sales.units.shape[1]} days do not cover {flight.start} and days before it",
            remedy="measure once the flight has begun",
        )
    return slice(0, first), slice(first, last)


def _observed(sales: StoreSales, before: slice, during: slice, holdout: Holdout) -> Mask:
    """The stores of the experiment seen at least once before the flight and once in it."""
    seen = np.isfinite(sales.units)
    member = sales.rows_of([*holdout.control_stores, *holdout.treated_stores])
    return np.asarray(member & seen[:, before].any(axis=1) & seen[:, during].any(axis=1))


def _refuse_unsold(panel: Panel, treated: Mask) -> None:
    for rows in (treated, ~treated):
        if np.nansum(panel.before[rows]) <= 0 or np.nansum(panel.during[rows]) <= 0:
            raise DataFault(
                "the treated or the held-out stores sold nothing to compare", remedy="measure a category that sells"
            )


def _incremental(sold: float, delta: float) -> float:
    """Units of `sold` that the lift `delta` (in logs) added."""
    return -sold * float(np.expm1(-delta))
