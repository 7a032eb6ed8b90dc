"""The chat model's calls are counted where they are made, over retries, rewrites and failures, up to the last one."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from pydantic import Field

from agents.asking.calls import Calls
from domain.creative import MODEL_CALLS
from domain.errors import ModelFailure, TransientFailure
from domain.state import CampaignStatus
from graph.attempting.policies import MODEL
from llm_mocks.chat import FakeChatModel
from tests.unit.hostile.shop import run_campaign


class Moody(FakeChatModel):
    """Raises what it is given at the calls it is given for, and counts all."""

    raises: dict[int, Exception] = Field(default_factory=dict)
    slow_after: int = 1_000
    made: int = 0

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.made += 1
        if error := self.raises.get(self.made):
            raise error
        if self.made > self.slow_after:
            await asyncio.sleep(3600)
        return self._generate(messages, stop, None, **kwargs)


class Repeating(Moody):
    """Writes the same unlawful body for every ad, after as many briefs that are no answer as it is told."""

    briefs_spoilt: int = 0

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        result = super()._generate(messages, stop, run_manager, **kwargs)
        message = result.generations[0].message
        words = json.loads(str(message.content))
        if "body" in words:
            message.content = json.dumps(words | {"body": "Cures colds."})
        elif self.made <= self.briefs_spoilt:
            message.content = "{}"
        return result


@pytest.fixture(autouse=True)
def without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(MODEL, retry=MODEL.retry._replace(initial_interval=0.0, jitter=False))
    monkeypatch.setattr("graph.campaign.MODEL", quick)


async def test_a_campaign_that_goes_well_asks_for_a_brief_and_for_each_ad_once() -> None:
    ended = await run_campaign(model := Moody(), 1)
    assert ended.state.status is CampaignStatus.ACTIVE
    assert model.made == ended.state.model_calls == 1 + len(ended.booked)


@pytest.mark.parametrize("first", [1, 2])
async def test_what_a_failed_attempt_asked_is_not_forgotten(first: int) -> None:
    """The first call is of strategy, the second of creative."""
    ended = await run_campaign(model := Moody(raises={first: TimeoutError()}), 2)
    assert ended.state.status is CampaignStatus.ACTIVE
    assert model.made == ended.state.model_calls > 1 + len(ended.booked)


async def test_a_campaign_that_failed_says_how_often_it_had_asked() -> None:
    gone = {number: TimeoutError() for number in (2, 7, 12)}
    ended = await run_campaign(model := Moody(raises=gone), 3)
    assert ended.state.failure is not None
    assert ended.state.failure.error == "TransientFailure"
    assert 3 < model.made <= ended.state.model_calls <= MODEL_CALLS


async def test_ads_whose_fellow_cannot_be_had_are_not_waited_for() -> None:
    refused = ModelFailure("the provider refused", remedy="pay it")
    async with asyncio.timeout(30):
        ended = await run_campaign(Moody(raises={2: refused}, slow_after=2), 4)
    assert ended.state.failure is not None
    assert ended.state.failure.message == "the provider refused: pay it."
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_five_ads_may_be_written_three_times_and_are_then_refused() -> None:
    ended = await run_campaign(model := Repeating(), 5)
    assert ended.state.status is CampaignStatus.REFUSED
    assert model.made == ended.state.model_calls == MODEL_CALLS
    assert ended.booked == []


async def test_where_too_few_calls_are_left_for_its_ads_none_is_made_and_the_campaign_fails_by_name() -> None:
    ended = await run_campaign(model := Repeating(briefs_spoilt=1), 6)
    failure = ended.state.failure
    assert failure is not None
    assert (failure.node, failure.error) == ("creative", "ModelFailure")
    assert failure.message.startswith("the chat model has been asked 12 times for this cycle, of 16 that it may be")
    assert "the creative agent would ask 5 more" in failure.message
    assert failure.message.endswith("start the campaign anew.")
    assert model.made == ended.state.model_calls == 12
    assert ended.booked == []


def test_the_call_after_the_last_is_refused_with_what_to_do() -> None:
    calls = Calls(MODEL_CALLS - 1)
    calls.count("creative")
    with pytest.raises(ModelFailure, match=r"asked 16 times .*the creative agent would ask 1 more.*mend the prompt"):
        calls.count("creative")
    assert calls.made == MODEL_CALLS


@pytest.mark.parametrize("error", [ModelFailure("no"), TransientFailure("not now")])
def test_an_error_of_ours_takes_the_count_along(error: ModelFailure | TransientFailure) -> None:
    with pytest.raises(type(error)), Calls(3):
        raise error
    assert error.model_calls == 3
