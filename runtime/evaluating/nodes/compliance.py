"""The compliance gate: what it says of an ad for a product, and the clause it says it by."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.asking.calls import Calls
from agents.compliance.case import AdText, Placement
from agents.compliance.checking import check
from agents.compliance.goods.goods import ADULT_AGE, goods_of
from agents.compliance.reader.opinion import PROMPT, doubts_of
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import Outcome, Verdict
from domain.plan import Flight
from domain.provenance import is_fake
from runtime.designing.wordings import the_wording
from runtime.evaluating.nodes.scores import Asked, Score, Tools, score

_FLIGHT_DAYS: Final = 7
_CAP: Final = "cap code"
_NUMBER: Final = r"\d+(?:\.\d+)+"


class Advertised(Product):
    """A product as the shelf has it; what is not given is not on file."""

    model_config = ConfigDict(extra="forbid")

    sku: str = ""
    margin_rate: float = Field(default=0.3, ge=0, lt=1)
    price: Decimal = Field(default=Decimal("2.00"), gt=0)


class ComplianceGiven(BaseModel):
    """An ad, what it is for, where and from which day on; a week."""

    model_config = ConfigDict(extra="forbid")

    product: Advertised
    headline: str = ""
    body: str = ""
    call_to_action: str = ""
    image_description: str = ""
    channel: Channel | None = None
    regions: list[str] = []
    starts: date = date(2026, 11, 24)

    @model_validator(mode="after")
    def _says_something(self) -> "ComplianceGiven":
        if not (self.headline.strip() or self.body.strip() or self.call_to_action.strip()):
            raise ValueError("give a headline, a body or a call_to_action")
        return self


class ComplianceExpected(BaseModel):
    model_config = ConfigDict(extra="forbid")

    verdict: list[Outcome] = Field(min_length=1, max_length=2, description="the right one, or the two that are right")
    clause: str = Field(default="", description="that is cited for it, such as CAP Code 15.6.2")

    @model_validator(mode="before")
    @classmethod
    def _one_or_two(cls, given: object) -> object:
        if isinstance(given, dict) and isinstance(given.get("verdict"), str):
            return {**given, "verdict": [given["verdict"]]}
        return given


class ComplianceCase(Asked):
    node: Literal["compliance"]
    given: ComplianceGiven
    expect: ComplianceExpected


async def scores(case: ComplianceCase, tools: Tools) -> list[Score]:
    """`verdict`, and `clause` where one is expected. Raises TransientFailure where a model is worth another try."""
    verdict = await _verdict(case.given, tools)
    right = " or ".join(case.expect.verdict)
    is_right = verdict.outcome in case.expect.verdict
    found = [score("verdict", "" if is_right else f"{verdict.outcome}, not {right}: {verdict.summary}")]
    if case.expect.clause:
        cited = [ruling.source for ruling in verdict.rulings]
        is_cited = any(cites(source, case.expect.clause) for source in cited)
        found.append(score("clause", "" if is_cited else f"{'; '.join(cited) or 'nothing'} is cited"))
    return found


async def _verdict(given: ComplianceGiven, tools: Tools) -> Verdict:
    """As the gate gives it: the rules, and where the model is a real one its doubts of what they let pass."""
    product, ad = given.product, AdText(given.headline, given.body, given.call_to_action, given.image_description, "")
    placement = Placement(
        sku=product.sku,
        category=product.category,
        channels=(given.channel,) if given.channel else (),
        flight=Flight(start=given.starts, end=given.starts + timedelta(days=_FLIGHT_DAYS - 1)),
        regions=tuple(given.regions),
        minimum_age=ADULT_AGE if goods_of(product).for_adults else None,
    )
    model_reads = not is_fake(tools.model)
    verdict = await asyncio.to_thread(check, placement, ad, product, model_reads=model_reads)
    if not model_reads or verdict.outcome is Outcome.FAIL:
        return verdict
    wording = await asyncio.to_thread(the_wording, tools.prompts, PROMPT, tools.which)
    [doubt] = await doubts_of(
        [ad],
        placement,
        product,
        model=tools.open_model(),
        prompt=wording.template,
        calls=Calls(),
        announce=lambda _: None,
    )
    return verdict if doubt is None else verdict.model_copy(update={"outcome": Outcome.REFER, "summary": doubt})


def cites(source: str, clause: str) -> bool:
    """Whether a rule's source names a clause: the same, one that holds it (15.1 holds 15.1.1), or a range it lies in.
    Of any other law than the CAP Code the words must stand there as they are."""
    if not clause.casefold().startswith(_CAP):
        return clause.casefold() in source.casefold()
    wanted = _parts(clause[len(_CAP) :].strip())
    return any(
        wanted[: len(last)] == last or (len(wanted) >= len(first) and first <= wanted[: len(first)] <= last)
        for first, last in _clauses(source)
    )


def _clauses(source: str) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The clauses of the CAP Code a source names, each as the first and the last of a range."""
    for law in source.split(";"):
        if _CAP not in law.casefold():
            continue
        for first, last in re.findall(rf"({_NUMBER})(?:\s*(?:to|-|–)\s*({_NUMBER}))?", law):
            yield _parts(first), _parts(last or first)


def _parts(clause: str) -> tuple[int, ...]:
    return tuple(int(part) for part in clause.split(".") if part.isdecimal())
