"""The image and what stands beside it: linted, without secrets, nobody's root, and made of steps that run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from api.socket.limits import SocketLimits
from runtime.settings import Settings
from runtime.telemetry.logs import LogSettings
from tests.conftest import ROOT
from tests.containers import COMPOSE, DOCKERFILE, Stage, built, composed, stages

LINTER = Path(sys.executable).with_name("hadolint")
OURS = {f"TESCOSENSE_{name.upper()}" for kind in (Settings, SocketLimits, LogSettings) for name in kind.model_fields}
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|DATABASE_URL")


def linted(text: str) -> list[str]:
    done = subprocess.run(
        [LINTER, "--no-color", "-f", "tty", "-"], input=text, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.splitlines()


def image() -> Stage:
    return stages(DOCKERFILE.read_text())[-1]


def test_the_dockerfile_has_nothing_a_linter_finds() -> None:
    text = DOCKERFILE.read_text()
    assert linted(text) == []
    # It does look: an image without a version, and a command through a shell, which signals do not get through.
    found = linted(text.replace("FROM python:3.11-slim-bookworm\n", "FROM python\n").replace('["serve"]', "serve"))
    assert {code for line in found for code in re.findall(r"DL\d+", line)} == {"DL3006", "DL3025"}


def test_it_runs_as_nobody_of_weight_and_says_whether_it_is_well() -> None:
    steps = image().steps
    assert [step.said for step in steps if step.does == "USER"] == ["10001:10001"]
    after = [step.does for step in steps[[step.does for step in steps].index("USER") :]]
    assert after == ["USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"]
    [health] = [step.said for step in steps if step.does == "HEALTHCHECK"]
    assert f":{Settings.model_fields['port'].default}/health" in health


def test_it_copies_what_there_is_and_every_package() -> None:
    copied = [
        source
        for stage in stages(DOCKERFILE.read_text())
        for step in stage.steps
        if step.does == "COPY" and not step.said.startswith("--from")
        for source in step.said.split()[:-1]
    ]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(copied)
    # Docker is sent what the ignore file lets through.
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {source.split("/")[0] for source in copied} == let_through


def test_no_secret_is_in_either_file_and_every_setting_is_one() -> None:
    given: dict[str, str] = {}
    for service in composed()["services"].values():
        given |= {name: str(value) for name, value in service.get("environment", {}).items()}
    for step in image().steps:
        if step.does in ("ENV", "ARG"):
            given |= dict(pair.partition("=")[::2] for pair in step.said.split())
    assert {name for name in given if name.startswith("TESCOSENSE_")} <= OURS
    secrets = {name: value for name, value in given.items() if SECRET.search(name)}
    assert len(secrets) >= 4
    # Asked of who starts it, and but for a provider's key, which the fake model has not, with no default.
    for name, value in secrets.items():
        assert re.search(r"\$\{TESCOSENSE_[A-Z_]+(:\?[^}]+|:-)\}", value), name
    assert [name for name, value in secrets.items() if ":-}" in value] == ["TESCOSENSE_MODEL_API_KEY"]


def test_a_limit_on_what_a_model_costs_can_be_kept_with_any_server() -> None:
    """It is refused where no price is known, and of a server of somebody else's none is but a price of one's own."""
    of_model = {name for name in composed()["services"]["worker"]["environment"] if "_MODEL_" in name}
    needed = {"TESCOSENSE_MODEL_SPEND_LIMIT", "TESCOSENSE_MODEL_BASE_URL", "TESCOSENSE_MODEL_PRICES"}
    assert needed <= of_model


def test_nothing_is_reached_from_outside_but_the_server_by_this_machine_and_each_is_looked_after() -> None:
    services = composed()["services"]
    assert {name: service.get("ports", []) for name, service in services.items()} == {
        "server": ["127.0.0.1:8000:8000"],
        "worker": [],
        "database": [],
        "queue": [],
    }
    looked_after = {name for name, service in services.items() if service.get("healthcheck", {}).get("test")}
    assert looked_after == {"database", "queue"}  # the server by its image
    assert services["worker"]["healthcheck"] == {"disable": True}
    waited_for = {one for service in services.values() for one in service.get("depends_on", {})}
    assert waited_for == {"database", "queue", "server"}
    for name in ("server", "worker"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
    for service in services.values():
        assert ":" in service["image"] or service["image"] == "tescosense"
    assert set(composed()["volumes"]) == {"data", "database"}
    assert COMPOSE.read_text().count("127.0.0.1:") == 1


@pytest.mark.long
def test_the_images_steps_make_a_command_that_runs_a_campaign(tmp_path: Path) -> None:
    """Node's stage and Python's, in folders of their own, with what the registries have."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TESCOSENSE_", "VIRTUAL_ENV"))}
    made = built(DOCKERFILE.read_text(), tmp_path, clean)
    command = made["build"] / "opt" / "tescosense" / "bin" / "tescosense"
    inside = {**clean, "TESCOSENSE_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [command, "run", "heavy-rain", "--json"],
        cwd=tmp_path,
        env=inside,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert orjson.loads(done.stdout.splitlines()[-1])["status"] == "COMPLETED"
    packages = next((made["build"] / "opt" / "tescosense").glob("lib/python*/site-packages"))
    assert (packages / "api" / "dashboard" / "index.html").is_file()
    assert not list(packages.glob("__editable__*"))


@pytest.mark.long
def test_the_image_of_langgraph_build_finds_graph_and_api_in_what_it_is_sent(tmp_path: Path) -> None:
    """What `langgraph dockerfile` writes: its one step of ours, in a new environment, and the two places it names."""
    file = tmp_path / "Dockerfile"
    command = [sys.executable, "-m", "langgraph_cli", "dockerfile", str(file), "-c", str(ROOT / "langgraph.json")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    [stage] = stages(file.read_text())
    [added] = [step.said for step in stage.steps if step.does == "ADD"]
    [install] = [said for does, said in stage.steps if does == "RUN" and "-c /api/constraints.txt -e ." in said]
    assert "uv pip install --system --no-cache-dir" in install
    sent = tmp_path / "deps"
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            name, left_out = line[1:], shutil.ignore_patterns("node_modules", "__pycache__", ".next", "out")
            source, target = ROOT / name, sent / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target, ignore=left_out) if source.is_dir() else shutil.copy(source, target)
    uv, python = Path(sys.executable).with_name("uv"), tmp_path / "new" / "bin" / "python"
    steps: list[list[str | Path]] = [
        [uv, "venv", "-q", python.parents[1]],
        [uv, "pip", "install", "-q", "--python", python, "-e", "."],
    ]
    for step in steps:
        done = subprocess.run(step, cwd=sent, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
    given = dict(said.partition("=")[::2] for does, said in stage.steps if does == "ENV")
    app = orjson.loads(given["LANGGRAPH_HTTP"].strip("'"))["app"]
    graph = orjson.loads(given["LANGSERVE_GRAPHS"].strip("'"))["campaign"]["path"]
    places = [place.replace(added.split()[-1], str(sent)) for place in (app, graph)]
    looked = (
        "import runpy, sys; [runpy.run_path(path)[name] for path, _, name in (p.rpartition(':') for p in sys.argv[1:])]"
    )
    environment = {**os.environ, "TESCOSENSE_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [python, "-c", looked, *places], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
