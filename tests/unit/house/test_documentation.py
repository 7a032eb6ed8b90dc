"""The documents name what exists: settings, files, links."""

import re
from pathlib import Path

import pytest

from prompts.check import check_prompts
from prompts.library import PromptLibrary
from runtime.settings import Settings
from runtime.telemetry.logs import LogSettings
from tests.conftest import ROOT
from tests.documents import DOCUMENTS


def test_every_setting_is_explained_to_engineers() -> None:
    explained = (ROOT / "docs" / "engineers.md").read_text()
    missing = [
        name
        for name in (*Settings.model_fields, *LogSettings.model_fields)
        if f"TESCOSENSE_{name.upper()}`" not in explained
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_named_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", document.read_text(), flags=re.MULTILINE):
        name = next(filter(None, target))
        assert re.search(rf"^{name}:", makefile, flags=re.MULTILINE), name


def test_the_example_prompt_passes_the_check(tmp_path: Path) -> None:
    document = (ROOT / "docs" / "prompts.md").read_text()
    example = re.search(r"^```\n(---\nname: (\S+)\n.*?)^```$", document, flags=re.MULTILINE | re.DOTALL)
    assert example is not None
    file = tmp_path / f"{example[2]}.prompty"
    file.parent.mkdir()
    file.write_text(example[1])
    assert check_prompts(tmp_path) == []
    assert "Tomato & Basil Soup" in PromptLibrary(tmp_path).preview(example[2]).text
