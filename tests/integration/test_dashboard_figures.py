"""The figures the dashboard shows, from a campaign that has run: KPIs, delivery by day, signals."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import CommandLine, Json
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually

FLIGHT_DAYS = 7


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures") / "data"


@pytest.fixture(scope="module")
def http(data_dir: Path) -> Iterator[httpx.Client]:
    with serving(data_dir) as server, server.http() as http:
        yield http


@pytest.fixture(scope="module")
def before(http: httpx.Client) -> Json:
    """The KPIs of a day on which nothing has been measured."""
    figures: Json = http.get("/kpis").json()
    return figures


@pytest.fixture(scope="module")
def soup(http: httpx.Client, before: Json) -> str:
    """A soup campaign, approved, and three days into its flight."""
    http.post("/simulation/trigger", json={"scenario": "heavy-rain"})
    campaign = _wait_for(http, "AWAITING_APPROVAL")
    http.post(f"/campaigns/{campaign}/decisions", json={"answer": {"decision": "approve"}}).raise_for_status()
    _wait_for(http, "ACTIVE")
    for _ in range(4):
        http.post("/simulation/clock/step", json=WHATEVER_LAPSES).raise_for_status()
    return campaign


@pytest.fixture(scope="module")
def measured(http: httpx.Client, soup: str) -> str:
    """The same campaign, its flight over and measured. Tests of the flight under way stand before those of this."""
    for _ in range(FLIGHT_DAYS):
        http.post("/simulation/clock/step", json=WHATEVER_LAPSES).raise_for_status()
    _wait_for(http, "COMPLETED")
    return soup


def _wait_for(http: httpx.Client, status: str) -> str:
    def soup() -> str | None:
        for record in http.get("/campaigns", params={"status": status}).json()["items"]:
            if record["category"] == "soup":
                return str(record["id"])
        return None

    return eventually(soup, f"a soup campaign that is {status}")


def through_every_door(http: httpx.Client, data_dir: Path, campaign: str) -> Json:
    """The campaign's row, which is the same in the API's list and detail and in the command line's."""
    command = CommandLine(data_dir)
    listed = [row for row in http.get("/campaigns").json()["items"] if row["id"] == campaign]
    printed = command("campaigns", "list", "--json").lines
    shown = json.loads(command("campaigns", "show", campaign).out)["campaign"]
    assert listed == [http.get(f"/campaigns/{campaign}").json()["campaign"]]
    assert [row for row in printed if row["id"] == campaign] == listed
    assert [shown] == listed
    row: Json = listed[0]
    return row


def test_nothing_measured_is_none_and_not_zero(before: Json) -> None:
    assert (before["provenance"]["sales"], before["provenance"]["ad_response"]) == ("simulated", "simulated")
    for rate in ("iroas", "attributed_roas", "ctr", "pace", "incremental_interval", "measured_at"):
        assert before[rate] is None, rate
    assert before["budget_left"] == before["budget"]


def test_a_running_flight_shows_spend_and_pace(http: httpx.Client, soup: str) -> None:
    kpis = http.get("/kpis").json()
    delivery = http.get(f"/campaigns/{soup}/delivery").json()
    delivered = round(sum(row["spend"] for row in delivery["items"]), 2)
    assert 0 < delivery["days_delivered"] < FLIGHT_DAYS
    assert kpis["spend"] == pytest.approx(delivered, abs=0.01)
    complete = sum(row["spend"] for row in delivery["items"] if row["day"] < delivery["through"])
    planned = delivery["planned_to_date"] / delivery["days_delivered"] * (delivery["days_delivered"] - 1)
    assert kpis["pace"] == pytest.approx(complete / planned, rel=1e-3)
    assert kpis["committed"] == pytest.approx(kpis["budget"] - kpis["budget_left"])


