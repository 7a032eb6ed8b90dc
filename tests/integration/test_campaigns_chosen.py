"""The table of campaigns: what is chosen, what it comes to, and the file. Judged by a count of its own."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from runtime.reporting.spreadsheet import _text
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually

Row = dict[str, Any]


class House:
    def __init__(self, http: httpx.Client, folder: Path) -> None:
        self.http = http
        self.engine = create_engine(f"sqlite:///{folder / 'tescosense.db'}")

    def rows(self, **choice: Any) -> list[Row]:
        found: list[Row] = []
        after: dict[str, str] = {}
        while True:
            page = self.http.get("/campaigns", params={"limit": 2, **choice, **after}).raise_for_status().json()
            found += page["items"]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}

    def ids(self, **choice: Any) -> set[str]:
        return {row["id"] for row in self.rows(**choice)}

    def totals(self, **choice: Any) -> Row:
        totals: Row = self.http.get("/campaigns/totals", params=choice).raise_for_status().json()
        return totals

    def file(self, **choice: Any) -> list[Row]:
        told = self.http.get("/campaigns/file", params=choice).raise_for_status()
        assert told.headers["content-type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(told.text.removeprefix("\ufeff"))))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two scenarios in the live world: what was proposed is approved by Ann, then a week and more passes; one runs."""
    folder = tmp_path_factory.mktemp("chosen") / "data"
    with serving(folder) as server, server.http() as http:
        for scenario, who in (("heavy-rain", "Ann"), ("viral-trend", "Bob")):
            http.post("/simulation/trigger", json={"scenario": scenario, **WHATEVER_LAPSES}).raise_for_status()
            eventually(lambda: http.get("/decisions").json()["items"] or None, "the gate to ask")
            for item in http.get("/decisions").json()["items"]:
                answer = {"answer": {"decision": "approve", "decided_by": who}}
                http.post(f"/campaigns/{item['campaign']['id']}/decisions", json=answer)
            for _ in range(10 if who == "Ann" else 3):
                http.post("/simulation/clock/step", json=WHATEVER_LAPSES).raise_for_status()
        settled = ("SENSING", "PLANNED")
        eventually(
            lambda: (
                all(row["status"] not in settled for row in http.get("/campaigns?limit=200").json()["items"]) or None
            ),
            "everything to stand still",
        )
        yield House(http, folder)


def test_what_narrows_down_holds_of_all_that_is_shown_and_of_no_other(house: House) -> None:
    everything = house.rows()
    assert len(everything) > 2, "more than a page"
    assert house.ids(status=["COMPLETED", "ACTIVE"]) == {
        row["id"] for row in everything if row["status"] in ("COMPLETED", "ACTIVE")
    }
    category, region = everything[0]["category"], everything[0]["regions"][0]
    assert house.ids(category=category) == {row["id"] for row in everything if row["category"] == category}
    assert house.ids(region=region) == {row["id"] for row in everything if region in row["regions"]}
    details = {row["id"]: house.http.get(f"/campaigns/{row['id']}").json() for row in everything}
    with_email = {one for one, told in details.items() if any(ad["channel"] == "email" for ad in told["creatives"])}
    assert house.ids(channel="email") == with_email
    by_ann = {one for one, told in details.items() if any(said["decided_by"] == "Ann" for said in told["approvals"])}
    assert by_ann
    assert house.ids(decided_by="Ann") == by_ann
    flights = {row["id"]: row["flight"] for row in everything if row["flight"]}
    some = sorted(flight["start"] for flight in flights.values())[0]
    day = date.fromisoformat(some)
    within = {one for one, flight in flights.items() if flight["start"] <= some <= flight["end"]}
    assert house.ids(first=day, last=day) == within
    assert house.ids(first=day, last=day, category="nothing") == set()


def test_what_can_be_chosen_by_is_what_some_campaign_has_of_all_there_are(house: House) -> None:
    everything = house.rows()
    assert house.http.get("/campaigns/choices").json() == {
        "categories": sorted({row["category"] for row in everything}),
        "regions": sorted({region for row in everything for region in row["regions"]}),
    }


SORTED_BY: dict[str, Callable[[Row], Any]] = {
    "created_at": lambda row: row["created_at"],
    "detected_on": lambda row: row["detected_on"],
    "name": lambda row: (row["category"] or row["name"]).lower(),
    "status": lambda row: row["status"],
    "flight": lambda row: row["flight"] and row["flight"]["start"],
    **{name: itemgetter(name) for name in ("planned", "spent", "iroas", "roi")},
}


@pytest.mark.parametrize("direction", ["ascending", "descending"])
@pytest.mark.parametrize("sort", SORTED_BY)
def test_an_order_holds_over_all_pages(house: House, sort: str, direction: str) -> None:
    told, value = house.rows(sort=sort, direction=direction), SORTED_BY[sort]
    newest = sorted(house.rows(), key=lambda row: (row["created_at"], row["id"]), reverse=True)
    known = [row for row in newest if value(row) is not None]
    known.sort(key=value, reverse=direction == "descending")
    assert told == known + [row for row in newest if value(row) is None]
    assert known


