"""What a package was charged and showed by day of its flight: corrections taken off, late bills counted."""

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from domain.errors import PlatformFailure
from domain.money import PENNY, Money, in_proportion, pounds
from domain.plan import Flight
from world.adcp.wire.delivery import DayMetrics, Metrics, PackageDelivery
from world.adcp.wire.words import brief

_A_DAY: Final = timedelta(days=1)
_COUNTS: Final = ("impressions", "clicks", "conversions", "units_sold")
_AMOUNTS: Final = ("spend", "conversion_value")


class Looked(NamedTuple):
    """Which days of a report are looked at."""

    flight: Flight | None
    """None where its seller does not say; no day is outside it then."""
    through: date
    """The last day that is asked about."""
    until: date | None = None
    """Where nothing more is shown after `through`: the last day on which a bill for it may have come."""


def charged(package: PackageDelivery, looked: Looked) -> list[DayMetrics]:
    """The days of the flight, in order, with no figure below nothing; what was charged on them is what the package was
    charged in all, to the penny. A package without daily figures is one day, `through`.

    A correction (a day below nothing) is taken off the days before it. What is billed after the flight is its last
    day's, and what a seller of another zone calls the day before it is its first day's. Days of nothing outside the
    flight say nothing.

    Raises PlatformFailure for a day told twice, parts that are not the whole, something charged or shown on a day that
    cannot be, and more taken back than was told.
    """
    days = sorted(package.daily_breakdown or [], key=lambda day: day.date)
    if not days:
        return [DayMetrics.model_validate({"date": looked.through, **_figures(package)})]
    name = brief(package.package_id, 60)
    refuse_twice([day.date for day in days], f"package {name} on")
    refuse_other_sum(package.spend, [day.spend for day in days], f"package {name}")
    told = _corrected(_of_the_buy(days, looked.flight, looked.until), name)
    return _within(_exact(told, package.spend), looked)


def refuse_twice(names: Sequence[Hashable], what: str) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise contradiction(f"has {what} {brief(name, 60)} {'twice' if times == 2 else f'{times} times'}")


def refuse_other_sum(total: Money, parts: Sequence[Money], of: str) -> None:
    """A sum of rounded parts may be off by a penny for each."""
    found = sum(parts, start=pounds(0))
    if abs(total - found) > PENNY * len(parts):
        raise contradiction(f"charges £{total} for {brief(of, 60)} in all and £{found} by its parts")


def contradiction(problem: str) -> PlatformFailure:
    return PlatformFailure(f"The ad seller's report {problem}", remedy="ask the seller which is right")


def says_nothing(metrics: Metrics) -> bool:
    """Whether nothing was charged, shown or claimed."""
    return not any(_figures(metrics).values())


def without_corrections(figures: Sequence[Decimal]) -> list[Decimal]:
    """Figures by day of the same sum and none below nothing: what a day takes back is taken off the days before it, the
    nearest first, and off the first of those after it where that is not enough. Their sum is not below nothing."""
    kept: list[Decimal] = []
    owed = Decimal(0)
    for figure in reversed(figures):
        left = figure - owed
        kept.insert(0, max(left, Decimal(0)))
        owed = max(-left, Decimal(0))
    for place, figure in enumerate(kept):
        taken = min(figure, owed)
        kept[place] -= taken
        owed -= taken
    return kept


def _of_the_buy(days: Sequence[DayMetrics], flight: Flight | None, until: date | None) -> list[DayMetrics]:
    if flight is None:
        return list(days)
    # A day of its own zone may be the one beside ours.
    first, last = flight.start - _A_DAY, max(flight.end, until or flight.end) + _A_DAY
    telling = [day for day in days if flight.start <= day.date <= flight.end or not says_nothing(day)]
    for day in telling:
        if not first <= day.date <= last:
            raise contradiction(f"is of {day.date}, and the buy of {flight.start} to {flight.end}")
    return telling


def _corrected(days: Sequence[DayMetrics], package: str) -> list[DayMetrics]:
    figures: list[dict[str, object]] = [{} for _ in days]
    for name in (*_COUNTS, *_AMOUNTS):
        said = [getattr(day, name) for day in days]
        if all(figure is None or figure >= 0 for figure in said):
            continue
        told = [Decimal(str(figure or 0)) for figure in said]
        if sum(told) < 0:
            raise contradiction(f"takes back more {name.replace('_', ' ')} of package {package} than it has told")
        for place, figure in enumerate(without_corrections(told)):
            figures[place][name] = figure
    return [DayMetrics.model_validate({**dict(day), **changed}) for day, changed in zip(days, figures, strict=True)]


def _exact(days: Sequence[DayMetrics], spend: Money) -> list[DayMetrics]:
    """Rounded days are charged as the whole is."""
    told = sum((day.spend for day in days), start=pounds(0))
    if not told or told == spend:
        return list(days)
    exact = in_proportion([day.spend for day in days], spend)
    return [day.model_copy(update={"spend": amount}) for day, amount in zip(days, exact, strict=True)]


def _within(days: Sequence[DayMetrics], looked: Looked) -> list[DayMetrics]:
    """The days up to `through`; those outside the flight join the day of it beside them."""
    flight, through = looked.flight, looked.through
    if flight is None:
        return [day for day in days if day.date <= through]
    last = max(min(through, flight.end), flight.start)
    found: dict[date, list[DayMetrics]] = {}
    for day in days:
        if looked.until is not None or day.date <= through:
            found.setdefault(min(max(day.date, flight.start), last), []).append(day)
    return [_joined(told, on) for on, told in found.items()]


def _joined(days: Sequence[DayMetrics], on: date) -> DayMetrics:
    if len(days) == 1:
        return days[0].model_copy(update={"date": on})
    figures: dict[str, object] = {"date": on}
    for name in (*_COUNTS, *_AMOUNTS):
        said = [figure for day in days if (figure := getattr(day, name)) is not None]
        figures[name] = sum(said[1:], start=said[0]) if said else None
    return DayMetrics.model_validate(figures)


def _figures(metrics: Metrics) -> dict[str, float | Decimal | None]:
    return {name: getattr(metrics, name) for name in (*_COUNTS, *_AMOUNTS)}
