"""`python -m tests.integration.hostile_seller WAY --port P`: a seller that takes orders and answers in its own way.

It speaks MCP over HTTP by hand, so that it starts at once, and tells the truth of it at `GET /buys`.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from domain.channel import Channel

Json = dict[str, Any]
CHANNELS = ("search", "display")
PRICE = 8.0


def serves_stores(name: str) -> Json:
    """What a seller says of a product whose ads it shows in the stores that are named, and in no others."""
    channel = next(one for one in Channel if name in one.record.adcp)
    return {
        "channel": channel.value,
        "maximum_daily_budget": 1_000_000,
        "creative_type": channel.record.format.type,
        "store_targeting": True,
    }


class Seller:
    """A seller that does as AdCP 3.2 says; each way of misbehaving overrides what it misbehaves in."""

    status = "pending_start"
    delivers = "completed"
    """What its delivery reports call the buy once the flight is over."""

    def __init__(self) -> None:
        self.buys: dict[str, Json] = {}
        self.sent: dict[str, str] = {}
        self.orders = 0
        """How often an order came in."""

    def get_products(self, asked: Json) -> Json:
        price = {"pricing_model": "cpm", "currency": "GBP", "fixed_price": PRICE, "min_spend_per_package": 50}
        return {
            "products": [
                {
                    "product_id": channel,
                    "name": channel,
                    "channels": [channel],
                    "pricing_options": [{"pricing_option_id": "cpm", **price}],
                    "ext": {"tescosense": serves_stores(channel)},
                }
                for channel in CHANNELS
            ]
        }

    def sync_creatives(self, asked: Json) -> Json:
        return {"creatives": [{"creative_id": ad["creative_id"], "action": "created"} for ad in asked["creatives"]]}

    def create_media_buy(self, asked: Json) -> Json:
        self.orders += 1
        if asked["idempotency_key"] not in self.sent:
            media_buy_id = f"mb_{len(self.buys) + 1}"
            self.sent[asked["idempotency_key"]] = media_buy_id
            self.buys[media_buy_id] = self.booked(asked) | {"media_buy_id": media_buy_id}
        buy = self.buys[self.sent[asked["idempotency_key"]]]
        return {**buy, "status": "completed", "media_buy_status": buy["status"], "revision": 1}

    def booked(self, asked: Json) -> Json:
        packages = [self.package(package, place, asked) for place, package in enumerate(asked["packages"], start=1)]
        return {
            "status": self.status,
            "currency": "GBP",
            "total_budget": sum(package["budget"] for package in packages),
            "start_time": asked["start_time"],
            "end_time": asked["end_time"],
            "confirmed_at": "2026-11-01T09:00:00Z",
            "revision": 1,
            "packages": packages,
            "context": asked.get("context"),
        }

    def package(self, ordered: Json, place: int, asked: Json) -> Json:
        return {
            "package_id": f"p{place}",
            "product_id": ordered["product_id"],
            "budget": ordered["budget"],
            "start_time": asked["start_time"],
            "end_time": asked["end_time"],
        }

    def get_media_buys(self, asked: Json) -> Json:
        wanted = asked.get("media_buy_ids")
        return {"media_buys": [buy for name, buy in self.buys.items() if wanted is None or name in wanted]}

    def update_media_buy(self, asked: Json) -> Json:
        buy = self.buys[asked["media_buy_id"]]
        buy["status"] = "canceled"
        return {"media_buy_id": asked["media_buy_id"], "media_buy_status": "canceled", "revision": 2}

    def get_media_buy_delivery(self, asked: Json) -> Json:
        (media_buy_id,) = asked["media_buy_ids"]
        buy, until = self.buys[media_buy_id], date.fromisoformat(asked["end_date"])
        packages = [self.delivered(package, until) for package in buy["packages"]]
        period = {"start": buy["start_time"], "end": datetime.combine(until, time(), UTC).isoformat()}
        spend = sum(package["spend"] for package in packages)
        report = {"media_buy_id": media_buy_id, "status": self.delivers, "totals": {"spend": spend}}
        return {
            "reporting_period": period,
            "media_buy_deliveries": [{**report, "is_final": self.delivers == "completed", "by_package": packages}],
        }

    def delivered(self, package: Json, until: date) -> Json:
        """All of a package's budget, by day."""
        first = datetime.fromisoformat(package["start_time"]).date()
        days = (datetime.fromisoformat(package["end_time"]).date() - first).days + 1
        spend = [round(package["budget"] / days, 2)] * (days - 1)
        spend.append(round(package["budget"] - sum(spend), 2))
        rows = [
            {"date": (first + timedelta(days=day)).isoformat(), "impressions": 1000 * cost / PRICE, "spend": cost}
            for day, cost in enumerate(spend)
            if first + timedelta(days=day) < until
        ]
        total = round(sum(cost for day, cost in enumerate(spend) if first + timedelta(days=day) < until), 2)
        terms = {"pricing_model": "cpm", "rate": PRICE, "currency": "GBP"}
        return {"package_id": package["package_id"], "spend": total, "daily_breakdown": rows, **terms}


class OddField(Seller):
    """Books, and answers with one field that is not AdCP."""

    def create_media_buy(self, asked: Json) -> Json:
        return {**super().create_media_buy(asked), "confirmed_at": "yesterday", "revision": "the first"}


