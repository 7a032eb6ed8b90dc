"""Who may do what: every route and command by every kind of caller, on anybody's campaign; and what is written down."""

import json
import time
from collections.abc import Iterator
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid4, uuid5

import httpx
import pytest

from tests.conftest import CommandLine, Json
from tests.integration.serving import WHATEVER_LAPSES, Server, connected, serving
from tests.patience import eventually

KEYS = {"viewer": "v-key", "operator": "o-key", "approver": "p-key", "admin": "a-key"}
NAMES = {"viewer": "Vera", "operator": "Otto", "approver": "Ada", "admin": "Alex"}
RANKS = ("viewer", "operator", "approver", "admin")
ENVIRONMENT = {"TESCOSENSE_API_KEYS": ",".join(f"{NAMES[role]}:{role}:{key}" for role, key in KEYS.items())}

WHOSE = {
    "POST /campaigns": "operator",
    "POST /campaigns/{campaign_id}/decisions": "approver",
    "POST /campaigns/{campaign_id}/resume": "operator",
    "POST /campaigns/{campaign_id}/forks": "operator",
    "POST /campaigns/{campaign_id}/pause": "operator",
    "POST /campaigns/{campaign_id}/cancel": "approver",
    "PUT /campaigns/{campaign_id}/budget": "approver",
    "POST /simulation/trigger": "operator",
    "PUT /simulation/clock": "operator",
    "POST /simulation/clock/step": "operator",
    "PUT /kill-switch": "operator",
    "DELETE /lessons/{lesson_id}": "approver",
    "DELETE /imports/{campaign_id}": "operator",
    "POST /agents/reset": "admin",
    "GET /audit": "admin",
    "POST /prompts/render": "viewer",
    "POST /prompts/preview": "viewer",
    "POST /prompts/check": "viewer",
    "POST /prompts/diff": "viewer",
    "POST /prompts/run": "operator",
    "POST /prompts/test": "operator",
    "PUT /prompts/{name}": "operator",
    "POST /prompts/promote": "approver",
    "POST /prompts/rollback": "approver",
    "POST /compliance/check": "viewer",
    "POST /campaigns/{campaign_id}/what-if": "viewer",
    "POST /decisions": "approver",
    "PUT /data/folders/{folder}/files/{file}": "operator",
    "DELETE /data/folders/{folder}/files/{file}": "operator",
    "PUT /data/folders/{folder}/mapping": "operator",
}
"""Every route but those that only read, which are a viewer's."""
OPEN = {"GET /health"}
BODIES: dict[str, Json] = {
    "POST /campaigns": {"scenario": "heavy-rain", "autonomy": "shadow"},
    "POST /campaigns/{campaign_id}/decisions": {
        "answer": {"decision": "reject", "reason": "no", "decided_by": "Mallory"}
    },
    "POST /decisions": {
        "decision": "reject",
        "reason": "no",
        "campaigns": [{"campaign_id": "00000000-0000-0000-0000-000000000007", "interrupt_id": "none"}],
    },
    "POST /campaigns/{campaign_id}/what-if": {"budgets": [{"channel": "email", "budget": 100}]},
    "PUT /campaigns/{campaign_id}/budget": {"budget": 1000},
    "POST /campaigns/{campaign_id}/forks": {"at": "approval"},
    "POST /simulation/trigger": {"scenario": "heavy-rain"},
    "PUT /simulation/clock": {"running": False},
    "PUT /kill-switch": {"stopped": True, "reason": "a drill", "by": "Mallory"},
    "POST /prompts/render": {"name": "creative/ad_copy"},
    "POST /prompts/preview": {"name": "creative/ad_copy"},
    "POST /prompts/check": {"name": "creative/ad_copy", "source": ""},
    "POST /prompts/diff": {"name": "creative/ad_copy"},
    "POST /prompts/run": {"name": "creative/ad_copy"},
    "POST /prompts/test": {"name": "strategy/brief"},
    # What follows is refused once it is allowed: the prompts of this checkout are not to change.
    "PUT /prompts/{name}": {"source": ""},
    "POST /prompts/promote": {"name": "creative/ad_copy", "why": "a drill"},
    "POST /prompts/rollback": {"name": "creative/ad_copy", "why": "a drill"},
    "POST /compliance/check": {"body": "Soup, a spoon, a window.", "category": "soup"},
    "PUT /data/folders/{folder}/files/{file}": {"no": "table"},
    "PUT /data/folders/{folder}/mapping": {"tables": {}},
}


