"""A campaign says no headline twice: what is done about a model whose ads, written side by side, do."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.runtime import Runtime
from pydantic import Field

from agents.creative.agent import CreativeAgent
from agents.creative.artist import Artist
from agents.creative.artwork.marks import Shop
from domain.channel import Channel
from domain.context import CampaignContext, WorldRef
from domain.creative import MODEL_CALLS
from domain.state import CampaignState, NodeResult
from llm_mocks.prompt_parser import parse_prompt
from prompts.library import PromptLibrary
from tests.conftest import ROOT
from tests.examples import a_plan, an_opportunity
from tests.unit.agents.creative.test_creative_agent import Shelf

SEARCH, EMAIL, SOCIAL = Channel.SPONSORED_SEARCH, Channel.EMAIL, Channel.PAID_SOCIAL


class Repeating(BaseChatModel):
    """Gives each channel its headlines in turn, the last of them over and over; an empty one is no answer."""

    headlines: dict[Channel, list[str]]
    asked: dict[Channel, list[str]] = Field(default_factory=dict)

    @property
    def _llm_type(self) -> str:
        return "repeating"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self.bind(tools=list(tools))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        channel = Channel(parse_prompt(messages).channel)
        self.asked.setdefault(channel, []).append(str(messages[-1].content))
        left = self.headlines[channel]
        headline = left.pop(0) if len(left) > 1 else left[0]
        ad = {
            "headline": headline, "body": f"Tomato Soup, a warm bowl on {channel.record.label.lower()}.",
            "call_to_action": "Shop soups", "angle": "comfort", "image_description": "a bowl of soup",
        }  # fmt: skip
        call = {"name": "AdCopy", "args": ad if headline else {}, "id": "1"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="", tool_calls=[call]))])


class Models:
    """Implements `agents.ports.ChatModels` with one model."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model

    def open(self, context: CampaignContext) -> BaseChatModel:
        return self._model


def planned(*channels: Channel, **known: Any) -> CampaignState:
    plan = a_plan()
    usual = plan.allocations[0]
    plan.allocations[:] = [usual.model_copy(update={"channel": channel, "creative_type": ""}) for channel in channels]
    return CampaignState(campaign_id=uuid4(), opportunity=an_opportunity(), plan=plan, **known)


async def written(model: Repeating, state: CampaignState) -> NodeResult:
    agent = CreativeAgent(
        models=Models(model),
        prompts=PromptLibrary(ROOT / "prompts"),
        worlds=Shelf(),  # type: ignore[arg-type]
        resolve=lambda context, campaign_id: WorldRef(),
        draws=Artist(Shop()),
    )
    return await agent(state, Runtime(context=CampaignContext(), stream_writer=lambda _: None))


def headlines(result: NodeResult) -> list[str]:
    return [ad.headline for ad in result["creatives"]]


async def test_the_later_of_two_is_asked_for_once_more_with_all_that_is_said() -> None:
    model = Repeating(headlines={SEARCH: ["Soup tonight"], EMAIL: ["SOUP, tonight!", "A bowl by the window"]})
    result = await written(model, planned(SEARCH, EMAIL))
    assert headlines(result) == ["Soup tonight", "A bowl by the window"]
    assert [len(model.asked[channel]) for channel in (SEARCH, EMAIL)] == [1, 2]
    assert "# Headlines this campaign has already\n- Soup tonight\n" in model.asked[EMAIL][1]
    assert result["model_calls"] == 3


async def test_nobody_is_asked_again_where_nothing_is_said_twice() -> None:
    model = Repeating(headlines={SEARCH: ["Soup tonight"], EMAIL: ["Soup, tonight, please"]})
    assert (await written(model, planned(SEARCH, EMAIL)))["model_calls"] == 2


@pytest.mark.parametrize("second", ["Soup tonight", ""], ids=["the same again", "no answer"])
async def test_one_that_still_says_it_is_left_as_it_is_for_compliance(second: str) -> None:
    model = Repeating(headlines={SEARCH: ["Soup tonight"], EMAIL: ["Soup tonight", second], SOCIAL: ["Bread"]})
    assert headlines(await written(model, planned(SEARCH, EMAIL, SOCIAL))) == ["Soup tonight", "Soup tonight", "Bread"]


async def test_what_a_cycle_before_has_said_is_not_said_again() -> None:
    model = Repeating(headlines={EMAIL: ["Soup tonight", "Soup, at last"]})
    result = await written(model, planned(EMAIL, headlines_said=["Soup tonight."]))
    assert headlines(result) == ["Soup, at last"]
    assert "- Soup tonight.\n" in model.asked[EMAIL][0]


async def test_no_call_is_spent_on_it_that_a_rewrite_of_every_ad_may_need() -> None:
    model = Repeating(headlines={SEARCH: ["Soup tonight"], EMAIL: ["Soup tonight", "A bowl by the window"]})
    result = await written(model, planned(SEARCH, EMAIL, model_calls=MODEL_CALLS - 4))
    assert headlines(result) == ["Soup tonight", "Soup tonight"]
    assert result["model_calls"] == MODEL_CALLS - 2
