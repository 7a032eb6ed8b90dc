"""Whether the results of two releases of a prompt tell the better one, where it is known which that is.

The simulated shoppers click as an ad's words appeal to them (`world.simulated.media.appeal`). One release asks for
headlines they like better, a short question; another is the first reworded, with the same instructions. Every campaign
of a seed is written with each release through the brief, the spread of angles and the fake model, as the loop writes
it, and shown by the simulated ad platform. Then half the campaigns are given to each of two releases, and the estimator
says which is ahead. Sensing and strategy have no part in it: what is sold, the weather and the budgets are drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import numpy as np

from agents.creative.angles import angles
from bench.report import BenchReport, Row, report
from domain.booking import AdShown, MediaBuyRequest, PackageRequest
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import AdCopy, Angle
from domain.plan import Allocation, CampaignBrief, Flight, Interval
from llm_mocks.chat import FakeChatModel
from prompts import FOLDER
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from runtime.reporting.proportions import difference_of_ratios
from world.simulated.market.catalogue import Category, categories
from world.simulated.media.attribution import AdDemand, delivered
from world.simulated.media.products import PRODUCTS

SEEDS = 20
CAMPAIGNS = 48
SHUFFLES = 100
RIGHT_TARGET = 0.9
BRIEF, COPY = "strategy/brief", "creative/ad_copy"
ASKED = "The moment, or the food in it."
BETTER = "A question of at most four words that names what is sold."
REWORDED = "It shows the food, or the moment it is eaten in."
FINDINGS = {
    "weather": ("heavy rain forecast for 3 days", "a heatwave forecast for 4 days", "a cold snap forecast for 5 days"),
    "search": ("searches doubled",),
    "unexplained": ("no reason found",),
}
BUDGET = 5000.0
SPREAD_OF_BUDGETS = 0.3
"""Log standard deviation of a channel's budget over campaigns."""

Clicks = tuple[float, float]
"""Clicks and impressions of a campaign, on channels that can be clicked."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one campaign under each release."""

    usual: Clicks
    better: Clicks
    reworded: Clicks


class Desk:
    """Writes and runs campaigns with the prompts as they stand and with two changes of one."""

    def __init__(self) -> None:
        self._prompts = PromptLibrary(FOLDER)
        body = self._prompts.text(COPY)
        if ASKED not in body:
            raise RuntimeError(f"'{COPY}' no longer says '{ASKED}': choose another sentence to change")
        self._releases = (None, body.replace(ASKED, BETTER), body.replace(ASKED, REWORDED))

    def campaign(self, seed: int, number: int) -> Written:
        """The campaign of that number of a seed, drawn and run under every release."""
        chance = np.random.default_rng([seed, number])
        category = categories()[int(chance.integers(len(categories())))]
        cause = tuple(FINDINGS)[int(chance.integers(len(FINDINGS)))]
        why = FINDINGS[cause][int(chance.integers(len(FINDINGS[cause])))]
        finding = f"{category.name.capitalize()} sales down {int(chance.integers(8, 30))}%: {why}"
        scattered = np.exp(SPREAD_OF_BUDGETS * chance.standard_normal(len(Channel)))
        shares = dict(zip(Channel, scattered / scattered.sum(), strict=True))
        budgets = {
            channel: Decimal(round(BUDGET * share, 2)).quantize(Decimal("0.01")) for channel, share in shares.items()
        }
        start = date(2026, 1, 5).toordinal() + int(chance.integers(300))
        model = FakeChatModel(seed=seed)
        product, leaning = self._planned(model, category, finding, cause, budgets)
        request = _order(
            category, product, budgets, Flight(start=date.fromordinal(start), end=date.fromordinal(start + 6))
        )
        results = [
            _clicks(request, seed, [self._ad(model, product, finding, cause, leaning[c], c, text) for c in Channel])
            for text in self._releases
        ]
        return Written(*results)

    def _planned(
        self, model: FakeChatModel, category: Category, finding: str, cause: str, budgets: dict[Channel, Decimal]
    ) -> tuple[Product, dict[Channel, Angle]]:
        shelf = category.products[:5]
        values: dict[str, PromptValue] = {
            "headline": finding,
            "category": category.name,
            "cause": cause,
            "products": [f"{item.sku} - {item.name}, £{item.price:.2f}" for item in shelf],
        }
        asked = self._prompts.render(BRIEF, self._prompts.get(BRIEF).samples() | values).messages
        brief = CampaignBrief.model_validate(model.with_structured_output(CampaignBrief).invoke(asked))
        product = next(item for item in shelf if item.sku == brief.hero_sku)
        return product, angles(brief.angle, [_bought(channel, budget) for channel, budget in budgets.items()])

    def _ad(
        self,
        model: FakeChatModel,
        product: Product,
        finding: str,
        cause: str,
        angle: Angle,
        channel: Channel,
        text: str | None,
    ) -> AdShown:
        limits = channel.record.text
        values: dict[str, PromptValue] = {
            "product_name": product.name,
            "category": product.category,
            "price": f"£{product.price:.2f}",
            "opportunity": finding,
            "cause": cause,
            "proposition": "",
            "angle": angle,
            "channel": channel.value,
            "headline_limit": limits.headline,
            "body_limit": limits.body,
            "call_to_action_limit": limits.call_to_action,
        }
        asked = self._prompts.render(COPY, self._prompts.get(COPY).samples() | values, text).messages
        copy = AdCopy.model_validate(model.with_structured_output(AdCopy).invoke(asked))
        return AdShown(channel=channel, headline=copy.headline, body=copy.body, angle=copy.angle)