def test_the_table_spends_what_the_strip_above_it_spends(http: httpx.Client, soup: str) -> None:
    rows = [row for row in http.get("/campaigns").json()["items"] if row["world_id"] == "live"]
    row = next(row for row in rows if row["id"] == soup)
    assert row["spent"] > 0
    assert sum(row["spent"] for row in rows) == pytest.approx(http.get("/kpis").json()["spend"], abs=0.01)
    assert http.get(f"/campaigns/{soup}").json()["campaign"] == row


def test_every_door_tells_the_same_of_a_running_flight(http: httpx.Client, data_dir: Path, soup: str) -> None:
    row = through_every_door(http, data_dir, soup)
    assert row["spent"] == pytest.approx(http.get("/kpis").json()["spend"], abs=0.01)
    assert row["spent"] > 0


def test_the_table_plans_what_the_plan_says(http: httpx.Client, soup: str) -> None:
    story = http.get(f"/campaigns/{soup}").json()
    plan, opportunity, row = story["plans"][-1], story["opportunities"][-1], story["campaign"]
    assert (row["planned"], row["flight"]) == (plan["budget"], plan["flight"])
    assert (row["detected_on"], row["regions"]) == (opportunity["detected_on"], opportunity["regions"])
    assert (row["iroas"], row["roi"]) == (None, None), "nothing is measured during a flight"


def test_rates_of_a_running_flight_count_only_what_can_be_clicked(http: httpx.Client, soup: str) -> None:
    kpis, delivery = http.get("/kpis").json(), http.get(f"/campaigns/{soup}/delivery").json()["items"]
    clickable = [row for row in delivery if row["channel"] != "in_store_screen"]
    assert len(clickable) < len(delivery), "the plan has a channel that nobody can click"
    clicks, seen = (sum(row[name] for row in clickable) for name in ("clicks", "impressions"))
    assert kpis["ctr"] == pytest.approx(clicks / seen)
    claimed, spend = (sum(row[name] for row in delivery) for name in ("conversion_value", "spend"))
    assert kpis["attributed_roas"] == pytest.approx(claimed / spend)
    assert (kpis["iroas"], kpis["roi"]) == (None, None)
    assert kpis["claimed_sales"] == pytest.approx(claimed)


@pytest.mark.usefixtures("soup")
def test_campaigns_of_other_worlds_are_not_among_the_live_worlds_figures(http: httpx.Client, data_dir: Path) -> None:
    CommandLine(data_dir)("run", "heatwave", "--autonomy", "approve")
    worlds = [record["world_id"] for record in http.get("/campaigns", params={"limit": 200}).json()["items"]]
    assert set(worlds) > {"live"}
    assert http.get("/kpis").json()["campaigns"] == worlds.count("live")


def test_delivery_never_tells_of_days_to_come(http: httpx.Client, soup: str) -> None:
    today = http.get("/simulation/clock").json()["today"]
    delivery = http.get(f"/campaigns/{soup}/delivery").json()
    assert max(row["day"] for row in delivery["items"]) == delivery["through"] < today


def test_a_measured_campaign_shows_lift_beside_the_platforms_claim(http: httpx.Client, measured: str) -> None:
    kpis = http.get("/kpis").json()
    report = http.get(f"/campaigns/{measured}").json()["reports"][-1]
    row = http.get(f"/campaigns/{measured}").json()["campaign"]
    assert (kpis["iroas"], kpis["roi"]) == pytest.approx((report["iroas"], report["roi"]), rel=1e-3)
    assert row["roi_interval"] == pytest.approx(report["roi_interval"], rel=1e-3)
    assert (row["iroas"], row["roi"]) == pytest.approx((report["iroas"], report["roi"]), rel=1e-3)
    assert row["iroas_interval"]["low"] * report["spend"] == pytest.approx(report["lift"]["interval"]["low"], abs=0.01)
    assert row["spent"] == kpis["spend"] == report["spend"]
    assert kpis["attributed_roas"] == pytest.approx(report["attributed_roas"], rel=1e-3)
    assert kpis["incremental_interval"] == pytest.approx(report["lift"]["interval"], rel=1e-3)
    assert http.get(f"/campaigns/{measured}/delivery").json()["days_delivered"] == FLIGHT_DAYS


