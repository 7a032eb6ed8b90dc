"""What is the same for a whole process is kept by `domain.once`, which threads wait for: `functools.cache` holds no
lock, and sixteen campaigns that begin at a time would load a model sixteen times."""

import ast

import pytest

from tests.unit.house.conftest import Plant
from tests.unit.house.house import House, python_house

KEEPERS = {"cache", "lru_cache"}
ALONE = {"bench", "cli"}
"""Rooms in which one thread asks."""


def kept_without_a_lock(house: House) -> list[str]:
    """Functions of nothing whose answer `functools` keeps."""
    return [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in house.trees()
        for node in ast.walk(tree)
        if path.parts[0] not in ALONE and isinstance(node, ast.FunctionDef) and not _is_given_anything(node.args)
        if any(_name(keeper) in KEEPERS for keeper in node.decorator_list)
    ]


def _is_given_anything(given: ast.arguments) -> bool:
    return bool(given.posonlyargs or given.args or given.kwonlyargs or given.vararg or given.kwarg)


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called).rsplit(".", 1)[-1]


def test_what_a_process_loads_is_loaded_once() -> None:
    assert kept_without_a_lock(python_house()) == []


@pytest.mark.parametrize("keeper", ["cache", "lru_cache", "lru_cache(maxsize=1)", "functools.cache"])
def test_a_loader_that_threads_would_run_side_by_side_is_found(keeper: str, plant: Plant) -> None:
    loader = f"@{keeper}\ndef model() -> bytes:\n    return b''\n"
    of_something = f"@{keeper}\ndef model_of(name: str) -> bytes:\n    return b''\n"
    root = plant({"agents/reader.py": loader, "agents/readers.py": of_something, "cli/terminal.py": loader})
    assert kept_without_a_lock(python_house(root)) == ["agents/reader.py:2 model"]
