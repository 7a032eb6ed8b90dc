"""Bad input over HTTP is answered with a problem document that names the field and the remedy, and changes nothing."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.integration.serving import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("problems") / "data") as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/simulation/trigger", {"scenario": "heavy-rian"}, 422, "heavy-rain"),
        ("POST", "/simulation/trigger", {}, 422, "scenario"),
        ("POST", "/simulation/trigger", {"scenario": "heavy-rain", "loud": True}, 422, "loud"),
        ("PUT", "/simulation/clock", {"running": True, "speed": 0}, 422, "speed"),
        ("PUT", "/kill-switch", {"stopped": True, "reason": ""}, 422, "reason"),
        ("GET", "/campaigns/not-an-id", None, 422, "campaign_id"),
        ("GET", "/campaigns?status=HAPPY", None, 422, "status"),
        ("GET", "/events?since=-1", None, 422, "since"),
        ("GET", f"/campaigns/{uuid4()}", None, 404, "there is no campaign"),
        ("POST", f"/campaigns/{uuid4()}/decisions", {"answer": {"decision": "approve"}}, 404, "there is no campaign"),
        ("GET", "/nowhere", None, 404, "Not Found"),
    ],
)
def test_a_problem_names_what_is_wrong(
    server: Server, method: str, path: str, body: dict | None, status: int, said: str
) -> None:
    with server.http() as http:
        answer = http.request(method, path, json=body)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == status
        assert said in problem["detail"] + problem.get("remedy", "")
        assert problem["instance"] == path.partition("?")[0]
        assert http.get("/campaigns").json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/simulation/trigger", {"scenario": "heavy-rain"}),
        ("PUT", "/kill-switch", {"stopped": True, "reason": "mischief"}),
        ("POST", "/agents/reset", None),
    ],
)
def test_a_page_of_another_site_can_change_nothing(server: Server, method: str, path: str, body: dict | None) -> None:
    with server.http() as http:
        answer = http.request(method, path, json=body, headers={"Origin": "https://elsewhere.example"})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert "another site" in answer.json()["detail"]
        assert http.get("/kill-switch").json()["stopped"] is False
        assert http.get("/simulation/clock").json()["scenarios"] == []


def test_the_dashboards_own_page_may_change_things(server: Server) -> None:
    with server.http() as http:
        assert http.put("/simulation/clock", json={"running": False}, headers={"Origin": server.url}).status_code == 200
