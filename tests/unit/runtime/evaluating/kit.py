"""What the tests of evaluation share: small datasets, and tools that ask nobody outside."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prompts import FOLDER
from prompts.library import PromptLibrary
from runtime.designing.wordings import Which
from runtime.evaluating.desk import EvaluationDesk
from runtime.evaluating.nodes.scores import Tools
from runtime.opening import open_models
from runtime.settings import Settings
from runtime.worlds import SimulatedScenarios, shops
from tests.conftest import Json

FAKE = "fake:copywriter"


def desk_in(folder: Path) -> EvaluationDesk:
    settings = Settings(data_dir=folder)
    return EvaluationDesk(
        open_models(settings),
        PromptLibrary(FOLDER),
        shops(settings),
        SimulatedScenarios(),
        model=FAKE,
        which=Which(label="draft"),
    )


def tools_in(folder: Path) -> Tools:
    return desk_in(folder).tools


def planning(name: str, profit: float, **more: Any) -> Json:
    """One cell whose best budget is known by hand: `b = 400 ln 3`, which earns 3 x 400 x (1 - 1/3) - b = 360.56."""
    given = {"cells": [{"first_return": 3.0, "scale": 400, "maximum": 5000}], "total": 3000}
    return {"id": name, "node": "strategy", "given": given, "expect": {"profit": profit}, **more}


def written(path: Path, cases: Sequence[Json | str]) -> Path:
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in cases))
    return path
