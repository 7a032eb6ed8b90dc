"""Two wordings of a prompt side by side: their texts, their settings, and what the model answers to each case."""

from collections.abc import Iterator
from difflib import unified_diff

from pydantic import BaseModel, Field

from prompts.template import PromptTemplate
from runtime.designing.testing import CaseResult, TestReport
from runtime.designing.wordings import Wording


class Side(BaseModel):
    """One of the two."""

    hash: str
    version: int | None
    label: str


class Setting(BaseModel):
    """A setting or the default of an input, as text; None where a side has none."""

    name: str
    a: str | None
    b: str | None


class CasePair(BaseModel):
    description: str
    a: CaseResult
    b: CaseResult
    same: bool = Field(description="whether the two answers are the same, word for word")


class Comparison(BaseModel):
    name: str
    a: Side
    b: Side
    same: bool = Field(description="whether the model is given the same by both")
    text: list[str] = Field(description="the bodies as a unified diff, one line each; empty where they are the same")
    settings: list[Setting] = Field(description="every setting that one of the two has")
    defaults: list[Setting] = Field(description="the inputs whose defaults differ, partials filled in")
    cases: list[CasePair] = Field(description="empty where outputs were not asked for")
    model: str
    is_mock: bool


def side(wording: Wording) -> Side:
    return Side(hash=wording.template.hash, version=wording.version, label=wording.label)


def text_diff(a: Wording, b: Wording) -> list[str]:
    """The bodies as a unified diff, without line ends."""
    lines = unified_diff(a.template.text.splitlines(), b.template.text.splitlines(), a.shown, b.shown, n=3, lineterm="")
    return list(lines)


def settings(a: PromptTemplate, b: PromptTemplate) -> list[Setting]:
    first, second = a.settings.as_arguments(), b.settings.as_arguments()
    return [
        Setting(name=name, a=_shown(first.get(name)), b=_shown(second.get(name)))
        for name in dict.fromkeys((*first, *second))
    ]


def defaults(a: PromptTemplate, b: PromptTemplate) -> list[Setting]:
    """Where the front matter fills in something else."""
    first, second = ({item.name: item.default for item in template.inputs} for template in (a, b))
    names = dict.fromkeys((*first, *second))
    return [
        Setting(name=name, a=_shown(first.get(name)), b=_shown(second.get(name)))
        for name in names
        if first.get(name) != second.get(name)
    ]


def pairs(a: TestReport, b: TestReport) -> Iterator[CasePair]:
    for one, other in zip(a.cases, b.cases, strict=True):
        answers = [case.answered.answer if case.answered else None for case in (one, other)]
        same = answers[0] is not None and answers[0] == answers[1]
        yield CasePair(description=one.description, a=one, b=other, same=same)


def _shown(value: object) -> str | None:
    if isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    return None if value is None else str(value)
