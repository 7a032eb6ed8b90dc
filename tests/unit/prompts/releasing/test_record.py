"""`releases.yaml`: what it may hold, and that it is written whole or not at all."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from domain.errors import DataFault
from prompts.library import PromptLibrary
from prompts.releasing.reading import read_record
from prompts.releasing.record import FILE, text_path
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.unit.prompts.releasing.folders import AD_COPY, NEXT, SHIPPED, a_folder, edit, release


def test_the_shipped_record_names_what_is_shipped() -> None:
    record = read_record(ROOT / "prompts")
    assert {name: releases.leading for name, releases in record.items()} == {
        info.name: info.hash for info in PromptLibrary(ROOT / "prompts").list()
    }


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("creative/ad_copy:", "<<<<<<< HEAD\ncreative/ad_copy:", "holds a merge conflict"),
        (
            "weight: 1.0\n  history",
            "weight: 1.0\n    canary: x\n  history",
            "ad_reader › labels › canary: unknown",
        ),
        ("    why:", "    way:", "unknown key"),
        (f"- hash: {SHIPPED}", "- hash: 0000e2efa8d7", "a label points to 0000e2efa8d7, which is not in the history"),
        (f"hash: {SHIPPED}", "hash: ../../../secret", "creative/ad_copy › labels › production › 0 › hash"),
        ("weight: 1.0\n  history", "weight: 0.9\n  history", "must add up to 1"),
        ("weight: 1.0\n  history", "weight: 0\n  history", "greater than 0"),
        ("- version: 3", "- version: three", "history › 0 › version"),
        ("    at: 2026-11-26 19:00:00+00:00", "    at: yesterday", "history › 0 › at"),
        ("  labels:", "  labels: [", "releases.yaml:6: did not find"),
        ("- version: 4", "- version: 3", "creative/ad_copy: version 3 is two releases"),
        ("- version: 4", f"- version: 3\n    hash: {SHIPPED}\n    <<: {{}}\n    x: 1", "given twice"),
        ("creative/ad_copy:", "strategy/brief:", "'strategy/brief' is given twice"),
        ("    production:", "    production: []\n    production:", "'production' is given twice, first on line 5"),
        (
            "at: 2026-11-26 19:00:00+00:00",
            "at: 2026-13-45",
            "releases.yaml:30: '2026-13-45' is read as date and is none",
        ),
        ("why: In", "why: !!python/name:os.system In", "releases.yaml:31: '!!python/name:os.system' makes an object"),
        ("compliance/ad_reader:", "[" * 3000, "at most 20 deep"),
        ("weight: 1.0\n  history", "weight: .nan\n  history", "releases.yaml:7, compliance/ad_reader › labels"),
    ],
)
def test_a_record_that_is_wrong_is_refused_with_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    folder = a_folder(tmp_path)
    record = folder / FILE
    text = record.read_text(encoding="utf-8")
    assert before in text
    record.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DataFault) as caught:
        read_record(folder)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_record_has_no_releases(tmp_path: Path) -> None:
    assert read_record(tmp_path) == {}


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.prompts.releasing.folders import release

folder, step = Path(sys.argv[1]), int(sys.argv[2])
steps = 0

def counting(call):
    def counted(*arguments, **options):
        global steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **options)
    return counted

os.fsync, Path.replace = counting(os.fsync), counting(Path.replace)
release(folder)
print(steps)
"""
STEPS = 6
"""Of a release on disk: the text is synced, put in its place and its folder synced, then the record."""
IN_PLACE = 5
"""The step that puts the record in its place."""


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6, 7])
def test_a_release_that_is_killed_leaves_the_old_state_or_the_new(tmp_path: Path, step: int) -> None:
    folder = a_folder(tmp_path)
    edited = edit(folder, "You write ads", "You write advertisements")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(step)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=ROOT,
        check=False,
    )
    if step > STEPS:
        assert (done.returncode, done.stdout.strip()) == (0, str(STEPS)), done.stderr
    else:
        assert done.returncode == -signal.SIGKILL, done.stderr
    releases = read_record(folder)[AD_COPY]
    assert releases.leading == (edited if step > IN_PLACE else SHIPPED)
    assert PromptLibrary(folder).releases.production(AD_COPY).hash == releases.leading
    if step <= IN_PLACE:
        assert release(folder) == edited, "and it can be done again"
        assert read_record(folder)[AD_COPY].leading == edited


def test_the_record_is_read_by_people(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    edit(folder, "You write ads", "You write advertisements")
    release(folder)
    text = (folder / FILE).read_text(encoding="utf-8")
    assert text.startswith("# Which release of each prompt is in use")
    told = yaml.safe_load(text)[AD_COPY]
    assert [(entry["version"], entry["why"]) for entry in told["history"]][-1:] == [(NEXT, "a drill")]
    kept = text_path(folder, AD_COPY, told["labels"]["production"][0]["hash"])
    assert "House style" in kept.read_text(encoding="utf-8"), "a release has its partials in it"
