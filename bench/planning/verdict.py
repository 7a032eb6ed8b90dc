"""Whether the verdict spends where spending pays, and not where it does not, in markets the planner does not share.

`bench/planning/situations.py` draws them. Rules and limits were chosen on even seeds; what is told is odd ones.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.strategy.decision import MediaMarket, decide
from agents.strategy.verdict.verdict import Verdict, judge
from bench.planning.situations import CHANNELS, TODAY, Situation, drawn, history
from bench.report import BenchReport, Row, report
from domain.context import RiskLimits
from domain.lesson import Lesson

Vector = NDArray[np.float64]

SITUATIONS: Final = 200
"""Of each kind."""
MARKETS: Final = 40
WEEKS: Final = 26


class Judged(NamedTuple):
    situation: Situation
    verdict: Verdict
    hopeful: float
    """What is truly earned by spending wherever the expectation says so, pounds."""
    hopes: bool

    @property
    def profit(self) -> float:
        """What is truly earned by the verdict, pounds."""
        return self.situation.profit(self.verdict.decision.spend) if self.verdict.kind != "leave" else 0.0


def run(situations: int = SITUATIONS, markets: int = MARKETS, limits: RiskLimits | None = None) -> BenchReport:
    limits = limits or RiskLimits()
    losing, winning = both_kinds(situations, limits)
    rows = [*_of_losing(losing), *_of_winning(winning), *_over_weeks(markets, limits)]
    return report(
        "verdict",
        rows,
        ratio=rows[0].value,
        target=0.10,
        better="lower",
        notes=[
            f"{situations} losing situations, in which no order earns what it costs, {situations} winning ones; odd "
            "seeds; Hill and power curves that do not know the baseline; two to six earlier campaigns, measured with "
            "noise",
            "bought: more than a probe; forgone: what orders on a grid of £50 earn at best, where nothing is spent",
            f"over weeks: {markets} markets, a campaign a week on £5,000, no lesson to begin with",
            "hopeful: the same planner, that spends wherever it expects a profit",
        ],
    )


def both_kinds(each: int, limits: RiskLimits) -> tuple[list[Judged], list[Judged]]:
    """As many losing as winning situations of odd seeds, judged."""
    losing: list[Judged] = []
    winning: list[Judged] = []
    seed = 1
    while min(len(losing), len(winning)) < each:
        situation = drawn(seed, limits)
        kind = losing if situation.attainable <= 0 else winning
        if len(kind) < each:
            kind.append(_judged(situation, seed))
        seed += 2
    return losing, winning


def _judged(situation: Situation, seed: int) -> Judged:
    market = situation.market(history(situation, seed))
    hoped = decide(market, np.random.default_rng([seed]))
    earned = situation.profit(hoped.spend) if hoped.spends else 0.0
    return Judged(situation, judge(market, [seed], TODAY), earned, hoped.spends)


def _of_losing(judged: list[Judged]) -> Iterator[Row]:
    count = len(judged)
    bought = sum(one.verdict.kind == "spend" for one in judged) / count
    hoped = sum(one.hopes for one in judged) / count
    yield Row(what="losing: bought", value=bought, unit="of them", target=0.10, better="lower", of={"hopeful": hoped})
    yield Row(what="losing: probed", value=sum(one.verdict.kind == "probe" for one in judged) / count, unit="of them")
    yield Row(
        what="losing: lost in all",
        value=-sum(one.profit for one in judged),
        unit="£",
        of={"£ hopeful": -sum(one.hopeful for one in judged)},
    )


def _of_winning(judged: list[Judged]) -> Iterator[Row]:
    attainable = sum(one.situation.attainable for one in judged)
    forgone = sum(one.situation.attainable for one in judged if one.verdict.kind != "spend") / attainable
    yield Row(
        what="winning: attainable profit forgone", value=forgone, unit="of it", target=0.05, better="lower",
        of={"of them not bought": sum(one.verdict.kind != "spend" for one in judged) / len(judged)},
    )  # fmt: skip
    yield Row(
        what="winning: attainable profit earned",
        value=sum(one.profit for one in judged) / attainable,
        unit="of it",
        of={"hopeful": sum(one.hopeful for one in judged) / attainable},
    )


def _over_weeks(markets: int, limits: RiskLimits) -> Iterator[Row]:
    for name, strength, target in (("dead ads", 0.0, 1_500.0), ("three tenths", 0.3, 2_000.0)):
        ours = [-over_weeks(seed, strength, limits) for seed in range(1, 2 * markets, 2)]
        hopeful = [-over_weeks(seed, strength, limits, hopeful=True) for seed in range(1, 2 * markets, 2)]
        yield Row(
            what=f"{name}: lost in {WEEKS} weeks", value=float(np.mean(ours)), unit="£", target=target, better="lower",
            of={"£ at the most": max(ours), "£ hopeful": float(np.mean(hopeful))},
        )  # fmt: skip
    ours = [over_weeks(seed, 1.5, limits) for seed in range(1, 2 * markets, 2)]
    hopeful = [over_weeks(seed, 1.5, limits, hopeful=True) for seed in range(1, 2 * markets, 2)]
    yield Row(
        what=f"three halves: earned in {WEEKS} weeks", value=float(np.mean(ours)), unit="£",
        of={"£ hopeful": float(np.mean(hopeful))},
    )  # fmt: skip


def over_weeks(seed: int, strength: float, limits: RiskLimits, *, hopeful: bool = False) -> float:
    """What a campaign a week truly earns in a market, from the first on, pounds."""
    situation = drawn(seed, limits, strength)
    rng = np.random.default_rng([813, seed])
    lessons: list[Lesson] = []
    earned = 0.0
    for week in range(WEEKS):
        today = TODAY + timedelta(weeks=week)
        market = situation.market(lessons, today)
        spend = _hoped(market, [seed, week]) if hopeful else _judged_spend(market, [seed, week], today)
        if spend.sum() > 0:
            earned += situation.profit(spend)
            lessons.append(situation.lesson(week, spend, today + timedelta(days=8), rng))
    return earned


def _hoped(market: MediaMarket, seed: list[int]) -> Vector:
    decision = decide(market, np.random.default_rng(seed))
    return decision.spend if decision.spends else np.zeros(len(CHANNELS))


def _judged_spend(market: MediaMarket, seed: list[int], today: date) -> Vector:
    verdict = judge(market, seed, today)
    return verdict.decision.spend if verdict.kind != "leave" else np.zeros(len(CHANNELS))
