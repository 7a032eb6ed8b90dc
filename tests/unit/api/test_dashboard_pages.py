"""Pages and API under the same addresses, told apart by what the caller accepts."""

import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.dashboard_pages import DashboardPages
from api.doors.door import AddressDoor, HostDoor
from api.doors.hosts import HostList

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAM = {"accept": "application/json"}


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    folder = tmp_path / "out"
    (folder / "_next/static").mkdir(parents=True)
    (folder / "index.html").write_text("<p>live loop</p>")
    (folder / "campaigns.html").write_text("<p>campaigns</p>")
    (folder / "404.html").write_text("<p>no such page</p>")
    (folder / "campaigns.txt").write_text("what the page's router asks for")
    (folder / "_next/static/part.js").write_text("let part")
    (folder / "_next/static/part.js.gz").write_bytes(gzip.compress(b"let part"))
    (tmp_path / "secret.html").write_text("not for anyone")
    app = FastAPI()

    @app.get("/campaigns")
    async def campaigns() -> dict[str, list[str]]:
        return {"items": []}

    @app.post("/campaigns")
    async def start() -> dict[str, bool]:
        return {"started": True}

    app.add_middleware(AddressDoor)
    app.add_middleware(DashboardPages, folder=folder)
    app.add_middleware(HostDoor, hosts=HostList(["testserver"]))
    return TestClient(app)


def test_a_browser_gets_the_page_and_a_program_gets_json_at_the_same_address(client: TestClient) -> None:
    assert client.get("/campaigns", headers=BROWSER).text == "<p>campaigns</p>"
    assert client.get("/campaigns", headers=PROGRAM).json() == {"items": []}


@pytest.mark.parametrize("query", ["text=%00", "q=%00", "q=a%00b&status=open"])
def test_a_page_opens_whatever_stands_in_its_address_and_a_program_is_told_what_is_wrong(
    client: TestClient, query: str
) -> None:
    page = client.get(f"/campaigns?{query}", headers=BROWSER)
    assert (page.status_code, page.text) == (200, "<p>campaigns</p>")
    refused = client.get(f"/campaigns?{query}", headers=PROGRAM)
    assert (refused.status_code, refused.json()["field"]) == (422, "address")


def test_both_answers_say_that_they_vary_by_accept(client: TestClient) -> None:
    for headers in (BROWSER, PROGRAM):
        assert "Accept" in client.get("/campaigns", headers=headers).headers["vary"]


def test_the_pages_router_finds_its_parts_whatever_it_accepts(client: TestClient) -> None:
    assert client.get("/campaigns.txt", headers=PROGRAM).text == "what the page's router asks for"
    assert client.head("/campaigns", headers=PROGRAM).status_code == 200


def test_a_browser_at_an_unknown_address_gets_a_page_and_a_program_gets_json(client: TestClient) -> None:
    for path in ("/nonsense", "/campaigns/nonsense/deeper", "/_next/static/gone"):
        page, answer = client.get(path, headers=BROWSER), client.get(path, headers=PROGRAM)
        assert (page.status_code, page.text) == (404, "<p>no such page</p>")
        assert "text/html" in page.headers["content-type"]
        assert page.headers["cache-control"] == "no-cache"
        assert answer.status_code == 404
        assert answer.json() == {"detail": "Not Found"}


def test_the_root_is_the_live_loop_for_everyone(client: TestClient) -> None:
    assert client.get("/", headers=PROGRAM).text == "<p>live loop</p>"


def test_what_changes_something_never_meets_a_page(client: TestClient) -> None:
    assert client.post("/campaigns", headers=BROWSER).json() == {"started": True}


def test_a_script_is_kept_for_good_and_sent_compressed_to_who_takes_it(client: TestClient) -> None:
    packed = client.get("/_next/static/part.js", headers={"accept-encoding": "gzip"})
    plain = client.get("/_next/static/part.js", headers={"accept-encoding": "identity"})
    assert (packed.text, plain.text) == ("let part", "let part")
    assert packed.headers["content-encoding"] == "gzip"
    assert "javascript" in packed.headers["content-type"]
    assert "content-encoding" not in plain.headers
    assert "immutable" in plain.headers["cache-control"]


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/..%2fsecret.html"])
def test_nothing_outside_the_folder_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert "not for anyone" not in answer.text