class House(NamedTuple):
    server: Server
    campaigns: dict[str, str]
    """One of the house's account, one of a trial's, and one that nobody knows."""


def as_role(http: httpx.Client, role: str | None) -> dict[str, str]:
    return {} if role is None else {"Authorization": f"Bearer {KEYS.get(role, role)}"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("roles") / "data"
    tried = CommandLine(folder)("run", "heavy-rain", "--autonomy", "approve", "--json")
    assert tried.summary["status"] == "AWAITING_APPROVAL"
    with serving(folder, **ENVIRONMENT) as server, server.http() as http:
        trial = tried.summary["campaign_id"]
        yield House(server, {"house": at_the_gate(http, "heavy-rain"), "trial": trial, "unknown": str(uuid4())})


def at_the_gate(http: httpx.Client, scenario: str) -> str:
    """A campaign of the house's account that waits for a decision."""
    done = http.post(
        "/simulation/trigger", json={"scenario": scenario, **WHATEVER_LAPSES}, headers=as_role(http, "operator")
    )
    campaign: str = done.json()["campaign_ids"][0]
    eventually(
        lambda: http.get(f"/campaigns/{campaign}/questions", headers=as_role(http, "viewer")).json()["items"] or None,
        "the gate to ask",
    )
    return campaign


def routes(http: httpx.Client) -> list[tuple[str, str]]:
    paths: dict[str, Json] = http.get("/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, operations in paths.items() for method in operations]


def call(http: httpx.Client, method: str, path: str, campaign: str, role: str | None) -> httpx.Response:
    address = path.replace("{campaign_id}", campaign).replace("{name}", "creative/ad_copy")
    address = address.replace("{folder}", "a-shop").replace("{file}", "sales.csv")
    for part in ("{lesson_id}", "{creative_id}", "{node}"):
        address = address.replace(part, str(uuid4()))
    return http.request(method, address, json=BODIES.get(f"{method} {path}"), headers=as_role(http, role))


def test_nobody_does_more_than_their_role_whosever_campaign_it_is(house: House) -> None:
    with house.server.http() as http:
        known = routes(http)
        assert set(WHOSE) <= {f"{method} {path}" for method, path in known}, "every route of the table is there"
        wrong = []
        for method, path in known:
            name = f"{method} {path}"
            least = WHOSE.get(name, "viewer")
            for account, campaign in house.campaigns.items():
                for role in (None, "nobody's key", *RANKS[: RANKS.index(least)]):
                    wanted = 401 if role not in RANKS else 403
                    status = call(http, method, path, campaign, role).status_code
                    if name not in OPEN and status != wanted:
                        wrong.append(f"{name} by {role} on {account}: {status} instead of {wanted}")
                if "{campaign_id}" not in path:
                    break
        assert wrong == []
        # Only now those who may, one after the other: what they do takes effect.
        for method, path in known:
            least = WHOSE.get(f"{method} {path}", "viewer")
            for role in RANKS[RANKS.index(least) :]:
                status = call(http, method, path, house.campaigns["unknown"], role).status_code
                if status in (401, 403) or status >= 500:
                    wrong.append(f"{method} {path} by {role}: {status}")
        assert wrong == []


def test_a_route_that_changes_something_says_whose_it_is(house: House) -> None:
    with house.server.http() as http:
        document: Json = http.get("/openapi.json").json()["paths"]
    for path, operations in document.items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            if name not in OPEN:
                assert operation["x-role"] == WHOSE.get(name, "viewer"), name


def test_anybody_stops_booking_but_only_an_admin_resumes_it(house: House) -> None:
    with house.server.http() as http:
        stop, go_on = ({"stopped": stopped, "reason": "a drill"} for stopped in (True, False))
        assert http.put("/kill-switch", json=stop, headers=as_role(http, "operator")).json()["changed_by"] == "Otto"
        for role in ("operator", "approver"):
            assert http.put("/kill-switch", json=go_on, headers=as_role(http, role)).status_code == 403
        assert http.get("/kill-switch", headers=as_role(http, "viewer")).json()["stopped"]
        assert http.put("/kill-switch", json=go_on, headers=as_role(http, "admin")).json()["changed_by"] == "Alex"


@pytest.mark.parametrize("account", ["house", "trial"])
def test_a_decision_bears_the_name_of_its_key_and_no_other(house: House, account: str) -> None:
    with house.server.http() as http:
        campaign = at_the_gate(http, "heatwave") if account == "house" else house.campaigns[account]
        answer = {"decision": "reject", "reason": "not now", "decided_by": "Mallory"}
        decided = http.post(
            f"/campaigns/{campaign}/decisions", json={"answer": answer}, headers=as_role(http, "approver")
        )
        assert decided.status_code == 202, decided.text

        def approvals() -> list[Json] | None:
            found: list[Json] = http.get(f"/campaigns/{campaign}", headers=as_role(http, "viewer")).json()["approvals"]
            return found or None

        [approval] = eventually(approvals, "the decision to be on record")
        assert approval["decided_by"] == "Ada"
        entries = http.get("/audit", params={"subject": campaign}, headers=as_role(http, "admin")).json()["items"]
        answered = [entry for entry in entries if entry["act"] == "campaign.answer"]
        assert [(entry["who"], entry["outcome"]) for entry in answered if entry["outcome"] == "done"] == [
            ("Ada", "done")
        ]
        assert answered[0]["asked"]["answer"]["decided_by"] == "Mallory", "what was sent is kept as it came"


async def test_commands_are_judged_as_requests_are(house: House) -> None:
    for role in RANKS:
        async with connected(house.server) as client:
            await client.hello(token=KEYS[role])
            await client.until(type="stream.synced")
            triggered = await client.command("simulation.trigger", scenario="no-such-weather")
            answered = await client.command(
                "campaign.answer",
                campaign_id=house.campaigns["unknown"],
                interrupt_id="x",
                answer={"decision": "approve"},
            )
        assert triggered["status"] == (403 if role == "viewer" else 422), role
        assert answered["status"] == (404 if role in ("approver", "admin") else 403), role


async def test_ids_are_each_callers_own(house: House) -> None:
    """Nobody is given the answer to another's command, and nobody takes the id another will use."""
    command_id = str(uuid4())
    said = []
    for role in ("viewer", "operator", "operator"):
        async with connected(house.server) as client:
            await client.hello(token=KEYS[role])
            await client.until(type="stream.synced")
            said.append(await client.command("simulation.trigger", command_id=command_id, scenario="no-such-weather"))
    assert [result["status"] for result in said] == [403, 422, 422]
    async with connected(house.server) as client:
        await client.hello(token=KEYS["viewer"])
        await client.until(type="stream.synced")
        taken = str(uuid5(NAMESPACE_URL, "Otto\nbuy-1"))
        await client.command("simulation.trigger", command_id=taken, scenario="no-such-weather")
    with house.server.http() as http:
        otto = {**as_role(http, "operator"), "Idempotency-Key": "buy-1"}
        assert http.post("/simulation/trigger", json={"scenario": "no-such-weather"}, headers=otto).status_code == 422


async def test_a_number_no_database_keeps_is_refused_with_a_reason(house: House) -> None:
    async with connected(house.server) as client:
        await client.hello(token=KEYS["viewer"])
        await client.until(type="stream.synced")
        campaign, answer = house.campaigns["unknown"], {"a": [10**30]}
        command = {"command_id": str(uuid4()), "campaign_id": campaign, "interrupt_id": "x", "answer": answer}
        text = json.dumps({"type": "command", "name": "campaign.answer", **command})
        await client.connection.send(text)
        code, reason = await client.closed()
    assert (code, "64 bits" in reason) == (4400, True)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", None])
@pytest.mark.parametrize(
    "body",
    [b"5", b"1e3", b"true", b"null", b'"5"', b"[5]", b"{", b'{"a": "\\u0000"}', b"[" * 500 + b"]" * 500, b"9" * 40],
)
def test_whatever_is_sent_the_log_can_be_read(house: House, kind: str | None, body: bytes) -> None:
    with house.server.http() as http:
        headers = {**as_role(http, "viewer"), **({"content-type": kind} if kind else {})}
        assert http.post("/agents/reset", content=body, headers=headers).status_code in (403, 422)
        assert http.get("/audit", params={"limit": 5}, headers=as_role(http, "admin")).status_code == 200


def test_one_idempotency_key_of_two_people_is_two_keys(house: House) -> None:
    with house.server.http() as http:
        once = {"Idempotency-Key": str(uuid4())}
        made = [
            http.post("/prompts/render", json={"name": name}, headers={"x-api-key": KEYS[role], **once})
            for role, name in (("viewer", "creative/ad_copy"), ("operator", "strategy/brief"))
        ]
    assert made[0].status_code == 200
    assert made[1].status_code != 409


def test_the_log_tells_who_did_what_and_who_was_refused(house: House) -> None:
    with house.server.http() as http:
        admin = as_role(http, "admin")
        assert http.get("/me", headers=admin).json() == {"name": "Alex", "role": "admin"}
        for _ in range(30):
            http.post("/agents/reset", headers=as_role(http, "viewer"))
        http.put("/simulation/clock", json={"running": False}, headers=as_role(http, "operator"))
        http.put("/simulation/clock", json={"running": "perhaps"}, headers=as_role(http, "operator"))
        unfit, done = http.get("/audit", params={"limit": 2}, headers=admin).json()["items"]
        tried = http.get("/audit", params={"who": "Vera", "act": "agents.reset", "limit": 30}, headers=admin)
        entries = tried.json()["items"]
        assert len(entries) < 30, "what is tried again within a minute is counted"
        assert any("times within a minute" in entry["problem"] for entry in entries)
        refused = entries[0]
        assert [refused[name] for name in ("who", "role", "act", "via")] == ["Vera", "viewer", "agents.reset", "http"]
        assert (refused["outcome"], "needs the role admin" in refused["problem"]) == ("refused", True)
        assert (done["who"], done["act"], done["asked"], done["outcome"]) == (
            "Otto",
            "clock.set",
            {"running": False},
            "done",
        )
        assert (unfit["outcome"], unfit["problem"].split(":")[0]) == ("refused", "running")

        first = http.get("/audit", params={"limit": 2}, headers=admin).json()
        second = http.get("/audit", params={"limit": 2, "after": first["next"]}, headers=admin).json()
        ids = [entry["id"] for entry in (*first["items"], *second["items"])]
        assert sorted(ids, reverse=True) == ids
        assert len(set(ids)) == 4
        only = http.get("/audit", params={"who": "Vera", "limit": 200}, headers=admin).json()["items"]
        assert {entry["who"] for entry in only} == {"Vera"}
        assert "v-key" not in str(http.get("/audit", params={"limit": 200}, headers=admin).json())


def test_a_campaign_is_found_in_the_log_however_its_id_was_written(house: House) -> None:
    campaign = house.campaigns["unknown"]
    with house.server.http() as http:
        for written in (campaign.upper(), campaign.replace("-", ""), f"urn:uuid:{campaign}"):
            before = len(of(http, campaign))
            assert http.post(f"/campaigns/{written}/resume", headers=as_role(http, "operator")).status_code == 404
            assert len(of(http, campaign)) == before + 1


def of(http: httpx.Client, campaign: str) -> list[Json]:
    asked = http.get("/audit", params={"subject": campaign, "limit": 200}, headers=as_role(http, "admin"))
    items: list[Json] = asked.json()["items"]
    return items


def test_what_is_typed_is_written_down_as_well(tescosense: CommandLine) -> None:
    run = tescosense("run", "heavy-rain", "--autonomy", "approve", "--json")
    campaign = run.summary["campaign_id"]
    assert tescosense("campaigns", "reject", campaign, "--reason", "too dear", "--json").exit_code == 0
    assert tescosense("campaigns", "approve", campaign).exit_code == 1
    late, rejected, started = tescosense("audit", "--json").lines
    assert [entry["act"] for entry in (started, rejected, late)] == [
        "campaign.start",
        "campaign.answer",
        "campaign.answer",
    ]
    assert [entry["outcome"] for entry in (started, rejected, late)] == ["done", "done", "refused"]
    assert {entry["via"] for entry in (started, rejected, late)} == {"command line"}
    assert {entry["subject"] for entry in (started, rejected, late)} == {campaign}
    told = tescosense("audit", "--act", "campaign.answer").out
    assert told.count("campaign.answer") == 2
    assert time.strftime("%Y") in told
