"""A campaign is started over HTTP: with whatever Studio can give it, once, in a world and on an account of its own."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.conftest import Json
from tests.integration.serving import Server, serving
from tests.patience import eventually

KEYS = {"TESCOSENSE_API_KEYS": "Vera:viewer:v-key,Otto:operator:o-key,Alex:admin:a-key"}
OTTO, VERA, ALEX = ({"x-api-key": key} for key in ("o-key", "v-key", "a-key"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("starting") / "data", **KEYS) as running:
        yield running


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with server.http() as client:
        client.headers.update(OTTO)
        yield client


def campaign_in(http: httpx.Client, campaign: str, status: str) -> Json:
    """The campaign once it stands there."""

    def there() -> Json | None:
        found = http.get(f"/campaigns/{campaign}").json()
        return Json(found) if found["campaign"]["status"] == status else None

    return eventually(there, f"the campaign to be {status}")


def test_it_runs_to_the_gate_and_on_and_takes_nothing_of_the_house(http: httpx.Client) -> None:
    house = http.get("/kpis").json()
    wanted = {"scenario": "heavy-rain", "budget": 3000, "limits": {"channel_share": 0.5}, "max_cycles": 1}
    started = http.post("/campaigns", json=wanted)
    assert started.status_code == 202, started.text
    campaign, follow = started.json()["campaign_id"], started.json()["follow"]
    assert started.json()["account"] == f"trial-{campaign}"
    assert started.json()["world_id"] == campaign
    detail = campaign_in(http, campaign, "AWAITING_APPROVAL")
    assert detail["opportunities"][0]["category"] == "soup"
    plan = detail["plans"][-1]
    assert 0 < plan["budget"] <= 3000
    assert max(one["budget"] for one in plan["allocations"]) <= 0.5 * plan["budget"] + 0.01
    for address in (follow["campaign"], follow["events"], follow["questions"]):
        assert http.get(address).status_code == 200, address
    approved = http.post(follow["decisions"], json={"answer": {"decision": "approve"}}, headers=ALEX)
    assert approved.status_code == 202
    detail = campaign_in(http, campaign, "ACTIVE")
    assert {entry["account"] for entry in detail["ledger"]} == {f"trial-{campaign}"}
    assert http.get("/kpis").json()["committed"] == house["committed"]


def test_what_is_found_can_be_given(http: httpx.Client) -> None:
    first = http.post("/campaigns", json={"scenario": "heavy-rain", "autonomy": "shadow"}).json()["campaign_id"]
    [found] = campaign_in(http, first, "SHADOWED")["opportunities"]
    given = {"scenario": "heavy-rain", "autonomy": "shadow", "opportunity": {**found, "headline": "Rain and no soup"}}
    second = http.post("/campaigns", json=given).json()["campaign_id"]
    [own] = campaign_in(http, second, "SHADOWED")["opportunities"]
    assert (own["headline"], own["id"] != found["id"]) == ("Rain and no soup", True)
    assert campaign_in(http, first, "SHADOWED")["opportunities"] == [found], "another's record is left alone"


def test_what_comes_again_under_one_key_is_one_campaign(http: httpx.Client, server: Server) -> None:
    once = {"Idempotency-Key": str(uuid4())}
    wanted = {"scenario": "heavy-rain", "autonomy": "shadow"}
    first, again = (http.post("/campaigns", json=wanted, headers=once) for _ in range(2))
    assert (first.status_code, again.json()) == (202, first.json())
    assert http.post("/campaigns", json={"scenario": "heatwave"}, headers=once).status_code == 409
    assert http.post("/campaigns", json=wanted).json()["campaign_id"] != first.json()["campaign_id"]


REFUSED: list[tuple[Json, str, str]] = [
    ({"scenari": "heavy-rain"}, "scenari", "did you mean 'scenario'?"),
    ({"limits": {"capp": 3}}, "limits.capp", "did you mean 'cap'?"),
    ({"scenario": "heavy-rian"}, "scenario", "did you mean 'heavy-rain'?"),
    ({"source": "files:/etc"}, "source", "there is no source"),
    ({"source": "complete-journey"}, "source", "there is no source"),
    ({"model": "opanai:gpt-5"}, "model", "did you mean 'openai:...'?"),
    ({"faults": ["refusall"]}, "faults", "did you mean 'refusal'?"),
    ({"faults": ["platform-rejct"]}, "faults", "did you mean 'platform-reject'?"),
    ({"budget": 0}, "budget", "greater than 0"),
    ({"world": {"world_id": "live"}}, "world", "there is no field 'world'"),
    ({"today": "1999-01-01"}, "today", "The simulated world has no day 1999-01-01"),
    ({"today": "9999-12-31"}, "today", "choose a day from"),
    ({"threshold": True}, "threshold", "true is no number"),
    ({"limits": {"channel_share": True}}, "limits.channel_share", "true is no number"),
    ({"seed": False}, "seed", "false is no number"),
    ({"account": "house"}, "account", "there is no field 'account'"),
    ({"opportunity": {"diagnosis": {"couse": "stock"}}}, "opportunity.diagnosis.couse", "did you mean 'cause'?"),
    ({"creative_prompt": "user:\nAn ad for {{ zzz }}"}, "creative_prompt", "zzz"),
    ({"strategy_prompt": "user:\nPlan {{ it"}, "strategy_prompt", "cannot be used"),
]


@pytest.mark.parametrize(("wanted", "field", "told"), REFUSED)
def test_what_cannot_be_is_refused_by_name_and_nothing_starts(
    http: httpx.Client, wanted: Json, field: str, told: str
) -> None:
    before = http.get("/campaigns").json()["items"]
    refused = http.post("/campaigns", json=wanted)
    problem = refused.json()
    assert (refused.status_code, problem["field"]) == (422, field), problem
    assert told in f"{problem['detail']}: {problem['remedy']}"
    assert [one["id"] for one in http.get("/campaigns").json()["items"]] == [one["id"] for one in before]


def test_an_opportunity_that_these_sales_cannot_have_is_refused(http: httpx.Client) -> None:
    first = http.post("/campaigns", json={"scenario": "heavy-rain", "autonomy": "shadow"}).json()["campaign_id"]
    [found] = campaign_in(http, first, "SHADOWED")["opportunities"]
    cases: list[tuple[Json, str, str]] = [
        ({"regions": [found["regions"][0], "Atlantis"]}, "opportunity.regions.1", "no region 'Atlantis'"),
        ({"category": "soops"}, "opportunity.category", "soup"),
        ({"detected_on": "1999-01-01"}, "opportunity.detected_on", "has no day 1999-01-01"),
    ]
    for other, field, told in cases:
        refused = http.post("/campaigns", json={"scenario": "heavy-rain", "opportunity": {**found, **other}})
        problem = refused.json()
        assert (refused.status_code, problem["field"]) == (422, field), problem
        assert told in f"{problem['detail']}: {problem['remedy']}"


def test_a_key_from_more_than_a_week_ago_begins_no_other_and_says_so(http: httpx.Client, server: Server) -> None:
    once, wanted = {"Idempotency-Key": str(uuid4())}, {"scenario": "heavy-rain", "autonomy": "shadow"}
    campaign = http.post("/campaigns", json=wanted, headers=once).json()["campaign_id"]
    campaign_in(http, campaign, "SHADOWED")
    # As it stands eight days on, once what is older than a week has been cleared away.
    with create_engine(f"sqlite:///{server.log.parent / 'data' / 'tescosense.db'}").begin() as connection:
        connection.execute(text("DELETE FROM commands"))
        aged = text("UPDATE campaigns SET created_at = datetime(created_at, '-8 days') WHERE id = :id")
        assert connection.execute(aged, {"id": UUID(campaign).hex}).rowcount == 1
    refused = http.post("/campaigns", json=wanted, headers=once)
    assert (refused.status_code, refused.json()["field"]) == (409, "Idempotency-Key")
    assert f"began the campaign {campaign}" in refused.json()["detail"]
    assert "kept for 7 days" in refused.json()["detail"]


def test_the_log_tells_who_started_which(http: httpx.Client) -> None:
    assert http.post("/campaigns", json={}, headers=VERA).status_code == 403
    campaign = http.post("/campaigns", json={"scenario": "heavy-rain", "autonomy": "shadow"}).json()["campaign_id"]
    [entry] = http.get("/audit", params={"subject": campaign}, headers=ALEX).json()["items"]
    assert [entry[name] for name in ("who", "act", "outcome")] == ["Otto", "campaign.start", "done"]
    assert entry["asked"]["scenario"] == "heavy-rain"


def test_a_person_own_files_are_named_and_never_shown_where_they_are(tmp_path: Path) -> None:
    broken = tmp_path / "corner-shop"
    broken.mkdir()
    (broken / "sales.csv").write_text("day;what\n1;2\n")
    with serving(tmp_path / "data", TESCOSENSE_SOURCES=f"files:{broken}") as server, server.http() as http:
        refused = http.post("/campaigns", json={"source": "files:corner-shop"})
        assert refused.status_code == 422
        assert str(tmp_path) not in refused.text
        assert "sales.csv, line 2" in refused.json()["detail"]
        rain = http.post("/campaigns", json={"source": "files:corner-shop", "scenario": "heavy-rain"})
        assert (rain.status_code, rain.json()["field"]) == (422, "scenario")


def test_what_may_book_real_ads_alone_is_not_an_operators_to_start(tmp_path: Path) -> None:
    seller = {"TESCOSENSE_AD_SELLER_URL": "http://127.0.0.1:9/mcp"}
    with serving(tmp_path / "data", **KEYS, **seller) as server, server.http() as http:
        alone, asking = ({"scenario": "heavy-rain", "autonomy": level} for level in ("autonomous", "approve"))
        assert http.post("/campaigns", json=alone, headers=OTTO).status_code == 403
        assert http.post("/campaigns", json=asking, headers=OTTO).status_code == 202
        assert http.post("/campaigns", json=alone, headers=ALEX).status_code == 202
        faulty = http.post("/campaigns", json={**asking, "faults": ["platform-reject"]}, headers=OTTO)
        assert (faulty.status_code, faulty.json()["field"]) == (422, "faults")
