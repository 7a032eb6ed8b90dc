"""Pausing, resuming, cancelling and rebudgeting over HTTP: on a real server, by role, once, and after a kill."""

from pathlib import Path
from uuid import uuid4

import httpx

from tests.conftest import CommandLine, Json
from tests.integration.serving import serving
from tests.integration.test_roles import ENVIRONMENT, as_role, at_the_gate
from tests.patience import eventually


def sent(
    http: httpx.Client, method: str, path: str, role: str, body: Json | None = None, *, key: str = ""
) -> httpx.Response:
    once = {"Idempotency-Key": key} if key else {}
    return http.request(method, path, json=body, headers={**as_role(http, role), **once})


def booking(http: httpx.Client, campaign: str) -> Json | None:
    found: list[Json] = http.get(f"/campaigns/{campaign}", headers=as_role(http, "viewer")).json()["bookings"]
    return found[-1] if found else None


def made(http: httpx.Client, campaign: str, count: int) -> Json:
    """The booking once so many changes have been made."""

    def look() -> Json | None:
        known = booking(http, campaign)
        return known if known and len(known["changes"]) == count else None

    return eventually(look, f"{count} changes")


def test_a_flight_is_paused_resumed_given_another_budget_and_cancelled_by_role_once_and_after_a_kill(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    with serving(folder, **ENVIRONMENT) as server, server.http() as http:
        campaign = at_the_gate(http, "heavy-rain")
        path = f"/campaigns/{campaign}"
        early = sent(http, "POST", f"{path}/pause", "operator")
        assert early.status_code == 409
        assert early.json()["detail"].startswith("nothing of the campaign is booked")
        approval = {"answer": {"decision": "approve"}}
        assert sent(http, "POST", f"{path}/decisions", "approver", approval).status_code == 202
        eventually(lambda: booking(http, campaign), "the booking")

        once = str(uuid4())
        first = sent(http, "POST", f"{path}/pause", "operator", key=once)
        assert first.status_code == 202, first.text
        assert sent(http, "POST", f"{path}/pause", "operator", key=once).json() == first.json(), "the same, done once"
        paused_at = made(http, campaign, 1)
        [paused] = paused_at["changes"]
        assert (paused["action"], paused["by"], paused["problem"]) == ("pause", "Otto", "")
        twice = sent(http, "POST", f"{path}/pause", "operator")
        assert (twice.status_code, "has been paused since" in twice.json()["detail"]) == (409, True)

        assert sent(http, "POST", f"{path}/resume", "operator").status_code == 403, "showing ads spends money"
        assert sent(http, "POST", f"{path}/resume", "approver").status_code == 202
        made(http, campaign, 2)
        dearer, once = {"budget": 3000, "was": paused_at["committed"]}, str(uuid4())
        raised = sent(http, "PUT", f"{path}/budget", "approver", dearer, key=once)
        assert raised.status_code == 202
        assert made(http, campaign, 3)["committed"] == 3000
        again = sent(http, "PUT", f"{path}/budget", "approver", dearer, key=once)
        assert (again.status_code, again.json()) == (202, raised.json()), "the same, done once"
        unseen = sent(http, "PUT", f"{path}/budget", "approver", {"budget": 2000, "was": 4000})
        assert (unseen.status_code, "the budget is £3000.00 by now" in unseen.json()["detail"]) == (409, True)
        assert sent(http, "PUT", f"{path}/budget", "approver", {"budget": 0}).json()["field"] == "budget"
        house = http.get("/budget", headers=as_role(http, "viewer")).json()["account"]
        assert (house["reserved"], house["committed"]) == (0, 3000)

        told = http.get(f"{path}/events", params={"limit": 1000}, headers=as_role(http, "viewer")).json()["items"]
        changes = [event["params"]["data"] for event in told]
        kinds = [change["action"] for change in changes if change["kind"] == "media_buy.changed"]
        assert kinds == ["pause", "resume", "budget"]
        entries = http.get("/audit", params={"subject": campaign}, headers=as_role(http, "admin")).json()["items"]
        acts = {(entry["act"], entry["who"]) for entry in entries if entry["outcome"] == "done"}
        assert {("campaign.pause", "Otto"), ("campaign.resume", "Ada"), ("campaign.budget", "Ada")} <= acts

        at_the_keyboard(folder, campaign)
        assert sent(http, "POST", f"{path}/cancel", "operator").status_code == 403
        accepted = sent(http, "POST", f"{path}/cancel", "approver")
        assert accepted.status_code == 202
        server.kill()
    with serving(folder, **ENVIRONMENT) as server, server.http() as http:
        cancelled = {"status": "CANCELED"}

        def ended() -> list[Json]:
            found: list[Json] = http.get("/campaigns", params=cancelled, headers=as_role(http, "viewer")).json()[
                "items"
            ]
            return found

        [row] = eventually(lambda: ended() or None, "what was acknowledged to be carried out")
        assert (row["id"], row["spent"]) == (campaign, 0)
        house = http.get("/budget", headers=as_role(http, "viewer")).json()["account"]
        assert (house["reserved"], house["committed"]) == (0, 0), "nothing had run"
        again = sent(http, "POST", f"{path}/cancel", "approver")
        assert (again.status_code, "cannot be undone" in again.json()["detail"]) == (409, True)


def at_the_keyboard(folder: Path, campaign: str) -> None:
    """The same command, typed beside the server."""
    refused = CommandLine(folder)("campaigns", "budget", campaign, "£20", "--json")
    assert (refused.exit_code, "sells nothing below" in refused.err) == (1, True), refused.err
    changes = [line["params"]["data"] for line in refused.lines if "params" in line]
    assert [change["committed"] for change in changes if change["kind"] == "media_buy.changed"] == [3000]
