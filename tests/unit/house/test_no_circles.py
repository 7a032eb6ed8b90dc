"""No two siblings, modules or packages, import each other in a circle, at any depth, in Python or in the dashboard."""

import pytest

from tests.unit.house.conftest import Plant
from tests.unit.house.house import circles, dashboard_house, python_house


def test_python_has_no_circle() -> None:
    assert circles(python_house()) == []


def test_the_dashboard_has_no_circle() -> None:
    assert circles(dashboard_house()) == []


@pytest.mark.parametrize(
    ("files", "package"),
    [
        (
            {
                "storage/ledger.py": "from storage.leases import Lease",
                "storage/leases.py": "def late() -> None:\n    from storage import ledger",
            },
            "storage",
        ),
        (
            {
                "world/simulated/market/shoppers.py": "from world.simulated.media.products import Product",
                "world/simulated/media/products.py": "import world.simulated.adverts",
                "world/simulated/media/pacing.py": "",
                "world/simulated/adverts.py": "from world.simulated.market.weather import rain",
                "world/simulated/market/weather.py": "",
            },
            "world.simulated",
        ),
        (
            {
                "agents/one.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import agents.two",
                "agents/two.py": "import agents.one",
            },
            "agents",
        ),
        (
            {
                "prompts/__init__.py": "from prompts.library import Library",
                "prompts/library.py": "from prompts import FOLDER",
            },
            "prompts",
        ),
        ({"runtime/one.py": "from api.app import app", "api/app.py": "import runtime.one"}, "the top"),
    ],
    ids=["modules", "three-packages", "types-only", "a-package-and-its-own", "rooms"],
)
def test_a_circle_is_found(files: dict[str, str], package: str, plant: Plant) -> None:
    found = circles(python_house(plant(files)))
    assert [one.split(": ")[0] for one in found] == [package]


def test_a_circle_of_the_dashboard_is_found(plant: Plant) -> None:
    root = plant(
        {
            "lib/live.ts": 'import { fold } from "./events/fold";',
            "lib/events/fold.ts": 'import type { Live } from "@/lib/live";',
        }
    )
    assert circles(dashboard_house(root)) == [
        "lib: lib/events/fold.ts:1 imports lib.live; lib/live.ts:1 imports lib.events.fold"
    ]


def test_siblings_in_a_row_are_no_circle(plant: Plant) -> None:
    root = plant(
        {
            "agents/one.py": "import agents.two.inner",
            "agents/two/inner.py": "import agents.two.outer\nimport agents.three",
            "agents/two/outer.py": "import agents.three",
            "agents/three.py": "",
        }
    )
    assert circles(python_house(root)) == []
