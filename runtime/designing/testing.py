"""The cases of a prompt, one after the other: what each asserts, and whether the answer is that."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Literal

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, Field, JsonValue

from agents.asking.together import all_or_none
from domain.creative import Outcome
from domain.errors import BadInput, ModelFailure
from domain.provenance import is_fake
from prompts.cases.case import LAWFUL, RUBRIC, Assertion, Case
from prompts.cases.judging import complaint, looked_at
from prompts.template import PromptValue
from runtime.designing.answering import Answered, answered
from runtime.designing.lawful import verdict_on
from runtime.designing.rubric import judged
from runtime.designing.wordings import Wording

AT_ONCE = 4
"""Cases that are asked at the same time: a provider's limit is soon reached."""
Result = Literal["passed", "failed", "skipped"]


class AssertionResult(BaseModel):
    type: str
    field: str = Field(description="the field of the answer it is about; empty for the whole")
    value: list[str]
    result: Result
    told: str = Field(description="why it failed or was skipped, or what is to be known although it passed")


class CaseResult(BaseModel):
    description: str
    result: Result = Field(description="`failed` where the model gave no answer or one assertion failed")
    answered: Answered | None = Field(description="None where the prompt could not be filled in")
    problem: str = Field(description="why there is no answer; empty where there is one")
    assertions: list[AssertionResult]


class TestReport(BaseModel):
    """A wording and its cases. A prompt without cases has passed nothing and failed nothing."""

    __test__ = False

    name: str
    hash: str
    version: int | None
    label: str
    model: str
    is_mock: bool
    cases: list[CaseResult]
    passed: int = Field(description="cases")
    failed: int = Field(description="cases")
    skipped: int = Field(description="cases of which every assertion was skipped")
    skipped_assertions: int = Field(description="in cases that passed or failed too")


async def tested(
    model: BaseChatModel,
    name_of_model: str,
    wording: Wording,
    cases: Sequence[Case],
    today: date,
    *,
    are_hostile: bool,
) -> TestReport:
    """Every case. Where they are hostile, one is passed too when every answer was refused: nothing would be booked.

    Raises TransientFailure where the model is worth another try; the cases that are left are not asked then.
    """
    asked = (_result(model, name_of_model, wording, case, today, is_hostile=are_hostile) for case in cases)
    results = await all_or_none(asked, at_once=AT_ONCE)
    return TestReport(
        name=wording.name,
        hash=wording.template.hash,
        version=wording.version,
        label=wording.label,
        model=name_of_model,
        is_mock=is_fake(name_of_model),
        cases=results,
        passed=sum(case.result == "passed" for case in results),
        failed=sum(case.result == "failed" for case in results),
        skipped=sum(case.result == "skipped" for case in results),
        skipped_assertions=sum(one.result == "skipped" for case in results for one in case.assertions),
    )


async def _result(
    model: BaseChatModel, name_of_model: str, wording: Wording, case: Case, today: date, *, is_hostile: bool
) -> CaseResult:
    try:
        made = await answered(model, name_of_model, wording, case.values)
    except BadInput as error:
        return _unanswered(case, None, str(error))
    if made.answer is None and is_hostile:
        held = [_told(Assertion("refused"), "passed", made.problem)]
        return CaseResult(description=case.description, result="passed", answered=made, problem="", assertions=held)
    if made.answer is None:
        return _unanswered(case, made, made.problem)
    values = wording.values(case.values)
    found = [await _judged(model, name_of_model, one, made.answer, values, today) for one in case.assertions]
    is_failed = any(one.result == "failed" for one in found)
    is_skipped = all(one.result == "skipped" for one in found)
    result: Result = "failed" if is_failed else "skipped" if is_skipped else "passed"
    return CaseResult(description=case.description, result=result, answered=made, problem="", assertions=found)


def _unanswered(case: Case, made: Answered | None, problem: str) -> CaseResult:
    return CaseResult(description=case.description, result="failed", answered=made, problem=problem, assertions=[])


async def _judged(
    model: BaseChatModel,
    name_of_model: str,
    one: Assertion,
    answer: dict[str, JsonValue],
    values: dict[str, PromptValue],
    today: date,
) -> AssertionResult:
    if one.kind == RUBRIC and is_fake(name_of_model):
        return _told(one, "skipped", "a rubric is judged by a real model, and the model is fake")
    try:
        if one.kind == LAWFUL:
            return await asyncio.to_thread(_lawful, one, answer, values, today)
        text = looked_at(answer, one.field)
        if one.kind == RUBRIC:
            found = await judged(model, one.value[0], text)
            return _told(one, "passed" if found.passes != one.is_negated else "failed", found.reason)
        wrong = await asyncio.to_thread(complaint, one, text)
    except (BadInput, ModelFailure) as error:
        return _told(one, "failed", str(error))
    return _told(one, "failed" if wrong else "passed", wrong)


def _lawful(
    one: Assertion, answer: dict[str, JsonValue], values: dict[str, PromptValue], today: date
) -> AssertionResult:
    """What a person would have to look at is not refused: it passes, and says so."""
    verdict = verdict_on(answer, one.field, values, today)
    is_lawful = verdict.outcome is not Outcome.FAIL
    told = "" if verdict.outcome is Outcome.PASS else verdict.summary
    return _told(one, "passed" if is_lawful != one.is_negated else "failed", told or "nothing to object")


def _told(one: Assertion, result: Result, told: str) -> AssertionResult:
    return AssertionResult(type=one.type, field=one.field, value=list(one.value), result=result, told=told)
