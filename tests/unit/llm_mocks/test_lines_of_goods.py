"""The lines the fake copywriter has for each kind of goods: enough for every channel, and of the day's weather."""

import re
from collections import Counter

import pytest

from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import AdCopy
from domain.plain_text import unmarked
from llm_mocks.chat import FakeChatModel
from llm_mocks.fixtures.families import VARIANTS, Goods, family_of, phrasebook
from llm_mocks.instructions import ANGLES
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from tests.conftest import ROOT
from world.simulated.market.catalogue import categories

LIBRARY = PromptLibrary(ROOT / "prompts")
PROMPT = "creative/ad_copy"
GOODS = phrasebook().goods
FINDINGS = {
    "rain": "heavy rain forecast for 3 days",
    "heat": "a heatwave forecast for 4 days",
    "cold": "a cold snap forecast for 5 days",
    "none": "no reason found",
}
OF_OTHER_WEATHER = {
    "rain": r"\bshade\b|\bsunny\b|picnic|frost|garden table|lawn|over the fence",
    "heat": r"slippers|a blanket,|steam\b|frost|\brain\b|armchair",
    "cold": r"\bshade\b|\bsunny\b|picnic|\brain\b|garden table|lawn|over the fence",
    "none": r"\bshade\b|\bsunny\b|frost|\brain\b|heatwave|lawn",
}


def name_of(goods: Goods) -> str:
    return f"{goods.family} {goods.pattern[:12]}".strip()


def kind_of(item: Product) -> Goods:
    return phrasebook().goods_of(family_of(item.category, item.name).key, item.category, unmarked(item.name))


def written(item: Product, weather: str, channel: Channel, angle: str) -> AdCopy:
    limits = channel.record.text
    values: dict[str, PromptValue] = {
        "product_name": item.name,
        "category": item.category,
        "price": f"£{item.price:.2f}",
        "opportunity": f"{item.category.capitalize()} sales down 10%: {FINDINGS[weather]}",
        "proposition": "",
        "angle": angle,
        "channel": channel.value,
        "headline_limit": limits.headline,
        "body_limit": limits.body,
        "call_to_action_limit": limits.call_to_action,
    }
    asked = LIBRARY.render(PROMPT, LIBRARY.get(PROMPT).samples() | values).messages
    return AdCopy.model_validate(FakeChatModel().with_structured_output(AdCopy).invoke(asked))


def one_of_each() -> dict[str, Product]:
    """A product of each kind of goods the simulated grocer sells."""
    return {name_of(kind_of(item)): item for category in categories() for item in category.products}


@pytest.mark.parametrize("goods", GOODS, ids=name_of)
def test_no_line_comes_twice_and_every_channel_gets_short_headlines(goods: Goods) -> None:
    words = {"noun": goods.noun, "short": goods.short, "Short": goods.short[:1].upper() + goods.short[1:]}
    tightest = min(channel.record.text.headline for channel in Channel)
    day = [line.format_map(words) for line in goods.headlines]
    assert sum(len(line) <= tightest for line in day) >= 2 * len(Channel)
    for weather, generic in phrasebook().moments.items():
        lines = [line.format_map(words) for line in goods.moments.get(weather) or generic[goods.served]]
        assert [line for line, times in Counter([*day, *lines]).items() if times > 1] == []
        assert max(map(len, [*day, *lines])) <= max(channel.record.text.headline for channel in Channel)


@pytest.mark.parametrize("goods", GOODS, ids=name_of)
def test_every_angle_has_a_thought_and_each_a_wording_for_the_shortest_body(goods: Goods) -> None:
    assert set(goods.thoughts) == set(ANGLES)
    tightest = min(channel.record.text.body for channel in Channel)
    longest = max(
        (unmarked(item.name) for category in categories() for item in category.products if kind_of(item) is goods),
        key=len,
        default="Sun Cream Factor 30",
    )
    named = re.sub(r"\s\d.*", "", longest)
    for lines in goods.thoughts.values():
        for line in lines:
            wording = line.split(VARIANTS)[-1].format(product=named, price="£10.00", short=goods.short)
            assert len(f"{wording} {goods.duty}".strip()) <= tightest + 8, wording


@pytest.mark.parametrize("weather", FINDINGS)
def test_no_kind_of_goods_speaks_of_another_weather(weather: str) -> None:
    found = []
    for item in one_of_each().values():
        for channel in Channel:
            ad = written(item, weather, channel, "freshness" if weather == "heat" else "occasion")
            said = f"{ad.headline} | {ad.body}".replace(item.name.split()[0], "It")
            if re.search(OF_OTHER_WEATHER[weather], said, re.IGNORECASE):
                found.append(said)
    assert found == []


def test_a_kind_is_told_by_the_product_and_not_by_a_word_of_its_category() -> None:
    shelf = {item.name: item for category in categories() for item in category.products}
    assert kind_of(shelf["Everyday Tea Bags 160 Pack"]).short == "tea"
    assert kind_of(shelf["Ground Coffee Medium Roast 227g"]).short == "coffee"
    assert kind_of(shelf["Strawberry Fruit Ice Lollies 8 Pack"]).short == "lollies"
    assert kind_of(shelf["Corn Flakes 500g"]).short == "cereal"
    assert kind_of(shelf["Merlot 75cl"]).shelf == "wine"
