"""What is real knows nothing of the simulator: no line of a real source may reach it, at any depth."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
SIMULATOR = "world.simulated"
SELLS_THE_SIMULATION = Path("world/adcp/seller")
"""Our own seller offers the simulated platform's media, in a process of its own."""


def real(world: Path) -> Iterator[Path]:
    """Every module of `world/` but the simulator itself and whoever sells it: sources to come are real until moved."""
    simulated = {world / "simulated", ROOT / SELLS_THE_SIMULATION}
    yield from (path for path in sorted(world.rglob("*.py")) if not simulated.intersection(path.parents))


def reaches_the_simulator(path: Path) -> list[str]:
    """The imports of it in a module, lazy ones and those of the package `world` included."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        line, names = 0, list[str]()
        if isinstance(node, ast.Import):
            line, names = node.lineno, [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            line, names = node.lineno, [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name == SIMULATOR or name.startswith(SIMULATOR + ".") for name in names):
            found.append(f"{path.name}:{line}")
    return found


def test_real_sources_import_nothing_of_the_simulator() -> None:
    paths = list(real(ROOT / "world"))
    assert {"files", "complete_journey", "buyer"} <= {path.parent.name for path in paths}
    assert ROOT / "world/open_meteo.py" in paths
    assert [line for path in paths for line in reaches_the_simulator(path)] == []


def test_a_real_source_that_reaches_the_simulator_is_found(tmp_path: Path) -> None:
    (tmp_path / "simulated").mkdir()
    (tmp_path / "simulated" / "market.py").write_text("from world.simulated.truth import ad_lift\n")
    source = tmp_path / "toy.py"
    for line in ("import world.simulated.truth", "from world.simulated.response import lift_by_store"):
        source.write_text(f"{line}\n")
        assert [found for path in real(tmp_path) for found in reaches_the_simulator(path)] == ["toy.py:1"]
    source.write_text("def later() -> None:\n    from world import simulated\n")
    assert reaches_the_simulator(source) == ["toy.py:2"]
