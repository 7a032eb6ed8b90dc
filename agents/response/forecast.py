"""What a plan is expected to cause, with an interval: from beliefs, baseline and spend to sales, margin and ROI."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from agents.response.beliefs import Posterior
from agents.response.curves import ResponseCurves
from domain.opportunity import Opportunity
from domain.plan import INTERVAL_LEVEL, INTERVAL_Z, Holdout, Interval
from world.ports import StoreSales, World

Vector = NDArray[np.float64]

PRE_PERIOD_DAYS = 28
"""Whole weeks, so that weekdays balance; long enough to average out a store's noise."""
BASELINE_ERROR = 0.055
"""Relative standard error of the baseline forecast: what a week of category sales misses the four weeks before it by,
over 1,560 weeks of the simulated grocer."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Incremental sales by channel [n] with intervals, and the return on all of it. Pounds."""

    sales: Vector
    intervals: tuple[Interval, ...]
    total: float
    margin: float
    spend: float
    roi: float
    roi_interval: Interval
    iroas: float

    def at(self, share: float) -> "Forecast":
        """The same spend, selling `share` of what it would have sold."""
        return replace(
            self,
            sales=self.sales * share,
            intervals=tuple(
                Interval(low=one.low * share, high=one.high * share, level=one.level) for one in self.intervals
            ),
            total=self.total * share,
            margin=self.margin * share,
            roi=(1 + self.roi) * share - 1,
            roi_interval=Interval(
                low=(1 + self.roi_interval.low) * share - 1,
                high=(1 + self.roi_interval.high) * share - 1,
                level=self.roi_interval.level,
            ),
            iroas=self.iroas * share,
        )


def forecast(curves: ResponseCurves, spend: Vector, beliefs: Posterior, margin_rate: float) -> Forecast:
    """The effect of `spend` [n] pounds under `beliefs` about the same n cells.

    Expectations come from the posterior mean; intervals from the posterior covariance, with the covariance between
    channels, from how far campaigns scatter about what is believed of them, and from the error of the baseline. As ads
    are taken not to lose sales, no interval of sales reaches below zero, and none of ROI below -1.
    """
    exposure = curves.exposure(spend)
    sales = beliefs.effect * exposure
    covariance = beliefs.sales_covariance(curves, spend)
    common = common_error(beliefs)
    deviation = np.hypot(np.sqrt(np.diag(covariance)), common * sales)
    total = float(sales.sum())
    total_deviation = float(np.hypot(np.sqrt(covariance.sum()), common * total))
    spent = float(spend.sum())
    return Forecast(
        sales=sales,
        intervals=tuple(_interval(mean, sd) for mean, sd in zip(sales, deviation, strict=True)),
        total=total,
        margin=margin_rate * total,
        spend=spent,
        roi=_roi(total, margin_rate, spent),
        roi_interval=Interval(
            low=_roi(max(total - INTERVAL_Z * total_deviation, 0.0), margin_rate, spent),
            high=_roi(total + INTERVAL_Z * total_deviation, margin_rate, spent),
            level=INTERVAL_LEVEL,
        ),
        iroas=total / spent if spent else 0.0,
    )


def common_error(beliefs: Posterior) -> float:
    """Relative standard deviation of what all channels of a campaign err by together: the baseline's, and its own."""
    return float(np.hypot(BASELINE_ERROR, beliefs.scatter))


def _interval(mean: float, deviation: float) -> Interval:
    low, high = mean - INTERVAL_Z * deviation, mean + INTERVAL_Z * deviation
    return Interval(low=max(low, 0.0), high=high, level=INTERVAL_LEVEL)


def _roi(sales: float, margin_rate: float, spend: float) -> float:
    return (margin_rate * sales - spend) / spend if spend else 0.0


def pre_period(today: date) -> tuple[date, date]:
    """The four weeks up to `today`, both ends included. The same for every cycle, as none has advertised in them."""
    return today - timedelta(days=PRE_PERIOD_DAYS - 1), today


async def pre_period_sales(world: World, category: str, today: date) -> StoreSales:
    """Sales by store over the four weeks up to `today`."""
    start, end = pre_period(today)
    return await world.store_sales(category, start, end)


def treated_share(sales: StoreSales, holdout: Holdout) -> float:
    """The treated stores' share of the units of all stores the campaign is for, held-out ones included; their share
    of those stores where nothing was sold. Stores of other regions do not count: the baseline leaves them out too."""
    treated = sales.rows_of(holdout.treated_stores)
    concerned = treated | sales.rows_of(holdout.control_stores)
    by_store = np.nansum(sales.units, axis=1)
    total = float(by_store[concerned].sum())
    if total > 0:
        return float(by_store[treated].sum()) / total
    return float(treated.sum() / concerned.sum()) if concerned.any() else 0.0


def baseline_sales(opportunity: Opportunity, price: float, share: float, days: int) -> float:
    """What the treated stores would sell in a flight of `days` without advertising, pounds."""
    return opportunity.baseline_units_per_day * price * share * days
