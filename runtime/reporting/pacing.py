"""Whether running flights spend as planned, and what they will have spent at their end."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel

from domain.money import Money, pounds
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.reporting.delivery import Deliveries, DeliveryByDay, not_up_to_date
from storage.campaigns.queries import CampaignQueries
from storage.engine.readable import each_once
from storage.records import CampaignRecord, LiveWorld, Unreadable


class FlightPace(BaseModel):
    """One running flight, up to the last day the platform reports in full: of the newest it tells only a part."""

    campaign_id: UUID
    called: str
    category: str | None
    headline: str | None
    flight: Flight | None
    """None, as the figures are, where the platform does not tell what it has delivered."""
    through: date | None
    """The last day that is reported in full; None before the first."""
    spent: Money | None
    """Pounds charged up to `through`, as is `planned`."""
    planned: Money | None
    charged: Money | None
    """Pounds charged by now, the newest day as far as it is told: what every list of campaigns has as spent."""
    committed: Money | None
    """What the whole flight may cost."""
    is_paused: bool | None
    refused: str
    """Why the newest change that was asked for was not made; empty where it was."""
    pace: float | None
    """`spent` over `planned`; 1 is on pace. Days without ads count on neither side."""
    estimate: Money | None
    """What it will have charged at its end if it goes on as it has so far, and never more than is committed; while its
    ads are paused, what it has charged."""


class Pacing(BaseModel):
    """The flights of the live world that are running, the one that ends soonest first."""

    today: date
    items: list[FlightPace]
    pace: float | None
    """Of all of them together."""
    spent: Money
    planned: Money
    charged: Money
    """By now, as each flight's is; of those that are told."""
    committed: Money
    flights_untold: int
    """Those of which the platform does not tell the newest figures: the sums have what it told last of them, if
    anything."""
    estimate: Money | None
    """Of all whose own is known: it stands beside `committed` only where every one's is."""
    unreadable: list[Unreadable] = []
    """Those left out, as they cannot be read, each with why."""


async def pacing_of(campaigns: CampaignQueries, deliveries: Deliveries, world: LiveWorld) -> Pacing:
    """Of its campaigns that are in flight, with what is known of each one's delivery."""
    active = await campaigns.planned(CampaignStatus.ACTIVE, world_id=world.world_id)
    records, flights, torn = await deliveries.readable([record for record, _ in active.items])
    today, unreadable = world.today, each_once([*active.unreadable, *torn])
    items = sorted((_flight_pace(one, flights.get(one.id)) for one in records), key=_soonest)
    estimates = [one.estimate for one in items if one.estimate is not None]
    return Pacing(
        today=today,
        items=items,
        pace=pace(flights.values()),
        spent=_sum(one.spent for one in items),
        planned=_sum(one.planned for one in items),
        charged=_sum(one.charged for one in items),
        committed=_sum(one.committed for one in items),
        flights_untold=len(not_up_to_date(records, flights)),
        estimate=_sum(estimates) if len(estimates) == len(items) > 0 else None,
        unreadable=unreadable,
    )


class _SoFar(NamedTuple):
    """Of a flight, up to the last day that is told in full."""

    through: date | None
    spent: Money
    planned: Money
    to_come: Money
    """Planned for the days after those."""


def _so_far(flight: DeliveryByDay) -> _SoFar:
    told = flight.told_through
    if told is None:
        return _SoFar(None, Decimal(0), Decimal(0), _sum(flight.planned.values()))
    return _SoFar(
        told,
        _sum(row.spend for row in flight.items if row.day <= told),
        _sum(amount for day, amount in flight.planned.items() if day <= told),
        _sum(amount for day, amount in flight.planned.items() if day > told),
    )


def _flight_pace(record: CampaignRecord, told: DeliveryByDay | None) -> FlightPace:
    so_far = _so_far(told) if told else None
    flight = told.flight if told else None
    ratio = pace([told]) if told else None
    return FlightPace(
        campaign_id=record.id,
        called=record.called,
        category=record.category,
        headline=record.headline,
        flight=flight,
        through=so_far.through if so_far else None,
        spent=so_far.spent if so_far else None,
        planned=so_far.planned if so_far else None,
        charged=told.spend if told else None,
        committed=told.committed if told else None,
        is_paused=told.is_paused if told else None,
        refused=told.refused if told else "",
        pace=ratio,
        estimate=_estimate(told, so_far, ratio) if told and so_far and ratio is not None else None,
    )


def _estimate(told: DeliveryByDay, so_far: _SoFar, ratio: float) -> Money:
    """What is spent, and what was planned for the days to come at the pace so far."""
    return min(pounds(so_far.spent + so_far.to_come * Decimal(ratio)), told.committed)


def _soonest(one: FlightPace) -> tuple[date, UUID]:
    return one.flight.end if one.flight else date.max, one.campaign_id


def _sum(amounts: Iterable[Money | None]) -> Money:
    return sum((amount for amount in amounts if amount is not None), start=Decimal(0))


def pace(flights: Iterable[DeliveryByDay]) -> float | None:
    """Delivered over planned spend; 1 is on pace, None before the first complete day.

    The platform reports only part of a running flight's newest day, so that day counts on neither side; nor does one
    without ads, and what is planned for a day is what its budget came to on that day.
    """
    known = [_so_far(flight) for flight in flights]
    planned = sum((one.planned for one in known), start=Decimal(0))
    return float(sum(one.spent for one in known) / planned) if planned else None
