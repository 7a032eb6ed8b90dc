"""The day's analysis of a world, made once however many campaigns ask for it."""

import asyncio
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TypeVar

from agents.sensing.signals import Signals, signals_of
from agents.sensing.telling import wording
from agents.sensing.telling.evidence import evidence as evidence_of
from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense_and_see
from agents.sensing.telling.sight import Sight, take_sight
from domain.context import WorldRef
from domain.identifiers import derived_id
from domain.opportunity import Opportunity, OpportunityKind, Seen, Unproposed, chance_of
from domain.panel import Panel
from domain.provenance import Provenance
from world.ports import World

_KEPT = 128
_SIGHTS_KEPT = 4
"""A sight holds a whole panel and its baseline, and only the newest days are looked at."""

AnalysisKey = tuple[WorldRef, date | None, float, frozenset[str]]
DayKey = tuple[WorldRef, date]
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What sensing has to say of one day of one world."""

    today: date
    name: str
    """A short name for the campaign; empty without an opportunity."""
    opportunities: tuple[Opportunity, ...]
    """Everything above the threshold, the one to act on first."""
    seen: tuple[Seen, ...] = ()
    """What was seen and is not proposed: findings that no ad is for, then what may be chance."""

    is_provisional: bool = False
    """Whether the same day may read otherwise later, as something that was asked for has not come."""

    @property
    def opportunity(self) -> Opportunity | None:
        return self.opportunities[0] if self.opportunities else None


def analyse(world: World, today: date | None, threshold: float) -> Analysis:
    """Sense the day `today`, or the world's own choice. Raises DataFault when the world cannot give its panel."""
    day = today or world.sensing_day()
    return analysis_of(take_sight(world.panel(day)), day, threshold, world.provenance)


def analysis_of(sight: Sight, day: date, threshold: float, provenance: Provenance) -> Analysis:
    """What there is to say of a day that is seen already."""
    panel = sight.panel
    findings, faint = sense_and_see(sight, threshold)
    opportunities = tuple(
        describe(finding, [other for other in findings if other is not finding], panel, provenance)
        for finding in findings
    )
    return Analysis(
        today=day,
        name=wording.campaign_name(findings[0]) if findings else "",
        opportunities=opportunities,
        seen=(
            *(not_proposed(finding) for finding in findings if not finding.advertisable),
            *(not_proposed(finding) for finding in faint),
        ),
        is_provisional=panel.is_provisional,
    )


def not_proposed(finding: Insight) -> Seen:
    """A finding that is not proposed, and why: the first reason that applies."""
    chance = chance_of(finding.alarm.score)
    if finding.alarm.scope == "feed" or not finding.advertisable:
        why, reason = Unproposed.NOT_ADVERTISABLE, wording.why_no_ad(finding)
    else:
        why, reason = (
            Unproposed.BELOW_LIMIT,
            f"it may be chance: 1 in {1 / chance:,.0f} findings as strong is, and a proposal asks for stronger ones",
        )
    return Seen(
        category=finding.subject,
        categories=list(finding.across),
        regions=list(finding.regions),
        headline=wording.seen(finding),
        score=finding.alarm.score,
        chance=chance,
        change=finding.change,
        why=why,
        reason=reason,
    )


def describe(finding: Insight, others: list[Insight], panel: Panel, provenance: Provenance) -> Opportunity:
    """A finding as the contract has it, in words and numbers."""
    return Opportunity(
        id=derived_id(finding.subject, panel.last_day, *_told_apart_by(finding)),
        detected_on=panel.last_day,
        kind=finding.kind,
        category=finding.subject,
        categories=list(finding.across),
        regions=list(finding.regions),
        headline=wording.headline(finding),
        score=finding.alarm.score,
        robust_z=finding.alarm.robust_z,
        isolation_score=finding.alarm.isolation,
        p_value=finding.alarm.p_value,
        sales_change=0.0 if finding.kind is OpportunityKind.FORECAST_WINDOW else finding.change,
        expected_change=finding.change if finding.kind is OpportunityKind.FORECAST_WINDOW else None,
        baseline_units_per_day=finding.units_per_day,
        average_price=finding.average_price,
        days_ahead=wording.days_ahead(finding),
        diagnosis=wording.diagnosis(finding),
        evidence=evidence_of(finding, panel, provenance, others),
    )


def _told_apart_by(finding: Insight) -> list[str]:
    """What, beside subject and day, tells a finding from another one."""
    if finding.across:
        return [finding.cause.value, *finding.regions]
    return ["beside"] if finding.decomposition.weather else []


class Analyses:
    """Analyses by world, day and threshold; campaigns that ask for the same one while it is made wait for it.

    A world's day is fitted once, whatever thresholds are asked and whether analyses or signals ask first. One worker
    thread makes them one at a time, because worlds do not promise to be safe for several at once.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sensing")
        self._made: OrderedDict[AnalysisKey, Future[Analysis]] = OrderedDict()
        self._lock = Lock()
        # These two are the worker's own, so they need no lock.
        self._sights: OrderedDict[DayKey, Sight] = OrderedDict()
        self._signals: OrderedDict[DayKey, Signals] = OrderedDict()

    async def of(
        self, world: World, today: date | None, threshold: float, without: frozenset[str] = frozenset()
    ) -> Analysis:
        """What there is to say of the day, looked at `without` some regions. A failed analysis is forgotten, and a
        provisional one, so that the next campaign tries again."""
        key = (_shared(world), today, threshold, without)
        with self._lock:
            future = self._made.get(key)
            if future is None:
                future = self._worker.submit(self._analyse, world, today, threshold, without)
                self._made[key] = future
                if len(self._made) > _KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
        if not future.done():
            # Waiting never cancels the work, which other campaigns may be waiting for too.
            await asyncio.wait([asyncio.wrap_future(future)])
        if future.exception() is not None or future.result().is_provisional:
            with self._lock:
                self._made.pop(key, None)
        return future.result()

    async def signals(self, world: World, today: date) -> Signals:
        """The day's panel beside what was expected, read by the same worker. Raises DataFault without a panel."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._read_signals, world, today)

    def _analyse(self, world: World, today: date | None, threshold: float, without: frozenset[str]) -> Analysis:
        day = today or world.sensing_day()
        if without:
            # Of its own kind for each day and campaign under way: nobody asks for its sight a second time.
            return analysis_of(take_sight(world.panel(day).without(without)), day, threshold, world.provenance)
        return analysis_of(self._sight(world, day), day, threshold, world.provenance)

    def _read_signals(self, world: World, today: date) -> Signals:
        key = (_shared(world), today)
        if key not in self._signals:
            made = signals_of(self._sight(world, today))
            if made.panel.is_provisional:
                return made
            _keep(self._signals, key, made)
        return self._signals[key]

    def _sight(self, world: World, day: date) -> Sight:
        key = (_shared(world), day)
        if key not in self._sights:
            made = take_sight(world.panel(day))
            if made.panel.is_provisional:
                return made
            _keep(self._sights, key, made)
        self._sights.move_to_end(key)
        return self._sights[key]


def _shared(world: World) -> WorldRef:
    """The world without the name a campaign has for it: those of one source, seed and scenarios look at one thing."""
    return world.ref.model_copy(update={"world_id": ""})


def _keep(kept: OrderedDict[DayKey, Kept], key: DayKey, made: Kept) -> None:
    kept[key] = made
    if len(kept) > _SIGHTS_KEPT:
        kept.popitem(last=False)
