"""Markets nobody here planned for: curves of other forms, additive, some of which pay and some of which do not.

A channel sells `top * b^h / (half^h + b^h)` (Hill 1910) or `rate * b^q` pounds for b pounds of spend, whatever the
baseline is. No line is shared with the planner: it sees lessons, in which the measured effect is the true one plus the
noise of a measurement, and prices, terms and a baseline.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from agents.response.beliefs import posterior
from agents.response.curves import ResponseCurves, cell_name
from agents.strategy.decision import MediaMarket
from domain.booking import MediaProduct
from domain.channel import Channel
from domain.context import RiskLimits
from domain.lesson import CellExposure, Lesson

Vector = NDArray[np.float64]

CHANNELS: Final = tuple(Channel)
BUDGET: Final = 5_000
STEP: Final = 50
"""Pounds of the grid on which the best orders are looked for."""
TODAY: Final = date(2026, 11, 2)
DAYS: Final = 7
STORE_DAYS: Final = 30.0 * DAYS
"""Thirty treated stores."""
AUDIENCE: Final = "category_buyers"
FEWEST: Final = (50, 50, 100, 100, 50)
MOST_A_DAY: Final = (1_500, 2_000, 2_500, 1_200, 400)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What a channel sells: a Hill curve where `half` is finite, a power of the spend where it is not."""

    size: float
    half: float
    shape: float

    def sales(self, spend: Vector) -> Vector:
        """Pounds sold on top, for pounds of spend [k]."""
        if np.isinf(self.half):
            return np.asarray(self.size * np.power(spend, self.shape))
        powered = np.power(spend, self.shape)
        return np.asarray(self.size * powered / (self.half**self.shape + powered))


@dataclass(eq=False)
class Situation:
    """A market with its truth. `noise` is the standard error of a week's measured effect, pounds of sales."""

    responses: tuple[Response, ...]
    baseline: float
    margin_rate: float
    noise: float
    limits: RiskLimits

    def profit(self, spend: Vector) -> float:
        """What `spend` [n] truly earns, pounds of margin less spend."""
        sold = sum(float(one.sales(spend[i : i + 1])[0]) for i, one in enumerate(self.responses))
        return self.margin_rate * sold - float(spend.sum())

    @cached_property
    def attainable(self) -> float:
        """The most that orders on a grid of `STEP` pounds earn within the budget; 0 where none earns."""
        grid = np.arange(0, BUDGET + STEP, STEP, dtype=np.float64)
        best = np.zeros(len(grid))
        for one, fewest, most in zip(self.responses, FEWEST, MOST_A_DAY, strict=True):
            earned = self.margin_rate * one.sales(grid) - grid
            earned[((grid > 0) & (grid < fewest)) | (grid > most * DAYS)] = -np.inf
            best = np.array([(best[: k + 1] + earned[k::-1][: k + 1]).max() for k in range(len(grid))])
        return float(best.max())

    def market(self, lessons: list[Lesson], today: date = TODAY) -> MediaMarket:
        """What the planner is given."""
        beliefs = posterior(lessons, _cells(), today)
        return MediaMarket(
            channels=CHANNELS,
            media=_products(),
            curves=beliefs.curves(self.baseline, STORE_DAYS),
            beliefs=beliefs,
            margin_rate=self.margin_rate,
            available=Decimal(BUDGET),
            days=DAYS,
            limits=self.limits,
            barred=frozenset(),
        )

    def lesson(self, number: int, spend: Vector, learned_on: date, rng: np.random.Generator) -> Lesson:
        """What a campaign of `spend` [n] taught: its true effect, measured with noise, through the planner's curves."""
        observed = sum(float(one.sales(spend[i : i + 1])[0]) for i, one in enumerate(self.responses))
        observed += self.noise * float(rng.standard_normal())
        total = float(spend.sum())
        exposure = ResponseCurves.for_channels(CHANNELS, self.baseline, STORE_DAYS).exposure(spend)
        return Lesson(
            id=UUID(int=number + 1),
            campaign_id=UUID(int=number + 1),
            cycle=1,
            learned_on=learned_on,
            category="soup",
            predicted_roi=0.0,
            actual_roi=(self.margin_rate * observed - total) / total,
            spent=Decimal(total).quantize(Decimal("0.01")),
            exposures=[
                CellExposure(cell=cell, exposure=float(x)) for cell, x in zip(_cells(), exposure, strict=True) if x > 0
            ],
            observed=observed,
            standard_error=self.noise,
            changes=[],
            statement="",
            next_step="stop",
        )


def drawn(seed: int, limits: RiskLimits, strength: float | None = None) -> Situation:
    """The situation of a seed; `strength` multiplies what its channels sell, drawn from a tenth to three by default."""
    rng = np.random.default_rng([811, seed])
    baseline = float(np.exp(rng.uniform(np.log(30_000), np.log(300_000))))
    chosen = float(np.exp(rng.uniform(np.log(0.1), np.log(3.0))))
    common = chosen if strength is None else strength
    margin_rate = float(rng.uniform(0.22, 0.42))
    responses = []
    for _ in CHANNELS:
        first = common * float(rng.uniform(2.0, 5.0)) * float(np.exp(0.4 * rng.standard_normal()))
        reach = baseline * float(rng.uniform(0.006, 0.02))
        if rng.random() < 0.5:
            shape = float(rng.uniform(0.8, 1.6))
            responses.append(Response(size=first * reach, half=0.7 * reach, shape=shape))
        else:
            shape = float(rng.uniform(0.45, 0.8))
            responses.append(Response(size=0.63 * first * reach ** (1 - shape), half=np.inf, shape=shape))
    return Situation(
        responses=tuple(responses),
        baseline=baseline,
        margin_rate=margin_rate,
        noise=baseline * float(rng.uniform(0.007, 0.018)),
        limits=limits,
    )


def history(situation: Situation, seed: int) -> list[Lesson]:
    """Two to six earlier campaigns of one to five channels and £500 to £3,000, one a week up to today."""
    rng = np.random.default_rng([812, seed])
    lessons = []
    for number in range(int(rng.integers(2, 7))):
        chosen = rng.random(len(CHANNELS)) < 0.7
        chosen[int(rng.integers(len(CHANNELS)))] = True
        split = rng.dirichlet(np.full(int(chosen.sum()), 3.0)) * rng.uniform(500.0, 3_000.0)
        spend = np.zeros(len(CHANNELS))
        spend[chosen] = np.maximum(split, np.array(FEWEST)[chosen])
        lessons.append(situation.lesson(number, spend, TODAY - timedelta(weeks=number), rng))
    return lessons


def _cells() -> list[str]:
    return [cell_name(channel, AUDIENCE, "soup") for channel in CHANNELS]


def _products() -> tuple[MediaProduct, ...]:
    return tuple(
        MediaProduct(
            product_id=channel.value,
            channel=channel,
            cpm=Decimal(10),
            minimum_budget=Decimal(fewest),
            maximum_daily_budget=Decimal(most),
            creative_type=channel.record.format.type,
        )
        for channel, fewest, most in zip(CHANNELS, FEWEST, MOST_A_DAY, strict=True)
    )
