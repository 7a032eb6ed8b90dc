"""A POST with an `Idempotency-Key` is carried out once, and answered the same however often it comes."""

from pathlib import Path
from uuid import uuid4

import httpx

from api.guarded import GuardedRoute
from api.routes import (
    campaigns,
    controls,
    creatives,
    decisions,
    events,
    futures,
    media_buys,
    prompts,
    simulation,
    starting,
)
from tests.integration.serving import serving
from tests.patience import eventually


def test_every_post_takes_a_key() -> None:
    rooms = (campaigns, controls, creatives, decisions, events, futures, media_buys, prompts, simulation, starting)
    posts = [
        route for room in rooms for route in room.router.routes if "POST" in (getattr(route, "methods", None) or ())
    ]
    assert len(posts) == 13, "count the new one in, or the room it is in"
    assert [route for route in posts if not isinstance(route, GuardedRoute)] == []


def test_what_comes_again_is_answered_the_same_and_done_once(tmp_path: Path) -> None:
    trigger, approval = ({"Idempotency-Key": str(uuid4())} for _ in range(2))
    heavy_rain, approve = {"scenario": "heavy-rain"}, {"answer": {"decision": "approve", "decided_by": "Ada"}}

    def decide(http: httpx.Client, campaign: str) -> httpx.Response:
        return http.post(f"/campaigns/{campaign}/decisions", json=approve, headers=approval)

    with serving(tmp_path / "data") as server, server.http() as http:
        first = http.post("/simulation/trigger", json=heavy_rain, headers=trigger)
        assert first.status_code == 202
        again = http.post("/simulation/trigger", json=heavy_rain, headers=trigger)
        assert (again.status_code, again.json()) == (202, first.json())
        campaign = first.json()["campaign_ids"][0]
        another = http.post("/simulation/trigger", json={"scenario": "heatwave"}, headers=trigger)
        assert another.status_code == 409
        key = trigger["Idempotency-Key"]
        assert another.json()["detail"] == f"the Idempotency-Key '{key}' has been used for another command"
        too_long = http.post("/simulation/trigger", json=heavy_rain, headers={"Idempotency-Key": "k" * 256})
        assert (too_long.status_code, too_long.json()["field"]) == (422, "Idempotency-Key")

        refused = {"answer": {"decision": "reject"}}
        assert http.post(f"/campaigns/{campaign}/decisions", json=refused, headers=approval).status_code in (409, 422)
        eventually(lambda: http.get(f"/campaigns/{campaign}/questions").json()["items"] or None, "the gate to ask")
        accepted = decide(http, campaign)
        assert accepted.status_code == 202, "what was refused under this key was judged anew"
        assert decide(http, campaign).json() == accepted.json()
        server.kill()
    with serving(tmp_path / "data") as server, server.http() as http:
        assert decide(http, campaign).json() == accepted.json(), "after a crash as well"
        assert len(http.get(f"/campaigns/{campaign}").json()["approvals"]) <= 1
