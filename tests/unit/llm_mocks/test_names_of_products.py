"""Whatever a product is called, its ad is whole sentences that its channel and its typeface take."""

import pytest

from agents.creative.asked import ad_asked
from domain.channel import Channel
from domain.creative import AdWords
from domain.plan import BriefAnswer
from llm_mocks.chat import FakeChatModel
from prompts.library import PromptLibrary
from tests.conftest import ROOT

LIBRARY = PromptLibrary(ROOT / "prompts")
PROMPT = "creative/ad_copy"
BRIEF = "strategy/brief"
NAMES = {
    "a letter": "A",
    "a short one": "Pie",
    "ninety letters": "Slow Roasted Heritage Carrot and Coriander Soup with Toasted Pumpkin Seeds Family Pot 1.2kg",
    "one long word": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "Welsh": "Caws Gŵydd Llŷr 350g",
    "Polish": "Żurek Śląski 500g",
    "Arabic": "حمص",
    "an emoji": "🧆 Falafel",
    "a number": "7 Up 2 litre",
}


@pytest.mark.parametrize("category", ["soup", "beer", "cheese"])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_an_ad_for_any_name_is_taken_at_once_and_ends_where_a_sentence_does(name: str, category: str) -> None:
    for channel in Channel:
        ad = written(name, category, channel)
        assert ad.body.endswith((".", "?")), ad.body
        assert ad.body[0].isupper() or ad.body[0] in "£7", ad.body
        assert ad.headline.split()[-1] not in {"the", "and", "with", "of"}, ad.headline
        assert category != "beer" or "Please drink responsibly." in ad.body


def written(name: str, category: str, channel: Channel) -> AdWords:
    """Raises ValidationError for an answer that would be sent back."""
    limits = channel.record.text
    values = LIBRARY.get(PROMPT).samples() | {
        "product_name": name,
        "category": category,
        "price": "£1.25",
        "opportunity": f"{category.capitalize()} sales down 10%",
        "channel": channel.value,
        "headline_limit": limits.headline,
        "body_limit": limits.body,
        "call_to_action_limit": limits.call_to_action,
    }
    schema = ad_asked(limits, has_picture=True)
    asked = LIBRARY.render(PROMPT, values).messages
    return schema.model_validate(FakeChatModel().with_structured_output(schema).invoke(asked))


def test_a_name_is_said_as_far_as_it_can_be_written() -> None:
    assert "Caws Gwydd Llyr" in written("Caws Gŵydd Llŷr 350g", "cheese", Channel.EMAIL).body
    assert "Zurek Slaski" in written("Żurek Śląski 500g", "soup", Channel.EMAIL).body
    assert "Crème Brûlée" in written("Crème Brûlée", "desserts", Channel.EMAIL).body


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("NORTH_EAST", "NORTH EAST"),
        ("South #2 [new]", "South 2 new"),
        ("<b>Łódź</b>", "b Łódź /b"),
        ("Île-de-France", "Île-de-France"),
        ("Zalgo s\u0337\u0351oup", "Zalgo soup"),
        ("منطقة الرياض", ""),
        ("Nordrheinwestfalen" * 17, ""),
    ],
)
def test_a_brief_says_the_names_of_a_shop_without_what_it_would_be_sent_back_for(region: str, said: str) -> None:
    values = LIBRARY.get(BRIEF).samples() | {
        "category": "FOODS_3",
        "regions": f"{region}, West",
        "audience": f"shoppers who usually buy {region}",
    }
    messages = LIBRARY.render(BRIEF, values).messages
    brief = FakeChatModel().with_structured_output(BriefAnswer).invoke(messages)
    assert isinstance(brief, BriefAnswer)
    assert brief.audience_reason.startswith(f"Shoppers who usually buy {said} " if said else "These shoppers ")
    assert (f"in {said}, West" in brief.objective) == bool(said), brief.objective