def _order(category: Category, product: Product, budgets: dict[Channel, Decimal], flight: Flight) -> MediaBuyRequest:
    sold = {one.channel: one.product_id for one in PRODUCTS}
    return MediaBuyRequest(
        campaign_id=UUID(int=0),
        world_id="bench",
        account="bench",
        category=category.name,
        sku=product.sku,
        flight=flight,
        treated_stores=["S001"],
        packages=[
            PackageRequest(product_id=sold[channel], channel=channel, budget=budget, creative_ids=[UUID(int=0)])
            for channel, budget in budgets.items()
        ],
        idempotency_key="one of the bench",
    )


def _clicks(request: MediaBuyRequest, seed: int, ads: Sequence[AdShown]) -> Clicks:
    """Clicks do not hang on what is sold, so nothing is."""
    demand = AdDemand(seed=seed, stores=("S001",), organic_units=np.zeros((1, request.flight.days)), average_price=1.0)
    rows = [row for row in delivered(request, demand, request.flight.end, ads) if row.channel.record.is_clickable]
    return sum(row.clicks for row in rows), sum(row.impressions for row in rows)


def _bought(channel: Channel, budget: Decimal) -> Allocation:
    return Allocation(
        channel=channel,
        audience="",
        budget=budget,
        expected_incremental_units=0.0,
        expected_incremental_sales=Decimal(0),
        interval=Interval(low=0.0, high=0.0),
        marginal_return=0.0,
        reason="",
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the estimator says of one assignment: which is ahead, and whether its interval leaves out no difference."""

    is_second_ahead: bool
    is_sure: bool


def halves(first: Sequence[Clicks], second: Sequence[Clicks], chance: np.random.Generator) -> Told | None:
    """One half of the campaigns, drawn, as the first release made them and the other as the second did. None where the
    estimator has nothing to say."""
    order = chance.permutation(len(first)).tolist()
    middle = len(order) // 2
    found = difference_of_ratios([first[at] for at in order[:middle]], [second[at] for at in order[middle:]])
    if found is None:
        return None
    return Told(found.value > 0, found.interval.low > 0 or found.interval.high < 0)


def experiments(written: Sequence[Sequence[Written]], release: str, campaigns: int, shuffles: int) -> Iterator[Told]:
    """The first of `shuffles` assignments of each seed, and the rest of them, with that many campaigns of it."""
    for seed, all_of_seed in enumerate(written):
        some = all_of_seed[:campaigns]
        chance = np.random.default_rng([seed, campaigns])
        usual, other = [one.usual for one in some], [getattr(one, release) for one in some]
        told = (halves(usual, other, chance) for _ in range(shuffles))
        yield from (one for one in told if one is not None)


def measure(seeds: int = SEEDS, campaigns: int = CAMPAIGNS, shuffles: int = SHUFFLES) -> BenchReport:
    """At least 16 campaigns a seed: a quarter of them must still make two halves that vary."""
    desk = Desk()
    written = [[desk.campaign(seed, number) for number in range(campaigns)] for seed in range(seeds)]
    everything = [one for of_seed in written for one in of_seed]
    planted = _rate([one.better for one in everything]) / _rate([one.usual for one in everything]) - 1
    once = list(experiments(written, "better", campaigns, 1))
    right = sum(one.is_second_ahead for one in once) / len(once)
    rows = [
        Row(what="the better release ahead, of all seeds", value=right, unit="of 1", target=RIGHT_TARGET),
        Row(
            what="and its interval leaves out no difference",
            value=sum(one.is_second_ahead and one.is_sure for one in once) / len(once),
            unit="of 1",
        ),
    ]
    for size in sorted({campaigns // 4, campaigns // 2, campaigns}):
        told = list(experiments(written, "better", size, shuffles))
        none = list(experiments(written, "reworded", size, shuffles))
        rows += [
            Row(what=f"the better one ahead and sure, {size} campaigns", value=_share(told, ahead=True), unit="of 1"),
            Row(what=f"the worse one ahead and sure, {size} campaigns", value=_share(told, ahead=False), unit="of 1"),
            Row(what=f"sure of a difference that is none, {size} campaigns", value=_sure(none), unit="of 1"),
        ]
    same = sum(one.usual == one.reworded for one in everything) / len(everything)
    rows.append(Row(what="campaigns a rewording leaves as they are", value=same, unit="of 1", target=1.0))
    notes = [
        f"{seeds} seeds of {campaigns} campaigns, half of them given to each release; rows with a number of campaigns "
        f"are over {shuffles} assignments of each seed. Intervals are central ones at 80 %, so that one in five leaves "
        "out no difference where there is none.",
        f"The better release asks for '{BETTER}' in place of '{ASKED}': clicks a hundred impressions rise by "
        f"{planted:.1%}. Everything else of the two is the same.",
    ]
    return report("prompts-results", rows, ratio=right, target=RIGHT_TARGET, notes=notes)


def _rate(clicks: Sequence[Clicks]) -> float:
    return sum(above for above, _ in clicks) / sum(below for _, below in clicks)


def _share(told: Sequence[Told], *, ahead: bool) -> float:
    return sum(one.is_sure and one.is_second_ahead is ahead for one in told) / len(told)


def _sure(told: Sequence[Told]) -> float:
    return sum(one.is_sure for one in told) / len(told)


def run() -> BenchReport:
    return measure()
