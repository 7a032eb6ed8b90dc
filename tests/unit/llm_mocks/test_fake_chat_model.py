"""The fake chat model through LangChain's own doors."""

import json
import re
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import pytest
from langchain_core.messages import BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel, Field, ValidationError

from domain.channel import Channel
from domain.creative import AdCopy
from domain.errors import BadInput, TransientFailure
from domain.plan import CampaignBrief
from llm_mocks.chat import FakeChatModel
from llm_mocks.faults import FaultInjector, parse_faults
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from tests.conftest import ROOT

LIBRARY = PromptLibrary(ROOT / "prompts")
CHANNELS = {channel.value: channel.record.text.body for channel in Channel}
WET = re.compile(r"\b(rain|wet|warm|steam|dry|window|hob|coat|soaked|drip|umbrella|shoes|pouring|tipping)")
RAIN = "Soup sales down 10% and heavy rain forecast for 3 days"


def messages(**values: PromptValue) -> list[BaseMessage]:
    return LIBRARY.render("creative/ad_copy", LIBRARY.get("creative/ad_copy").samples() | values).messages


async def write(seed: int = 7, **values: PromptValue) -> AdCopy:
    return AdCopy.model_validate(
        await FakeChatModel(seed=seed).with_structured_output(AdCopy).ainvoke(messages(**values))
    )


def ice_cream(**values: PromptValue) -> dict[str, PromptValue]:
    return {
        "product_name": "Vanilla Cones 4 Pack",
        "category": "ice cream",
        "opportunity": "Heatwave forecast for 4 days: ice cream demand up 40%",
        "proposition": "Something cold on a hot afternoon.",
        "objective": "Fill freezers before the weekend.",
        "angle": "occasion",
    } | values


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("channel", "limit"), CHANNELS.items())
async def test_soup_on_a_rainy_day_speaks_of_rain_or_warmth_and_never_of_sun(
    channel: str, limit: int, seed: int
) -> None:
    ad = await write(seed, channel=channel, body_limit=limit, headline_limit=34)
    words = f"{ad.headline} {ad.body}".lower()
    assert WET.search(words), words
    assert not re.search(r"\b(sun|heat|shade|ice|frost)", words), words
    assert "soup" in words
    assert len(ad.headline) <= 34
    assert len(ad.body) <= limit


async def test_ice_cream_in_a_heatwave_reads_unlike_soup_in_the_rain() -> None:
    ads = [await write(seed, **ice_cream()) for seed in range(8)]
    words = " ".join(f"{ad.headline} {ad.body}".lower() for ad in ads)
    assert any(word in words for word in ("sun", "shade", "hot", "warm"))
    assert not any(word in words for word in ("rain", "wet coat", "hob", "frost"))


async def test_long_channels_say_more_than_short_ones() -> None:
    short = [await write(seed, channel="in_store_screen", body_limit=60) for seed in range(6)]
    long = [await write(seed, channel="email", body_limit=150) for seed in range(6)]
    assert min(len(ad.body) for ad in long) > max(len(ad.body) for ad in short)


async def test_the_same_seed_and_messages_give_the_same_ad() -> None:
    assert await write(3) == await write(3)


async def test_seeds_give_different_ads() -> None:
    assert len({(ad.headline, ad.body) for ad in [await write(seed) for seed in range(10)]}) >= 6


async def test_a_rewrite_drops_the_words_complained_of() -> None:
    first = await write(seed=1)
    again = await write(
        seed=1,
        previous_headline=first.headline,
        previous_body=first.body,
        findings=[f"claim.taste: '{first.headline}'. Say something else.", f"claim.body: '{first.body}'. Drop it."],
    )
    assert again.headline != first.headline
    assert first.headline.lower() not in f"{again.headline} {again.body}".lower()
    assert again.body != first.body


async def test_porridge_tempts_the_first_draft_to_a_health_claim_and_the_rewrite_has_none() -> None:
    porridge: dict[str, PromptValue] = {
        "product_name": "Jumbo Rolled Oats 1kg",
        "category": "porridge",
        "opportunity": "Cold snap: porridge up 20%",
    }
    claims = ("cholesterol", "keeps you well")
    firsts = [await write(seed, **porridge) for seed in range(6)]
    tempted = [seed for seed, ad in enumerate(firsts) if any(claim in ad.body for claim in claims)]
    assert len(tempted) >= 2
    for seed in tempted:
        findings = [f"health.disease: '{claim}'. Drop it." for claim in claims]
        again = await write(seed, **porridge, previous_body=firsts[seed].body, findings=findings)
        assert not any(claim in again.body for claim in claims)


