"""What a history was made with is kept with it, so that only what may come out otherwise is run again. What is found
is what running all of it finds."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.strategy import decision
from runtime.fingerprints.made_with import WORLD, told
from runtime.fingerprints.sources import ROOMS
from runtime.forking.campaign_file import CampaignFile
from runtime.regressing.regress import House, Regression, Replay
from runtime.settings import Settings
from runtime.wiring import open_system
from tests.conftest import ROOT
from tests.integration.test_forks import ran
from tests.integration.test_regress import PROMPT_EDIT, TAUGHT, causes, houses, read
from tests.unit.prompts.releasing.folders import a_folder, edit, release

BOTH_WAYS = Path(__file__).with_name("regress_both_ways.py")


async def exported(folder: Path, **context: object) -> Path:
    """A campaign run here and now, in a file."""
    async with open_system(Settings(data_dir=folder / "house")) as house:
        campaign = await ran(house, **context)
        file = folder / f"{campaign}.campaign"
        file.write_bytes(await house.exchange.export(campaign, with_names=True))
    return file


@pytest.fixture(scope="module")
def soup(tmp_path_factory: pytest.TempPathFactory) -> CampaignFile:
    return read(asyncio.run(exported(tmp_path_factory.mktemp("soup"))))


def otherwise(house: House, *parts: str) -> House:
    """The house, had that part of its code or data been changed."""
    made = told(house.made_with) | dict.fromkeys(parts, "changed")
    return house._replace(made_with=" ".join(f"{part}={mark}" for part, mark in made.items()))


def found(told: Replay) -> tuple[str, str, list[str]]:
    return told.result, told.run_from, causes(told)


async def test_what_nothing_has_changed_of_is_not_run(tmp_path: Path, soup: CampaignFile) -> None:
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        assert found(await Regression(house, None).replay(soup)) == ("same", "", [])
        assert await house.exchange.imported() == []
        assert found(await Regression(house, None, whole=True).replay(soup)) == ("same", "sensing", [])


async def test_a_history_that_does_not_say_is_run_whole(tmp_path: Path) -> None:
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        told = await Regression(house, None).replay(read(TAUGHT))
    assert (told.result, told.run_from) == ("same", "sensing")
    assert told.why_whole == "it does not say what its steps were made with"


async def test_of_a_changed_prompt_what_asks_with_it_is_run(tmp_path: Path, soup: CampaignFile) -> None:
    folder = a_folder(tmp_path)
    edit(folder, *PROMPT_EDIT)
    release(folder)
    async with houses(Settings(data_dir=tmp_path, prompts_dir=folder)) as (house,):
        told = await Regression(house, None).replay(soup)
        whole = await Regression(house, None, whole=True).replay(soup)
    assert found(told) == ("changed", "creative", ["prompt"])
    assert (told.changes, told.causes) == (whole.changes, whole.causes)


async def test_of_prompt_and_code_at_once_both_are_named(
    tmp_path: Path, soup: CampaignFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision, "EXPLORATION", 0.9)
    folder = a_folder(tmp_path)
    edit(folder, *PROMPT_EDIT)
    release(folder)
    async with houses(Settings(data_dir=tmp_path, prompts_dir=folder)) as (house,):
        told = await Regression(otherwise(house, "strategy"), None).replay(soup)
        whole = await Regression(otherwise(house, "strategy"), None, whole=True).replay(soup)
    assert found(told) == ("changed", "strategy", ["prompt", "code"])
    assert (told.changes, told.causes) == (whole.changes, whole.causes)


async def test_of_another_belief_what_is_planned_is_run(tmp_path: Path) -> None:
    async with open_system(Settings(data_dir=tmp_path / "house")) as house:
        _, second = await ran(house), await ran(house)
        history = await house.exchange.whole(second, with_names=True)
        today = await house.exchange.lessons_of(history.context, second)
    async with houses(Settings(data_dir=tmp_path), 2) as (then, now):
        assert found(await Regression(then, now).replay(history, today)) == ("same", "", [])
        assert found(await Regression(then, now).replay(history, [])) == ("changed", "strategy", ["belief"])


async def test_where_a_lesson_that_may_have_counted_is_gone_what_is_planned_is_run(
    tmp_path: Path, soup: CampaignFile
) -> None:
    around = soup.surroundings.model_copy(update={"withdrawn": 1})
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        told = await Regression(house, None).replay(soup.model_copy(update={"surroundings": around}))
    assert found(told) == ("same", "strategy", [])


@pytest.mark.parametrize(
    ("part", "run_from"),
    [("compliance", "compliance"), ("booking", "booking"), ("learning", "booking"), (WORLD, "sensing")],
)
async def test_it_is_run_from_the_first_step_that_may_come_out_otherwise(
    part: str, run_from: str, tmp_path: Path, soup: CampaignFile
) -> None:
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        told = await Regression(otherwise(house, part), None).replay(soup)
    assert found(told) == ("same", run_from, [])


Change = tuple[str, Callable[[str], str]]


def more_of(name: str, factor: float) -> Callable[[str], str]:
    """A constant of a module, times that."""
    pattern = re.compile(rf"^({name}\b[^=\n]*= )([0-9.]+)$", re.MULTILINE)
    return lambda text: pattern.sub(lambda found: f"{found[1]}{float(found[2]) * factor}", text)


def instead(before: str, after: str) -> Callable[[str], str]:
    return lambda text: text.replace(before, after)


CHANGES: dict[str, tuple[Change, str, str]] = {
    "a constant": (("agents/strategy/decision.py", more_of("EXPLORATION", 9.0)), "strategy", "code"),
    "a function": (
        ("agents/learning/measurement.py", instead("return (margin_rate * sales", "return (2 * margin_rate * sales")),
        "approval",  # the gate at which a person decides shares a module with the one that measures
        "code",
    ),
    "a table": (
        ("world/simulated/market/products.csv", instead("Soup 400g,1.", "Soup 400g,3.")),
        "sensing",
        "data",
    ),
    "a constant of sensing": (("agents/sensing/baseline/level.py", more_of("_MEDIAN_DAYS", 0.34)), "sensing", "code"),
    "lines of a data file": (
        ("llm_mocks/fixtures/phrasebook.toml", instead('"Let it rain. {Short} is on."', '"{Short} today"')),
        "strategy",
        "",
    ),
    "where it goes next": (
        ("graph/routing.py", instead('return "strategy" if state.opportunity else END', "return END")),
        "sensing",
        "code",
    ),
    "what no step reads": (("runtime/reporting/summary.py", instead('"""', '"""More. ')), "", ""),
}
QUICK = {"a constant", "a table"}


@pytest.mark.parametrize(
    "change", [pytest.param(one, marks=[] if one in QUICK else pytest.mark.long) for one in CHANGES]
)
async def test_both_ways_name_the_same_changes_and_causes(change: str, tmp_path: Path) -> None:
    """In source that is really another, by a process that runs it."""
    (name, otherwise_written), run_from, cause = CHANGES[change]
    kinds: list[dict[str, Any]] = [{}]
    if change not in QUICK:
        kinds += [{"scenario": "stock-out"}, {"scenario": "heatwave", "seed": 2, "max_cycles": 2}]
    files = [await exported(tmp_path / str(number), **kind) for number, kind in enumerate(kinds)]
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / "tree" / room, ignore=shutil.ignore_patterns("__pycache__"))
    source = tmp_path / "tree" / name
    before = source.read_text(encoding="utf-8")
    source.write_text(otherwise_written(before), encoding="utf-8")
    assert source.read_text(encoding="utf-8") != before
    whole, short = told_by(tmp_path / "tree", files)
    for known, one in zip(whole, short, strict=True):
        assert one["why_whole"] == ""
        assert [one[part] for part in ("result", "changes", "causes")] == [
            known[part] for part in ("result", "changes", "causes")
        ]
    assert short[0]["run_from"] == run_from
    if cause:
        assert [because["cause"] for because in short[0]["causes"]] == [cause]


def told_by(tree: Path, files: list[Path]) -> list[list[dict[str, Any]]]:
    command = [sys.executable, "-P", str(BOTH_WAYS), *map(str, files)]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(command, env=environment, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
