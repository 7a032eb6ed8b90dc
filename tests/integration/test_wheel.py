"""What is shipped is whole: a wheel in an environment of its own, run from an empty folder, serves everything.

The wheel is built as `python -m build` does by default, through the sdist, but with the tools of this environment,
and it finds its dependencies in this environment too. So this proves that nothing of ours is missing from the wheel and
that none of it is found in the checkout. Whether the dependencies it names suffice, only an index can show.
"""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import orjson
import pytest

from tests.conftest import ROOT

BROWSER = {"accept": "text/html"}
SECONDS = 300


def run(*command: str | Path, cwd: Path) -> str:
    """What the command printed; fails with its complaint."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("TESCOSENSE_") and name != "PYTHONPATH"
    }
    finished = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert finished.returncode == 0, finished.stdout[-2000:] + finished.stderr[-4000:]
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    assert len(list(out.glob("*.tar.gz"))) == 1
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `tescosense` command of a fresh environment that holds the wheel."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    uv = Path(sys.executable).with_name("uv")
    run(uv, "venv", "-q", "--offline", "--python", sys.executable, environment, cwd=wheel.parent)
    python = environment / "bin" / "python"
    run(uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel, cwd=wheel.parent)
    # A path that stands in a .pth file is searched, but its own .pth files, such as that of the checkout, are not read.
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    where = run(python, "-c", "import api, prompts; print(api.__file__, prompts.__file__)", cwd=wheel.parent)
    assert where.count(str(packages)) == 2
    return environment / "bin" / "tescosense"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder to start in."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def campaign(installed: Path, folder: Path) -> str:
    """A campaign that was run from sensing to lesson."""
    lines = run(installed, "run", "heavy-rain", "--json", cwd=folder).splitlines()
    summary = orjson.loads(lines[-1])
    assert summary["type"] == "summary"
    return str(summary["campaign_id"])


@pytest.fixture(scope="module")
def http(installed: Path, folder: Path, campaign: str) -> Iterator[httpx.Client]:
    """A client of the server of the installed command, on a port that the system chose."""
    command: list[str | Path] = [installed, "serve", "--port", "0"]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    said = {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "TESCOSENSE_DAYS_PER_MINUTE": "0.01"}
    log = folder.with_name("serve.log")
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=folder, env={**clean, **said}, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address is not None, log.read_text()
            # It listens from here on: a request waits until the application is up.
            with httpx.Client(base_url=address[0], timeout=SECONDS) as client:
                yield client
        finally:
            process.terminate()


def test_it_serves_the_dashboard_with_all_that_its_pages_ask_for(http: httpx.Client) -> None:
    for path in ("/", "/campaigns", "/approvals", "/signals"):
        page = http.get(path, headers=BROWSER)
        assert (page.status_code, "text/html" in page.headers["content-type"]) == (200, True), path
        parts = re.findall(r'(?:src|href)="(/_next/[^"]+)"', page.text)
        assert parts
        for part in parts:
            assert http.get(part).status_code == 200, part


def test_it_serves_the_documentation_of_its_api(http: httpx.Client) -> None:
    page = http.get("/docs", headers=BROWSER).text
    parts = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(parts) >= 2
    for part in parts:
        assert part.startswith("/"), "the page asks another host"
        assert http.get(part).status_code == 200, part


def test_it_has_its_prompts_and_its_scenarios(http: httpx.Client) -> None:
    prompts = http.get("/prompts").json()["items"]
    assert all(prompt["is_released"] and not prompt["problems"] for prompt in prompts)
    for prompt in prompts:
        rendered = http.post("/prompts/render", json={"name": prompt["name"]})
        assert rendered.status_code == 200
        assert rendered.json()["text"]
    assert "heavy-rain" in http.get("/simulation/scenarios").json()["items"]


def test_it_shows_the_ads_of_a_campaign_it_ran_with_their_lettering(http: httpx.Client, campaign: str) -> None:
    detail = http.get(f"/campaigns/{campaign}").json()
    assert detail["campaign"]["status"] == "COMPLETED"
    assert detail["findings"]
    drawn = [one["image_url"] for one in detail["creatives"] if one["image_url"]]
    assert drawn
    for url in drawn:
        assert http.get(url).text.startswith("<svg")
    picture = http.get(drawn[0].replace(".svg", ".png"))
    assert picture.content.startswith(b"\x89PNG")


def test_it_has_one_version_number(http: httpx.Client, installed: Path, folder: Path, wheel: Path) -> None:
    version = wheel.name.split("-")[1]
    assert run(installed, "--version", cwd=folder).split() == ["tescosense", version]
    assert http.get("/health").json()["version"] == version
    assert http.get("/openapi.json").json()["info"]["version"] == version


@pytest.mark.long
def test_it_is_installed_as_an_application_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """With the dependencies that its metadata name, as an index has them."""
    uv, home, commands = Path(sys.executable).with_name("uv"), tmp_path / "tools", tmp_path / "bin"
    own: list[str | Path] = ["env", f"UV_TOOL_DIR={home}", f"UV_TOOL_BIN_DIR={commands}"]
    run(*own, uv, "tool", "install", "-q", "--python", sys.executable, wheel, cwd=tmp_path)
    assert [path.name for path in commands.iterdir()] == ["tescosense"]
    assert run(commands / "tescosense", "--version", cwd=tmp_path).split() == ["tescosense", wheel.name.split("-")[1]]
    lines = run(commands / "tescosense", "run", "heavy-rain", "--json", cwd=tmp_path).splitlines()
    assert orjson.loads(lines[-1])["status"] == "COMPLETED"


def test_every_package_in_it_says_that_it_is_typed_and_nothing_else_is_in_it(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    packages = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert packages == {path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"}
    assert [package for package in packages if f"{package}/py.typed" not in names] == []


def test_a_build_without_the_dashboard_says_so_in_one_sentence(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    command: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", tmp_path]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert finished.returncode != 0
    assert "The dashboard is not built, and a package without it serves no pages: run `make build`." in finished.stderr
    assert "Traceback" not in finished.stderr
