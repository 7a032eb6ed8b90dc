"""Twenty campaigns and more, recomputed from the ledger, the platform's delivery and the measured lift, with arithmetic
of this file alone; every answer a page is made of, and the spreadsheet, must tell the same."""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, create_engine, text

from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually

Row = dict[str, Any]
SCENARIOS = ("heatwave", "heavy-rain", "cold-snap", "viral-trend", "stock-out", "competitor-promotion", "price-rise")
ON_THEIR_WAY = ("SENSING", "PLANNED", "APPROVED", "AWAITING_APPROVAL")
CLICKABLE = ("sponsored_search", "onsite_display", "paid_social", "email")
PENNY = Decimal("0.01")


def exact(amount: float | str) -> Decimal:
    """Money as it is written on the wire."""
    return Decimal(str(amount))


@dataclass
class Account:
    """One campaign by its records alone."""

    planned: Decimal = Decimal(0)
    budget: Decimal = Decimal(0)
    """Committed at the platform, changes of it included."""
    reports: list[Row] = field(default_factory=list)
    delivered: list[Row] = field(default_factory=list)
    """Rows of a running flight by day and channel."""
    flight: tuple[date, date] | None = None
    ledger: Counter[str] = field(default_factory=Counter)
    """Pence by state."""

    @property
    def reported(self) -> Decimal:
        return sum((exact(one["spend"]) for report in self.reports for one in report["channels"]), start=Decimal(0))

    @property
    def running(self) -> Decimal:
        return sum((exact(row["spend"]) for row in self.delivered), start=Decimal(0))

    @property
    def spent(self) -> Decimal:
        return self.reported + self.running

    @property
    def claimed(self) -> Decimal:
        rows = [one for report in self.reports for one in report["channels"]] + self.delivered
        return sum((exact(row["conversion_value"]) for row in rows), start=Decimal(0))

    @property
    def sales(self) -> Decimal:
        return sum((exact(report["lift"]["incremental_sales"]) for report in self.reports), start=Decimal(0))

    def reach(self, side: str) -> float:
        """How far its interval of incremental sales reaches: the cycles' lengths, added."""
        return sum(
            abs(float(report["lift"]["interval"][side]) - float(report["lift"]["incremental_sales"]))
            for report in self.reports
        )

    def clicks(self) -> tuple[int, int]:
        """Impressions that can be clicked, and the clicks on them."""
        rows = [one for report in self.reports for one in report["channels"]] + self.delivered
        can_be = [row for row in rows if row["channel"] in CLICKABLE]
        return sum(row["impressions"] for row in can_be), sum(row["clicks"] for row in can_be)

    def so_far(self, today: date) -> tuple[Decimal, Decimal]:
        """Spent and planned over the days reported in full: of yesterday only half has come, unless it was the last."""
        assert self.flight is not None
        first, last = self.flight
        whole = min(last, today - timedelta(days=1 if last < today else 2))
        rows = [row for row in self.delivered if date.fromisoformat(row["day"]) <= whole]
        spent = sum((exact(row["spend"]) for row in rows), start=Decimal(0))
        return spent, self.budget * ((whole - first).days + 1) / ((last - first).days + 1)


def total(accounts: Iterable[Account], name: str) -> Decimal:
    return sum((getattr(account, name) for account in accounts), start=Decimal(0))


class House:
    def __init__(self, http: httpx.Client, engine: Engine, cancelled: Row) -> None:
        self.http = http
        self.cancelled = cancelled
        self.engine = engine
        self.rows: list[Row] = self.get("/campaigns?limit=200&world=live")["items"]
        self.accounts = dict(self._accounts())

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def stored(self, query: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)))

    def _accounts(self) -> Iterator[tuple[str, Account]]:
        found: dict[str, Account] = defaultdict(Account)
        for row in self.stored("SELECT campaign_id, document FROM reports WHERE is_final ORDER BY reported_at"):
            found[row.campaign_id].reports.append(json.loads(row.document))
        plans = {}
        for row in self.stored("SELECT campaign_id, cycle, document FROM plans ORDER BY recorded_at, id"):
            plans[row.campaign_id, row.cycle] = json.loads(row.document)
        for (campaign, _), plan in plans.items():
            found[campaign].planned += exact(plan["budget"]) if plan["verdict"] == "spend" else 0
        for row in self.stored("SELECT campaign_id, state, amount_pence FROM ledger"):
            found[row.campaign_id].ledger[row.state] += row.amount_pence
        for row in self.stored("SELECT campaign_id, committed, document FROM bookings ORDER BY cycle"):
            flight = json.loads(row.document)["flight"]
            one = found[row.campaign_id]
            one.budget = exact(json.loads(row.document)["committed"])
            one.flight = (date.fromisoformat(flight["start"]), date.fromisoformat(flight["end"]))
        for row in self.rows:
            one = found[row["id"].replace("-", "")]
            if row["status"] == "ACTIVE":
                one.delivered = self.get(f"/campaigns/{row['id']}/delivery")["items"]
            yield row["id"], one

    def with_status(self, *statuses: str) -> list[Account]:
        return [self.accounts[row["id"]] for row in self.rows if row["status"] in statuses]


