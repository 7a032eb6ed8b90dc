"""One line of a campaign's change history."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from domain.caller import Role
from domain.decision import UNDECIDED
from domain.money import Money


class Kind(StrEnum):
    STARTED = "started"
    PLANNED = "planned"
    CHECKED = "checked"
    DECIDED = "decided"
    BOOKED = "booked"
    CHANGED = "changed"
    MEASURED = "measured"
    RESUMED = "resumed"
    FORKED = "forked"
    FAILED = "failed"


class Who(BaseModel):
    """A person; a rule by which the loop goes on alone; or the clock, which answers what nobody decided in time."""

    kind: Literal["person", "rule", "clock"]
    name: str
    role: Role | None = Field(default=None, description="a person's by then; None where no keys are set")


class Figure(BaseModel):
    """Pounds before and after."""

    of: str = Field(description="a channel, `budget` or `committed`")
    before: Money | None = Field(description="None where there was nothing before, or it was not kept")
    after: Money | None = Field(description="None where nothing stands any more")


class Words(BaseModel):
    """Words of an ad before and after."""

    of: str = Field(description="the channel")
    part: str
    before: str
    after: str


class ChangeEntry(BaseModel):
    """Something that happened to the campaign."""

    at: AwareDatetime | None = Field(description="None of a measurement, which is on record by the world's day alone")
    day: date | None = Field(
        description="the world's; None in a world of its own, where the clock's events are no longer kept, and once "
        "the world has begun again"
    )
    kind: Kind
    who: Who
    what: str = Field(description="in a sentence")
    figures: list[Figure]
    words: list[Words]
    why: str = Field(description="as whoever did it gave it; empty where nothing was said")


class ChangeHistory(BaseModel):
    """The oldest first."""

    items: list[ChangeEntry]


def rule(name: str) -> Who:
    return Who(kind="rule", name=name)


def decider(name: str, role: Role | None) -> Who:
    """Whoever has decided at the gate."""
    if name == UNDECIDED:
        return Who(kind="clock", name=name)
    return rule(name) if name.startswith("autonomy:") else Who(kind="person", name=name, role=role)


def entry(
    kind: Kind,
    at: datetime | None,
    who: Who,
    what: str,
    *,
    day: date | None = None,
    figures: list[Figure] | None = None,
    words: list[Words] | None = None,
    why: str = "",
) -> ChangeEntry:
    return ChangeEntry(at=at, day=day, kind=kind, who=who, what=what, figures=figures or [], words=words or [], why=why)
