"""Bad input over HTTP is answered with a problem document that names the field and the remedy, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from api import errors
from domain.creative import Creative
from domain.errors import AlreadyDecided
from domain.identifiers import new_id
from runtime.repositories import open_repositories
from runtime.settings import Settings
from tests.conftest import Json
from tests.examples import a_change, a_creative
from tests.integration.serving import Server, serving

NOBODY = UUID("01890000-0000-7000-8000-000000000000")
"""No campaign has it. Fixed, because test ids must be the same in every worker."""


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
        ("GET", "/events?since=99999999999999999999999", None, 422, "since"),
        ("POST", "/simulation/trigger", {"scenario": "x" * 201}, 422, "scenario"),
        ("POST", "/simulation/trigger", {"scenario": "heavy\0rain"}, 422, "scenario: holds a NUL"),
        (
            "POST",
            "/prompts/render",
            {"name": "creative/ad_copy", "override_text": "user:\n{{ 1|length }}"},
            422,
            ":2: ",
        ),
        ("GET", f"/campaigns/{NOBODY}/events", None, 404, "there is no campaign"),
        ("GET", f"/campaigns/{NOBODY}/delivery", None, 404, "there is no campaign"),
        ("GET", f"/campaigns/{NOBODY}/state", None, 404, "GET /campaigns"),
        ("GET", f"/campaigns/{NOBODY}", None, 404, "there is no campaign"),
        ("POST", f"/campaigns/{NOBODY}/decisions", {"answer": {"decision": "approve"}}, 404, "there is no campaign"),
        ("GET", "/nowhere", None, 404, "nothing at /nowhere"),
    ],
)
def test_a_problem_names_what_is_wrong(
    server: Server, method: str, path: str, body: Json | None, status: int, said: str
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
def test_a_page_of_another_site_can_change_nothing(server: Server, method: str, path: str, body: Json | None) -> None:
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


def test_what_is_wrong_and_what_to_do_are_said_once_each(server: Server) -> None:
    with server.http() as http:
        problem = http.get(f"/campaigns/{NOBODY}/state").json()
    assert problem["remedy"]
    assert problem["remedy"] not in problem["detail"]
    assert "code" not in problem


async def test_an_answer_to_a_question_no_longer_open_has_a_code_of_its_own() -> None:
    app = FastAPI()
    errors.install(app)

    @app.post("/late")
    async def late() -> None:
        raise AlreadyDecided("question 7 has already been decided", remedy="look at its history")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
        answer = await http.post("/late")
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["detail"], problem["remedy"]) == (
        "already_decided",
        "question 7 has already been decided",
        "look at its history",
    )


def test_a_body_that_is_not_json_is_said_to_be_none(server: Server) -> None:
    with server.http() as http:
        answer = http.post("/simulation/trigger", content="{scenario", headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        problem = answer.json()
        assert problem["field"] == "body"
        assert "is not JSON" in problem["detail"]


async def test_what_nobody_foresaw_is_a_problem_without_its_insides() -> None:
    app = FastAPI()
    errors.install(app)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("password=hunter2")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        answer = await http.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "RuntimeError" in answer.json()["detail"]
    assert "hunter2" not in answer.text


@pytest.fixture
async def studio_campaign(tmp_path: Path) -> UUID:
    """A campaign in the tables whose thread LangGraph's own server keeps."""
    settings = Settings(data_dir=tmp_path / "data")
    async with open_repositories(settings) as repositories:
        campaign_id = new_id()
        await repositories.campaigns.record(a_change(campaign_id, name="Soup", world_id=str(campaign_id)))
    return campaign_id


def test_a_campaign_run_in_studio_can_be_read_and_is_decided_there(studio_campaign: UUID, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, server.http() as http:
        detail = http.get(f"/campaigns/{studio_campaign}")
        assert detail.status_code == 200
        assert (detail.json()["campaign"]["name"], detail.json()["questions"]) == ("Soup", [])
        for readable in ("questions", "events", "delivery"):
            assert http.get(f"/campaigns/{studio_campaign}/{readable}").json()["items"] == [], readable
        approval = {"answer": {"decision": "approve"}}
        for refused in (
            http.get(f"/campaigns/{studio_campaign}/state"),
            http.get(f"/campaigns/{studio_campaign}/history"),
            http.post(f"/campaigns/{studio_campaign}/decisions", json=approval),
        ):
            assert refused.status_code == 409
            assert "LangGraph Studio" in refused.json()["detail"]


@pytest.fixture
async def an_ad_of_words(tmp_path: Path) -> Creative:
    """An ad for the ear, kept like any other."""
    ad = a_creative().model_copy(update={"type": "podcast_script", "image_url": "", "image_description": ""})
    async with open_repositories(Settings(data_dir=tmp_path / "data")) as repositories:
        campaign_id = new_id()
        change = a_change(campaign_id, world_id=str(campaign_id), creatives=[ad], artwork={ad.id: None})
        await repositories.campaigns.record(change)
    return ad


def test_an_ad_without_a_picture_is_read_and_its_picture_is_a_problem_that_says_so(
    an_ad_of_words: Creative, tmp_path: Path
) -> None:
    with serving(tmp_path / "data") as server, server.http() as http:
        assert http.get(f"/creatives/{an_ad_of_words.id}").json()["body"] == an_ad_of_words.body
        for ending in ("svg", "png"):
            answer = http.get(f"/creatives/{an_ad_of_words.id}.{ending}")
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"
            assert "has no picture, it is words alone" in answer.json()["detail"]
            assert f"GET /creatives/{an_ad_of_words.id}" in answer.json()["remedy"]
        for address in (f"/creatives/{NOBODY}.png", f"/creatives/{NOBODY}.svg?v=1a2b"):
            assert "there is no creative" in http.get(address).json()["detail"], "a page may ask for a picture anew"
