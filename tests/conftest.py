"""What every test may ask for. Each test has a data directory of its own, so nothing is shared and nothing is left."""

import mmap
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.audit import DATABASE, audit_folder
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
Json = dict[str, Any]
"""A JSON object as a user reads it: what is in it is the test's to say."""

# How long an example takes is the machine's affair: the first one may import what the rest have ready.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# A traceback with every local variable of a run takes longer to lay out than the run may.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left behind."""

    exit_code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Json]:
        """Standard output as JSON lines."""
        return [orjson.loads(line) for line in self.out.splitlines()]

    @property
    def summary(self) -> Json:
        last = self.lines[-1]
        assert last["type"] == "summary", self.out[-500:]
        return last

    @property
    def events(self) -> list[Json]:
        return self.lines[:-1]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The `tescosense` command, as a user has it, in a directory of its own."""

    data_dir: Path

    @property
    def environment(self) -> dict[str, str]:
        ours = {"TESCOSENSE_DATA_DIR": str(self.data_dir), "PYTHONPATH": str(ROOT)}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TESCOSENSE_")}
        return {**clean, **ours, "COLUMNS": "120", "NO_COLOR": "1"}

    def __call__(self, *arguments: str, **environment: str) -> Finished:
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            cwd=self.data_dir.parent,
            env={**self.environment, **environment},
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """The command, still running; standard output is a pipe.

        It holds a page and is read without a buffer, so the command cannot get far ahead of who reads its lines.
        """
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            pipesize=mmap.PAGESIZE,
            cwd=self.data_dir.parent,
            env={**self.environment, **environment},
        )


@pytest.fixture(autouse=True)
def audited(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does in its folder, and through whichever door, money, media and log agree after it."""
    folder = Path(request.getfixturevalue("tmp_path")) if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None and request.node.get_closest_marker("unaudited") is None:
        for file in folder.rglob(DATABASE):
            audit_folder(file.parent)


@pytest.fixture
def tescosense(tmp_path: Path) -> CommandLine:
    """The command line in a fresh system."""
    return CommandLine(tmp_path / "data")


@pytest.fixture
def another_system(tmp_path: Path) -> Callable[[str], CommandLine]:
    """Further fresh systems, by name."""
    return lambda name: CommandLine(tmp_path / name)
