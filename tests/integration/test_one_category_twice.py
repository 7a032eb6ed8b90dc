"""Two campaigns of one category at once: in regions apart, in stores of their own, each measured alone."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually

Row = dict[str, Any]
WEST, NORTH = ["South West", "Wales"], ["Scotland", "Yorkshire"]


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("soup") / "data"
    # So much that the first one leaves enough for the second.
    with serving(folder, TESCOSENSE_PROBE_LIMIT="20000") as server, server.http() as client:
        yield client


def rain(http: httpx.Client, regions: list[str]) -> Row:
    asked = {"scenario": "heavy-rain", "category": "soup", "regions": regions, **WHATEVER_LAPSES}
    triggered: Row = http.post("/simulation/trigger", json=asked).raise_for_status().json()
    return triggered


def steps(http: httpx.Client, days: int) -> None:
    for _ in range(days):
        http.post("/simulation/clock/step", json=WHATEVER_LAPSES).raise_for_status()


def soup_among(http: httpx.Client, campaigns: list[str]) -> str:
    items = http.get("/campaigns?category=soup&limit=200").json()["items"]
    [one] = [str(row["id"]) for row in items if row["id"] in campaigns]
    return one


def stands(http: httpx.Client, campaign: str, status: str) -> Row:
    def there() -> Row | None:
        story: Row = http.get(f"/campaigns/{campaign}").json()
        return story if story["campaign"]["status"] == status else None

    return eventually(there, f"the campaign to be {status}")


def flown(http: httpx.Client, regions: list[str]) -> str:
    """The id of soup's campaign that rain there comes to, once it is on the air."""
    campaign = soup_among(http, rain(http, regions)["campaign_ids"])
    stands(http, campaign, "AWAITING_APPROVAL")
    answer = {"answer": {"decision": "approve", "decided_by": "Ann"}}
    # It is on record as waiting a moment before it can be answered.
    eventually(lambda: http.post(f"/campaigns/{campaign}/decisions", json=answer).is_success or None, "an answer")
    stands(http, campaign, "ACTIVE")
    return campaign


def test_rain_in_the_west_and_then_in_the_north_are_two_campaigns_at_once_and_each_is_measured_alone(
    http: httpx.Client,
) -> None:
    west = flown(http, WEST)
    steps(http, 3)
    north = flown(http, NORTH)
    both = [stands(http, campaign, "ACTIVE") for campaign in (west, north)]
    served = [set(story["plans"][-1]["holdout"]["treated_stores"]) for story in both]
    held_out = [set(story["plans"][-1]["holdout"]["control_stores"]) for story in both]
    assert (served[0] | held_out[0]).isdisjoint(served[1] | held_out[1])
    assert all(served)
    assert all(held_out)

    rain(http, WEST)
    waits = [one for one in http.get("/trends").json()["seen"] if one["category"] == "soup"]
    assert [one["why"] for one in waits] == ["has_campaign"]
    last = date.fromisoformat(both[0]["plans"][-1]["flight"]["end"])
    until = f"which is measured on {last + timedelta(days=1):%-d %B %Y}"
    assert waits[0]["reason"] == f"it has a campaign for lapsing buyers in South West and Wales under way, {until}"

    steps(http, 9)
    for campaign in (west, north):
        report = stands(http, campaign, "COMPLETED")["reports"][-1]
        assert report["lift"]["is_measured"]
        assert "other campaign" not in report["lift"]["why"]


def test_a_second_probe_waits_for_the_first_where_that_may_lose_all_that_probes_may(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, server.http() as http:
        west = stands(http, flown(http, WEST), "ACTIVE")
        assert west["plans"][-1]["probe"]["limit"] == 1000
        north = stands(http, soup_among(http, rain(http, NORTH)["campaign_ids"]), "WAITING")
        measured = date.fromisoformat(west["plans"][-1]["flight"]["end"]) + timedelta(days=1)
        assert north["plans"][-1]["look_again_on"] == measured.isoformat()
        assert "A probe of £" in north["plans"][-1]["reason"]
        assert north["bookings"] == []
