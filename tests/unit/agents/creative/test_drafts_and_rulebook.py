"""The fake copywriter's drafts before the real rulebook: clean where they should be, refused where they tempt."""

from decimal import Decimal

import pytest

from agents.compliance.case import AdText, Case, Placement
from agents.compliance.checks.objections import objection
from agents.compliance.rulebook.book import rulebook
from domain.catalogue import Product, ProductEvidence
from domain.channel import Channel
from domain.creative import AdCopy
from llm_mocks.chat import FakeChatModel
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from tests.conftest import ROOT
from tests.examples import a_creative, a_plan

LIBRARY = PromptLibrary(ROOT / "prompts")
SEEDS = range(10)
PAPERS = ProductEvidence(provenance=("scottish",))


async def objections(name: str, category: str, channel: Channel, seed: int, **values: PromptValue) -> list[str]:
    limits = channel.record.text
    given: dict[str, PromptValue] = {
        "product_name": name,
        "category": category,
        "channel": channel.value,
        "headline_limit": limits.headline,
        "body_limit": limits.body,
    }
    rendered = LIBRARY.render("creative/ad_copy", LIBRARY.get("creative/ad_copy").samples() | given | values)
    copy = await FakeChatModel(seed=seed).with_structured_output(AdCopy).ainvoke(rendered.messages)
    product = Product(
        sku="SOUP-1", name=name, category=category, price=Decimal("2.10"), margin_rate=0.3, evidence=PAPERS
    )
    ad = a_creative(channel).model_copy(update=copy.model_dump())
    case = Case(Placement.of(a_plan()), product, AdText.of(ad))
    readers = ("second_reader", "model_reader")
    of_ads = [rule for rule in rulebook().of_scope("ad") if case.is_about(rule) and rule.check not in readers]
    found = [objection(rule, case) for rule in of_ads]
    return [words for words in found if words is not None]


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("angle", ["comfort", "value", "convenience"])
async def test_soup_on_a_rainy_day_is_clean_at_the_first_draft(channel: Channel, angle: str) -> None:
    for seed in SEEDS:
        assert await objections("Tomato & Basil Soup 600g", "soup", channel, seed, angle=angle) == []


async def test_porridge_is_refused_at_first_and_passes_once_rewritten() -> None:
    drafts = [await objections("Scottish Oats 1kg", "porridge", Channel.EMAIL, seed) for seed in SEEDS]
    assert any(drafts)
    for seed, found in enumerate(drafts):
        if found:
            findings = [f"health.disease: {words}. Drop it." for words in found]
            assert await objections("Scottish Oats 1kg", "porridge", Channel.EMAIL, seed, findings=findings) == []
