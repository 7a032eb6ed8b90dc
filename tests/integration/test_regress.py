"""Every finished campaign is a regression test: those of this release replay, and what changes one is named."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from pydantic import JsonValue, TypeAdapter

from agents.strategy import decision
from cli.histories.regress import _own
from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from graph.compiled import thread_config
from runtime.forking.campaign_file import CampaignFile, unpacked
from runtime.forking.exchange import code_fingerprints
from runtime.forking.wish import ForkWish
from runtime.regressing.regress import House, Regression, Replay, fresh
from runtime.regressing.report import as_junit
from runtime.settings import Settings
from runtime.wiring import open_system
from tests.conftest import ROOT, CommandLine
from tests.integration.test_forks import ran
from tests.unit.prompts.releasing.folders import a_folder, edit, release

HISTORIES = sorted((ROOT / "tests" / "data" / "histories").glob("*.campaign"))
SOUP = next(path for path in HISTORIES if path.name == "soup.campaign")
TAUGHT = next(path for path in HISTORIES if path.name == "soup-with-a-lesson.campaign")
"""Comes out the same on any processor."""

ROUNDS_AS_WHEN_THEY_WERE_MADE = "X86_V4" in np.show_config(mode="dicts")["SIMD Extensions"]["found"]
"""They were made on a processor that has AVX-512, with which numpy takes exponentials and logarithms otherwise."""
ROUNDED = {
    *("plan's budget", "budget", "booked", "spent", "impressions", "clicks", "incremental sales"),
    *("incremental margin", "lift of sales", "iROAS", "ROI", "lesson"),
}

PROMPT_EDIT = ("Write plain words in every field", "Put the headline as a question.\nWrite plain words in every field")


def read(path: Path) -> CampaignFile:
    return unpacked(path.read_bytes())


@asynccontextmanager
async def houses(settings: Settings, count: int = 1) -> AsyncIterator[list[House]]:
    async with fresh(settings) as one, fresh(settings) as two, open_system(one) as then, open_system(two) as now:
        yield [await House.of(one) for one in (then, now)][:count]


def causes(told: Replay) -> list[str]:
    return [because.cause for because in told.causes]


def test_there_are_histories_of_this_release() -> None:
    assert {path.stem for path in HISTORIES} >= {"soup", "soup-with-a-lesson", "bread-declined", "barbecue-two-cycles"}


def test_some_say_with_what_each_step_was_made_so_that_later_code_begins_where_it_differs() -> None:
    made = [path.stem for path in HISTORIES if any(one.made_with for one in read(path).checkpoints)]
    assert len(made) >= 2


async def test_histories_replay(tmp_path: Path) -> None:
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        told = [await Regression(house, None).replay(read(path)) for path in HISTORIES]
    changes = [(one.name, change) for one in told for change in one.changes]
    if not ROUNDS_AS_WHEN_THEY_WERE_MADE:
        # Another last digit turns a draw of the simulated shoppers, and what comes of it is planned with. Whatever is
        # not a figure is the same on any processor.
        changes = [(name, change) for name, change in changes if change.what.split(",")[0] not in ROUNDED]
        assert sum(one.result == "same" for one in told) >= len(HISTORIES) / 2
    assert changes == [], "see docs/engineers.md, regress"


async def test_a_prompt_that_changes_an_ad_is_the_cause(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    edit(folder, *PROMPT_EDIT)
    release(folder)
    async with houses(Settings(data_dir=tmp_path, prompts_dir=folder)) as (house,):
        told = await Regression(house, None).replay(read(TAUGHT))
    assert (told.result, causes(told)) == ("changed", ["prompt"])
    assert {one.what.split(",")[0] for one in told.changes} >= {"ad"}


async def test_a_constant_of_strategy_is_code_of_strategy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "EXPLORATION", 0.9)
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        told = await Regression(house, None).replay(read(SOUP))
    assert (told.result, causes(told)) == ("changed", ["code"])
    assert told.causes[0].what == "strategy"


async def test_prompt_and_code_at_once_are_both_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "EXPLORATION", 0.9)
    folder = a_folder(tmp_path)
    edit(folder, *PROMPT_EDIT)
    release(folder)
    async with houses(Settings(data_dir=tmp_path, prompts_dir=folder)) as (house,):
        told = await Regression(house, None).replay(read(SOUP))
    assert causes(told) == ["prompt", "code"]


async def test_a_promoted_prompt_code_and_a_withdrawn_lesson_at_once_are_named_each_with_what_it_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision, "EXPLORATION", 0.9)
    folder = a_folder(tmp_path)
    edit(folder, *PROMPT_EDIT)
    release(folder)
    async with houses(Settings(data_dir=tmp_path, prompts_dir=folder), 2) as (then, now):
        told = await Regression(then, now).replay(read(TAUGHT), [])
    assert [(because.cause, because.what) for because in told.causes] == [
        ("prompt", "creative"),
        ("belief", "lessons known then: 1; today: 0"),
        ("code", "strategy"),
    ]


async def test_what_the_tills_say_otherwise_is_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no room of the code but the world has changed since, what sensing finds otherwise is in its data."""
    history = read(SOUP)
    other = history.context.model_copy(update={"seed": 8})
    history = history.model_copy(
        update={"context": other, "origin": history.origin.model_copy(update={"code": code_fingerprints()})}
    )
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        told = await Regression(house, None).replay(history)
    assert (told.result, causes(told)) == ("changed", ["data"])


