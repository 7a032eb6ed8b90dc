"""The change history of a campaign."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from domain.caller import Act
from domain.context import is_live_world
from domain.errors import NotFound
from runtime.live.told_days import clock_thread
from runtime.reporting.history.entries import ChangeEntry, ChangeHistory, Kind, entry, rule
from runtime.reporting.history.people import People, by
from runtime.reporting.history.told import (
    told_of_bookings,
    told_of_checks,
    told_of_decisions,
    told_of_plans,
    told_of_reports,
    told_of_spends,
)
from storage.campaigns.past import CampaignPast, PastQueries


class HistoryBoard:
    def __init__(self, past: PastQueries) -> None:
        self._past = past

    async def of(self, campaign_id: UUID) -> ChangeHistory:
        """Raises NotFound for a campaign that is not known."""
        past = await self._past.of(campaign_id)
        if past is None:
            raise NotFound(f"there is no campaign {campaign_id}", remedy="list them with GET /campaigns")
        lines = _in_order(past)
        if is_live_world(past.campaign.world_id):
            moments = [line.at for line in lines if line.at]
            clock = clock_thread(past.campaign.world_id)
            days = _of_one_world(await self._past.days_passed(clock, min(moments), max(moments)))
            lines = [line.model_copy(update={"day": line.day or _day(days, line.at)}) for line in lines]
        return ChangeHistory(items=lines)


def _in_order(past: CampaignPast) -> list[ChangeEntry]:
    """By the moment; a measurement stands where its cycle ends, ahead of the next one's plan."""
    told = sorted(_told(past), key=lambda line: line.at or past.campaign.created_at)
    for report in past.reports:
        after = [at for at, plan in past.plans if plan.cycle > report.cycle]
        end = next((place for place, line in enumerate(told) if after and line.at == after[0]), len(told))
        told[end:end] = told_of_reports([report])
    return told


def _told(past: CampaignPast) -> Iterator[ChangeEntry]:
    """Everything that has a moment."""
    people = People(past.acts)
    changes = [change for booking in past.bookings for change in booking.changes]
    yield _started(past, people)
    yield from told_of_plans(past.plans, past.decisions)
    yield from told_of_checks(past.checks)
    yield from told_of_decisions(past.decisions, past.plans, people)
    yield from told_of_spends(past.spends, people)
    yield from told_of_bookings(past.bookings, people)
    for act in people.went_on(changes):
        yield entry(Kind.RESUMED, act.at, by(act), "Went on with it after it had stopped")
    for act in people.did(Act.FORK):
        yield entry(Kind.FORKED, act.at, by(act), "Tried another future of it, in which nothing is booked")
    if failure := past.campaign.failure:
        what = f"Failed in {failure.node}" if failure.node else "Failed"
        yield entry(Kind.FAILED, past.campaign.updated_at, rule(failure.node or "loop"), what, why=failure.message)


def _started(past: CampaignPast, people: People) -> ChangeEntry:
    """By whoever ordered it; in a live world sensing starts what it proposes."""
    starts = people.did(Act.START)
    who = by(starts[0]) if starts else rule("sensing")
    return entry(Kind.STARTED, past.campaign.created_at, who, "Started it", why=past.campaign.headline or "")


def _of_one_world(days: Sequence[tuple[datetime, date]]) -> list[tuple[datetime, date | None]]:
    """Up to where the world began again: the days after that are not those its campaigns were planned in."""
    ends = next((place for place, (before, now) in enumerate(pairwise(days), 1) if now[1] < before[1]), len(days))
    return [*days[:ends], *((at, None) for at, _ in days[ends : ends + 1])]


def _day(days: Sequence[tuple[datetime, date | None]], at: datetime | None) -> date | None:
    """The day it was at a moment; None before the first that is still known of, and once the world has begun again."""
    if at is None:
        return None
    place = bisect_right(days, at, key=lambda passed: passed[0])
    return days[place - 1][1] if place else None
