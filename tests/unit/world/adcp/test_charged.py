"""A seller may bill late, take back what it told, fill up days with nothing and cancel packages: that is believed."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.booking import Delivery, MediaBuyStatus
from domain.channel import Channel
from domain.errors import PlatformFailure
from domain.plan import Flight
from world.adcp.buyer.charged import without_corrections
from world.adcp.buyer.delivered import Bought, Placed, delivery_of
from world.adcp.wire.delivery import DeliveryReport

FLIGHT = Flight(start=date(2026, 11, 17), end=date(2026, 11, 20))
PLACED = Placed({"p1": Bought(Channel.ONSITE_DISPLAY, ""), "p2": Bought(Channel.EMAIL, "")}, FLIGHT, Decimal(400))
LONG_AFTER = FLIGHT.end + timedelta(days=30)
Figures = dict[str, object]


def day(offset: int, spend: float, impressions: float | None = None, **more: float) -> Figures:
    """`offset` days after the flight's start."""
    on = FLIGHT.start + timedelta(days=offset)
    return {"date": f"{on}", "spend": spend, "impressions": 10 * spend if impressions is None else impressions, **more}


EVERY_DAY = [day(offset, 25) for offset in range(FLIGHT.days)]


def package(days: Sequence[Figures], name: str = "p1", spend: float | None = None, **more: object) -> Figures:
    whole = sum(float(str(one["spend"])) for one in days) if spend is None else spend
    terms = {"pricing_model": "cpm", "rate": 100, "currency": "GBP"}
    return {"package_id": name, "spend": whole, "daily_breakdown": list(days), **terms, **more}


def told(
    *packages: Figures,
    through: date = FLIGHT.end,
    until: date | None = LONG_AFTER,
    placed: Placed = PLACED,
    **terms: object,
) -> Delivery:
    whole = sum(float(str(one["spend"])) for one in packages)
    buy = {"media_buy_id": "mb", "status": "completed", "totals": {"spend": whole}, "by_package": packages, **terms}
    period = {"start": "2026-11-17T00:00:00Z", "end": "2026-12-20T00:00:00Z"}
    report = DeliveryReport.model_validate({"reporting_period": period, "media_buy_deliveries": [buy]})
    return delivery_of(report, "mb", placed, through, until)


def spend(delivery: Delivery) -> dict[int, Decimal]:
    """By days after the flight's start."""
    return {(row.day - FLIGHT.start).days: row.spend for row in delivery.rows}


def test_what_is_billed_after_the_flight_is_the_last_days() -> None:
    late = told(package([*EVERY_DAY, day(4, 5), day(11, 2.5)]))

    assert spend(late) == {0: 25, 1: 25, 2: 25, 3: Decimal("32.50")}
    assert late.rows[-1].impressions == 325
    assert late.as_of.date() == FLIGHT.end


def test_what_a_seller_of_another_zone_calls_the_day_beside_the_flight_is_counted_in_it() -> None:
    assert spend(told(package([day(-1, 4), *EVERY_DAY, day(4, 6)]))) == {0: 29, 1: 25, 2: 25, 3: 31}


def test_a_day_that_was_not_asked_for_is_left_out_while_the_flight_runs() -> None:
    running = told(package(EVERY_DAY), through=FLIGHT.start, until=None, status="active")

    assert spend(running) == {0: 25}


def test_a_cancelled_buys_last_hours_are_counted_whenever_they_were_billed() -> None:
    cancelled = told(package([day(0, 25), day(1, 3)]), through=FLIGHT.start, status="canceled")

    assert spend(cancelled) == {0: 28}
    assert cancelled.status is MediaBuyStatus.CANCELED


def test_days_of_nothing_outside_the_flight_say_nothing() -> None:
    filled = [day(offset, 0) for offset in (-40, -1, *range(FLIGHT.days), 9, 400)]
    before = told(package([*filled[:2], *EVERY_DAY, *filled[-2:]]))

    assert spend(before) == dict.fromkeys(range(FLIGHT.days), 25)
    assert spend(told(package(filled))) == dict.fromkeys(range(FLIGHT.days), 0)


@pytest.mark.parametrize("offset", [-2, 40])
def test_what_is_charged_on_a_day_that_cannot_be_is_refused_by_the_day(offset: int) -> None:
    on = FLIGHT.start + timedelta(days=offset)
    with pytest.raises(PlatformFailure, match=f"is of {on}, and the buy of 2026-11-17 to 2026-11-20"):
        told(package([*EVERY_DAY, day(offset, 1)]))


def test_a_correction_is_taken_off_the_days_before_it() -> None:
    corrected = told(package([day(0, 25), day(1, 25), day(2, -30, -300), day(3, 25)]))

    assert spend(corrected) == {0: 20, 1: 0, 2: 0, 3: 25}
    assert [row.impressions for row in corrected.rows] == [200, 0, 0, 250]


def test_a_correction_after_the_flight_takes_back_what_was_charged_in_it() -> None:
    assert spend(told(package([*EVERY_DAY, day(8, -30, 0)]))) == {0: 25, 1: 25, 2: 20, 3: 0}


@pytest.mark.parametrize("metric", ["impressions", "clicks", "units_sold", "conversions", "conversion_value"])
def test_no_more_can_be_taken_back_than_was_told(metric: str) -> None:
    one = {**day(1, 25), metric: -9_000}
    with pytest.raises(PlatformFailure, match=f"takes back more {metric.replace('_', ' ')} of package p1"):
        told(package([day(0, 25), one]))


def test_a_package_nobody_bought_is_refused_over_what_it_charges_alone() -> None:
    nothing = package([day(0, 0)], "p9", currency="XXX")
    assert spend(told(package(EVERY_DAY), nothing)) == dict.fromkeys(range(FLIGHT.days), 25)
    with pytest.raises(PlatformFailure, match="a package 'p9' nobody bought"):
        told(package(EVERY_DAY), package([day(0, 1)], "p9"))


@pytest.mark.parametrize(
    ("status", "row", "packages", "is_final"),
    [
        ("completed", True, [True, False], False),
        ("completed", None, [False, None], False),
        ("completed", None, [None, None], True),
        ("active", None, [True, True], True),
        ("active", None, [True, None], False),
        ("completed", False, [None, None], False),
    ],
)
def test_what_a_package_says_of_being_final_is_believed_over_what_its_buy_says(
    status: str, row: bool | None, packages: list[bool | None], is_final: bool
) -> None:
    both = [package(EVERY_DAY, name, is_final=final) for name, final in zip(("p1", "p2"), packages, strict=True)]

    assert told(*both, status=status, is_final=row).is_final is is_final


@given(st.lists(st.integers(-50, 100), min_size=1, max_size=12).filter(lambda figures: sum(figures) >= 0))
def test_corrections_change_no_sum_and_leave_nothing_below_nothing(figures: list[int]) -> None:
    kept = without_corrections([Decimal(figure) for figure in figures])

    assert sum(kept) == sum(figures)
    assert min(kept) >= 0
    if min(figures) >= 0:
        assert kept == figures
    # Up to each day no more is told than was charged by then and never taken back.
    assert all(sum(kept[:place]) <= max(sum(figures[:place]), sum(kept)) for place in range(len(kept)))
