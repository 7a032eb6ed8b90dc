"""A flight booked at our own seller, changed through the dashboard's routes: ledger, delivery and seller agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx

from tests.conftest import Json
from tests.integration.selling import TOKEN, Seller, selling
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually
from world.adcp.seller.order import Order
from world.adcp.seller.order_book import OrderBook
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatforms


@dataclass(frozen=True)
class Booked:
    http: httpx.Client
    seller: Seller
    campaign: str

    def told(self, path: str) -> Json:
        answer: Json = self.http.get(path).raise_for_status().json()
        return answer

    def booking(self) -> Json | None:
        found: list[Json] = self.told(f"/campaigns/{self.campaign}")["bookings"]
        return found[-1] if found else None

    def asked(self, method: str, path: str, body: Json | None = None) -> Json:
        """The booking once a change that was asked for is kept with it."""
        before = len((self.booking() or {"changes": []})["changes"])
        sent = self.http.request(method, f"/campaigns/{self.campaign}/{path}", json=body)
        assert sent.status_code == 202, sent.text

        def made() -> Json | None:
            known = self.booking()
            return known if known and len(known["changes"]) > before else None

        booking = eventually(made, f"the change {path}")
        assert booking["changes"][-1]["problem"] == ""
        return booking

    def steps(self, days: int) -> None:
        for _ in range(days):
            self.http.post("/simulation/clock/step", json=WHATEVER_LAPSES).raise_for_status()

    def held(self) -> Decimal:
        """Pounds the house has reserved and committed."""
        house = self.told("/budget")["account"]
        return Decimal(str(house["reserved"])) + Decimal(str(house["committed"]))

    def delivered(self) -> Decimal:
        items = self.told(f"/campaigns/{self.campaign}/delivery")["items"]
        return sum((Decimal(str(row["spend"])) for row in items), start=Decimal(0))

    def at_the_seller(self) -> Order:
        """By its own books, which no buyer reads."""
        (order,) = OrderBook(self.seller.data_file).orders()
        return order

    async def charged(self, through: date) -> Decimal:
        """Pounds, worked out of those books up to a day."""
        order, book = self.at_the_seller(), OrderBook(self.seller.data_file)
        platform = SimulatedAdPlatforms(SimulatedWorlds(), book).open(order.world)
        rows = (await platform.delivery(order.buy.media_buy_id, through)).rows
        uploaded = book.uploaded()
        return sum((row.spend for row in rows if order.ran(row, uploaded)), start=Decimal(0))


@contextmanager
def a_flight(folder: Path) -> Iterator[Booked]:
    """Approved by hand in the live world of a dashboard that buys from our own seller."""
    with selling(folder) as seller:
        bought = {"TESCOSENSE_AD_SELLER_URL": seller.url, "TESCOSENSE_AD_SELLER_TOKEN": TOKEN}
        with serving(folder / "data", **bought) as server, server.http() as http:
            wanted = {"scenario": "heavy-rain", **WHATEVER_LAPSES}
            campaign: str = http.post("/simulation/trigger", json=wanted).json()["campaign_ids"][0]
            flight = Booked(http, seller, campaign)
            questions = f"/campaigns/{campaign}/questions"
            eventually(lambda: flight.told(questions)["items"] or None, "the gate to ask")
            approval = {"answer": {"decision": "approve"}}
            assert http.post(f"/campaigns/{campaign}/decisions", json=approval).status_code == 202
            eventually(flight.booking, "the booking")
            yield flight


async def test_a_flight_at_our_own_seller_is_paused_rebudgeted_and_cancelled_and_all_books_agree_to_the_penny(
    tmp_path: Path,
) -> None:
    with a_flight(tmp_path) as flight:
        booking = flight.booking()
        assert booking is not None
        committed = pence(booking["committed"])
        assert flight.held() == committed == flight.at_the_seller().buy.total

        flight.steps(2)
        flight.asked("POST", "pause")
        assert flight.at_the_seller().stops.paused
        flight.steps(1)
        flight.asked("POST", "resume")
        assert not flight.at_the_seller().stops.paused
        for budget in (committed + 100, committed + 40):
            booking = flight.asked("PUT", "budget", {"budget": float(budget)})
            assert pence(booking["committed"]) == flight.held() == flight.at_the_seller().buy.total == budget
        flight.steps(1)

        cancelled = flight.asked("POST", "cancel")
        last = flight.at_the_seller().stops.canceled
        assert last is not None
        spent = await flight.charged(last)
        assert 0 < spent < committed
        assert pence(cancelled["committed"]) == spent
        ended = eventually(
            lambda: flight.told("/campaigns?status=CANCELED")["items"] or None, "the end of the campaign"
        )
        (row,) = ended
        assert (pence(row["spent"]), flight.held(), flight.delivered()) == (spent, spent, spent)


def pence(amount: float) -> Decimal:
    return Decimal(str(amount))