def test_every_door_tells_the_same_of_a_measured_campaign(http: httpx.Client, data_dir: Path, measured: str) -> None:
    row = through_every_door(http, data_dir, measured)
    kpis = http.get("/kpis").json()
    assert kpis["iroas"] is not None
    assert (row["spent"], row["iroas"]) == pytest.approx((kpis["spend"], kpis["iroas"]))


def test_the_lessons_of_one_campaign_are_asked_for_alone(http: httpx.Client, measured: str) -> None:
    [lesson] = http.get("/lessons", params={"campaign_id": measured}).json()["items"]
    assert lesson["campaign_id"] == measured
    assert lesson in http.get("/lessons", params={"limit": 200}).json()["items"]
    assert http.get("/lessons", params={"after": "nonsense"}).status_code == 422
    nothing = {"items": [], "asked_for_money": [], "open": 0, "next": None, "unreadable": []}
    assert http.get("/decisions", params={"campaign_id": measured}).json() == nothing


def test_every_category_has_a_cell_in_every_region_and_says_it_is_simulated(http: httpx.Client) -> None:
    signals = http.get("/signals").json()
    places = {(cell["category"], cell["region"]) for cell in signals["items"]}
    assert places == {(category, region) for category in signals["categories"] for region in signals["regions"]}
    assert signals["provenance"]["sales"] == "simulated"


def test_a_series_has_a_figure_for_every_day_and_a_forecast_after_it(http: httpx.Client) -> None:
    series = http.get("/signals/series", params={"category": "soup", "region": "London", "days": 28}).json()
    assert len(series["dates"]) == 28
    for name in ("units", "expected", "low", "high", "search", "rain_mm"):
        assert len(series[name]) == 28, name
    assert len(series["dates_ahead"]) == len(series["units_ahead"]) == len(series["rain_ahead"])
    assert series["dates_ahead"][0] > series["dates"][-1]


def test_the_newest_day_is_marked_alike_in_the_table_and_in_its_chart(http: httpx.Client) -> None:
    for cell in http.get("/signals").json()["items"]:
        place = {"category": cell["category"], "region": cell["region"], "days": 7}
        series = http.get("/signals/series", params=place).json()
        assert series["outside"][-1] == cell["outside"]
        if cell["units"] is not None:
            below, above = cell["units"] < series["low"][-1], cell["units"] > series["high"][-1]
            assert cell["outside"] == ("below" if below else "above" if above else None)


def test_an_unknown_series_is_not_found_and_says_where_to_look(http: httpx.Client) -> None:
    answer = http.get("/signals/series", params={"category": "caviar", "region": "London"})
    assert answer.status_code == 404
    assert "GET /signals" in answer.json()["remedy"]


def test_a_campaign_never_booked_has_no_delivery(http: httpx.Client, soup: str) -> None:
    http.post("/simulation/trigger", json={"scenario": "stock-out", **WHATEVER_LAPSES}).raise_for_status()

    def declined() -> str | None:
        found = http.get("/campaigns", params={"status": "NOT_WORTH_SPENDING"}).json()["items"]
        return str(found[0]["id"]) if found else None

    unbooked = eventually(declined, "an empty shelf that no ad is booked for")
    delivery = http.get(f"/campaigns/{unbooked}/delivery").json()
    assert (delivery["transaction_id"], delivery["items"]) == (None, [])


def test_the_steps_of_a_campaign_come_in_pages_that_miss_and_double_nothing(http: httpx.Client, soup: str) -> None:
    whole = http.get(f"/campaigns/{soup}/history").json()
    assert whole["next"] is None
    paged, after = [], None
    while True:
        asked = {"limit": 4} if after is None else {"limit": 4, "after": after}
        page = http.get(f"/campaigns/{soup}/history", params=asked).json()
        assert len(page["items"]) <= 4
        paged += page["items"]
        after = page["next"]
        if after is None:
            break
    assert paged == whole["items"]
    assert len(paged) > 4
    assert http.get(f"/campaigns/{soup}/history", params={"after": "nonsense"}).status_code == 422
