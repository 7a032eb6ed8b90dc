"""The day's analysis of a world, made once however many campaigns ask for it."""

import asyncio
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from threading import Lock

from agents.sensing.signals import Signals, read_signals
from agents.sensing.telling import wording
from agents.sensing.telling.evidence import evidence as evidence_of
from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense_and_see
from domain.context import WorldRef
from domain.identifiers import derived_id
from domain.opportunity import Opportunity, OpportunityKind, Seen, Unproposed
from domain.panel import Panel
from domain.provenance import Provenance
from world.ports import World

_KEPT = 128
_SIGNALS_KEPT = 4
"""A day's signals hold whole panels, and only the newest are looked at."""

AnalysisKey = tuple[WorldRef, date | None, float]


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

    @property
    def opportunity(self) -> Opportunity | None:
        return self.opportunities[0] if self.opportunities else None


def analyse(world: World, today: date | None, threshold: float) -> Analysis:
    """Sense the day `today`, or the world's own choice. Raises DataFault when the world cannot give its panel."""
    day = today or world.sensing_day()
    panel = world.panel(day)
    findings, faint = sense_and_see(panel, threshold)
    opportunities = tuple(
        describe(finding, [other for other in findings if other is not finding], panel, world.provenance)
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
    )


def not_proposed(finding: Insight) -> Seen:
    """A finding that is not proposed, and why: the first reason that applies."""
    chance = 2 * NormalDist().cdf(-finding.alarm.score)
    if finding.alarm.scope == "feed" or not finding.advertisable:
        why, reason = Unproposed.NOT_ADVERTISABLE, f"no ad mends it. {wording.advice(finding)}"
    else:
        why, reason = (
            Unproposed.BELOW_LIMIT,
            f"it is below the limit of a proposal: 1 in {1 / chance:,.0f} such is chance",
        )
    return Seen(
        category=finding.category,
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
        id=derived_id(finding.category, panel.last_day, *(["beside"] if finding.decomposition.weather else [])),
        detected_on=panel.last_day,
        kind=finding.kind,
        category=finding.category,
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


class Analyses:
    """Analyses by world, day and threshold; campaigns that ask for the same one while it is made wait for it.

    One worker thread makes them one at a time, because worlds do not promise to be safe for several at once.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sensing")
        self._made: OrderedDict[AnalysisKey, Future[Analysis]] = OrderedDict()
        self._lock = Lock()
        self._signals: OrderedDict[AnalysisKey, Signals] = OrderedDict()

    async def of(self, world: World, today: date | None, threshold: float) -> Analysis:
        """A failed analysis is forgotten, so that the next campaign tries again."""
        key = (world.ref.model_copy(update={"world_id": ""}), today, threshold)
        with self._lock:
            future = self._made.get(key)
            if future is None:
                future = self._worker.submit(analyse, world, today, threshold)
                self._made[key] = future
                if len(self._made) > _KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
        if not future.done():
            # Waiting never cancels the work, which other campaigns may be waiting for too.
            await asyncio.wait([asyncio.wrap_future(future)])
        if future.exception() is not None:
            with self._lock:
                self._made.pop(key, None)
        return future.result()

    async def signals(self, world: World, today: date) -> Signals:
        """The day's panel beside what was expected, read by the same worker. Raises DataFault without a panel."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._read_signals, world, today)

    def _read_signals(self, world: World, today: date) -> Signals:
        key = (world.ref.model_copy(update={"world_id": ""}), today, 0.0)
        if key not in self._signals:
            self._signals[key] = read_signals(world.panel(today))
            if len(self._signals) > _SIGNALS_KEPT:
                self._signals.popitem(last=False)
        return self._signals[key]
