"""What somebody clicks: how it comes about, what is sent, and what is to be seen once it is done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID, uuid4

import httpx

from domain.decision import SENT_BACK_MOST
from tests.conftest import Json
from tests.integration.serving import WHATEVER_LAPSES
from tests.patience import eventually

MODELS = [f"model-{number}" for number in range(11)]
"""That the house knows prices of."""


@dataclass(frozen=True, slots=True)
class Click:
    """One request, with the key it is sent under however often it is."""

    method: str
    path: str
    body: Json
    campaigns: tuple[str, ...] = ()
    """That it is about, each in a world of its own."""
    before: Json = field(default_factory=dict)
    """What stood there when it was sent."""
    key: str = field(default_factory=lambda: str(uuid4()))

    def send(self, http: httpx.Client) -> httpx.Response:
        return http.request(self.method, self.path, json=self.body, headers={"Idempotency-Key": self.key})


class Kind(Protocol):
    """One kind of click."""

    def ready(self, http: httpx.Client) -> Click: ...

    def require_done(self, http: httpx.Client, click: Click) -> None:
        """Wait until it is carried out. Raises AssertionError where it is done in another way, or more than once."""
        ...


def started(http: httpx.Client, **how: object) -> str:
    """A campaign in a world of its own, which waits for a person."""
    wanted = {"scenario": "heavy-rain", "autonomy": "approve", **how}
    campaign: str = http.post("/campaigns", json=wanted).raise_for_status().json()["campaign_id"]
    question(http, campaign)
    return campaign


def question(http: httpx.Client, campaign: str) -> Json:
    """What it asks, once it does."""
    found: list[Json] = eventually(
        lambda: http.get(f"/campaigns/{campaign}/questions").json()["items"] or None, "a question"
    )
    return found[0]


def detail(http: httpx.Client, campaign: str) -> Json:
    found: Json = http.get(f"/campaigns/{campaign}").raise_for_status().json()
    return found


def status(http: httpx.Client, campaign: str, *wanted: str) -> str:
    """Its status, once it is one of these."""

    def look() -> str | None:
        now: str = detail(http, campaign)["campaign"]["status"]
        return now if now in wanted else None

    return eventually(look, f"{campaign} to be {' or '.join(wanted)}")


def answering(http: httpx.Client, campaign: str, answer: Json) -> Click:
    asked = {"interrupt_id": question(http, campaign)["interrupt_id"], "answer": {"decided_by": "Ada", **answer}}
    return Click("POST", f"/campaigns/{campaign}/decisions", asked, (campaign,))


def require_booked_once(http: httpx.Client, campaign: str) -> None:
    eventually(lambda: question(http, campaign)["node"] == "measurement" or None, "the booking")
    found = detail(http, campaign)
    assert [one["decided_by"] for one in found["approvals"]] == ["Ada"]
    [booked] = found["bookings"]
    held = [(one["state"], one["amount"]) for one in found["ledger"]]
    assert held == [("committed", booked["committed"])]


class Approve:
    def ready(self, http: httpx.Client) -> Click:
        return answering(http, started(http), {"decision": "approve"})

    def require_done(self, http: httpx.Client, click: Click) -> None:
        require_booked_once(http, click.campaigns[0])


class ApproveSeveral:
    def ready(self, http: httpx.Client) -> Click:
        campaigns = tuple(started(http) for _ in range(3))
        asked = [{"campaign_id": one, "interrupt_id": question(http, one)["interrupt_id"]} for one in campaigns]
        body = {"decision": "approve", "decided_by": "Ada", "campaigns": asked}
        return Click("POST", "/decisions", body, campaigns)

    def require_done(self, http: httpx.Client, click: Click) -> None:
        told = click.send(http).json()
        assert (told["accepted"], [one["refused"] for one in told["items"]]) == (3, [None] * 3)
        for campaign in click.campaigns:
            require_booked_once(http, campaign)


class SendBack:
    def ready(self, http: httpx.Client) -> Click:
        return answering(http, started(http), {"decision": "send_back", "reason": "Talk about warm kitchens"})

    def require_done(self, http: httpx.Client, click: Click) -> None:
        [campaign] = click.campaigns
        asked = click.body["interrupt_id"]
        eventually(lambda: question(http, campaign)["interrupt_id"] != asked or None, "the next question")
        now = question(http, campaign)
        assert (now["node"], now["payload"]["sends_left"]) == ("approval", SENT_BACK_MOST - 1)
        found = detail(http, campaign)
        assert [one["decision"] for one in found["approvals"]] == ["send_back"]
        assert (found["bookings"], found["ledger"]) == ([], [])


class AnswerSpending:
    """A campaign whose chat model would cost more than it may, answered in each way in turn."""

    ENOUGH = "1.00"

    def __init__(self) -> None:
        raised = {"decision": "raise", "limit": self.ENOUGH}
        self._answers = self._in_turn([raised, {"decision": "without_model"}, {"decision": "stop"}])
        self._models = iter(MODELS)

    def ready(self, http: httpx.Client) -> Click:
        # Of a model that nobody has asked: what has been answered before asks for no money.
        campaign = started(http, model=f"openai:{next(self._models)}")
        assert question(http, campaign)["node"] == "model_spend"
        return answering(http, campaign, next(self._answers))

    def require_done(self, http: httpx.Client, click: Click) -> None:
        [campaign] = click.campaigns
        decision = click.body["answer"]["decision"]
        status(http, campaign, "FAILED" if decision == "stop" else "AWAITING_APPROVAL")
        state = http.get(f"/campaigns/{campaign}/state").json()
        limit = float(self.ENOUGH) if decision == "raise" else None
        found = None if state["model_limit"] is None else float(state["model_limit"])
        assert (found, state["without_model"]) == (limit, decision == "without_model")

    @staticmethod
    def _in_turn(answers: list[Json]) -> Iterator[Json]:
        while True:
            yield from answers


class _Running:
    """A change of a flight that has been booked."""

    def flight(self, http: httpx.Client) -> tuple[str, Json]:
        """A campaign, and what it has booked."""
        campaign = started(http)
        answering(http, campaign, {"decision": "approve"}).send(http).raise_for_status()
        require_booked_once(http, campaign)
        return campaign, detail(http, campaign)["bookings"][0]

    def require_changed_once(self, http: httpx.Client, click: Click, action: str) -> Json:
        [campaign] = click.campaigns

        def look() -> Json | None:
            booked: Json = detail(http, campaign)["bookings"][-1]
            return booked if booked["changes"] else None

        booked = eventually(look, f"the {action}")
        assert [(one["action"], one["problem"]) for one in booked["changes"]] == [(action, "")]
        found = detail(http, campaign)
        assert {one["state"] for one in found["ledger"]} == {"committed"}
        assert sum(Decimal(str(one["amount"])) for one in found["ledger"]) == Decimal(str(booked["committed"]))
        return booked


class PauseFlight(_Running):
    def ready(self, http: httpx.Client) -> Click:
        campaign, booked = self.flight(http)
        return Click("POST", f"/campaigns/{campaign}/pause", {}, (campaign,), booked)

    def require_done(self, http: httpx.Client, click: Click) -> None:
        booked = self.require_changed_once(http, click, "pause")
        assert booked["committed"] == click.before["committed"]


class RaiseBudget(_Running):
    def ready(self, http: httpx.Client) -> Click:
        campaign, booked = self.flight(http)
        wanted = {"budget": booked["committed"] + 250, "was": booked["committed"]}
        return Click("PUT", f"/campaigns/{campaign}/budget", wanted, (campaign,), booked)

    def require_done(self, http: httpx.Client, click: Click) -> None:
        booked = self.require_changed_once(http, click, "budget")
        assert booked["committed"] == click.body["budget"]


class StepClock:
    def ready(self, http: httpx.Client) -> Click:
        return Click("POST", "/simulation/clock/step", WHATEVER_LAPSES, before=http.get("/simulation/clock").json())

    def require_done(self, http: httpx.Client, click: Click) -> None:
        today = date.fromisoformat(http.get("/simulation/clock").json()["today"])
        assert today - date.fromisoformat(click.before["today"]) == timedelta(days=1)


KINDS: Mapping[str, type[Kind]] = {
    "one approval": Approve,
    "several approvals": ApproveSeveral,
    "sent back": SendBack,
    "the model's limit": AnswerSpending,
    "pause": PauseFlight,
    "budget": RaiseBudget,
    "a day": StepClock,
}


def worlds_of(click: Click) -> list[UUID]:
    return [UUID(one) for one in click.campaigns]
