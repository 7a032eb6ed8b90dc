"""What a flight was to cost on each of its days: evenly, until somebody gives it another budget."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from domain.buy_changes import BuyChanged, stops_of
from domain.money import Money, pounds
from domain.plan import Flight


def planned_by_day(
    flight: Flight,
    committed: Money,
    changes: Sequence[BuyChanged],
    charged: Mapping[date, Money],
    told: date | None,
) -> dict[date, Money]:
    """Pounds for each day that runs; a day that is stopped is not among them, and its money is not moved.

    `committed` is what the whole flight may cost now, `changes` are those that were made, the oldest first. Of another
    budget what is left when it begins is spread over the days from then on: what is `charged` for a day up to `told`,
    the last that is told in full, is spent, and a later one has its plan.
    """
    stops = stops_of(changes)
    budgets = [change for change in changes if change.budget is not None]
    before = budgets[0].committed_before if budgets else committed
    # A change from before that was kept with it tells nothing of what was planned until then.
    planned = _evenly(flight.each_day(), committed if before is None else before)
    for change in budgets if before is not None else ():
        spent = Decimal(0)
        for day in flight.each_day():
            if day < change.day:
                is_told = told is not None and day <= told
                spent += charged.get(day, Decimal(0)) if is_told else planned[day] if stops.runs_on(day) else 0
        left = (change.committed_after or change.budget or Decimal(0)) - spent
        planned |= _evenly([day for day in flight.each_day() if day >= change.day], max(left, Decimal(0)))
    return {day: amount for day, amount in planned.items() if stops.runs_on(day)}


def last_told(flight: Flight, through: date, *, runs: bool) -> date | None:
    """The last day up to `through` that a platform has told in full, None before the first. Of the newest day of a
    flight it has told a part, unless it is the last of all or the flight did not run on it, as `runs` says."""
    day = through if through >= flight.end or not runs else through - timedelta(days=1)
    return day if day >= flight.start else None


def _evenly(days: Sequence[date], amount: Money) -> dict[date, Money]:
    """Whole pence; the days up to any one have within a penny of their share, and all of them the amount."""
    by_then = [pounds(amount * number / len(days)) for number in range(len(days) + 1)]
    return {day: by_then[number + 1] - by_then[number] for number, day in enumerate(days)}
