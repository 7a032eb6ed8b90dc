"""Imports run one way, downward: between the rooms of the house, and between those of the dashboard."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.house.conftest import Plant
from tests.unit.house.house import FRONTEND, ROOMS, dashboard_house, python_house, upward


def test_rooms_import_only_the_rooms_below() -> None:
    assert upward(python_house(), ROOMS) == []


def test_the_dashboards_rooms_import_only_the_rooms_below() -> None:
    assert upward(dashboard_house(), FRONTEND) == []


def test_every_package_has_its_place_among_the_rooms() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert packages == set(ROOMS) == set(wheel["packages"])


def test_no_room_imports_what_is_not_installed_with_it(plant: Plant) -> None:
    root = plant({"domain/one.py": "from tests import servers"})
    assert upward(python_house(root), ROOMS) == ["domain/one.py:1 imports tests"]


def test_every_folder_of_modules_is_a_package() -> None:
    """One that is not would be missed where its package is imported by name, and in the wheel's own checks."""
    folders = {(ROOT / path).parent for path in python_house().paths.values() if "migrations" not in path.parts}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_room_is_empty() -> None:
    assert {name.split(".")[0] for name in python_house().paths} == set(ROOMS)
    assert {name.split(".")[0] for name in dashboard_house().paths} == set(FRONTEND)


UPWARD = {
    "domain": ["storage", "runtime"],
    "world": ["storage", "prompts", "llm_mocks", "agents"],
    "storage": ["world", "agents"],
    "prompts": ["world", "llm_mocks"],
    "agents": ["graph", "runtime"],
    "graph": ["runtime"],
    "runtime": ["api", "cli", "bench"],
    "api": ["cli", "bench"],
}


@pytest.mark.parametrize(("room", "other"), [(room, other) for room, others in UPWARD.items() for other in others])
def test_an_upward_import_is_found(room: str, other: str, plant: Plant) -> None:
    root = plant({f"{room}/one.py": f"def late() -> None:\n    from {other}.two import three\n"})
    assert upward(python_house(root), ROOMS) == [f"{room}/one.py:2 imports {other}.two"]


@pytest.mark.parametrize(
    "source",
    [
        "import storage.ledger",
        "from storage import ledger",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from storage.ledger import Ledger",
        "from ..storage import ledger",
    ],
)
def test_no_way_of_writing_an_import_hides_it(source: str, plant: Plant) -> None:
    root = plant({"domain/one.py": source, "storage/ledger.py": ""})
    assert [one.split(" imports ")[0].split(":")[0] for one in upward(python_house(root), ROOMS)] == ["domain/one.py"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("lib/live.ts", 'import { Badge } from "@/components/basics/badge";'),
        ("lib/events/fold.ts", 'const late = () => import("../../components/approvals");'),
        ("components/approvals.tsx", 'import type { Page } from "@/app/page";'),
        ("components/shell/shell.tsx", 'export { default } from "../../app/layout";'),
        ("lib/lazy.ts", "const late = () => import(`@/components/approvals`);"),
        ("lib/old.js", 'const old = require("@/components/approvals");'),
        ("lib/quiet.ts", 'const late = () => import(/* now */ "@/components/approvals");'),
    ],
)
def test_an_upward_import_of_the_dashboard_is_found(path: str, source: str, plant: Plant) -> None:
    found = upward(dashboard_house(plant({path: f"// First line.\n{source}\n"})), FRONTEND)
    assert [one.split(" imports ")[0] for one in found] == [f"{path}:2"]


def test_a_downward_import_is_no_fault(plant: Plant) -> None:
    python = plant({"api/app.py": "from runtime.system import System", "agents/asking.py": "import domain.plan"})
    assert upward(python_house(python), ROOMS) == []
    dashboard = plant({"app/page.tsx": 'import { Loop } from "@/components/live-loop";\nimport "./globals.css";'})
    assert upward(dashboard_house(dashboard), FRONTEND) == []


MADE_AT_RUN_TIME = re.compile(r"\bimport_module\b|\b__import__\b|\bpkgutil\b|\brunpy\b|\bexec\(")
DYNAMIC = {Path("cli/bench.py"), Path("storage/checkpoints/allowed_types.py")}
"""Modules found by name at run time: the benchmark asked for, and the models a checkpoint may hold. Both lie below."""


def dynamic_imports(root: Path = ROOT) -> set[Path]:
    """Files that import what cannot be read off them."""
    return {path for path in python_house(root).paths.values() if MADE_AT_RUN_TIME.search((root / path).read_text())}


def test_imports_can_be_read_off_the_file() -> None:
    assert dynamic_imports() == DYNAMIC


@pytest.mark.parametrize(
    "source",
    [
        "import importlib\nimportlib.import_module('run' + 'time')",
        "from importlib import import_module as load\nload('runtime')",
        "import pkgutil\npkgutil.resolve_name('runtime.system')",
        "exec('import runtime')",
    ],
)
def test_an_import_by_a_name_made_at_run_time_is_found(source: str, plant: Plant) -> None:
    root = plant({"domain/one.py": source})
    assert dynamic_imports(root) == {Path("domain/one.py")}
