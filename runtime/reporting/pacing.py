"""Whether running flights spend as planned."""

from collections.abc import Iterable
from decimal import Decimal

from runtime.reporting.delivery import DeliveryByDay


def pace(flights: Iterable[DeliveryByDay]) -> float | None:
    """Delivered over planned spend; 1 is on pace, None before the first complete day.

    The platform reports only part of a running flight's newest day, so that day counts on neither side.
    """
    delivered = planned = Decimal(0)
    for flight in flights:
        days = flight.days_delivered - (flight.days_delivered < flight.flight_days)
        if days > 0:
            is_partial = days < flight.days_delivered
            delivered += sum(row.spend for row in flight.items if not (is_partial and row.day == flight.through))
            planned += flight.planned_to_date * days / flight.days_delivered
    return float(delivered / planned) if planned else None
