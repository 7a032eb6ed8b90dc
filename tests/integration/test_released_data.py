"""A data directory that the released version left behind opens, shows the same, and is gone on with.

`tests/data/released_0_1_0.tar.xz` was made by that version: one campaign finished, one parked at the gate, and a live
world with one campaign in flight, two at the gate and six not worth spending on.
"""

import tarfile
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, CommandLine
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually

FINISHED = "01a21671-d4da-75c4-9bac-f4a0f680faa8"
AT_THE_GATE = "01a21672-188e-77a5-83af-3031c67b86f8"
IN_FLIGHT = "01a21672-e883-7371-af7d-4a43be5ed65f"
LIVE_AT_THE_GATE = "01a21672-e89b-702b-9434-6703a4a55006"


@pytest.fixture
def released(tmp_path: Path) -> CommandLine:
    """The command line on the released version's data."""
    with tarfile.open(ROOT / "tests" / "data" / "released_0_1_0.tar.xz") as kept:
        # The first releases of Python 3.11 do not know the filter yet.
        kept.extraction_filter = getattr(tarfile, "data_filter", None)
        kept.extractall(tmp_path / "data")
    return CommandLine(tmp_path / "data")


def test_its_campaigns_are_listed_shown_and_decided(released: CommandLine) -> None:
    assert "`tescosense serve`" in released("campaigns", "list").err, "who only looks does not migrate it"
    with serving(released.data_dir):
        pass
    listed = released("campaigns", "list", "--json").lines
    assert Counter(row["status"] for row in listed) == {
        "NOT_WORTH_SPENDING": 6,
        "AWAITING_APPROVAL": 3,
        "ACTIVE": 1,
        "COMPLETED": 1,
    }
    assert next(row["spent"] for row in listed if row["id"] == FINISHED) == 4937.23
    shown = released("campaigns", "show", FINISHED).out
    assert "Soup sales down 10% and heavy rain forecast for 3 days: boost soup ads." in shown
    done = released("campaigns", "approve", AT_THE_GATE, "--by", "Ada", "--json")
    assert done.exit_code == 0, done.err
    assert done.summary["status"] == "COMPLETED"
    assert done.summary["data"]["shoppers"] == "textbook", "there were no others when it was started"
    again = released("run", "heavy-rain", "--shoppers", "textbook", "--json").summary
    assert len(again["plan"]["cites"]) == 1, "what was learned then is known now"
    usual = released("run", "heavy-rain", "--json").summary
    assert (usual["data"]["shoppers"], usual["plan"]["cites"]) == ("lifelike", []), "and of others nothing is"


def test_its_live_world_goes_on_and_measures_the_flight_under_way(released: CommandLine) -> None:
    with serving(released.data_dir) as server, server.http() as http:
        before = http.get("/kpis").json()
        assert (before["campaigns"], before["active"], before["open_approvals"]) == (9, 1, 3), "two, and a trial"
        assert http.get("/simulation/clock").json()["shoppers"] == "textbook"
        assert _with_less_for_its_first_channel(http, LIVE_AT_THE_GATE) == "ACTIVE"
        for _ in range(12):
            http.post("/simulation/clock/step", json=WHATEVER_LAPSES).raise_for_status()
            campaign = http.get(f"/campaigns/{IN_FLIGHT}").json()["campaign"]
            if campaign["status"] != "ACTIVE":
                break
        assert campaign["status"] == "COMPLETED"
        assert campaign["spent"] > 0
        assert http.get("/kpis").json()["incremental_interval"] is not None


def _with_less_for_its_first_channel(http: httpx.Client, campaign: str) -> str:
    """Edit a plan of the released version at the gate; where the campaign stands once that is carried out."""
    allocations = http.get(f"/campaigns/{campaign}").json()["plans"][-1]["allocations"]
    budgets = [{"channel": one["channel"], "budget": one["budget"]} for one in allocations]
    budgets[0]["budget"] = round(budgets[0]["budget"] - 100, 2)
    answer = {"decision": "edit", "budgets": budgets, "decided_by": "Ada"}
    http.post(f"/campaigns/{campaign}/decisions", json={"answer": answer}).raise_for_status()

    def asked_again() -> list[str] | None:
        findings = http.get(f"/campaigns/{campaign}").json()["findings"]
        return [one["rule_id"] for one in findings if one["outcome"] == "refer"] or None

    assert eventually(asked_again, "what is asked since") == ["form.repeated"], "that version said one headline twice"
    answer = {"decision": "approve", "decided_by": "Ada"}
    http.post(f"/campaigns/{campaign}/decisions", json={"answer": answer}).raise_for_status()

    def decided() -> str | None:
        status: str = http.get(f"/campaigns/{campaign}").json()["campaign"]["status"]
        return None if status in {"PLANNED", "AWAITING_APPROVAL"} else status

    return eventually(decided, "the edited campaign to be booked")
