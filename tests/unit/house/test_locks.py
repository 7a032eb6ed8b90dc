"""The locks say what is installed, by its hash, and not from where."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.house.conftest import Plant


def unlocked(root: Path) -> list[str]:
    """Locks that name a registry, or hold a package without a hash."""
    return [
        path.name
        for path in sorted((root / "requirements").glob("*.txt"))
        if "://" in path.read_text() or "--hash=sha256:" not in path.read_text()
    ]


def test_no_package_registry_is_named_in_the_locks() -> None:
    assert list((ROOT / "requirements").glob("*.txt"))
    assert unlocked(ROOT) == []


@pytest.mark.parametrize(
    "lock", ["--index-url https://packages.example\nnumpy==2.2 --hash=sha256:00", "numpy==2.2", "numpy @ file:///n.whl"]
)
def test_a_lock_that_names_a_registry_or_no_hash_is_found(lock: str, plant: Plant) -> None:
    assert unlocked(plant({"requirements/run.txt": lock})) == ["run.txt"]