def test_words_are_found_wherever_they_stand(house: House) -> None:
    one = next(row for row in house.rows() if row["status"] in ("COMPLETED", "ACTIVE"))
    told = house.http.get(f"/campaigns/{one['id']}").json()
    ad, booking = told["creatives"][0], told["bookings"][0]
    for words in (
        one["headline"][3:15].upper(),
        ad["headline"],
        ad["body"][4:20],
        booking["transaction_id"],
        one["id"],
        one["id"][:13],
        # Words that stand nowhere together: each is found where it is.
        f"{ad['headline'].split()[-1]}  {one['category'].replace('_', ' ')} {one['id'][:8]}",
        f"{one['regions'][-1]} {one['category']}",
    ):
        assert one["id"] in house.ids(text=words), words
    for nothing in (f"{one['id'][:8]} zzzz", "%%", "_____", "no such words", "zzzz", "0000"):
        assert house.ids(text=nothing) == set(), nothing


def test_what_they_come_to_is_the_sum_of_what_is_on_record(house: House) -> None:
    """Added up from the stored documents alone."""
    with house.engine.connect() as connection:
        reports = [
            (row.campaign_id, json.loads(row.document))
            for row in connection.execute(text("SELECT campaign_id, document FROM reports WHERE is_final"))
        ]
    measured = house.totals(status="COMPLETED")
    assert measured["measured"] == len(reports) > 0
    assert Decimal(str(measured["spent"])) == sum(Decimal(str(report["spend"])) for _, report in reports)
    sales = sum(Decimal(str(report["lift"]["incremental_sales"])) for _, report in reports)
    assert Decimal(str(measured["incremental_sales"])) == sales
    clickable = ("sponsored_search", "onsite_display", "paid_social", "email")
    shown = [one for _, report in reports for one in report["channels"] if one["channel"] in clickable]
    assert measured["impressions"] == sum(one["impressions"] for one in shown)
    assert measured["ctr"] == pytest.approx(sum(one["clicks"] for one in shown) / measured["impressions"])


def test_the_figures_above_every_page_are_the_live_world_s_totals(house: House) -> None:
    kpis, totals = house.http.get("/kpis").json(), house.totals(world="live")
    assert kpis["active"] == house.totals(world="live", status="ACTIVE")["campaigns"] > 0, "a flight runs"
    for name, theirs in (
        ("spend", "spent"),
        ("iroas", "iroas"),
        ("ctr", "ctr"),
        ("incremental_sales", "incremental_sales"),
    ):
        assert kpis[name] == totals[theirs], name
    assert kpis["incremental_interval"] == totals["incremental_interval"]
    assert kpis["campaigns"] == totals["campaigns"] == len(house.rows(world="live"))
    assert kpis["open_approvals"] == house.http.get("/decisions").json()["open"]


def test_table_totals_and_file_tell_the_same(house: House) -> None:
    for choice in ({}, {"status": "COMPLETED"}, {"status": ["ACTIVE", "COMPLETED"], "decided_by": "Ann"}):
        rows, totals, lines = house.rows(**choice), house.totals(**choice), house.file(**choice)
        assert totals["campaigns"] == len(rows) == len(lines)
        for name in ("planned", "spent"):
            whole = sum(Decimal(str(row[name] or 0)) for row in rows)
            assert Decimal(str(totals[name])) == whole == sum(Decimal(line[name] or 0) for line in lines), name
        by_id = {line["id"]: line for line in lines}
        for row in rows:
            line = by_id[row["id"]]
            assert (line["status"], line["headline"]) == (row["status"], row["headline"] or "")
            assert line["iroas"] == ("" if row["iroas"] is None else f"{row['iroas']:.4f}")


def test_what_cannot_be_is_refused(house: House) -> None:
    refused = house.http.get("/campaigns", params={"first": "2026-11-20", "last": "2026-11-10"})
    assert (refused.status_code, refused.json()["field"]) == (422, "last")
    assert house.http.get("/campaigns/file", params={"first": "2026-11-20", "last": "2026-11-10"}).status_code == 422
    assert house.http.get("/campaigns", params={"regoin": "London"}).status_code == 422
    assert house.http.get("/campaigns", params={"sort": "colour"}).status_code == 422
    by_status = house.http.get("/campaigns", params={"limit": 1, "sort": "status"}).json()["next"]
    other = house.http.get("/campaigns", params={"limit": 1, "sort": "roi", "after": by_status})
    assert (other.status_code, other.json()["field"]) == (422, "after")


@pytest.mark.parametrize("words", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\n=1+1", " =1"])
def test_no_cell_is_a_formula(words: str) -> None:
    assert _text(words).startswith("'")
    assert _text("Soup = comfort") == "Soup = comfort"
