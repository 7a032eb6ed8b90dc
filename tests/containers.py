"""Dockerfile and compose file as data, and a build of the one without Docker: its steps in a folder in place of `/`."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.conftest import ROOT

DOCKERFILE, COMPOSE = ROOT / "Dockerfile", ROOT / "compose.yaml"
PLACES = ("/src", "/opt", "/data")
"""What the image's steps name from the root on."""
SECONDS = 1_500


class Step(NamedTuple):
    """One instruction."""

    does: str
    said: str


class Stage(NamedTuple):
    base: str
    name: str
    """Empty for the last one, which is the image."""
    steps: list[Step]


def stages(text: str) -> list[Stage]:
    found: list[Stage] = []
    bare = "\n".join(line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    for line in bare.replace("\\\n", " ").splitlines():
        does, _, said = line.strip().partition(" ")
        said = " ".join(said.split())
        if does == "FROM":
            base, _, name = said.partition(" AS ")
            found.append(Stage(base, name, []))
        else:
            found[-1].steps.append(Step(does, said))
    return found


def built(text: str, root: Path, environment: Mapping[str, str]) -> dict[str, Path]:
    """The folder of every stage but the last, each made by its own steps. The last one's name users of a machine, which
    are not ours to make. Raises AssertionError with what a step said that failed."""
    made: dict[str, Path] = {}
    for stage in stages(text)[:-1]:
        place = made[stage.name] = root / stage.name
        here = place
        for does, said in stage.steps:
            if does == "WORKDIR":
                here = _within(place, said)
                here.mkdir(parents=True, exist_ok=True)
            elif does == "COPY":
                _copy(said, here, place, made)
            elif does == "RUN":
                _run(said, here, place, environment)
            else:
                raise AssertionError(f"the stage {stage.name} has a step {does} that is not known here")
    return made


def _within(place: Path, path: str) -> Path:
    return place / path.lstrip("/")


def _copy(said: str, here: Path, place: Path, made: Mapping[str, Path]) -> None:
    of, _, rest = said.removeprefix("--from=").partition(" ") if said.startswith("--from=") else ("", "", said)
    *sources, target = rest.split()
    to = _within(place, target) if target.startswith("/") else here / target
    for source in sources:
        found = _within(made[of], source) if of else ROOT / source
        if found.is_dir():
            shutil.copytree(found, to, dirs_exist_ok=True, ignore=None if of else _ignored)
        else:
            into = to / found.name if target.endswith("/") or len(sources) > 1 else to
            into = into / found.name if into.is_dir() else into
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, into)


def _ignored(_folder: str, names: list[str]) -> set[str]:
    """As `.dockerignore` says of what a machine has made."""
    return {name for name in names if name in {"node_modules", ".next", "out", "__pycache__", "test-results"}}


def _run(said: str, here: Path, place: Path, environment: Mapping[str, str]) -> None:
    command = re.sub(rf"(?<![\w.])({'|'.join(PLACES)})(?=[/\s]|$)", rf"{place}\1", said)
    done = subprocess.run(
        ["bash", "-ec", command],
        cwd=here,
        env={**environment, "HOME": str(place), "PATH": environment.get("PATH", os.defpath)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"RUN {said}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def composed() -> dict[str, Any]:
    """The compose file, its anchors resolved."""
    said: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return said
