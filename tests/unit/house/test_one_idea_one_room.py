"""A folder can be read at a glance, a file held in the head, and nothing is put away in a drawer."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.house.conftest import Plant
from tests.unit.house.house import ROOMS

FILES_MOST = 14
LINES_MOST = 350

SOURCE = {".py", ".ts", ".tsx", ".mjs", ".css", ".prompty", ".md", ".yaml", ".toml", ".csv"}
"""What is read and edited here. Pictures are data: the illustrator has one for each family of products."""

CODE = {".py", ".ts", ".tsx", ".mjs", ".css"}

NOT_OURS = {"node_modules", ".next", "out", "test-results", "__pycache__", "generated"}
"""Installed, built or generated."""

MAY_HOLD_MORE = ("domain", "api/routes", "storage/schema/migrations/versions", "tests")
"""A vocabulary, a file for each address, a file for each change of the schema, and tests, which mirror the rest."""

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def ours(root: Path, *more: str) -> Iterator[Path]:
    """Our files, relative to the root."""
    for room in (*ROOMS, "frontend", *more):
        for path in sorted((root / room).rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not NOT_OURS & set(inside.parts):
                yield inside


def full_folders(root: Path) -> list[str]:
    beside = Counter(
        path.parent.as_posix() for path in ours(root) if path.suffix in SOURCE and path.name != "__init__.py"
    )
    return [
        f"{folder} has {count} files"
        for folder, count in beside.items()
        if count > FILES_MOST and not any(folder == more or folder.startswith(more + "/") for more in MAY_HOLD_MORE)
    ]


def long_files(root: Path) -> list[str]:
    lengths = {path: len((root / path).read_text().splitlines()) for path in ours(root, "tests") if path.suffix in CODE}
    return [f"{path} has {count} lines" for path, count in lengths.items() if count > LINES_MOST]


def drawers(root: Path) -> list[str]:
    """Files and folders with a name that says nothing about what is in them."""
    return [str(path) for path in ours(root, "tests") if DRAWERS & {path.stem.lower(), *path.parent.parts}]


def test_no_folder_is_too_full() -> None:
    assert full_folders(ROOT) == []


def test_no_file_is_too_long() -> None:
    assert long_files(ROOT) == []


def test_there_is_no_drawer() -> None:
    assert drawers(ROOT) == []


@pytest.mark.parametrize("folder", ["runtime", "agents/sensing", "frontend/components", "frontend/lib", "prompts"])
def test_a_folder_too_full_is_found(folder: str, plant: Plant) -> None:
    suffix = "tsx" if folder.startswith("frontend") else "py"
    files = {f"{folder}/file{number}.{suffix}": "" for number in range(FILES_MOST)}
    root = plant({**files, f"{folder}/__init__.py": "", f"{folder}/picture.svg": "", f"{folder}/inner/one.py": ""})
    assert full_folders(root) == []
    plant({f"{folder}/one-more.{suffix}": ""})
    assert full_folders(root) == [f"{folder} has {FILES_MOST + 1} files"]


def test_folders_that_may_hold_more_do(plant: Plant) -> None:
    root = plant({f"{folder}/file{number}.py": "" for folder in MAY_HOLD_MORE for number in range(FILES_MOST + 1)})
    assert full_folders(root) == []


@pytest.mark.parametrize("path", ["domain/plan.py", "frontend/lib/live.ts", "tests/unit/test_plan.py"])
def test_a_file_too_long_is_found(path: str, plant: Plant) -> None:
    root = plant({path: "\n" * LINES_MOST, "frontend/generated/api.ts": "\n" * 5_000})
    assert long_files(root) == []
    plant({path: "\n" * (LINES_MOST + 1)})
    assert long_files(root) == [f"{path} has {LINES_MOST + 1} lines"]


@pytest.mark.parametrize("path", ["storage/utils.py", "agents/common/plan.py", "frontend/lib/helpers.ts"])
def test_a_drawer_is_found(path: str, plant: Plant) -> None:
    assert drawers(plant({path: "", "domain/plan.py": ""})) == [path]
