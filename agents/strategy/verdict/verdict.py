"""Spend, probe or leave it: how much of a plan the beliefs bear out.

- **Known** is a plan of which past campaigns, here or in cells that share their prior, have told something: `EVIDENCE`
  of the prior variance of its sales is gone. The prior alone buys nothing, however hopeful, nor with a lesson too noisy
  to say anything.
- A known plan is **spent** on where it is expected to earn and its probability of a loss is within the limit; where the
  whole of it is beyond, the largest part of it that is not.
- Anything else that is expected to earn is **probed**, with no more than the probe limit less what earlier campaigns
  in these cells have lost within a year, as measured, and less what probes that are not measured yet may lose. So what
  a category that answers to no ad can cost before it is left alone is bounded by the limit and the noise of a
  measurement, whatever the prior hopes and however many regions ask at once.
- What is not expected to earn is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np

from agents.response.beliefs import Posterior
from agents.strategy.decision import BudgetDecision, MediaMarket, decide
from agents.strategy.verdict.loss import LossRisk, loss_risk
from domain.lesson import Lesson
from domain.money import Money

EVIDENCE = 0.03
"""Share of the prior variance of a plan's sales that lessons must have taken away before money beyond a probe is spent:
three campaigns on other categories that agree, or one here that is not all noise."""
_PARTS = (Decimal("0.7"), Decimal("0.5"), Decimal("0.35"), Decimal("0.25"), Decimal("0.15"))
"""Of the budget: tried in this order where the whole is too likely to lose."""
REMEMBERED_DAYS = 365
"""What probes have lost counts for so long."""


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What is done, with what risk. `kind` is `probe` where money is spent to find out."""

    kind: Literal["spend", "probe", "leave"]
    decision: BudgetDecision
    risk: LossRisk
    told: float
    """Share of the prior variance of the plan's sales that lessons have taken away."""
    whole: BudgetDecision
    """What would be done if nothing but the expectation counted."""
    probe_money: Money = Decimal(0)
    """Pounds a probe may cost; of a probe, and of what was left because probes have lost too much."""

    def most(self, available: Money) -> Money:
        """Pounds of those `available` that may be spent, what is found out by the way included: no more than a probe
        may cost, nor than was thought safe."""
        if self.kind == "probe":
            return self.probe_money
        return available if self.decision is self.whole else sum(self.decision.budgets, start=Decimal(0))


def judge(market: MediaMarket, seed: list[int], today: date, at_stake: Money = Decimal(0)) -> Verdict:
    """The verdict on a market where probes that are not measured yet have pounds `at_stake` in its cells; the same seed
    gives the same."""
    whole = _decided(market, seed)
    if not whole.spends:
        return Verdict("leave", whole, loss_of(market, whole), evidence(market, whole), whole)
    told = evidence(market, whole)
    if told >= EVIDENCE:
        for decision in _parts(market, seed, whole):
            risk = loss_of(market, decision)
            if decision.spends and risk.probability <= market.limits.max_loss_probability:
                return Verdict("spend", decision, risk, told, whole)
    money = probe_money(market, today, at_stake)
    probe = _decided(_within(market, money), seed)
    return Verdict("probe" if probe.spends else "leave", probe, loss_of(market, probe), told, whole, money)


def probe_money(market: MediaMarket, today: date, at_stake: Money = Decimal(0)) -> Money:
    """Pounds a probe may still cost: the limit, less what these cells have lost within a year, as measured, and less
    what is `at_stake`. What probes won frees nothing of that: it is not known yet whether those under way will."""
    lost = sum(
        (
            -Decimal(repr(lesson.actual_roi)) * lesson.spent
            for lesson in speaking(market.beliefs)
            if abs((today - lesson.learned_on).days) <= REMEMBERED_DAYS
        ),
        start=Decimal(0),
    )
    return min(max(market.limits.probe_limit - max(lost, Decimal(0)) - at_stake, Decimal(0)), market.available)


def speaking(beliefs: Posterior) -> list[Lesson]:
    """The lessons about campaigns in these very cells."""
    cells = set(beliefs.cells)
    return [
        lesson
        for lesson in beliefs.lessons
        if any(part.cell in cells and part.exposure > 0 for part in lesson.exposures)
    ]


def evidence(market: MediaMarket, decision: BudgetDecision) -> float:
    """Share of the prior variance of the decision's sales that lessons have taken away; 0 where nothing is bought."""
    return market.beliefs.told(market.curves, decision.spend)


def _parts(market: MediaMarket, seed: list[int], whole: BudgetDecision) -> Iterator[BudgetDecision]:
    yield whole
    spent = sum(whole.budgets, start=Decimal(0))
    for part in _PARTS:
        yield _decided(_within(market, spent * part), seed)


def _within(market: MediaMarket, available: Money) -> MediaMarket:
    return replace(market, available=min(market.available, available))


def _decided(market: MediaMarket, seed: list[int]) -> BudgetDecision:
    return decide(market, np.random.default_rng(seed))


def loss_of(market: MediaMarket, decision: BudgetDecision) -> LossRisk:
    return loss_risk(market.curves, decision.spend, market.beliefs, market.margin_rate)
