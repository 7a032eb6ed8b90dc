"""A seller that does what AdCP allows, and what few do: nothing of it costs a booking or a penny."""

from datetime import timedelta

import pytest

from tests.conftest import Json
from tests.integration.spoilt_seller import Spoilt
from tests.integration.test_adcp_over_the_wire import FLIGHT
from tests.integration.test_adcp_rubbish import COST, buying, days, order, packages, place
from tests.integration.test_adcp_rubbish import seller as seller


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_what_is_billed_late_is_asked_for_and_counted_once_the_buy_is_over(
    seller: Spoilt, is_cancelled: bool
) -> None:
    """£3.50 of the first day is billed five days after the flight."""
    billed = FLIGHT.end + timedelta(days=5)
    last = FLIGHT.end - timedelta(days=is_cancelled)
    ask = seller.get_media_buy_delivery

    def late(asked: Json) -> Json:
        report = ask(asked)
        found = report["media_buy_deliveries"][0]
        found["status"] = "canceled" if is_cancelled else found["status"]
        days(report)[0]["spend"] -= 3.5
        if asked["end_date"] > billed.isoformat():
            days(report).append({"date": billed.isoformat(), "impressions": 0, "spend": 3.5})
        else:
            packages(report)[0]["spend"] -= 3.5
            found["totals"]["spend"] -= 3.5
        return report

    seller.get_media_buy_delivery = late  # type: ignore[method-assign]
    async with buying(seller, today=billed) as platform:
        bought = (await place(platform, order())).media_buy_id
        delivery = await platform.delivery(bought, last)
    assert sum(row.spend for row in delivery.rows) == COST
    assert max(row.day for row in delivery.rows) == last
