"""What is told of other budgets before anybody decides is what is booked once somebody does, to the penny."""

from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import Json
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("what-if") / "data") as server, server.http() as http:
        yield http


def at_the_gate(http: httpx.Client, scenario: str) -> Json:
    """The detail of a campaign that waits for a decision."""
    done = http.post("/simulation/trigger", json={"scenario": scenario, **WHATEVER_LAPSES}).json()
    campaign = done["campaign_ids"][0]
    eventually(lambda: http.get(f"/campaigns/{campaign}/questions").json()["items"] or None, "the gate to ask")
    detail: Json = http.get(f"/campaigns/{campaign}").json()
    return detail


def tried(http: httpx.Client, campaign: str, budgets: list[Json]) -> Json:
    answer = http.post(f"/campaigns/{campaign}/what-if", json={"budgets": budgets})
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


def test_what_is_told_is_what_is_booked_and_trying_keeps_nothing(http: httpx.Client) -> None:
    before = at_the_gate(http, "heavy-rain")
    campaign, plan = before["campaign"]["id"], before["plans"][-1]
    budgets = [
        {"channel": one["channel"], "budget": 400 + number + 0.07} for number, one in enumerate(plan["allocations"])
    ]
    told = tried(http, campaign, budgets)
    assert told["stopped"] is None
    assert told["plan"]["budget"] == pytest.approx(sum(one["budget"] for one in budgets), abs=0.001)
    assert told["plan"]["budget"] != plan["budget"]
    assert told["plan"]["predicted_roi"] != plan["predicted_roi"]
    after = http.get(f"/campaigns/{campaign}").json()
    assert (after["plans"], after["approvals"], after["questions"]) == (before["plans"], [], before["questions"])

    answer = {"decision": "edit", "decided_by": "you", "budgets": budgets}
    assert http.post(f"/campaigns/{campaign}/decisions", json={"answer": answer}).status_code == 202
    eventually(lambda: http.get(f"/campaigns/{campaign}").json()["bookings"] or None, "the booking")
    done = http.get(f"/campaigns/{campaign}").json()
    assert done["plans"][-1] == told["plan"]
    assert [booking["committed"] for booking in done["bookings"]] == [told["plan"]["budget"]]
    refused = http.post(f"/campaigns/{campaign}/what-if", json={"budgets": budgets})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_decided")


def test_what_stops_an_edit_is_told_as_the_edit_would_be_refused(http: httpx.Client) -> None:
    detail = at_the_gate(http, "heatwave")
    campaign, first = detail["campaign"]["id"], detail["plans"][-1]["allocations"][0]["channel"]
    limits = detail["questions"][0]["payload"]["limits"]
    minimum = next(one["minimum"] for one in limits["channels"] if one["channel"] == first)
    barred = {"channel": "in_store_screen", "budget": 1e5}
    beyond: list[list[Json]] = [
        [{"channel": first, "budget": minimum - 0.01}],
        [{"channel": first, "budget": limits["available"] + 0.01}],
        [{"channel": one["channel"], "budget": 0} for one in detail["plans"][-1]["allocations"]],
        [barred],
    ]
    for budgets in beyond:
        told = tried(http, campaign, budgets)
        assert told["plan"] is None
        answer = {"answer": {"decision": "edit", "budgets": budgets}}
        refused = http.post(f"/campaigns/{campaign}/decisions", json=answer)
        assert refused.status_code == 422, budgets
        assert (told["stopped"]["problem"], told["stopped"]["remedy"]) == (
            refused.json()["detail"].rstrip("."),
            refused.json()["remedy"].rstrip("."),
        )
