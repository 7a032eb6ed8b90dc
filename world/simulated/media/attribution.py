"""What the platform says it did: delivery by channel and day, with attributed sales that over-claim.

Real platforms credit an ad with everybody who saw it and then bought, most of whom would have bought anyway. So the
claim here is the true incremental units plus a share of the treated stores' organic units that grows with reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.booking import AdShown, ChannelDelivery, MediaBuyRequest, PackageRequest
from domain.buy_changes import BuyChange, Stops, stops_of
from domain.money import pounds
from world.simulated.channels import simulated
from world.simulated.media.appeal import appeal
from world.simulated.pacing import content_seed, daily_spend
from world.simulated.shoppers.natures import Nature
from world.simulated.truth import carried_over, saturating, strength_of

_UNITS_PER_CONVERSION = 2.2
_LATE_SHARE = 0.6
"""What has been counted of the newest day while the flight still runs."""


@dataclass(frozen=True, slots=True, eq=False)
class AdDemand:
    """What the platform sells into: the world's seed, and organic units by store and day, [N, D], row per store."""

    seed: int
    stores: tuple[str, ...]
    organic_units: NDArray[np.float64]
    average_price: float
    nature: Nature = field(default_factory=Nature)
    audience: float = 1.0
    """`ad_lift`'s: how many shoppers a store's category has against the simulated grocer's."""

    def organic_in(self, stores: Sequence[str]) -> NDArray[np.float64]:
        """Units a day in `stores` together, [D]; none on a day one of them was not counted."""
        wanted = set(stores)
        rows = np.array([store in wanted for store in self.stores], dtype=np.bool_)
        # A feed that is out hides the tills from the platform too: it then has nothing to claim.
        return np.asarray(np.nan_to_num(self.organic_units[rows].sum(axis=0)))


def delivered(
    request: MediaBuyRequest,
    demand: AdDemand,
    through: date,
    ads: Sequence[AdShown] = (),
    changes: Sequence[BuyChange] = (),
) -> list[ChannelDelivery]:
    """Rows up to and including `through`, day by day, channels in the order of the packages. Clicks answer to the words
    of `ads`; a channel whose ad is not known is clicked at its usual rate. A day stopped by one of the buy's `changes`
    has none."""
    stops = stops_of(changes)
    days = min(request.flight.days, (through - request.flight.start).days + 1)
    if days <= 0:
        return []
    appeals = {ad.channel: appeal(demand.seed, request.category, ad) for ad in ads}
    by_channel = [
        _package_rows(request, package, demand, appeals.get(package.channel, 0.0), changes)
        for package in request.packages
    ]
    final = through >= request.flight.end or is_settled(stops, through)
    return [
        rows[day] if final or day < days - 1 else _counted_so_far(rows[day])
        for day in range(days)
        if stops.runs_on(request.flight.start + timedelta(days=day))
        for rows in by_channel
    ]


def is_settled(stops: Stops, through: date) -> bool:
    """Whether all that ran of a buy had run by the end of `through`, because it was cancelled."""
    return stops.canceled is not None and stops.canceled <= through + timedelta(days=1)


def _package_rows(
    request: MediaBuyRequest,
    package: PackageRequest,
    demand: AdDemand,
    log_appeal: float,
    changes: Sequence[BuyChange],
) -> Sequence[ChannelDelivery]:
    """The whole flight of one package."""
    spend = daily_spend(demand.seed, request, package, changes)
    stores = request.stores_of(package)
    pressure = np.array([float(amount) for amount in spend]) / len(stores)
    organic = demand.organic_in(stores)
    carried = carried_over(package.channel, pressure)
    strength = demand.nature.strength * strength_of(
        demand.seed, package.channel, request.category, demand.nature.spread
    )
    caused = organic * strength * saturating(package.channel, carried, demand.audience)
    reach = -np.expm1(-pressure / (simulated(package.channel).nature.saturation * demand.audience))
    habit, cpm = simulated(package.channel).habit, float(simulated(package.channel).terms.cpm)
    units = np.ceil(caused + organic * habit.organic_share * reach).astype(int)
    chance = np.random.default_rng([content_seed(demand.seed, request, package), 1])
    impressions = np.array([int(1000 * float(amount) / cpm) for amount in spend])
    clicks = chance.binomial(impressions, min(1.0, habit.click_rate * float(np.exp(log_appeal))))
    return [
        ChannelDelivery(
            day=request.flight.start + timedelta(days=day),
            channel=package.channel,
            group=package.group,
            impressions=int(impressions[day]),
            clicks=int(clicks[day]),
            spend=spend[day],
            conversions=int(np.ceil(units[day] / _UNITS_PER_CONVERSION)),
            units_sold=int(units[day]),
            conversion_value=pounds(round(float(units[day]) * demand.average_price, 2)),
        )
        for day in range(request.flight.days)
    ]


def _counted_so_far(row: ChannelDelivery) -> ChannelDelivery:
    return row.model_copy(
        update={
            "impressions": int(row.impressions * _LATE_SHARE),
            "clicks": int(row.clicks * _LATE_SHARE),
            "spend": pounds(round(float(row.spend) * _LATE_SHARE, 2)),
            "conversions": int(row.conversions * _LATE_SHARE),
            "units_sold": int(row.units_sold * _LATE_SHARE),
            "conversion_value": pounds(round(float(row.conversion_value) * _LATE_SHARE, 2)),
        }
    )
