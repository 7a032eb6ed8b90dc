"""The product's own planning and learning as a planner of the closed loop, and an equal split."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from agents.learning.group_lifts import TreatedGroup, group_lifts
from agents.response.beliefs import Posterior, nonnegative, posterior
from agents.response.curves import ResponseCurves, cell_name
from agents.response.design.experiment import design_experiment, horizon_of
from agents.response.design.groups import StoreOf
from agents.response.design.holdout_share import holdout_share, relative_error
from agents.response.design.power import store_noise
from agents.response.design.worth import Outlook
from agents.response.forecast import BASELINE_ERROR, forecast
from agents.strategy.allocation import AllocationProblem, allocate, whole_pence
from bench.learning.campaign import BUDGET, Planned, holdout_of
from bench.learning.shop import CAPS, FLIGHT_DAYS, MINIMUM, NAMES, PAST_DAYS, STORES, Order, Shop
from domain.channel import Channel
from domain.lesson import Lesson

CHANNELS = tuple(Channel)
AUDIENCE = "category_buyers"
_PROBE, _PROBES, _MOST_LOSS, _EVIDENCE = 1_000.0, 1_300.0, 0.2, 0.2
"""Pounds a probe may cost and probes may lose, and what those that lost may have cost; the probability of a loss, and
the share of the prior variance told by lessons, from which on the budget is spent."""
_NAMESPACE = uuid5(NAMESPACE_URL, "bench learning")


def cells_for(category: str) -> list[str]:
    return [cell_name(channel, AUDIENCE, category) for channel in CHANNELS]


def _allocated(problem: AllocationProblem) -> tuple[Decimal, ...]:
    return whole_pence(allocate(problem).budgets, problem.maximum_share, problem.minimum)


@dataclass
class EqualSplit:
    """The whole budget, the same on every channel, as far as caps allow."""

    share: float = 0.25

    def plan(self, shop: Shop, category: str, week: int) -> Planned:
        holdout = holdout_of(shop, category, week, self.share)
        each = {channel: min(BUDGET / len(CHANNELS), CAPS[channel]) for channel in CHANNELS}
        return Planned(holdout, (Order(tuple(holdout.treated_stores), each),))

    def learn(
        self, shop: Shop, category: str, week: int, planned: Planned, spent: Sequence[dict[Channel, float]]
    ) -> None:
        """An equal split learns nothing."""


@dataclass
class JointPlanner:
    """Plans on the joint model, experiments where that is worth it, and learns from the groups."""

    share: float = 0.25
    curiosity: float = 1.0
    learns: bool = True
    shrinks: bool = True
    careful: bool = True
    lessons: list[Lesson] = field(default_factory=list)

    def plan(self, shop: Shop, category: str, week: int) -> Planned:
        flight = shop.flight(week)
        beliefs = posterior(self.lessons, cells_for(category), flight.start)
        known = shop.daily_units_of(category, week, NAMES) * shop.price(category)
        share = holdout_share(relative_error(beliefs, known), self.share) if self.shrinks else self.share
        holdout = holdout_of(shop, category, week, share)
        treated = holdout.treated_stores
        store_days = len(treated) * FLIGHT_DAYS
        before = shop.tills(category, week).units[:, :PAST_DAYS]
        daily = shop.daily_units_of(category, week, treated) * shop.price(category)
        baseline, margin = daily * store_days, shop.margin_rate(category)
        curves = beliefs.curves(baseline, store_days)
        problem = AllocationProblem(
            first_return=margin * curves.slope(np.zeros(len(CHANNELS)), nonnegative(beliefs.mean)),
            scale=curves.scale,
            total=BUDGET,
            minimum=np.array([MINIMUM[channel] for channel in CHANNELS]),
            maximum=np.array([CAPS[channel] for channel in CHANNELS]),
            maximum_share=0.7,
        )
        money = self._dared(problem, curves, beliefs, margin, category, flight.start) if self.careful else BUDGET
        budgets = _allocated(replace(problem, total=money))
        spend = np.array([float(amount) for amount in budgets])
        expected = forecast(curves, spend, beliefs, margin)
        if expected.margin <= expected.spend:
            return Planned(holdout, ())
        sales = before.mean(axis=1) * shop.price(category)
        rows = [NAMES.index(name) for name in treated]
        experiment = design_experiment(
            dict(zip(CHANNELS, budgets, strict=True)),
            stores=[StoreOf(NAMES[row], STORES[row].region, float(sales[row])) for row in rows],
            control=len(holdout.control_stores),
            minimum={channel: Decimal(str(MINIMUM[channel])) for channel in CHANNELS},
            outlook=Outlook(
                effect=beliefs.mean,
                log_scale=beliefs.log_scale(daily),
                covariance=beliefs.local(daily),
                margin=margin * daily,
                most=money / store_days,
                cap=np.array([CAPS[channel] for channel in CHANNELS]) / store_days,
            ),
            channels=CHANNELS,
            noise=store_noise(before, FLIGHT_DAYS),
            days=FLIGHT_DAYS,
            rng=np.random.default_rng([shop.seed, week]),
            horizon=self.curiosity
            * horizon_of(len(self.lessons), sum(told.category == category for told in self.lessons)),
        )
        return Planned(
            holdout,
            tuple(Order(group.stores, {k: float(v) for k, v in group.budgets.items()}) for group in experiment.groups),
            expected.roi,
            expected.roi_interval.low,
            expected.roi_interval.high,
        )

    def _dared(
        self, problem: AllocationProblem, curves: ResponseCurves, beliefs: Posterior, margin: float, category: str,
        day: date,
    ) -> float:  # fmt: skip
        """Pounds that may be risked: the budget, or the largest part of it that is unlikely enough to lose, where
        lessons of these cells bear that out; a probe otherwise, less what probes have lost in them."""
        before = posterior([], beliefs.cells, day)
        for part in (1.0, 0.5, 0.25):
            spend = np.array([float(amount) for amount in _allocated(replace(problem, total=part * BUDGET))])
            if not spend.any():
                return 0.0
            exposure = curves.exposure(spend)
            told = 1 - float(exposure @ beliefs.covariance @ exposure) / float(exposure @ before.covariance @ exposure)
            expected = float(exposure @ nonnegative(beliefs.mean))
            variance = float(beliefs.sales_covariance(curves, spend).sum()) + (BASELINE_ERROR * expected) ** 2
            loss = NormalDist().cdf((float(spend.sum()) / margin - expected) / float(np.sqrt(variance)))
            if told >= _EVIDENCE and loss <= _MOST_LOSS:
                return part * BUDGET
        lost = [told for told in self.lessons if told.category == category and told.actual_roi < 0]
        left = _PROBE + sum(told.actual_roi * float(told.spent) for told in lost)
        return max(min(left, _PROBES - sum(float(told.spent) for told in lost)), 0.0)

    def learn(
        self, shop: Shop, category: str, week: int, planned: Planned, spent: Sequence[dict[Channel, float]]
    ) -> None:
        if not self.learns or not planned.orders:
            return
        lifts = group_lifts(
            shop.tills(category, week),
            flight=shop.flight(week),
            holdout=planned.holdout,
            groups=[TreatedGroup(order.stores, mine) for order, mine in zip(planned.orders, spent, strict=True)],
            stores=STORES,
            price=shop.price(category),
            audience=AUDIENCE,
            earlier=self._believed(shop, category, week),
        )
        if lifts is None:
            return
        number = len(self.lessons)
        cost = sum(sum(mine.values()) for mine in spent)
        sold = sum(g.stores * lifts.days * g.daily_sales * float(np.expm1(g.log_lift)) for g in lifts.groups)
        self.lessons.append(
            Lesson(
                id=uuid5(_NAMESPACE, str(number)), campaign_id=uuid5(_NAMESPACE, str(number)), cycle=1,
                learned_on=shop.flight(week).end + timedelta(days=1), category=category,
                predicted_roi=planned.roi,
                actual_roi=shop.margin_rate(category) * sold / cost - 1,
                spent=Decimal(repr(cost)), exposures=[], observed=0.0, standard_error=1.0,
                lifts=lifts, changes=[], statement="",
                next_step="stop",
            )
        )  # fmt: skip

    def _believed(self, shop: Shop, category: str, week: int) -> np.ndarray | None:
        """The lift that earlier ads are believed to have had in each store and day before the flight."""
        spend = shop.known_spend(category, week)
        beliefs = posterior(self.lessons, cells_for(category), shop.flight(week).start)
        daily = float(shop.units(category).mean()) * shop.price(category)
        scale = np.exp(beliefs.log_scale(daily))
        effect = nonnegative(beliefs.mean)
        lift = sum(effect[i] * -np.expm1(-spend[c] / scale[i]) for i, c in enumerate(CHANNELS))
        lift[:, PAST_DAYS:] = 0.0
        return np.asarray(lift)