def _answered(http: httpx.Client, person: str) -> None:
    for item in http.get("/decisions").json()["items"]:
        answer = {"answer": {"decision": "approve", "decided_by": person}}
        http.post(f"/campaigns/{item['campaign']['id']}/decisions", json=answer)


def _at_rest(http: httpx.Client, may_be: Iterable[str] = ()) -> None:
    waited = set(ON_THEIR_WAY) - set(may_be)
    eventually(
        lambda: all(row["status"] not in waited for row in http.get("/campaigns?limit=200").json()["items"]) or None,
        "the campaigns to stand still",
    )


def _stepped(http: httpx.Client, days: int) -> None:
    for _ in range(days):
        http.post("/simulation/clock/step", json=WHATEVER_LAPSES).raise_for_status()
    _at_rest(http, may_be=["AWAITING_APPROVAL"])


def _changed(http: httpx.Client, running: list[Row]) -> Row:
    """Of the flights in the air, the newest first, the oldest ends for good and the one before it is given more. What
    is told of the one that ends, before it does."""
    more, ended = running[-2], running[-1]
    told: Row = http.get(f"/campaigns/{ended['id']}/delivery").json()
    raised = {"budget": 100 + float(more["planned"])}
    assert http.put(f"/campaigns/{more['id']}/budget", json=raised).status_code == 202
    assert http.post(f"/campaigns/{ended['id']}/cancel").status_code == 202
    eventually(
        lambda: http.get(f"/campaigns/{ended['id']}").json()["campaign"]["status"] == "CANCELED" or None, "an end"
    )
    return {"id": ended["id"], **told}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Scenario upon scenario, approved by one of two; some flights have been changed, and some are in the air."""
    folder = tmp_path_factory.mktemp("twenty") / "data"
    with serving(folder) as server, server.http() as http:
        for scenario, person in islice(zip(cycle(SCENARIOS), cycle(["Ann", "Bob"])), 40):
            http.post("/simulation/trigger", json={"scenario": scenario, **WHATEVER_LAPSES}).raise_for_status()
            _at_rest(http, may_be=["AWAITING_APPROVAL"])
            _answered(http, person)
            _at_rest(http)
            _stepped(http, 2)
            rows = http.get("/campaigns?limit=200").json()["items"]
            running = [row for row in rows if row["status"] == "ACTIVE"]
            if sum(row["spent"] > 0 for row in rows) >= 20 and len(running) > 3:
                cancelled = _changed(http, running)
                _stepped(http, 1)
                break
        yield House(http, create_engine(f"sqlite:///{folder / 'tescosense.db'}"), cancelled)


def test_there_is_what_these_tests_are_about(house: House) -> None:
    statuses = Counter(row["status"] for row in house.rows)
    assert sum(account.spent > 0 for account in house.accounts.values()) >= 20
    assert statuses["COMPLETED"] > 10
    assert statuses["ACTIVE"] > 1
    assert statuses["CANCELED"] == 1
    assert any(account.delivered for account in house.accounts.values())


def test_each_row_is_what_its_records_come_to(house: House) -> None:
    for row in house.rows:
        account = house.accounts[row["id"]]
        assert exact(row["spent"]) == account.spent, row
        assert exact(row["planned"] or 0) == account.planned, row
        if not account.reported:
            assert (row["iroas"], row["iroas_interval"], row["roi"]) == (None, None, None)
            continue
        spend = float(account.reported)
        assert row["iroas"] == pytest.approx(float(account.sales) / spend)
        interval = row["iroas_interval"]
        assert interval["low"] == pytest.approx((float(account.sales) - account.reach("low")) / spend)
        assert interval["high"] == pytest.approx((float(account.sales) + account.reach("high")) / spend)
        roi = sum(report["roi"] * float(report["spend"]) for report in account.reports) / spend
        assert row["roi"] == pytest.approx(roi)


def test_the_ledger_holds_what_was_spent_and_what_may_be(house: House) -> None:
    for row in house.rows:
        account = house.accounts[row["id"]]
        held = account.spent if row["status"] in ("COMPLETED", "CANCELED") else account.budget
        assert Decimal(account.ledger["committed"]) / 100 == held, row
        assert account.ledger["reserved"] == 0


def test_cancelling_frees_what_was_told_before_less_what_its_newest_day_had_yet_to_be_charged_for(house: House) -> None:
    told, account = house.cancelled, house.accounts[house.cancelled["id"]]
    charged = sum((exact(row["spend"]) for row in told["items"]), start=Decimal(0))
    assert exact(told["unspent"]) == exact(told["committed"]) - charged > 0
    freed = exact(told["committed"]) - Decimal(account.ledger["committed"]) / 100
    newest = sum((exact(row["spend"]) for row in told["items"] if row["day"] == told["through"]), start=Decimal(0))
    assert 0 < freed <= exact(told["unspent"])
    assert exact(told["unspent"]) - freed <= 2 * newest, "of the newest day about half had been reported"


def test_a_campaign_s_own_page_tells_its_row(house: House) -> None:
    for row in house.rows:
        detail = house.get(f"/campaigns/{row['id']}")
        assert {name: detail["campaign"][name] for name in row if name in detail["campaign"]} == {
            name: value for name, value in row.items() if name in detail["campaign"]
        }
        account = house.accounts[row["id"]]
        told = {one["channel"]: exact(one["spend"]) for one in detail["performance"]}
        by_channel: defaultdict[str, Decimal] = defaultdict(Decimal)
        for report in account.reports:
            for one in report["channels"]:
                by_channel[one["channel"]] += exact(one["spend"])
        assert told == by_channel


def test_the_figures_above_every_page(house: House) -> None:
    kpis, every = house.get("/kpis"), list(house.accounts.values())
    spend, reported, sales = (total(every, name) for name in ("spent", "reported", "sales"))
    assert exact(kpis["spend"]) == spend
    assert exact(kpis["incremental_sales"]) == sales
    assert kpis["iroas"] == pytest.approx(float(sales / reported))
    for side, sign in (("low", -1), ("high", 1)):
        reach = sum(one.reach(side) ** 2 for one in every) ** 0.5
        assert kpis["incremental_interval"][side] == pytest.approx(float(sales) + sign * reach)
    impressions, clicks = map(sum, zip(*(one.clicks() for one in every), strict=True))
    assert kpis["ctr"] == pytest.approx(clicks / impressions)
    claimed = total(every, "claimed")
    assert kpis["attributed_roas"] == pytest.approx(float(claimed / spend))
    assert kpis["active"] == len(house.with_status("ACTIVE"))
    assert kpis["campaigns"] == len(house.rows)
    committed = sum(account.ledger["committed"] for account in every)
    assert exact(kpis["committed"]) * 100 == committed
    assert exact(kpis["budget_left"]) == exact(kpis["budget"]) - Decimal(committed) / 100


def test_the_pace_of_each_flight_and_of_all(house: House) -> None:
    pacing = house.get("/pacing")
    running = {row["id"] for row in house.rows if row["status"] == "ACTIVE"}
    assert {one["campaign_id"] for one in pacing["items"]} == running
    unchanged = 0
    for one in pacing["items"]:
        account = house.accounts[one["campaign_id"]]
        spent, planned = account.so_far(date.fromisoformat(pacing["today"]))
        assert exact(one["spent"]) == spent
        assert exact(one["committed"]) == account.budget
        if not house.get(f"/campaigns/{one['campaign_id']}")["bookings"][-1]["changes"]:
            unchanged += 1
            assert abs(exact(one["planned"]) - planned) <= PENNY
        if one["planned"]:
            assert one["pace"] == pytest.approx(one["spent"] / one["planned"])
            assert one["estimate"] == pytest.approx(float(account.budget) * min(one["pace"], 1), abs=0.006)
    assert unchanged, "a flight is in the air as it was planned"
    for name in ("spent", "planned", "charged", "committed"):
        assert exact(pacing[name]) == sum(exact(one[name]) for one in pacing["items"])
    assert house.get("/kpis")["pace"] == pacing["pace"] == pytest.approx(pacing["spent"] / pacing["planned"])


@pytest.mark.parametrize(
    "choice", ["", "status=COMPLETED", "status=ACTIVE&status=CANCELED", "decided_by=Ann", "channel=email"]
)
def test_totals_and_the_spreadsheet(house: House, choice: str) -> None:
    rows = house.get(f"/campaigns?limit=200&world=live&{choice}")["items"]
    accounts = [house.accounts[row["id"]] for row in rows]
    totals = house.get(f"/campaigns/totals?world=live&{choice}")
    assert len(rows) == totals["campaigns"] > 0
    assert exact(totals["planned"]) == sum(one.planned for one in accounts)
    assert exact(totals["spent"]) == sum(one.spent for one in accounts)
    assert exact(totals["incremental_sales"]) == sum(one.sales for one in accounts)
    assert totals["measured"] == sum(len(one.reports) for one in accounts)
    told = house.http.get(f"/campaigns/file?world=live&{choice}").raise_for_status().text.removeprefix("\ufeff")
    lines = {line["id"]: line for line in csv.DictReader(io.StringIO(told))}
    assert set(lines) == {row["id"] for row in rows}
    for row, account in zip(rows, accounts, strict=True):
        line = lines[row["id"]]
        assert Decimal(line["spent"]) == account.spent
        assert Decimal(line["planned"] or 0) == account.planned
        assert line["iroas"] == (f"{float(account.sales / account.reported):.4f}" if account.reported else "")


def test_what_was_predicted_is_set_against_what_was_measured(house: House) -> None:
    told = {(one["campaign_id"], one["cycle"]): one for one in house.get("/learning/calibration")["cycles"]}
    for identifier, account in house.accounts.items():
        for report in account.reports:
            if report["lift"]["is_measured"] and (identifier, report["cycle"]) in told:
                assert told[identifier, report["cycle"]]["measured"] == pytest.approx(report["roi"])
    completed = {row["id"] for row in house.rows if row["status"] == "COMPLETED"}
    assert completed <= {campaign for campaign, _ in told}
