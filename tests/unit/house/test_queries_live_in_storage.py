"""Only `storage` asks the database, so that a query can be found, indexed and changed in one room; the doors ask the
system, which was given its repositories once."""

import ast

import pytest

from tests.unit.house.conftest import Plant
from tests.unit.house.house import House, python_house

DATABASES = {"sqlalchemy", "alembic", "sqlite3", "aiosqlite", "psycopg"}

APART = {
    "world/adcp/seller/order_book.py": "the stand-in seller is a company of its own, with a file of its own",
    "bench/loop/peer.py": "opens LangGraph's stock saver, which is the product's peer",
    "bench/loop/sizes.py": "counts what was stored, in the file and on the server",
    "bench/past.py": "reads a thread's rows by plain SQL, the floor a past is measured beside",
    "bench/postgres.py": "starts a server and makes databases there",
    "bench/growth_store.py": "copies whole rows, file to file, to measure a database of 10,000 campaigns",
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


DOORS = ("api", "cli")
IN_THE_OPEN = "storage.records"
"""What everyone may know of storage: the records it gives back."""


def into_storage(house: House) -> list[str]:
    """Imports by the API or the command line of anything in storage but its records."""
    return [
        str(one)
        for one in house.imports
        if one.importer.split(".")[0] in DOORS and one.name.split(".")[0] == "storage" and one.name != IN_THE_OPEN
    ]


def opened_by(house: House) -> list[str]:
    """Where the API or the command line reaches past the repositories for the database itself."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in house.trees()
        for node in ast.walk(tree)
        if path.parts[0] in DOORS and isinstance(node, ast.Attribute) and node.attr == "database"
    ]


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


def test_the_doors_ask_the_system_and_build_no_repository() -> None:
    house = python_house()
    assert (into_storage(house), opened_by(house)) == ([], [])


@pytest.mark.parametrize("source", ["from storage.lessons import LessonRepository", "import storage.engine.database"])
@pytest.mark.parametrize("door", DOORS)
def test_a_door_that_knows_a_repository_is_found(door: str, source: str, plant: Plant) -> None:
    files = {
        f"{door}/one.py": f"from storage.records import Balance\n\n\ndef late() -> None:\n    {source}",
        "runtime/two.py": source,
        "storage/records.py": "",
    }
    [found] = into_storage(python_house(plant(files)))
    assert found.startswith(f"{door}/one.py:5 imports storage.")


@pytest.mark.parametrize("door", DOORS)
def test_a_door_that_reaches_for_the_database_is_found(door: str, plant: Plant) -> None:
    files = {f"{door}/one.py": "def late(system) -> None:\n    Made(system.repositories.database)"}
    assert opened_by(python_house(plant(files))) == [f"{door}/one.py:2"]
