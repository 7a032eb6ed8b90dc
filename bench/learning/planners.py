"""The product's own planning and learning as a planner of the closed loop, and an equal split."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from agents.learning.group_lifts import TreatedGroup, group_lifts
from agents.response.beliefs import posterior
from agents.response.curves import cell_name
from agents.response.design.experiment import design_experiment, horizon_of
from agents.response.design.groups import StoreOf
from agents.response.design.holdout_share import holdout_share, relative_error
from agents.response.design.power import store_noise
from agents.response.design.worth import Outlook
from agents.strategy.decision import MediaMarket, decide
from agents.strategy.verdict.verdict import judge
from bench.learning.campaign import BUDGET, Planned, holdout_of
from bench.learning.shop import CAPS, FLIGHT_DAYS, MINIMUM, NAMES, PAST_DAYS, STORES, Order, Shop
from domain.channel import Channel
from domain.context import RiskLimits
from domain.lesson import CellExposure, GroupLifts, Lesson
from world.simulated.media.products import PRODUCTS

CHANNELS = tuple(Channel)
AUDIENCE = "category_buyers"
_LIMITS = RiskLimits()
_NAMESPACE = uuid5(NAMESPACE_URL, "bench learning")


def cells_for(category: str) -> list[str]:
    return [cell_name(channel, AUDIENCE, category) for channel in CHANNELS]


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


def _exposures(lifts: GroupLifts, category: str) -> list[CellExposure]:
    """How strongly each cell was exercised: what says of a lesson which cells it speaks of."""
    pounds = {channel: sum(group.spend.get(channel, 0.0) for group in lifts.groups) for channel in CHANNELS}
    return [
        CellExposure(cell=cell_name(channel, AUDIENCE, category), exposure=amount)
        for channel, amount in pounds.items()
        if amount > 0
    ]


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
        market = MediaMarket(
            channels=CHANNELS,
            media=PRODUCTS,
            curves=beliefs.curves(baseline, store_days),
            beliefs=beliefs,
            margin_rate=margin,
            available=Decimal(BUDGET),
            days=FLIGHT_DAYS,
            limits=_LIMITS,
            barred=frozenset(),
        )
        seed = [shop.seed, week, len(self.lessons)]
        if self.careful:
            verdict = judge(market, seed, flight.start - timedelta(days=1))
            decision, money = verdict.decision, verdict.probe_money if verdict.kind == "probe" else market.available
            spends = verdict.kind != "leave"
        else:
            decision, money = decide(market, np.random.default_rng(seed)), market.available
            spends = decision.spends
        if not spends:
            return Planned(holdout, ())
        expected, budgets = decision.forecast, decision.budgets
        sales = before.mean(axis=1) * shop.price(category)
        rows = [NAMES.index(name) for name in treated]
        experiment = design_experiment(
            dict(zip(CHANNELS, budgets, strict=True)),
            stores=[StoreOf(NAMES[row], STORES[row].region, float(sales[row])) for row in rows],
            control=len(holdout.control_stores),
            minimum={channel: Decimal(str(MINIMUM[channel])) for channel in CHANNELS},
            outlook=Outlook(
                effect=beliefs.effect,
                log_scale=beliefs.log_scale(daily),
                covariance=beliefs.local(daily),
                margin=margin * daily,
                most=float(money) / store_days,
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
                spent=Decimal(repr(cost)), exposures=_exposures(lifts, category), observed=0.0, standard_error=1.0,
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
        effect = beliefs.effect
        lift = sum(effect[i] * -np.expm1(-spend[c] / scale[i]) for i, c in enumerate(CHANNELS))
        lift[:, PAST_DAYS:] = 0.0
        return np.asarray(lift)