async def test_a_brief_leads_with_a_product_it_was_offered() -> None:
    brief = (
        await FakeChatModel().with_structured_output(CampaignBrief).ainvoke(LIBRARY.preview("strategy/brief").messages)
    )
    assert brief.hero_sku in {"SOUP-001", "SOUP-002"}
    assert brief.angle == "comfort"
    assert "soup" in brief.objective


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(BaseModel):
    size: int = Field(ge=3, le=4)
    name: str = Field(min_length=20, max_length=25)


class Foreign(BaseModel):
    colour: Colour
    kind: Literal["x", "y"]
    share: float = Field(gt=0, lt=1)
    price: Decimal
    parts: list[Part] = Field(min_length=2)
    ready: bool
    note: str | None


async def test_a_schema_it_has_never_seen_is_filled_by_type() -> None:
    model = FakeChatModel(seed=5).with_structured_output(Foreign)
    answer = await model.ainvoke("anything")
    assert isinstance(answer, Foreign)
    assert len(answer.parts) == 2
    assert answer == await model.ainvoke("anything")


async def test_raw_and_parsed_come_together_with_usage_and_the_model_s_name() -> None:
    result = await FakeChatModel().with_structured_output(AdCopy, include_raw=True).ainvoke(messages())
    assert result["parsing_error"] is None
    assert AdCopy.model_validate_json(result["raw"].content) == result["parsed"]
    assert result["raw"].response_metadata["model_name"] == "fake:copywriter"
    usage = result["raw"].usage_metadata
    assert usage["input_tokens"] > 100
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_a_json_schema_gives_a_dict() -> None:
    schema = {"title": "T", "type": "object", "properties": {"headline": {"type": "string"}}, "required": ["headline"]}
    assert set(FakeChatModel().with_structured_output(schema).invoke(messages())) == {"headline"}


async def test_streamed_tokens_add_up_to_the_whole_answer() -> None:
    model = FakeChatModel(seed=2)
    chunks = [chunk async for chunk in model.astream(messages())]
    whole = await model.ainvoke(messages())
    assert len(chunks) > 5
    assert "".join(str(chunk.content) for chunk in chunks) == whole.content
    assert whole.usage_metadata is not None
    streamed = sum(chunk.usage_metadata["output_tokens"] for chunk in chunks if chunk.usage_metadata)
    assert streamed == whole.usage_metadata["output_tokens"]
    assert "".join(str(chunk.content) for chunk in model.stream(messages())) == whole.content


async def test_a_bound_tool_is_called_with_arguments_that_fit_and_its_result_ends_in_words() -> None:
    @tool
    def shelf(category: str, limit: int) -> str:
        """Look at a shelf."""
        return f"{limit} of {category}"

    model = FakeChatModel().bind_tools([shelf])
    asked = [HumanMessage("What is on the soup shelf?")]
    answer = await model.ainvoke(asked)
    call = answer.tool_calls[0]
    assert call["name"] == "shelf"
    result = shelf.invoke(call["args"])
    final = await model.ainvoke([*asked, answer, ToolMessage(result, tool_call_id=call["id"])])
    assert final.tool_calls == []
    assert final.content


def faulty(*faults: str) -> FakeChatModel:
    return FakeChatModel(faults=FaultInjector(parse_faults(faults)))


@pytest.mark.parametrize("fault", ["model-timeout*1", "rate-limit*1"])
async def test_silence_is_a_transient_failure_for_as_many_calls_as_asked(fault: str) -> None:
    model = faulty(fault)
    with pytest.raises(TransientFailure, match="injected fault"):
        await model.ainvoke(messages())
    assert (await model.ainvoke(messages())).content


async def test_malformed_json_is_broken_text_and_a_parsing_error() -> None:
    model = faulty("malformed-json×2").with_structured_output(AdCopy, include_raw=True)
    for _ in range(2):
        broken = await model.ainvoke(messages())
        assert isinstance(broken["parsing_error"], ValidationError)
        with pytest.raises(json.JSONDecodeError):
            json.loads(broken["raw"].content)
    assert (await model.ainvoke(messages()))["parsed"]


async def test_a_refusal_without_a_number_is_every_call() -> None:
    model = faulty("refusal")
    for _ in range(4):
        assert "can't help" in (await model.ainvoke(messages())).content


async def test_faults_take_their_turns_in_the_order_given() -> None:
    model = faulty("rate-limit*1", "refusal*1")
    with pytest.raises(TransientFailure):
        await model.ainvoke(messages())
    assert "can't help" in (await model.ainvoke(messages())).content
    assert "can't help" not in (await model.ainvoke(messages())).content


def test_an_unknown_fault_names_the_near_miss() -> None:
    with pytest.raises(BadInput, match=r"no fault 'malformed-jsn\*2': did you mean 'malformed-json'\?"):
        parse_faults(["malformed-jsn*2"])


def test_faults_of_the_ad_platform_are_left_to_it() -> None:
    assert parse_faults(["platform-timeout*1", "platform-reject"]) == ()
