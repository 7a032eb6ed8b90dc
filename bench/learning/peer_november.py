"""The planner as it was in November 2026, frozen: what later ones are measured beside.

Written anew from its rules: every treated store gets the same; a channel saturates at a fixed share of the sales its
stores would make; one lesson a campaign, `observed = exposures . effectiveness + noise`, in a Gaussian with the prior
of that day, whose weight halves every ninety days; a draw of a tenth of the posterior's width decides the mix, unless
it loses by the mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from agents.learning.group_lifts import TreatedGroup, group_lifts
from agents.strategy.allocation.problem import AllocationProblem, whole_pence
from agents.strategy.allocation.solver import allocate
from bench.learning.campaign import BUDGET, Planned, holdout_of
from bench.learning.shop import CAPS, FLIGHT_DAYS, MINIMUM, STORES, Order, Shop
from domain.channel import Channel

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_CHANNELS = tuple(Channel)
_PRIOR_LIFT = np.array([0.09, 0.07, 0.07, 0.08, 0.05])
_SATURATION = np.array([0.010, 0.014, 0.018, 0.012, 0.006])
"""Spend as a share of baseline sales, by channel in the order of `Channel`."""
_SPREAD, _SHARED_CHANNEL, _SHARED_CATEGORY = 0.6, 0.40, 0.60
"""With one audience, its part of the variance goes with the channel's and a cell's own with the category's."""
_HALF_LIFE, _DRAW, _BASELINE_ERROR, _Z, _SHARE = 90.0, 0.1, 0.10, 1.2815515655, 0.25


@dataclass(frozen=True)
class _Lesson:
    category: str
    day: date
    exposures: Vector
    observed: float
    error: float


@dataclass
class PeerNovember:
    learns: bool = True
    lessons: list[_Lesson] = field(default_factory=list)

    def plan(self, shop: Shop, category: str, week: int) -> Planned:
        holdout = holdout_of(shop, category, week, _SHARE)
        treated = holdout.treated_stores
        daily = shop.daily_units_of(category, week, treated) * shop.price(category)
        baseline, margin = daily * len(treated) * FLIGHT_DAYS, shop.margin_rate(category)
        mean, covariance = self._posterior(category, shop.flight(week).start)
        rng = np.random.default_rng([shop.seed, week, len(self.lessons)])
        drawn = mean + _DRAW * np.linalg.cholesky(covariance) @ rng.standard_normal(len(mean))
        for effect in (drawn, mean):
            budgets = _allocated(np.maximum(effect, 0.0), baseline, margin)
            exposures = baseline * -np.expm1(-budgets / (_SATURATION * baseline))
            expected, spend = float(exposures @ np.maximum(mean, 0.0)), float(budgets.sum())
            if spend > 0 and margin * expected > spend:
                break
        else:
            return Planned(holdout, ())
        deviation = float(np.hypot(np.sqrt(exposures @ covariance @ exposures), _BASELINE_ERROR * expected))
        low, middle, high = (
            margin * max(expected + z * deviation, 0.0) / spend - 1 for z in (-_Z, 0.0, _Z)
        )  # fmt: skip
        order = Order(tuple(treated), dict(zip(_CHANNELS, budgets.tolist(), strict=True)))
        return Planned(holdout, (order,), middle, low, high)

    def learn(
        self, shop: Shop, category: str, week: int, planned: Planned, spent: Sequence[dict[Channel, float]]
    ) -> None:
        if not self.learns or not planned.orders:
            return
        told = group_lifts(
            shop.tills(category, week), flight=shop.flight(week), holdout=planned.holdout, stores=STORES,
            groups=[TreatedGroup(planned.orders[0].stores, spent[0])], price=shop.price(category), audience="",
        )  # fmt: skip
        if told is None:
            return
        group = told.groups[0]
        baseline = group.daily_sales * group.stores * told.days
        amounts = np.array([spent[0].get(channel, 0.0) for channel in _CHANNELS])
        self.lessons.append(
            _Lesson(
                category=category,
                day=shop.flight(week).end,
                exposures=baseline * -np.expm1(-amounts / (_SATURATION * baseline)),
                observed=baseline * float(np.expm1(group.log_lift)),
                error=baseline * float(np.exp(group.log_lift)) * float(np.sqrt(told.covariance[0][0])),
            )
        )

    def _posterior(self, category: str, day: date) -> tuple[Vector, Matrix]:
        """Effectiveness of the category's channels: mean [C] and covariance [C, C]."""
        names = list(dict.fromkeys([category, *(lesson.category for lesson in self.lessons)]))
        count = len(_CHANNELS)
        alike = np.kron(_SHARED_CHANNEL + _SHARED_CATEGORY * np.eye(len(names)), np.eye(count))
        mean = np.tile(_PRIOR_LIFT, len(names))
        precision = np.linalg.inv(alike * np.outer(_SPREAD * mean, _SPREAD * mean))
        shift = precision @ mean
        for lesson in self.lessons:
            weight = 0.5 ** ((day - lesson.day).days / _HALF_LIFE) / lesson.error**2
            at = names.index(lesson.category) * count
            told = slice(at, at + count)
            precision[told, told] += weight * np.outer(lesson.exposures, lesson.exposures)
            shift[told] += weight * lesson.observed * lesson.exposures
        covariance = np.linalg.inv(precision)
        return (covariance @ shift)[:count], covariance[:count, :count]


def _allocated(effect: Vector, baseline: float, margin: float) -> Vector:
    problem = AllocationProblem(
        first_return=margin * effect / _SATURATION,
        scale=_SATURATION * baseline,
        total=BUDGET,
        minimum=np.array([MINIMUM[channel] for channel in _CHANNELS]),
        maximum=np.array([CAPS[channel] for channel in _CHANNELS]),
        maximum_share=0.7,
    )
    budgets = whole_pence(allocate(problem).budgets, problem.maximum_share, problem.minimum)
    return np.array([float(amount) for amount in budgets])