async def test_lessons_withdrawn_since_are_a_belief(tmp_path: Path) -> None:
    async with houses(Settings(data_dir=tmp_path), 2) as (then, now):
        told = await Regression(then, now).replay(read(TAUGHT), [])
    assert (told.result, causes(told)) == ("changed", ["belief"])


async def test_a_lesson_it_went_by_counts_in_its_own_time_though_withdrawn_since(tmp_path: Path) -> None:
    async with open_system(Settings(data_dir=tmp_path / "house")) as house:
        first, second = await ran(house), await ran(house)
        [cited] = (await house.runs.state(second)).the_plan.cites
        assert cited.campaign_id == first
        await house.repositories.lessons.withdraw(cited.lesson_id)
        history = await house.exchange.whole(second, with_names=True)
        today = await house.exchange.lessons_of(history.context, second)
    assert cited.lesson_id not in {one.lesson.id for one in today}
    async with houses(Settings(data_dir=tmp_path), 1) as (then,):
        assert (await Regression(then, None).replay(history)).result == "same"
    async with houses(Settings(data_dir=tmp_path), 2) as (then, now):
        told = await Regression(then, now).replay(history, today)
    assert causes(told) == ["belief"]
    assert told.causes[0].what == "lessons known then: 1; today: 0"


async def test_what_cannot_be_lived_through_is_skipped_by_name(tmp_path: Path) -> None:
    history = read(SOUP)
    real = history.model_copy(update={"context": history.context.model_copy(update={"model": "openai:gpt-5"})})
    async with houses(Settings(data_dir=tmp_path)) as (house,):
        told = await Regression(house, None).replay(real)
    assert (told.result, told.why_skipped) == (
        "skipped",
        "its model was openai:gpt-5, whose answers are not asked for anew",
    )
    [case] = fromstring(as_junit([told])).iter("testcase")
    assert [child.tag for child in case] == ["skipped"]


@pytest.mark.parametrize("decision", ["reject", "edit"])
async def test_what_a_person_decided_otherwise_is_the_same_up_to_the_gate(tmp_path: Path, decision: str) -> None:
    """A fork goes on where a person was asked: that is no decision that has changed."""
    async with open_system(Settings(data_dir=tmp_path / "house")) as house:
        campaign = await ran(house, autonomy=Autonomy.APPROVE)
        plan = (await house.runs.state(campaign)).the_plan
        budgets = [{"channel": one.channel, "budget": str(one.budget)} for one in plan.allocations]
        edited: dict[str, JsonValue] = {"budgets": TypeAdapter(JsonValue).validate_python(budgets)}
        answer = edited if decision == "edit" else {"reason": "Not this week"}
        await house.runs.answer(campaign, None, {"decision": decision, **answer})
        await house.runs.finished(campaign)
        history = await house.exchange.whole(campaign, with_names=True)
    async with houses(Settings(data_dir=tmp_path)) as (then,):
        told = await Regression(then, None, whole=True).replay(history)
    assert (told.result, told.changes, told.causes) == ("same", [], [])


async def test_as_many_that_have_ended_as_asked_for_however_many_others_are_newer(tmp_path: Path) -> None:
    async with open_system(Settings(data_dir=tmp_path)) as house:
        ended = [await ran(house), await ran(house)]
        for _ in range(2):
            await ran(house, autonomy=Autonomy.APPROVE)
        studio, context = uuid4(), CampaignContext(scenario="heavy-rain", autonomy=Autonomy.SHADOW)
        await house.graph.ainvoke(CampaignState(), thread_config(studio), context=context)
        for limit in (1, 2):
            histories, left = await _own(house, limit)
            assert [one.origin.campaign_id for one in histories] == ended[::-1][:limit]
            assert [(one.campaign_id, one.result, one.why_skipped) for one in left] == [
                (studio, "skipped", "its states are kept where it runs, in LangGraph Studio")
            ]


def test_at_the_keyboard_the_exit_code_says_whether_something_changed(tmp_path: Path, tescosense: CommandLine) -> None:
    folder, report = a_folder(tmp_path), tmp_path / "report.xml"
    same = tescosense("regress", str(TAUGHT), "--json", "--junit", str(report))
    assert same.exit_code == 0, same.err
    assert [line["result"] for line in same.lines] == ["same"]
    edit(folder, *PROMPT_EDIT)
    release(folder)
    changed = tescosense("regress", str(TAUGHT), "--junit", str(report), TESCOSENSE_PROMPTS_DIR=str(folder))
    assert changed.exit_code == 1
    assert "because of prompt: creative" in changed.out
    [failure] = fromstring(report.read_text()).iter("failure")
    assert failure.get("message", "").startswith("because of prompt")
    assert "ad, " in (failure.text or "")


async def test_how_many_forks_of_this_house_are_left_out_is_said(tescosense: CommandLine) -> None:
    house = Settings(data_dir=tescosense.data_dir)
    async with open_system(house) as system:
        fork = await system.forks.fork(await ran(system), ForkWish(at="approval"), by="Ann")
        await system.runs.finished(fork.fork_id)
        assert await system.repositories.forks.ended() == 1
    told = await asyncio.to_thread(tescosense, "regress")
    assert "1 fork of this house left out" in told.out
    assert "1 the same, 0 changed, 0 skipped" in told.out
