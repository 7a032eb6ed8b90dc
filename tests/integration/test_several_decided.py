"""Several proposals decided with one word: each by its own rules, none twice, and the sum is what is booked."""

from decimal import Decimal
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import create_engine, text

from tests.conftest import Json
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.patience import eventually

ADA, GRACE = ({"Authorization": f"Bearer {key}"} for key in ("a-key", "g-key"))


def waiting(http: httpx.Client) -> list[Json]:
    """Each campaign that waits, with the question it asks and the plan that is shown with it."""
    found: list[Json] = []
    for item in http.get("/decisions", headers=ADA).json()["items"]:
        campaign = item["campaign"]["id"]
        for question in http.get(f"/campaigns/{campaign}/questions", headers=ADA).json()["items"]:
            found.append(
                {"campaign_id": campaign, "question": question, "budget": question["payload"]["plan"]["budget"]}
            )
    return found


def booked(http: httpx.Client, campaign: str) -> list[Json]:
    found: list[Json] = http.get(f"/campaigns/{campaign}").json()["bookings"]
    return found


def is_referred(one: Json) -> bool:
    return bool(one["question"]["payload"]["second_approval"])


def asked(found: list[Json]) -> list[Json]:
    return [{"campaign_id": one["campaign_id"], "interrupt_id": one["question"]["interrupt_id"]} for one in found]


def test_each_is_decided_by_its_own_rules_and_none_twice(tmp_path: Path) -> None:
    keys = {"TESCOSENSE_API_KEYS": "Ada:approver:a-key,Grace:approver:g-key,Alan:operator:o-key"}
    with serving(tmp_path / "data", **keys) as server, server.http() as http:
        operator = {"Authorization": "Bearer o-key"}
        http.post("/simulation/trigger", json={"scenario": "heatwave", **WHATEVER_LAPSES}, headers=operator)
        eventually(lambda: len(waiting(http)) >= 3 or None, "three campaigns at the gate")
        first, second, third = before = waiting(http)[:3]
        # Words of Ada's that the rules refer: she may not approve them, and her other decisions stand.
        ad = first["question"]["payload"]["creatives"][0]["id"]
        edit = {"decision": "edit", "copy_edits": [{"creative_id": ad, "body": "The best treat in town."}]}
        said = {"interrupt_id": first["question"]["interrupt_id"], "answer": edit}
        assert http.post(f"/campaigns/{first['campaign_id']}/decisions", json=said, headers=ADA).status_code == 202
        eventually(
            lambda: [one for one in waiting(http) if one["question"]["payload"]["second_approval"]] or None,
            "the referral",
        )
        now = {one["campaign_id"]: one for one in waiting(http)}
        chosen = asked([now[one["campaign_id"]] for one in (first, second)]) + asked([third])
        stale = {**asked([before[2]])[0], "interrupt_id": "long-gone"}
        body = {"decision": "approve", "decided_by": "Mallory", "campaigns": [*chosen[:2], stale]}
        done = http.post("/decisions", json=body, headers=ADA)
        assert done.status_code == 202, done.text
        referred, accepted, gone = done.json()["items"]
        assert "the words you wrote are referred" in referred["refused"]["problem"]
        assert accepted["refused"] is None
        assert gone["refused"]["code"] == "already_decided"
        assert (done.json()["accepted"], done.json()["total"]) == (1, second["budget"])

        address = f"/campaigns/{second['campaign_id']}"
        eventually(lambda: http.get(address, headers=ADA).json()["bookings"] or None, "the booking")
        detail = http.get(address, headers=ADA).json()
        assert [one["committed"] for one in detail["bookings"]] == [second["budget"]]
        assert [one["decided_by"] for one in detail["approvals"]] == ["Ada"]
        again = http.post("/decisions", json=body, headers=ADA).json()
        assert [item["refused"] is None for item in again["items"]] == [False, False, False]
        assert len(http.get(address, headers=ADA).json()["bookings"]) == 1

        rest = {"decision": "reject", "reason": "not this week", "campaigns": [chosen[0], chosen[2]]}
        assert http.post("/decisions", json={**rest, "reason": " "}, headers=GRACE).status_code == 422
        assert http.post("/decisions", json=rest, headers=operator).status_code == 403
        misfits: list[Json] = [{"campaigns": []}, {"decision": "edit"}, {"budget": 7}]
        for wrong in misfits:
            assert http.post("/decisions", json={**rest, **wrong}, headers=GRACE).status_code == 422
        rejected = http.post("/decisions", json=rest, headers=GRACE).json()
        assert (rejected["accepted"], rejected["total"]) == (2, 0)


def test_each_has_what_those_before_it_leave_and_no_crash_changes_an_answer(tmp_path: Path) -> None:
    house, folder = 2500, tmp_path / "data"
    once = {"Idempotency-Key": "the word of this morning"}
    with serving(folder, TESCOSENSE_ACCOUNT_BUDGET=str(house)) as server, server.http() as http:
        http.post("/simulation/trigger", json={"scenario": "heatwave", **WHATEVER_LAPSES})
        found = eventually(lambda: waiting(http) if len(waiting(http)) >= 3 else None, "three campaigns at the gate")
        left, fit = Decimal(house), []
        for one in found:
            fit.append(Decimal(str(one["budget"])) <= left)
            left -= Decimal(str(one["budget"])) if fit[-1] else 0
        assert {True, False} == set(fit), "some fit and some do not"
        body = {"decision": "approve", "campaigns": asked(found)}
        first = http.post("/decisions", json=body, headers=once)
        assert first.status_code == 202, first.text
        assert [item["refused"] is None for item in first.json()["items"]] == fit
        assert {item["refused"]["code"] for item in first.json()["items"] if item["refused"]} == {None}
        assert first.json()["total"] == float(house - left)
        accepted = [one["campaign_id"] for one, fits in zip(found, fit, strict=True) if fits]
        for campaign in accepted:
            eventually(partial(booked, http, campaign), "the booking")
        assert http.get("/campaigns", params={"status": "FAILED"}).json()["items"] == []
        server.kill()
    # As if it had died before the whole was answered: what each was answered is kept with its order.
    engine = create_engine(f"sqlite:///{folder / 'tescosense.db'}")
    with engine.begin() as connection:
        unanswered = text("UPDATE commands SET answer = NULL WHERE answer LIKE '%\"status\"%'")
        assert connection.execute(unanswered).rowcount == 1
    with serving(folder, TESCOSENSE_ACCOUNT_BUDGET=str(house)) as server, server.http() as http:
        again = http.post("/decisions", json=body, headers=once)
        assert (again.status_code, again.json()) == (202, first.json())
        assert [len(booked(http, one)) for one in accepted] == [1] * len(accepted)
