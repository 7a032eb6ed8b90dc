"""What Prometheus reads, by its own parser, beside what the API says of the same day."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import Json
from tests.integration.serving import Server, connected, data_of, serving
from tests.patience import eventually

Labels = frozenset[tuple[str, str]]


class Read(dict[tuple[str, Labels], float]):
    """Samples by name and labels."""

    def __call__(self, name: str, **labels: str) -> float:
        return self[name, frozenset(labels.items())]

    def of(self, name: str) -> dict[Labels, float]:
        return {labels: value for (sample, labels), value in self.items() if sample == name}


def read(http: httpx.Client) -> Read:
    answer = http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = list(text_string_to_metric_families(answer.text))
    assert len({family.name for family in families}) == len(families)
    return Read(
        {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("metrics") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def http(server: Server) -> Iterator[httpx.Client]:
    with server.http() as http:
        yield http


def start(http: httpx.Client, **rest: Any) -> str:
    asked = {"scenario": "heavy-rain", **rest}
    return str(http.post("/campaigns", json=asked).raise_for_status().json()["campaign_id"])


def at(http: httpx.Client, campaign: str, status: str) -> Json:
    def there() -> Json | None:
        found: Json = http.get(f"/campaigns/{campaign}").json()
        return found if found["campaign"]["status"] == status else None

    return eventually(there, f"{campaign} to be {status}")


@pytest.fixture(scope="module")
def day(http: httpx.Client) -> Json:
    """One campaign waits at the gate, one has booked, one has failed; one address was wrong."""
    waits, fails = start(http, autonomy="approve"), start(http, autonomy="autonomous", faults=["platform-reject"])
    http.post("/simulation/trigger", json={"scenario": "heatwave"}).raise_for_status()

    def live() -> str | None:
        waiting = http.get("/campaigns", params={"status": "AWAITING_APPROVAL"}).json()["items"]
        return next((one["id"] for one in waiting if one["id"] != waits), None)

    booked = eventually(live, "a live campaign at the gate")
    http.post(f"/campaigns/{booked}/decisions", json={"answer": {"decision": "approve"}}).raise_for_status()
    assert http.get("/nowhere").status_code == 404
    assert http.get("/campaigns/00000000-0000-0000-0000-000000000000").status_code == 404
    return {
        "waits": at(http, waits, "AWAITING_APPROVAL"),
        "booked": at(http, booked, "ACTIVE"),
        "failed": at(http, fails, "FAILED"),
    }


def test_the_ledger_is_told_before_anything_was_booked(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, server.http() as http:
        told, kpis = read(http), http.get("/kpis").json()
    for span, budget in (("all", kpis["budget"]), ("day", 100_000)):
        parts = {"budget": budget, "reserved": 0, "spent": 0, "left": budget}
        assert {
            part: told("tescosense_ledger_pounds", account="house", span=span, part=part) for part in parts
        } == parts


def test_the_ledger_is_the_houses(http: httpx.Client, day: Json) -> None:
    told, kpis = read(http), http.get("/kpis").json()
    pounds = {
        part: told("tescosense_ledger_pounds", account="house", span="all", part=part)
        for part in ("budget", "reserved", "spent", "left")
    }
    held = sum(float(entry["amount"]) for entry in day["booked"]["ledger"] if entry["state"] == "committed")
    assert held > 0
    assert (pounds["spent"], pounds["reserved"]) == (held, 0)
    assert pounds["left"] == pounds["budget"] - held
    of_day = told("tescosense_ledger_pounds", account="house", span="day", part="spent")
    assert of_day == held
    assert told("tescosense_booking_stopped") == 0
    assert kpis


def test_what_waits_for_a_person_is_what_the_api_says(http: httpx.Client, day: Json) -> None:
    told, open_ones = read(http), http.get("/decisions").json()["open"]
    assert told("tescosense_decisions_waiting") == open_ones >= 1
    assert told("tescosense_decisions_oldest_seconds") > 0


def test_the_queue_is_empty_once_all_is_done(http: httpx.Client, day: Json) -> None:
    told = eventually(
        lambda: found if not any((found := read(http)).of("tescosense_queue_orders").values()) else None,
        "an empty queue",
    )
    assert told.of("tescosense_queue_orders") == {
        frozenset({("state", "waiting")}): 0.0,
        frozenset({("state", "under_way")}): 0.0,
    }
    assert set(told.of("tescosense_queue_oldest_seconds").values()) == {0.0}


def test_failures_and_errors_have_their_class(http: httpx.Client, day: Json) -> None:
    assert day["failed"]["campaign"]["failure"]["error"] == "PlatformFailure"
    told = read(http)
    assert told.of("tescosense_campaign_failures_total") == {
        frozenset({("node", "booking"), ("error", "PlatformFailure")}): 1.0
    }
    assert told("tescosense_http_errors_total", error="NotFound") == 1


def test_requests_are_told_by_route_and_status(http: httpx.Client, day: Json) -> None:
    before = read(http)
    for _ in range(3):
        http.get(f"/campaigns/{day['booked']['campaign']['id']}").raise_for_status()
    after = read(http)
    one = {"method": "GET", "route": "/campaigns/{campaign_id}"}
    assert (
        after("tescosense_http_requests_total", **one, status="200")
        - before("tescosense_http_requests_total", **one, status="200")
        == 3
    )
    assert after("tescosense_http_requests_total", **one, status="404") == 1
    assert after("tescosense_http_requests_total", method="GET", route="none", status="404") == 1
    assert after("tescosense_http_seconds_count", **one) - before("tescosense_http_seconds_count", **one) == 3
    assert after("tescosense_http_seconds_bucket", **one, le="+Inf") == after("tescosense_http_seconds_count", **one)
    routes = {dict(labels)["route"] for labels in after.of("tescosense_http_requests_total")}
    assert not [route for route in routes if day["booked"]["campaign"]["id"] in route]


def test_model_calls_and_tokens_are_those_of_the_events(http: httpx.Client, day: Json) -> None:
    told = read(http)
    asked = []
    for campaign in http.get("/campaigns", params={"limit": 200}).json()["items"]:
        events = http.get(f"/campaigns/{campaign['id']}/events", params={"limit": 1000}).json()["items"]
        asked += [data for event in events if (data := data_of(event)).get("kind") == "model.called"]
    assert asked
    assert sum(told.of("tescosense_model_calls_total").values()) == len(asked)
    tokens = {"input": "input_tokens", "output": "output_tokens"}
    for direction, name in tokens.items():
        counted = sum(
            v for labels, v in told.of("tescosense_model_tokens_total").items() if ("direction", direction) in labels
        )
        assert counted == sum(one[name] for one in asked)


async def test_open_sockets_are_counted(server: Server, http: httpx.Client) -> None:
    assert read(http)("tescosense_sockets") == 0
    async with connected(server) as one, connected(server) as another:
        for client in (one, another):
            await client.hello()
            await client.until(type="stream.synced")
        told = await asyncio.to_thread(read, http)
        assert (told("tescosense_sockets"), told("tescosense_socket_waiting_events")) == (2, 0)
        await one.say(type="nonsense")
        code, _ = await one.closed()
    told = eventually(
        lambda: found if (found := read(http))("tescosense_sockets") == 0 else None, "the sockets to close"
    )
    assert told("tescosense_sockets_closed_total", code=str(code)) == 1
