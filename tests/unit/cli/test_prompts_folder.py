"""`tescosense prompts` and `doctor` in a folder of the user's own."""

from pathlib import Path

import pytest

from domain.errors import BadInput
from prompts import FOLDER
from prompts.check import check_prompts, missing_prompts
from prompts.copies import copy_prompts
from prompts.library import PromptLibrary
from runtime.opening import open_prompts
from runtime.settings import Settings
from tests.conftest import CommandLine


@pytest.fixture
def own(tmp_path: Path) -> Path:
    copy_prompts(FOLDER, tmp_path / "own")
    return tmp_path / "own"


def test_a_copy_has_all_a_designer_edits_and_no_program(tescosense: CommandLine, tmp_path: Path) -> None:
    done = tescosense("prompts", "init", str(tmp_path / "own"))
    assert done.exit_code == 0
    assert f"TESCOSENSE_PROMPTS_DIR={tmp_path / 'own'}" in done.out
    copied = {path.relative_to(tmp_path / "own").as_posix() for path in (tmp_path / "own").rglob("*") if path.is_file()}
    assert {"releases.yaml", "creative/ad_copy.prompty", "strategy/brief.prompty"} < copied
    assert any(name.startswith("partials/") for name in copied)
    assert not any("py" in name.rpartition(".")[2].removesuffix("prompty") for name in copied)
    assert check_prompts(tmp_path / "own") + missing_prompts(tmp_path / "own") == []


def test_a_copy_is_never_put_over_anything(own: Path) -> None:
    with pytest.raises(BadInput, match="own holds files already: name a new folder or an empty one"):
        copy_prompts(FOLDER, own)
    with pytest.raises(BadInput, match=r"cannot be copied to .*releases\.yaml \(File exists\): name a folder"):
        copy_prompts(FOLDER, own / "releases.yaml")
    with pytest.raises(BadInput, match="lies among the shipped prompts"):
        copy_prompts(own, own / "copy")
    assert not (own / "copy").exists()


def test_every_command_uses_the_folder_that_is_set(tescosense: CommandLine, own: Path) -> None:
    (own / "mine.prompty").write_text(
        (own / "strategy" / "brief.prompty").read_text().replace("../partials", "partials")
    )
    file = own / "mine.prompty"
    file.write_text(file.read_text().replace("name: strategy/brief", "name: mine"))
    (own / "creative" / "ad_copy.prompty").rename(own / "creative" / "adcopy.prompty")
    checked = tescosense("prompts", "check", TESCOSENSE_PROMPTS_DIR=str(own))
    assert checked.exit_code == 1
    assert checked.out.splitlines() == [
        "creative/adcopy.prompty:2: misplaced: its name is 'creative/ad_copy' and its place says 'creative/adcopy': "
        "change the one or the other",
        "creative/ad_copy.prompty:1: no-prompt: the creative node needs this file, and the folder does not have it, "
        "did you mean 'creative/adcopy'?",
        "mine.prompty:2: no-node: no node uses it: nodes use strategy/brief, creative/ad_copy and compliance/ad_reader "
        "(a note)",
    ]
    listed = tescosense("prompts", "list", TESCOSENSE_PROMPTS_DIR=str(own))
    assert listed.exit_code == 0
    lines = listed.out.splitlines()
    assert "creative/adcopy  broken" in lines
    assert "creative/ad_copy  missing" in lines
    assert "mine  " + PromptLibrary(own).get("mine").hash + " not released" in lines
    assert "│" not in listed.out, "a table is too wide for a terminal of 80 columns"
    told = tescosense("doctor", TESCOSENSE_PROMPTS_DIR=str(own))
    assert told.exit_code == 1
    assert f"bad  prompts    3 can be used, of {own}" in told.out
    assert "bad  prompts    creative/ad_copy.prompty:1: no-prompt: " in told.out
    rendered = tescosense("prompts", "render", "mine", TESCOSENSE_PROMPTS_DIR=str(own))
    assert "You are the planning director" in rendered.out


