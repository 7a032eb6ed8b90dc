"""The sensor: whether it finds what was planted in a simulated world, in its place, with its cause, and nothing else.

The world and the sensor do not know each other: what was planted is known from who planted it.
"""

import asyncio
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from domain.context import WorldRef
from domain.opportunity import Cause
from runtime.evaluating.nodes.scores import Asked, Score, Tools, score


class Planted(BaseModel):
    """A scenario by name, from a day on; in its usual category and regions where none are given."""

    model_config = ConfigDict(extra="forbid")

    scenario: str
    starts: date
    category: str | None = None
    regions: list[str] = []


class SensingGiven(BaseModel):
    """A simulated world and the day it is looked at: the day the first thing planted shows, where none is given."""

    model_config = ConfigDict(extra="forbid")

    seed: int = Field(ge=0)
    planted: list[Planted] = []
    day: date | None = None
    threshold: float = Field(default=3.0, gt=0)

    @model_validator(mode="after")
    def _has_a_day(self) -> "SensingGiven":
        if self.day is None and not self.planted:
            raise ValueError("give the day to look at, or something planted")
        return self


class Finding(BaseModel):
    """What must be found. A cause may be told in more than one way: any of those given is right."""

    model_config = ConfigDict(extra="forbid")

    cause: list[Cause] = Field(min_length=1)
    category: str = Field(default="", description="empty for a finding about a feed, which is of all categories")
    regions: list[str] = Field(default=[], description="exactly these; not looked at when empty")


class SensingExpected(BaseModel):
    model_config = ConfigDict(extra="forbid")

    findings: list[Finding] = []
    nothing: bool = Field(default=False, description="whether nothing may be proposed that day")

    @model_validator(mode="after")
    def _one_of_both(self) -> "SensingExpected":
        if self.nothing == bool(self.findings):
            raise ValueError("expect either findings, or nothing: true")
        return self


class SensingCase(Asked):
    node: Literal["sensing"]
    given: SensingGiven
    expect: SensingExpected


async def scores(case: SensingCase, tools: Tools) -> list[Score]:
    """`quiet` where nothing may be found, else `found` and `cause`, and `regions` where they are expected.

    Raises BadInput for a scenario, category or region there is not.
    """
    return await asyncio.to_thread(_scores, case, tools)


def _scores(case: SensingCase, tools: Tools) -> list[Score]:
    given = case.given
    planted = tuple(
        tools.happens.schedule(one.scenario, one.starts, category=one.category, regions=one.regions)
        for one in given.planted
    )
    day = given.day or tools.happens.shows_on(planted[0])
    world = tools.worlds.open(WorldRef(seed=given.seed, scenarios=planted))
    told = sense(world.panel(day), given.threshold)
    if case.expect.nothing:
        return [score("quiet", "; ".join(map(_in_words, told)))]
    found, caused, placed = [], [], []
    for wanted in case.expect.findings:
        of_it = [one for one in told if not wanted.category or one.category == wanted.category]
        right = [one for one in of_it if one.cause in wanted.cause]
        near = right or of_it
        if not near:
            found.append(f"nothing of {wanted.category or 'a feed'}")
        elif not right:
            caused.append(_in_words(near[0]))
        elif wanted.regions and not any(set(one.regions) == set(wanted.regions) for one in right):
            placed.append(_in_words(right[0]))
    scored = [score("found", "; ".join(found))]
    if not found:
        scored.append(score("cause", "; ".join(caused)))
    if not found and not caused and any(wanted.regions for wanted in case.expect.findings):
        scored.append(score("regions", "; ".join(placed)))
    return scored


def _in_words(one: Insight) -> str:
    return f"{one.category} in {', '.join(one.regions)} by {one.cause.value}"
