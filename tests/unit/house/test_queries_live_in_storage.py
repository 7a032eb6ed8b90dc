"""Only `storage` asks the database, so that a query can be found, indexed and changed in one room."""

import ast

import pytest

from tests.unit.house.conftest import Plant
from tests.unit.house.house import House, python_house

DATABASES = {"sqlalchemy", "alembic", "sqlite3", "aiosqlite", "psycopg"}

APART = {
    "world/adcp/seller/order_book.py": "the stand-in seller is a company of its own, with a file of its own",
    "bench/loop.py": "measures the size of what was stored, in the file",
    "llm_mocks/registry.py": "names the engine of the response cache, whose queries are LangChain's",
}
"""Files that open a database which is not the product's, or only look at its file, and why."""


def outside_storage(house: House) -> set[str]:
    """Files that import a database's driver or its SQL."""
    return {
        path.as_posix()
        for path, tree in house.trees()
        for node in ast.walk(tree)
        if path.parts[0] != "storage" and any(name.split(".")[0] in DATABASES for name in imported(node))
    }


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_queries_live_in_storage() -> None:
    assert outside_storage(python_house()) == set(APART)


@pytest.mark.parametrize("source", ["import sqlite3", "def late() -> None:\n    from sqlalchemy import select"])
@pytest.mark.parametrize("room", ["api", "runtime", "world"])
def test_a_query_outside_storage_is_found(room: str, source: str, plant: Plant) -> None:
    root = plant({f"{room}/one.py": source, "storage/two.py": source})
    assert outside_storage(python_house(root)) == {f"{room}/one.py"}
