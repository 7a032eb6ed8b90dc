"""The rules of the house, as tests: imports run downward, queries live in storage, drawers have no room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "prompts": {"domain"},
    "llm_mocks": {"domain"},
    "world": {"domain"},
    "storage": {"domain"},
    "agents": {"domain", "prompts", "llm_mocks", "world", "storage"},
    "graph": {"domain", "prompts", "llm_mocks", "world", "storage", "agents"},
    "runtime": {"domain", "prompts", "llm_mocks", "world", "storage", "agents", "graph"},
    "api": {"domain", "prompts", "llm_mocks", "world", "storage", "agents", "graph", "runtime"},
    "cli": {"domain", "prompts", "llm_mocks", "world", "storage", "agents", "graph", "runtime", "api", "bench"},
    "bench": {"domain", "prompts", "llm_mocks", "world", "storage", "agents", "graph", "runtime", "api"},
}
"""The room on the left may import the rooms on the right. `cli` alone starts `api` and `bench`."""

ENTRY_POINTS = {Path("runtime/studio.py")}
"""Loaded by LangGraph's own server by path: a door to the whole house, like the command line. Nobody imports it."""


def modules(room: str) -> Iterator[Path]:
    yield from sorted((ROOT / room).rglob("*.py"))


def imported_rooms(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line, room, whole module) of each import of ours, lazy ones inside functions included."""
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        for name in names:
            room = name.split(".")[0]
            if room in MAY_IMPORT:
                yield node.lineno, room, name


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way_downward(room: str) -> None:
    assert list(modules(room)), f"the room {room} is empty"
    upward = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(room)
        if path.relative_to(ROOT) not in ENTRY_POINTS
        for line, other, name in imported_rooms(path)
        if other != room and other not in MAY_IMPORT[room]
    ]
    assert upward == []


def test_nobody_imports_an_entry_point() -> None:
    names = {str(path.with_suffix("")).replace("/", ".") for path in ENTRY_POINTS}
    found = [
        str(path.relative_to(ROOT))
        for room in MAY_IMPORT
        for path in modules(room)
        for _, _, name in imported_rooms(path)
        if name in names
    ]
    assert found == []


def test_only_wiring_and_benchmarks_know_the_concrete_worlds() -> None:
    concrete = {
        "world.simulated",
        "world.complete_journey.world",
        "world.files.world",
        "world.open_meteo",
        "world.adcp",
    }
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in ("agents", "graph", "runtime", "api", "cli")
        for path in modules(room)
        if path.name != "wiring.py"
        for line, _, name in imported_rooms(path)
        if any(name == part or name.startswith(part + ".") for part in concrete)
    ]
    assert found == []


def test_queries_live_in_storage() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in set(MAY_IMPORT) - {"storage", "bench", "llm_mocks"}
        for path in modules(room)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] in {"sqlalchemy", "sqlite3", "aiosqlite"}
    ]
    assert found == []


def test_no_room_has_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert [str(path) for room in MAY_IMPORT for path in modules(room) if path.stem in drawers] == []


def test_no_package_registry_is_named_in_the_locks() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text, f"{lock.name} records where a package came from"
        assert "--hash=sha256:" in text
