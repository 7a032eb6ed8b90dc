"""When a cycle flies and what it may spend: the flight cut into as many parts as there are cycles."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from domain.lesson import Lesson
from domain.money import PENNY, Money
from domain.plan import Flight


def cycle_flight(today: date, flight_days: int, cycle: int, cycles: int) -> Flight:
    """The days of `cycle` (from 1) out of `cycles`. The flight starts tomorrow; earlier parts get the odd days.

    With more cycles than days, the cycles beyond the last day do not exist and the last one is given.
    """
    parts = min(cycles, flight_days)
    index = min(cycle, parts) - 1
    length, odd = divmod(flight_days, parts)
    first = index * length + min(index, odd)
    days = length + (index < odd)
    start = today + timedelta(days=1 + first)
    return Flight(start=start, end=start + timedelta(days=days - 1))


def has_next_cycle(cycle: int, flight_days: int, cycles: int) -> bool:
    """Whether flight days remain for another turn after `cycle`."""
    return cycle < min(cycles, flight_days)


def cycle_budget(budget: Money, lessons: Sequence[Lesson], cycle: int, flight_days: int, cycles: int) -> Money:
    """What is left of the campaign's budget, shared evenly by the cycles still to come, this one included."""
    spent = sum((lesson.spent for lesson in lessons if lesson.cycle < cycle), start=Decimal(0))
    to_come = max(min(cycles, flight_days) - cycle + 1, 1)
    return max((budget - spent) / to_come, Decimal(0)).quantize(PENNY, rounding=ROUND_DOWN)
