"""A folder of prompts with one of the designer's own, and the desk over it."""

from pathlib import Path

import pytest

from llm_mocks.registry import ModelRegistry
from prompts.library import PromptLibrary
from runtime.designing.desk import PromptDesk
from tests.unit.prompts.releasing.folders import a_folder
from tests.unit.runtime.designing.shelf_label import LABEL, NAME


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = a_folder(tmp_path)
    (made / "demo").mkdir()
    (made / f"{NAME}.prompty").write_text(LABEL, encoding="utf-8")
    return made


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> PromptDesk:
    return PromptDesk(PromptLibrary(folder), ModelRegistry(), "fake:copywriter")
