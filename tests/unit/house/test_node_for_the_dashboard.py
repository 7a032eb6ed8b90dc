"""`make` builds the dashboard with the machine's own Node where that one can, and else with the one from a wheel."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOOLS = ("find", "awk")
"""All that the Makefile asks of the machine before its first recipe."""


def takes_the_wheel(machine: Path, **versions: str) -> bool:
    """Whether `make dashboard` would install Node's wheel where only these programs are."""
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, f"this machine has no {tool}"
        (machine / tool).symlink_to(found)
    for name, version in versions.items():
        program = machine / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    make = shutil.which("make")
    assert make is not None, "this machine has no make"
    # -W: as if the lock were new, so that a wheel that is already here would be installed once more.
    plan = [make, "--dry-run", "-W", "requirements/node.txt", "dashboard"]
    finished = subprocess.run(plan, cwd=ROOT, env={"PATH": str(machine)}, capture_output=True, text=True, check=True)
    return "-r requirements/node.txt" in finished.stdout


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.1.0", "v100.0.0"])
def test_a_node_that_can_build_the_dashboard_is_used(version: str, tmp_path: Path) -> None:
    assert not takes_the_wheel(tmp_path, node=version, npm="10.8.2")


@pytest.mark.parametrize("version", ["v9.11.2", "v16.20.0", "v20.9.0", "v20.18.3", "v21.7.3", "v22.11.0"])
def test_a_node_too_old_for_the_dashboard_is_passed_over(version: str, tmp_path: Path) -> None:
    assert takes_the_wheel(tmp_path, node=version, npm="10.8.2")


def test_a_node_without_npm_is_passed_over(tmp_path: Path) -> None:
    assert takes_the_wheel(tmp_path, node="v24.1.0")


def test_a_machine_without_node_takes_the_wheel(tmp_path: Path) -> None:
    assert takes_the_wheel(tmp_path)
