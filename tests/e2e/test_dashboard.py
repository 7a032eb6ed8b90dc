"""The dashboard in a real Chromium, against real servers of this checkout: each spec file starts its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

FRONTEND = ROOT / "frontend"
SPECS = sorted(path.name for path in (FRONTEND / "e2e").glob("*.spec.ts"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
"""A machine without Node has the one that comes as a Python wheel, beside the interpreter."""
BUILD_SECONDS, SPEC_SECONDS = 1800, 3600

pytestmark = pytest.mark.xdist_group("dashboard")


def run(*command: str, seconds: int, **environment: str) -> None:
    """Run a command in `frontend/`; its output is the failure's message."""
    finished = subprocess.run(
        command,
        cwd=FRONTEND,
        env={**os.environ, "PATH": PATH, "NEXT_TELEMETRY_DISABLED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert finished.returncode == 0, f"{' '.join(command)} failed:\n{finished.stdout[-8000:]}"


@pytest.fixture(scope="session")
def dashboard() -> None:
    """The packages are there and the pages are built."""
    if not (FRONTEND / "node_modules" / "next").is_dir():
        run("npm", "install", "--no-save", seconds=BUILD_SECONDS)
    if not (FRONTEND / "out" / "index.html").is_file():
        run("npm", "run", "build", seconds=BUILD_SECONDS)


@pytest.fixture(scope="session")
def browser() -> str:
    """The path of a Chromium: CHROME_PATH, the system's, or one fetched now."""
    if chosen := os.environ.get("CHROME_PATH"):
        return chosen
    if found := next(filter(None, map(shutil.which, BROWSERS)), None):
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-q"], capture_output=True, timeout=BUILD_SECONDS, check=False)
        install = ["apt-get", "install", "-y", "-q", "chromium"]
        subprocess.run(install, capture_output=True, timeout=BUILD_SECONDS, check=True)
        return "/usr/bin/chromium"
    run("npx", "playwright", "install", "chromium", seconds=BUILD_SECONDS)
    return ""


@pytest.mark.parametrize("spec", SPECS)
def test_the_dashboard_behaves_in_a_real_browser(spec: str, dashboard: None, browser: str) -> None:
    # A folder of its own: each run of Playwright empties the one it writes to.
    command = ("npx", "playwright", "test", spec, "--output", f"test-results/{spec}")
    run(*command, seconds=SPEC_SECONDS, CHROME_PATH=browser, PYTHON=sys.executable)


@pytest.mark.long
def test_a_media_teams_whole_day_at_every_width(dashboard: None, browser: str) -> None:
    command = ("npx", "playwright", "test", "--config", "playwright.long.config.ts", "--output", "test-results/day")
    run(*command, seconds=2 * SPEC_SECONDS, CHROME_PATH=browser, PYTHON=sys.executable)


def test_the_dashboards_parts_behave(dashboard: None) -> None:
    run("npm", "test", seconds=SPEC_SECONDS)


def test_the_dashboards_types_hold_and_are_those_of_the_api(dashboard: None) -> None:
    run("npm", "run", "check", seconds=SPEC_SECONDS)
    generated = [FRONTEND / "generated" / name for name in ("api.ts", "limits.ts")]
    committed = [path.read_bytes() for path in generated]
    run("npm", "run", "types", seconds=SPEC_SECONDS, PYTHON=sys.executable)
    now = [path.read_bytes() for path in generated]
    assert now == committed, "the API has changed: commit frontend/generated/ as `npm run types` has written it"
