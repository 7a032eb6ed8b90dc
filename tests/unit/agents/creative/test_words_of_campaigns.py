"""What the fake copywriter says over the eight scenarios and six seeds: varied, lawful, and nothing a shopper would
shake their head at."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import product as pairs

import pytest
from langchain_core.messages import BaseMessage

from agents.compliance.case import AdText, Placement
from agents.compliance.checking import check
from agents.creative.angles import angles
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import AdCopy, Outcome
from domain.plain_text import unmarked
from domain.plan import Allocation, CampaignBrief, Interval
from llm_mocks.chat import FakeChatModel
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from tests.conftest import ROOT
from tests.examples import a_plan
from world.simulated.market.catalogue import categories

LIBRARY = PromptLibrary(ROOT / "prompts")
SEEDS = range(1, 7)


@dataclass(frozen=True)
class Finding:
    """What sensing says of a scenario."""

    category: str
    headline: str
    cause: str
    weather: str


SCENARIOS = {
    "heatwave": Finding("ice cream", "A heatwave for 4 days should lift ice cream sales by 40%", "weather", "heat"),
    "heavy-rain": Finding("soup", "Soup sales down 10% and heavy rain forecast for 3 days", "weather", "rain"),
    "cold-snap": Finding("porridge", "A cold snap for 5 days should lift porridge sales by 20%", "weather", "cold"),
    "viral-trend": Finding("cheese", "Cheese sales up 35% as searches double", "search", "none"),
    "stock-out": Finding("bread", "Bread sales down 45% with shelves short", "stock", "none"),
    "competitor-promotion": Finding("tea and coffee", "Tea and coffee sales down 16%", "unexplained", "none"),
    "price-rise": Finding("breakfast cereal", "Breakfast cereal sales down 12% at a new price", "price", "none"),
    "feed-outage": Finding(
        "barbecue meat", "A heatwave for 4 days should lift barbecue sales by 30%", "weather", "heat"
    ),
}

WATCHED = [
    r"look\w* (it|this|them|that) up",
    r"\byou (asked|searched|viewed|browsed|left)\b",
    r"\bwe (saw|noticed|know)\b",
]
UNPROVABLE = [
    r"this morning",
    r"in this week's",
    r"down for this week",
    r"\b(in|back in) stock\b",
    r"\bback on the shelf\b",
    r"\bdeliver",
    r"\beveryone's (buying|talking|eating)",
    r"\bon a lot of plates\b",
    r"\b(always|never) (fresh|fails|runs out)\b",
    r"\bfresh(er|est)?\b",
]
SLIPS = [
    r"\{|\}",
    r"\b(\w{3,}) \1\b",
    r"\.\.",
    r" ,",
    r"\ban? (lollies|crisps|biscuits|cold drinks|veg|peas)\b",
    r"[A-Z]{4,}",
    r"!",
]
OTHER_WEATHER = {
    "heat": r"\bstay in\b|slippers|blanket|steam|frost|\brain|\bwet\b|\bhob\b|oven on|cosy|gloves",
    "rain": r"\bshade\b|\bsun\b|sunny|garden table|back step|picnic|frost",
    "cold": r"\bshade\b|\bsun\b|sunny|garden table|back step|picnic|\brain",
    "none": r"\bshade\b|\bsunny\b|frost|\brain|heatwave",
}
HEALTH = r"healthy|keeps you well|cholesterol|immune|strong bones|\bgood for (you|your)\b|wellbeing|\bcure|\bboost"
DELIBERATE = re.compile(r"lowers cholesterol|keeps you well all winter|strong bones|gut healthy")


@dataclass(frozen=True)
class Ad:
    scenario: str
    seed: int
    channel: Channel
    product: Product
    copy: AdCopy

    @property
    def words(self) -> str:
        return f"{self.copy.headline} | {self.copy.body} | {self.copy.call_to_action}"

    @property
    def is_careless(self) -> bool:
        """Whether it is one of the first drafts that make a health claim on purpose."""
        return DELIBERATE.search(self.copy.body) is not None


@cache
def campaigns() -> tuple[tuple[Ad, ...], ...]:
    return tuple(campaign(name, seed) for name, seed in pairs(SCENARIOS, SEEDS))


def campaign(name: str, seed: int) -> tuple[Ad, ...]:
    """The ads of a campaign as strategy and creative ask for them, without a world around them."""
    finding, model = SCENARIOS[name], FakeChatModel(seed=seed)
    shelf = next(category.products for category in categories() if category.name == finding.category)
    facts: dict[str, PromptValue] = {"category": finding.category, "cause": finding.cause}
    offered: list[str] = [f"{item.sku} - {item.name}, £{item.price:.2f}" for item in shelf[:5]]
    asked = render("strategy/brief", facts | {"headline": finding.headline, "products": offered, "advice": ""})
    brief = CampaignBrief.model_validate(model.with_structured_output(CampaignBrief).invoke(asked))
    hero = next(item for item in shelf if item.sku == brief.hero_sku)
    leaning = angles(brief.angle, [_bought(channel) for channel in Channel])
    ads = []
    for channel in Channel:
        limits = channel.record.text
        values: dict[str, PromptValue] = {
            **facts,
            "opportunity": finding.headline,
            "product_name": hero.name,
            "price": f"£{hero.price:.2f}",
            "objective": brief.objective,
            "proposition": brief.proposition,
            "tone": brief.tone,
            "angle": leaning[channel],
            "channel": channel.value,
            "headline_limit": limits.headline,
            "body_limit": limits.body,
            "call_to_action_limit": limits.call_to_action,
        }
        copy = model.with_structured_output(AdCopy).invoke(render("creative/ad_copy", values))
        ads.append(Ad(name, seed, channel, hero, AdCopy.model_validate(copy)))
    return tuple(ads)


def _named(item: Product) -> str:
    """The product as an ad names it: without the size of its pack."""
    return re.sub(r"\s*\b[\d.]+.*$|\s+Pack$", "", unmarked(item.name))


def render(name: str, values: dict[str, PromptValue]) -> list[BaseMessage]:
    return LIBRARY.render(name, LIBRARY.get(name).samples() | values).messages


def _bought(channel: Channel) -> Allocation:
    return Allocation(
        channel=channel,
        audience="shoppers",
        budget=Decimal(100 + 10 * list(Channel).index(channel)),
        expected_incremental_units=1.0,
        expected_incremental_sales=Decimal(1),
        interval=Interval(low=0, high=1),
        marginal_return=1.0,
        reason="",
    )


def found(pattern: str, ads: Sequence[Ad]) -> list[str]:
    """The words of the ads in which the pattern is found, each product called It."""
    said = {ad.words: ad.words.replace(_named(ad.product), "It") for ad in ads}
    return [words for words, text in said.items() if re.search(pattern, text, 0 if pattern in SLIPS else re.IGNORECASE)]


def every_ad() -> list[Ad]:
    return [ad for ads in campaigns() for ad in ads]


def test_no_campaign_says_a_headline_twice() -> None:
    repeating = [ads[0] for ads in campaigns() if len({ad.copy.headline for ad in ads}) < len(ads)]
    assert repeating == []


def test_campaigns_differ_from_each_other() -> None:
    ads = every_ad()
    assert len({ad.copy.headline for ad in ads}) >= 120
    assert Counter(ad.copy.headline for ad in ads).most_common(1)[0][1] <= 6


def test_a_campaign_leans_on_three_angles_or_more_and_says_them_in_different_words() -> None:
    for ads in campaigns():
        assert len({ad.copy.angle for ad in ads}) >= 3
        bodies = [ad.copy.body for ad in ads if not ad.is_careless]
        assert len(set(bodies)) == len(bodies), bodies


def test_a_line_of_goods_is_advertised_and_not_its_best_seller_alone() -> None:
    for name in SCENARIOS:
        assert len({ads[0].product.sku for ads in campaigns() if ads[0].scenario == name}) >= 2, name


@pytest.mark.parametrize("pattern", [*WATCHED, *UNPROVABLE, *SLIPS])
def test_nothing_is_said_that_a_shopper_would_shake_their_head_at(pattern: str) -> None:
    assert found(pattern, every_ad()) == []


@pytest.mark.parametrize("weather", OTHER_WEATHER)
def test_an_ad_speaks_of_the_weather_there_is(weather: str) -> None:
    ads = [ad for ad in every_ad() if SCENARIOS[ad.scenario].weather == weather]
    assert ads
    assert found(OTHER_WEATHER[weather], ads) == []


def test_no_health_is_claimed_outside_the_deliberate_slips() -> None:
    careless = [ad for ad in every_ad() if ad.is_careless]
    assert 0 < len(careless) < len(every_ad()) / 6
    assert found(HEALTH, [ad for ad in every_ad() if not ad.is_careless]) == []


def test_no_picture_is_of_a_thing_there_is_not() -> None:
    shown = [ad.copy.image_description.lower() for ad in every_ad()]
    assert [
        text for text in shown if re.search(r"cone of .*loll|bowl of .*(cones|sticks)|mug of .*(beans|pods)", text)
    ] == []


def test_the_rules_refuse_the_deliberate_slips_alone_and_refer_next_to_nothing() -> None:
    outcomes: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for ad in every_ad():
        outcomes[judged(ad)].append(f"{ad.product.name}: {ad.words}")
    refused = [words for words in outcomes[Outcome.FAIL] if not DELIBERATE.search(words)]
    assert refused == []
    assert len(outcomes[Outcome.FAIL]) == sum(ad.is_careless for ad in every_ad())
    assert len(outcomes[Outcome.REFER]) <= 0.03 * len(every_ad()), outcomes[Outcome.REFER]


def judged(ad: Ad) -> Outcome:
    """What the gate says of the words; the channels are left out, which the law on less healthy food asks about."""
    placement = Placement(
        sku=ad.product.sku, category=ad.product.category, channels=(), flight=a_plan().flight, regions=("London",)
    )
    copy = ad.copy
    text = AdText(copy.headline, copy.body, copy.call_to_action, copy.image_description, ad.product.sku)
    return check(placement, text, ad.product).outcome
