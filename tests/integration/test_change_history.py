"""What two people did to a campaign, told line by line as they did it; and what its ads did meanwhile."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Json
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.integration.test_media_buys_over_http import booking, made, sent
from tests.integration.test_roles import ENVIRONMENT, as_role, at_the_gate
from tests.patience import eventually

ADA, OTTO = ("Ada", "approver"), ("Otto", "operator")


def got(http: httpx.Client, path: str, **asked: Any) -> Json:
    told: Json = http.get(path, params=asked, headers=as_role(http, "viewer")).raise_for_status().json()
    return told


def today(http: httpx.Client) -> str:
    return str(got(http, "/simulation/clock")["today"])


def step(http: httpx.Client) -> None:
    http.post("/simulation/clock/step", json=WHATEVER_LAPSES, headers=as_role(http, "operator")).raise_for_status()


def test_every_line_is_what_somebody_did_and_every_figure_what_stood_before_and_after(tmp_path: Path) -> None:
    with serving(tmp_path / "data", **ENVIRONMENT) as server, server.http() as http:
        campaign = at_the_gate(http, "heavy-rain")
        path = f"/campaigns/{campaign}"
        [question] = got(http, f"{path}/questions")["items"]
        plan, ad = question["payload"]["plan"], question["payload"]["creatives"][0]
        first = plan["allocations"][0]
        halved = round(first["budget"] / 2, 2)
        edit = {
            "decision": "edit",
            "reason": "halve it first",
            "budgets": [{"channel": first["channel"], "budget": halved}],
            "copy_edits": [{"creative_id": ad["id"], "call_to_action": "See the soups"}],
        }
        decided_on = today(http)
        assert sent(http, "POST", f"{path}/decisions", "approver", {"answer": edit}).status_code == 202
        booked = eventually(lambda: booking(http, campaign), "the booking")
        while today(http) <= plan["flight"]["start"]:
            step(http)
        in_flight_on = today(http)
        assert sent(http, "POST", f"{path}/pause", "operator").status_code == 202
        made(http, campaign, 1)
        assert sent(http, "POST", f"{path}/resume", "approver").status_code == 202
        made(http, campaign, 2)
        assert sent(http, "PUT", f"{path}/budget", "approver", {"budget": 3000}).status_code == 202
        made(http, campaign, 3)

        expect_what_the_platform_counted(http, campaign, ad, in_flight_on)

        step(http)
        cancelled_on = today(http)
        assert sent(http, "POST", f"{path}/cancel", "approver").status_code == 202
        eventually(lambda: got(http, path)["campaign"]["status"] == "CANCELED" or None, "the end")

        lines = got(http, f"{path}/changes")["items"]
        moments = [line["at"] for line in lines if line["at"]]
        assert moments == sorted(moments)
        by_people = [line for line in lines if line["who"]["kind"] == "person"]
        assert [(line["who"]["name"], line["who"]["role"], line["day"]) for line in by_people] == [
            (*ADA, decided_on),
            (*ADA, decided_on),
            (*OTTO, in_flight_on),
            (*ADA, in_flight_on),
            (*ADA, in_flight_on),
            (*ADA, cancelled_on),
        ]
        edited, approved, paused, resumed, rebudgeted, cancelled = by_people
        assert edited["what"] == "Changed the budgets and the words"
        assert edited["why"] == "halve it first"
        assert edited["figures"] == [{"of": first["channel"], "before": first["budget"], "after": halved}]
        assert edited["words"] == [
            {
                "of": ad["channel"],
                "part": "call_to_action",
                "before": ad["call_to_action"],
                "after": "See the soups",
            }
        ]
        assert approved["what"] == f"Approved £{Decimal(str(booked['committed'])):,.2f}"
        assert [paused["what"][:6], resumed["what"][:6], cancelled["what"][:9]] == ["Paused", "Showed", "Cancelled"]
        assert rebudgeted["figures"] == [{"of": "budget", "before": booked["committed"], "after": 3000}]

        others = [(line["kind"], line["who"]["kind"], line["who"]["name"]) for line in lines if line not in by_people]
        assert others[0] == ("started", "rule", "sensing")
        assert ("planned", "rule", "strategy") in others
        assert others[-1] == ("measured", "rule", "measurement")
        last_day = str(date.fromisoformat(cancelled_on) - timedelta(days=1))
        assert (lines[-1]["at"], lines[-1]["day"]) == (None, last_day), "the last that ads were shown on"
        assert [kind for kind, _, _ in others].count("planned") == 1, "carrying out the edit is told with it"
        [bought] = [line for line in lines if line["kind"] == "booked"]
        assert bought["figures"] == [{"of": "committed", "before": None, "after": booked["committed"]}]
        assert booked["transaction_id"] in bought["what"]
        unknown = http.get("/campaigns/01890000-0000-7000-8000-000000000000/changes", headers=as_role(http, "viewer"))
        assert unknown.status_code == 404


def expect_what_the_platform_counted(http: httpx.Client, campaign: str, edited: Json, day: str) -> None:
    """The library, against the days and channels the platform has reported one by one."""
    told = got(http, "/creatives", text=campaign, limit=100)["items"]
    assert {one["creative"]["id"] for one in told} == {
        ad["id"] for ad in got(http, f"/campaigns/{campaign}")["creatives"]
    }
    rows = got(http, f"/campaigns/{campaign}/delivery")["items"]
    assert rows
    for one in told:
        mine = [row for row in rows if row["channel"] == one["creative"]["channel"]]
        results = one["results"]
        assert results["impressions"] == sum(row["impressions"] for row in mine)
        assert results["spend"] == pytest.approx(sum(row["spend"] for row in mine))
        assert results["attributed_sales"] == pytest.approx(sum(row["conversion_value"] for row in mine))
        assert (results["is_final"], results["through"] < day) == (False, True)
    [changed] = [one for one in told if one["changes"]]
    assert changed["creative"]["id"] == edited["id"]
    assert [(one["by"], one["words"][0]["before"]) for one in changed["changes"]] == [("Ada", edited["call_to_action"])]
    assert {one["verdict"] for one in told} <= {"pass", "refer"}
