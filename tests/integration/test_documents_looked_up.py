"""Commands of the documents that are not carried out as they stand: a shorter form of each is, or it is looked up. A
new one is red in `test_documents` until it is named here, or is run there."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.documents import all_blocks
from tests.integration.serving import serving
from tests.integration.test_traces import FAST, spans_in
from tests.patience import PATIENCE, eventually
from tests.receiver import receiving

SHORTER: Final = {
    "make help": ["make", "help"],
    ".venv/bin/pytest tests/unit/storage -n 2": [
        *(sys.executable, "-m", "pytest", "tests/unit/storage", "-n", "0", "--collect-only", "-q")
    ],
    "python -m world.adcp.seller --port 8123 --data-file buys.sqlite": [
        *(sys.executable, "-m", "world.adcp.seller", "--port", "8123", "--data-file", "buys.sqlite", "--help")
    ],
}
"""What is run in place of a command: all of it but what serves until it is stopped, or is run anyway."""
MAKE: Final = {
    "make run": "sets up all there is and serves until it is stopped",
    "make test": "is what runs this",
    "make studio": "serves until it is stopped; `test_langgraph_server` and its like start what it starts",
}
"""Looked up in the Makefile, whose `make help` lists it; and why it is not run."""
NPM: Final = {
    "cd frontend && npm run check && npm test": "`make test` runs both",
    "npm install": "`make dashboard` does, before every test of the browser",
    "npm run build": "`make dashboard` does",
    "npm run dev": "serves until it is stopped",
    "npm run check": "`make test` does",
    "npm test": "`make test` does",
    "npm run e2e": "`tests/e2e` does",
    "npm run types": "`tests/unit/api` holds what it writes to be what it would write",
    "npm run screenshots": "writes the pictures of these documents anew",
}
"""Looked up in the dashboard's package; and why it is not run."""
UNSEEN: Final = {
    ".venv/bin/ruff check . && .venv/bin/mypy": "`make lint types` is that",
    "npx --package @adcp/sdk@6.11.0 adcp storyboard run http://127.0.0.1:8123/mcp media_buy_state_machine "
    "--allow-http --json": "the judge comes over the network, and judges in the benchmarks",
    "docker compose up --build --scale worker=2": "needs Docker; `test_containers` carries out the image's steps",
}
"""Neither run nor looked up here."""
LOOKED_UP: Final = {*SHORTER, *MAKE, *NPM, *UNSEEN}


def shown() -> set[str]:
    """All that the documents show to type, without what is remarked behind it."""
    lines = [line for block in all_blocks("sh") for line in block.text.splitlines()]
    return {command_of(line) for line in lines if line.strip()}


def command_of(line: str) -> str:
    return re.sub(r"\s+#.*", "", line).strip()


def test_what_is_named_here_is_still_shown() -> None:
    assert LOOKED_UP - shown() == set()


@pytest.mark.parametrize("command", SHORTER)
def test_a_shorter_form_of_it_works(command: str) -> None:
    done = subprocess.run(SHORTER[command], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_targets_of_make_are_those_its_help_lists() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert {command.split()[1] for command in MAKE} <= set(re.findall(r"^  make (\S+)", listed.stdout, re.MULTILINE))


def test_the_scripts_of_the_dashboard_are_in_its_package() -> None:
    scripts = json.loads((ROOT / "frontend" / "package.json").read_text())["scripts"]
    asked = {name for command in NPM for name in re.findall(r"npm (?:run )?([\w-]+)", command)} - {"install"}
    assert asked - set(scripts) == set()


def test_a_server_that_is_started_with_traces_sends_them(tmp_path: Path) -> None:
    [block] = all_blocks("sh serve")
    *given, program, command = shlex.split(block.text)
    assert (program, command) == ("tescosense", "serve")
    settings = dict(one.split("=", 1) for one in given)
    with receiving(status=200) as collector:
        settings = {name: text.replace("http://127.0.0.1:4318", collector.url) for name, text in settings.items()}
        assert collector.url in settings.values()
        with serving(tmp_path / "data", **settings, **FAST) as server, server.http() as http:
            http.get("/kpis").raise_for_status()
            sent = eventually(lambda: [one for one in spans_in(collector) if one.name == "GET /kpis"] or None, "a span")
    assert sent[0].service == settings["OTEL_SERVICE_NAME"] == "shop-api"
