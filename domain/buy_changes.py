"""What may become of a media buy once it is placed: paused, resumed, cancelled, given another budget."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from domain.day import Day
from domain.errors import Conflict
from domain.money import Money
from domain.plan import Flight

BuyAction = Literal["pause", "resume", "cancel", "budget"]


class Pause(BaseModel):
    """Days without delivery: from `since` until the day before `until`."""

    since: Day
    until: Day | None = None


class Stops(BaseModel):
    """When something did not run: a buy, or a package of it."""

    pauses: list[Pause] = Field(default_factory=list)
    canceled: Day | None = Field(default=None, description="the first day it no longer runs, for good")

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def runs_on(self, day: date) -> bool:
        if self.canceled is not None and day >= self.canceled:
            return False
        return not any(pause.since <= day and (pause.until is None or day < pause.until) for pause in self.pauses)

    def days_run(self, flight: Flight) -> list[date]:
        """The days of `flight` it ran on."""
        return [day for day in flight.each_day() if self.runs_on(day)]

    def apply(self, *, paused: bool | None, canceled: bool | None, today: date) -> None:
        if canceled:
            self.canceled = today
        if paused is True and not self.paused:
            self.pauses.append(Pause(since=today))
        if paused is False and self.paused:
            self.pauses[-1].until = today


class BuyChange(BaseModel):
    """One change of a buy. Whole days: it holds from `day` on, and what was delivered before stays."""

    key: str = Field(min_length=16, description="the same key is the same change, however often it is sent")
    action: BuyAction
    day: Day = Field(description="of the calendar the buy runs by")
    budget: Money | None = Field(
        default=None, gt=0, description="with `budget`: pounds the whole buy may cost, what is spent included"
    )


class BuyChanged(BuyChange):
    """A change as it is kept with its booking: who asked for it, when, and what stood in its way."""

    by: str = ""
    at: AwareDatetime
    problem: str = Field(default="", description="why it was not made; empty where it was")
    committed_before: Money | None = Field(
        default=None, description="pounds committed to the buy until then; None in changes from before it was kept"
    )
    committed_after: Money | None = Field(default=None, description="and from then on")


def stops_of(changes: Iterable[BuyChange]) -> Stops:
    """When a buy did not run, by the changes made to it, the oldest first."""
    stops = Stops()
    for change in changes:
        paused = {"pause": True, "resume": False}.get(change.action)
        stops.apply(paused=paused, canceled=change.action == "cancel", today=change.day)
    return stops


def refuse_impossible(change: BuyChange, earlier: Iterable[BuyChange], flight: Flight) -> None:
    """Raises Conflict for a change that a buy with these `earlier` ones cannot take any more, or does not need."""
    made = list(earlier)
    stops = stops_of(made)
    if stops.canceled is not None:
        raise Conflict(
            f"the media buy was cancelled on {stops.canceled}, which cannot be undone",
            remedy="start a new campaign for another flight",
        )
    if change.day > flight.end:
        raise Conflict(f"the flight was over on {flight.end}", remedy="measure the campaign: nothing more is spent")
    if made and change.day < made[-1].day:
        raise Conflict(
            f"the media buy was last changed from {made[-1].day} on, and {change.day} is before that",
            remedy="name that day or a later one",
        )
    if change.action == "pause" and stops.paused:
        raise Conflict(
            f"the media buy has been paused since {stops.pauses[-1].since}", remedy="resume it, or cancel it"
        )
    if change.action == "resume" and not stops.paused:
        raise Conflict("the media buy is not paused", remedy="there is nothing to resume")