async def test_a_folder_that_is_none_is_refused_in_one_sentence(tescosense: CommandLine) -> None:
    sentence = (
        "TESCOSENSE_PROMPTS_DIR names /no/where, which is no folder: make one with `tescosense prompts init /no/wh"
    )
    done = tescosense("prompts", "check", TESCOSENSE_PROMPTS_DIR="/no/where")
    assert (done.exit_code, done.out, done.err.count("\n")) == (1, "", 1)
    assert done.err.startswith(f"tescosense: {sentence}")
    # As the server, a worker and Studio open them.
    with pytest.raises(BadInput, match=sentence):
        await open_prompts(Settings(_env_file=None, prompts_dir=Path("/no/where")))


def test_a_campaign_uses_the_folders_releases_and_says_which_it_lacks(tescosense: CommandLine, own: Path) -> None:
    (own / "creative" / "ad_copy.prompty").write_text("a broken draft stops nobody")
    record = own / "releases.yaml"
    record.write_text(record.read_text().split("strategy/brief:")[0])
    done = tescosense("run", "heavy-rain", "--json", TESCOSENSE_PROMPTS_DIR=str(own))
    assert done.exit_code == 1
    assert "prompt 'strategy/brief' has no release in production: release it with" in done.out
    assert "Traceback" not in done.out + done.err


def test_the_setting_is_a_folder_from_home_or_nothing(monkeypatch: pytest.MonkeyPatch, own: Path) -> None:
    monkeypatch.delenv("TESCOSENSE_PROMPTS_DIR", raising=False)
    assert Settings(_env_file=None).prompts_folder == FOLDER
    monkeypatch.setenv("TESCOSENSE_PROMPTS_DIR", "")
    assert Settings(_env_file=None).prompts_folder == FOLDER
    monkeypatch.setenv("HOME", str(own.parent))
    monkeypatch.setenv("TESCOSENSE_PROMPTS_DIR", "~/own")
    assert Settings(_env_file=None).prompts_folder == own


def test_a_record_nobody_can_read_hides_no_prompt(tescosense: CommandLine, own: Path) -> None:
    (own / "releases.yaml").write_text("<<<<<<< HEAD\n")
    listed = tescosense("prompts", "list", TESCOSENSE_PROMPTS_DIR=str(own))
    assert listed.exit_code == 0
    assert "creative/ad_copy" in listed.out
    assert "releases.yaml:1 holds a merge conflict" in " ".join(listed.out.split())


def test_a_folder_without_a_case_passes_no_test(tescosense: CommandLine, tmp_path: Path) -> None:
    done = tescosense("prompts", "test", TESCOSENSE_PROMPTS_DIR=str(tmp_path))
    assert done.exit_code == 1
    assert "no prompt of this folder has cases" in done.err


def test_a_comparison_shows_what_differs_and_no_more(tescosense: CommandLine, own: Path) -> None:
    draft = own / "creative" / "ad_copy.prompty"
    draft.write_text(draft.read_text().replace("You would sooner be", "You would rather be"))
    done = tescosense("prompts", "diff", "creative/ad_copy", TESCOSENSE_PROMPTS_DIR=str(own))
    assert "+and leaves room for the food. You would rather be plain" in done.out
    assert "0 of 9 cases differ" in done.out
    assert "the same: sponsored search; onsite display" in " ".join(done.out.split())
    assert "temperature" not in done.out, "the settings are the same"
    draft.write_text(
        draft.read_text().replace("temperature: 0.8", "temperature: 0.5").replace("{{ angle }},", "value,")
    )
    done = tescosense("prompts", "diff", "creative/ad_copy", TESCOSENSE_PROMPTS_DIR=str(own))
    assert "temperature" in done.out
    assert "max_tokens" not in done.out
    assert "angle: value" in done.out
