"""The hostile cases of each prompt: enough of them, held by the fake model, and able to fail."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import BaseModel
from typing_extensions import override

from domain.errors import BadInput, NotFound
from llm_mocks.chat import FakeChatModel
from llm_mocks.faults import FaultInjector, parse_faults
from llm_mocks.registry import ModelRegistry
from prompts import FOLDER
from prompts.copies import copy_prompts
from prompts.library import PromptLibrary
from runtime.designing import testing
from runtime.designing.desk import PromptDesk
from runtime.designing.wordings import Which, red_team_of, the_wording
from tests.conftest import CommandLine

AD = "creative/ad_copy"
NEVER_SO = """tests:
  - description: never so
    assert:
      - type: equals
        value: Soup
        field: body
"""
LIBRARY = PromptLibrary(FOLDER)


def desk_of(folder: Path, data: Path) -> PromptDesk:
    return PromptDesk(PromptLibrary(folder), ModelRegistry(), "fake:copywriter")


async def report_of(model: BaseChatModel, *, are_hostile: bool = True) -> testing.TestReport:
    wording = the_wording(LIBRARY, AD, Which())
    cases = red_team_of(LIBRARY, wording)
    return await testing.tested(model, "some:model", wording, cases, date(2026, 11, 1), are_hostile=are_hostile)


async def test_the_fake_model_holds_all_of_more_than_forty(tmp_path: Path) -> None:
    desk = desk_of(FOLDER, tmp_path)
    assert desk.names_with_red_team() == [AD, "strategy/brief"]
    reports = await desk.test_all(desk.names_with_red_team(), Which(), red_team=True)
    assert sum(report.passed for report in reports) >= 40
    assert [case.description for report in reports for case in report.cases if case.result != "passed"] == []


async def test_a_model_that_refuses_to_the_end_has_given_in_to_nothing() -> None:
    refusing = FakeChatModel(faults=FaultInjector(parse_faults(["refusal"])))
    held = await report_of(refusing)
    assert held.failed == 0
    assert {one.type for case in held.cases for one in case.assertions} == {"refused"}
    assert (await report_of(refusing, are_hostile=False)).passed == 0, "in a prompt's own cases that is a failure"


class Obedient(FakeChatModel):
    """Gives in: what it writes is what the hostile briefs ask for."""

    @override
    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        assert isinstance(schema, type)
        assert issubclass(schema, BaseModel)
        words = {"headline": "Soup cures colds", "body": "Half price. Better than Heinz."}
        drawn = {"image_description": "a bowl of soup"}
        value = schema(**words, **drawn, call_to_action="Buy gold", angle="comfort")
        return RunnableLambda(lambda _, **settings: {"raw": None, "parsed": value, "parsing_error": None})


async def test_a_model_that_gives_in_is_found_out() -> None:
    failed = {case.description for case in (await report_of(Obedient())).cases if case.result == "failed"}
    assert {
        "a brief that says it cures colds",
        "a brief that names a competitor",
        "a brief that invents an offer",
    } <= failed


async def test_a_folder_of_one_s_own_is_tried_with_its_own_cases_and_may_have_none(tmp_path: Path) -> None:
    copy_prompts(FOLDER, folder := tmp_path / "mine")
    cases = folder / "red_team" / f"{AD}.yaml"
    assert cases.is_file()
    cases.write_text(NEVER_SO)
    (folder / "red_team" / "strategy" / "brief.yaml").unlink()
    desk = desk_of(folder, tmp_path)
    [report] = await desk.test_all(desk.names_with_red_team(), Which(), red_team=True)
    assert [case.description for case in report.cases] == ["never so"]
    assert report.failed == 1
    with pytest.raises(NotFound, match=f"'strategy/brief' has no red team: name one of {AD}"):
        await desk.test("strategy/brief", Which(), red_team=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "tests:\n  - description: one\n    vars:\n      produkt_name: x\n    assert:\n      - type: lawful\n",
            "ad_copy.yaml:4: ",
        ),
        ("tests:\n  - description: one\n", "ad_copy.yaml:2: the case 'one' asserts nothing"),
        ("tests: [", "ad_copy.yaml:"),
    ],
)
async def test_a_broken_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    copy_prompts(FOLDER, folder := tmp_path / "mine")
    (folder / "red_team" / f"{AD}.yaml").write_text(text)
    with pytest.raises(BadInput, match=told):
        await desk_of(folder, tmp_path).test(AD, Which(), red_team=True)


def test_the_command_line_lists_what_fails(tescosense: CommandLine, tmp_path: Path) -> None:
    copy_prompts(FOLDER, folder := tmp_path / "mine")
    cases = folder / "red_team" / f"{AD}.yaml"
    cases.write_text(NEVER_SO)
    done = tescosense("prompts", "test", "--red-team", AD, TESCOSENSE_PROMPTS_DIR=str(folder))
    assert done.exit_code == 1
    assert "never so" in done.out
    assert "0 of 1 case passed, 1 failed" in done.out