class Working(Seller):
    """Books, and says it is at work, without a task to ask about."""

    def create_media_buy(self, asked: Json) -> Json:
        super().create_media_buy(asked)
        return {"status": "working"}


class Rejected(Seller):
    status = "rejected"


class HalfBudget(Seller):
    def package(self, ordered: Json, place: int, asked: Json) -> Json:
        whole = super().package(ordered, place, asked)
        return {**whole, "budget": round(whole["budget"] / 2, 2)}


class Terse(HalfBudget):
    """Takes half, and answers with no more than a name for it."""

    def create_media_buy(self, asked: Json) -> Json:
        return {"media_buy_id": super().create_media_buy(asked)["media_buy_id"], "status": "completed"}


class DroppedPackage(Seller):
    def booked(self, asked: Json) -> Json:
        return super().booked({**asked, "packages": asked["packages"][:1]})


class OtherDays(Seller):
    """Books the week after."""

    def booked(self, asked: Json) -> Json:
        later = {
            name: (datetime.fromisoformat(asked[name]) + timedelta(days=7)).isoformat()
            for name in ("start_time", "end_time")
        }
        return super().booked({**asked, **later})


class OtherCurrency(Seller):
    def booked(self, asked: Json) -> Json:
        return {**super().booked(asked), "currency": "EUR"}


class Paused(Seller):
    """Holds the buy back, and reports spend of it all the same."""

    status = delivers = "paused"


class PendingCreatives(Seller):
    """Takes the ads and does not show them, and reports spend all the same."""

    status = delivers = "pending_creatives"


class FailedCreatives(Seller):
    def sync_creatives(self, asked: Json) -> Json:
        why = {"code": "CREATIVE_REJECTED", "message": "too much soup"}
        told = super().sync_creatives(asked)["creatives"]
        return {"creatives": [{**ad, "action": "failed", "errors": [why]} for ad in told]}


class Stubborn(OtherDays):
    """Books otherwise and does not cancel, though it says so."""

    def update_media_buy(self, asked: Json) -> Json:
        return {"media_buy_id": asked["media_buy_id"], "media_buy_status": "canceled", "revision": 2}


class Unreadable(Seller):
    """Books, and tells nobody what."""

    def create_media_buy(self, asked: Json) -> Json:
        super().create_media_buy(asked)
        return {"media_buy_id": 7}

    def get_media_buys(self, asked: Json) -> Json:
        return {"media_buys": "plenty"}


class TellsLater(Unreadable):
    """As that, until it is asked a second time."""

    asked = 0

    def get_media_buys(self, asked: Json) -> Json:
        self.asked += 1
        return super().get_media_buys(asked) if self.asked == 1 else Seller.get_media_buys(self, asked)


class NoAndYes(Seller):
    """Refuses, and books all the same."""

    def create_media_buy(self, asked: Json) -> Json:
        super().create_media_buy(asked)
        return {"errors": [{"code": "BUDGET_TOO_LOW", "message": "too little"}]}


class Twice(OddField):
    """Knows no idempotency key: what is sent again is booked again."""

    def create_media_buy(self, asked: Json) -> Json:
        first = super().create_media_buy(asked)
        super().create_media_buy({**asked, "idempotency_key": f"another than {asked['idempotency_key']}"})
        return first


WAYS: Mapping[str, type[Seller]] = {
    "odd-field": OddField,
    "working": Working,
    "rejected": Rejected,
    "half-budget": HalfBudget,
    "terse": Terse,
    "dropped-package": DroppedPackage,
    "other-days": OtherDays,
    "other-currency": OtherCurrency,
    "paused": Paused,
    "pending-creatives": PendingCreatives,
    "failed-creatives": FailedCreatives,
    "stubborn": Stubborn,
    "unreadable": Unreadable,
    "tells-later": TellsLater,
    "no-and-yes": NoAndYes,
    "twice": Twice,
}


def answered(seller: Seller, message: Json) -> Json:
    """The result of an MCP request."""
    match message["method"]:
        case "initialize":
            version = message["params"]["protocolVersion"]
            return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": _NAME}
        case "tools/list":
            return {"tools": []}
        case "tools/call":
            task: Callable[[Json], Json] = getattr(seller, message["params"]["name"])
            said = task(message["params"]["arguments"])
            return {"content": [{"type": "text", "text": json.dumps(said)}], "structuredContent": said}
    raise LookupError(message["method"])


_NAME = {"name": "hostile", "version": "1"}


def handler(seller: Seller) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/buys":
                self._say(200, {"orders": seller.orders, "buys": list(seller.buys.values())})
            else:
                self._say(405, {})

        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "id" not in message:
                self._say(202, None)
                return
            try:
                told = {"result": answered(seller, message)}
            except LookupError:
                told = {"error": {"code": -32601, "message": f"there is no {message['method']}"}}
            self._say(200, {"jsonrpc": "2.0", "id": message["id"], **told})

        def _say(self, status: int, said: object) -> None:
            body = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", asked.port), handler(WAYS[asked.way]()))
    print(f"selling at http://127.0.0.1:{asked.port}", flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
