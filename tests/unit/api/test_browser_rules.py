"""What a browser is told with each page, picture and answer."""

import base64
import hashlib
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.browser_rules import BrowserRules, page_policy
from api.dashboard_pages import DashboardPages
from runtime.settings import Settings
from tests.unit.api.knocking import knock

PAGE = '<script>let one</script><script src="/part.js"></script><script id="_R_">two()</script>'


def hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def directives(policy: str) -> dict[str, str]:
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}


def test_a_page_runs_its_own_scripts_and_no_others() -> None:
    said = directives(page_policy(PAGE))
    allowed = said["script-src"].split()
    assert sorted(allowed) == sorted(["'self'", hash_of("let one"), hash_of("two()")])
    assert said["frame-ancestors"] == said["object-src"] == said["base-uri"] == "'none'"
    assert said["default-src"] == said["connect-src"] == "'self'"


def test_a_page_that_was_built_anew_has_a_new_policy(tmp_path: Path) -> None:
    app = FastAPI()
    app.add_middleware(DashboardPages, folder=tmp_path)
    client = TestClient(app)
    for script in ("before", "afterwards"):
        (tmp_path / "index.html").write_text(f"<script>{script}</script>")
        answer = client.get("/")
        assert hash_of(script) in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_what_is_no_page_may_be_nothing_but_read() -> None:
    for path in ("/health", "/campaigns", "/openapi.json"):
        said = directives((await knock(create_app(Settings()), path=path)).headers["content-security-policy"])
        assert (said["default-src"], said["frame-ancestors"]) == ("'none'", "'none'")
        assert "script-src" not in said


async def test_the_documentation_runs_the_script_the_framework_has_written() -> None:
    answer = await knock(create_app(Settings()), path="/docs")
    assert answer.status == 200
    said = directives(answer.headers["content-security-policy"])
    assert "'sha256-" in said["script-src"]
    assert "unsafe" not in said["script-src"]


async def test_what_is_beside_ours_keeps_its_own_rules() -> None:
    app = FastAPI()
    app.add_middleware(BrowserRules, rooms={"campaigns"}, pages=())
    assert "content-security-policy" not in (await knock(app, path="/threads")).headers
    assert "content-security-policy" in (await knock(app, path="/campaigns/1")).headers
