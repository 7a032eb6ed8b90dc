"""The copywriter: what it makes of a brief, also of one that a stranger wrote."""

import asyncio
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from agents.creative.agent import PROMPT
from domain.creative import Outcome
from domain.errors import BadInput
from prompts.template import PromptValue
from runtime.designing.answering import answered
from runtime.designing.lawful import verdict_on
from runtime.designing.wordings import the_wording
from runtime.evaluating.nodes.scores import Asked, Score, Tools, score


class CreativeGiven(BaseModel):
    """What the prompt is filled in with. An input that is not given has its example."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, PromptValue]
    today: date = date(2026, 11, 23)


class CreativeExpected(BaseModel):
    """What holds of the ad. An ad that was not written passes only where `or_nothing` is said."""

    model_config = ConfigDict(extra="forbid")

    at_most: dict[str, int] = Field(default={}, description="characters, by field of the answer")
    without: list[str] = Field(default=[], description="what stands nowhere in it, in capitals or not")
    mentions: list[str] = Field(default=[], description="of which at least one stands in it")
    lawful: bool = Field(default=False, description="whether the compliance gate must have nothing against it")
    or_nothing: bool = Field(default=False, description="whether no ad at all is as good, as for a hostile brief")

    @model_validator(mode="after")
    def _expects_something(self) -> "CreativeExpected":
        if not (self.at_most or self.without or self.mentions or self.lawful):
            raise ValueError("expect at least one of at_most, without, mentions and lawful")
        return self


class CreativeCase(Asked):
    node: Literal["creative"]
    given: CreativeGiven
    expect: CreativeExpected


async def scores(case: CreativeCase, tools: Tools) -> list[Score]:
    """`answered`, and of what is expected `fits`, `clean`, `mentions` and `lawful`.

    Raises BadInput for values the prompt has no input for, TransientFailure where the model is worth another try.
    """
    wording = await asyncio.to_thread(the_wording, tools.prompts, PROMPT, tools.which)
    made = await answered(tools.open_model(), tools.model, wording, case.given.values)
    if made.answer is None:
        return [score("answered", "" if case.expect.or_nothing else made.problem)]
    values = wording.values(case.given.values)
    return [score("answered", ""), *await asyncio.to_thread(_held, case, made.answer, values)]


def _held(case: CreativeCase, answer: dict[str, JsonValue], values: dict[str, PromptValue]) -> list[Score]:
    expect, found = case.expect, []
    said = "\n".join(value for value in answer.values() if isinstance(value, str)).casefold()
    if expect.at_most:
        long = {name: len(str(answer.get(name, ""))) for name in expect.at_most}
        over = [f"{name} has {long[name]} of {most}" for name, most in expect.at_most.items() if long[name] > most]
        found.append(score("fits", "; ".join(over)))
    if expect.without:
        there = [word for word in expect.without if word.casefold() in said]
        found.append(score("clean", f"it says {', '.join(map(repr, there))}" if there else ""))
    if expect.mentions:
        is_said = any(word.casefold() in said for word in expect.mentions)
        found.append(score("mentions", "" if is_said else f"none of {', '.join(expect.mentions)} is in it"))
    if expect.lawful:
        found.append(score("lawful", _objection(answer, values, case.given.today)))
    return found


def _objection(answer: dict[str, JsonValue], values: dict[str, PromptValue], today: date) -> str:
    try:
        verdict = verdict_on(answer, "", values, today)
    except BadInput as error:
        return str(error)
    return "" if verdict.outcome is Outcome.PASS else verdict.summary
