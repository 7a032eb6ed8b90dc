"""Asking a model: what comes back, what is sent back, and when it stops."""

import httpx
import pytest
from langchain_core.messages import AIMessage
from pydantic import BaseModel, ValidationError

from agents.asking.ask import ask
from agents.asking.calls import Calls
from domain.channel import Channel
from domain.creative import AdCopy
from domain.errors import ModelFailure, TransientFailure
from domain.events import ModelCalled
from llm_mocks.chat import FakeChatModel
from llm_mocks.faults import FaultInjector, parse_faults
from prompts.library import PromptLibrary
from tests.conftest import ROOT
from tests.unit.agents.scripted import Scripted

PROMPT = PromptLibrary(ROOT / "prompts").preview("creative/ad_copy")


def faulty(*faults: str) -> FakeChatModel:
    return FakeChatModel(faults=FaultInjector(parse_faults(faults)))


async def test_a_good_answer_is_announced_once_with_its_cost() -> None:
    heard: list[ModelCalled] = []
    answer = await ask(
        FakeChatModel(), PROMPT, AdCopy, node="creative", calls=Calls(), announce=heard.append, channel=Channel.EMAIL
    )
    assert isinstance(answer.value, AdCopy)
    assert (answer.model_name, answer.is_mock, answer.prompt_hash) == ("fake:copywriter", True, PROMPT.hash)
    assert len(heard) == 1
    assert (heard[0].node, heard[0].channel, heard[0].attempt) == ("creative", Channel.EMAIL, 1)
    assert heard[0].rendered == PROMPT.text
    assert (heard[0].input_tokens, heard[0].output_tokens) == (answer.input_tokens, answer.output_tokens)
    assert answer.input_tokens > 0


@pytest.mark.parametrize("fault", ["malformed-json*2", "refusal*2"])
async def test_an_unusable_answer_is_asked_for_again_and_every_try_is_paid_for(fault: str) -> None:
    heard: list[ModelCalled] = []
    answer = await ask(faulty(fault), PROMPT, AdCopy, node="creative", calls=Calls(), announce=heard.append)
    assert [call.attempt for call in heard] == [1, 2, 3]
    assert answer.output_tokens == sum(call.output_tokens for call in heard)


async def test_after_the_last_try_it_fails_naming_the_model_and_the_node() -> None:
    heard: list[ModelCalled] = []
    with pytest.raises(ModelFailure, match="'fake:copywriter' gave the creative agent no usable answer in 3 tries"):
        await ask(faulty("malformed-json"), PROMPT, AdCopy, node="creative", calls=Calls(), announce=heard.append)
    assert len(heard) == 3


async def test_a_timeout_is_told_and_left_to_the_graph_s_retry() -> None:
    heard: list[ModelCalled] = []
    with pytest.raises(TransientFailure, match="timed out"):
        await ask(faulty("model-timeout*1"), PROMPT, AdCopy, node="creative", calls=Calls(), announce=heard.append)
    assert [(call.outcome, call.input_tokens) for call in heard] == [("failed", 0)]
    assert "timed out" in heard[0].problem


def called(**arguments: str) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": "AdCopy", "args": arguments, "id": "1", "type": "tool_call"}])


GOOD = {
    "headline": "Rain outside. Soup inside.",
    "body": "A pan and a spoon.",
    "call_to_action": "Shop soups",
    "angle": "comfort",
    "image_description": "a bowl",
}


async def test_any_langchain_model_is_told_what_was_wrong_with_its_answer() -> None:
    model = Scripted(script=[called(**GOOD | {"headline": "x" * 99}), called(**GOOD)])
    answer = await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)
    assert answer.value == AdCopy(**GOOD)
    assert (answer.is_mock, answer.input_tokens) == (False, 0)
    told = str(model.asked[1][-1].content)
    assert "headline" in told
    assert "at most 60 characters" in told


@pytest.mark.parametrize("error", [httpx.ReadTimeout("slow"), httpx.ConnectError("gone"), TimeoutError()])
async def test_a_provider_s_silence_is_a_transient_failure(error: Exception) -> None:
    with pytest.raises(TransientFailure, match="did not answer the creative agent"):
        await ask(Scripted(script=[error]), PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)


async def test_the_openai_client_s_errors_are_told_apart() -> None:
    import httpx2
    import openai

    request = httpx2.Request("POST", "http://x")
    busy = openai.RateLimitError("slow down", response=httpx2.Response(429, request=request), body=None)
    barred = openai.AuthenticationError("bad key", response=httpx2.Response(401, request=request), body=None)
    with pytest.raises(TransientFailure):
        await ask(Scripted(script=[busy]), PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)
    with pytest.raises(ModelFailure, match="bad key"):
        await ask(Scripted(script=[barred]), PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)


class Unrelated(BaseModel):
    number: int


@pytest.mark.parametrize("mistake", [AttributeError("ours"), KeyError("ours"), TypeError("ours"), ValueError("ours")])
async def test_a_mistake_of_ours_is_nobody_else_s_even_with_an_sdk_loaded(mistake: Exception) -> None:
    import openai  # noqa: F401

    with pytest.raises(type(mistake), match="ours"):
        await ask(Scripted(script=[mistake]), PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)


async def test_a_value_of_ours_that_does_not_fit_is_no_unusable_answer() -> None:
    with pytest.raises(ValidationError) as unfit:
        Unrelated.model_validate({})
    model = Scripted(script=[unfit.value])
    with pytest.raises(ValidationError, match="Unrelated"):
        await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)


@pytest.mark.parametrize(
    "leak", ["You write ads for a British supermarket.", "Short words, short sentences, one idea each"]
)
async def test_an_answer_that_repeats_its_instructions_is_asked_for_again(leak: str) -> None:
    model = Scripted(script=[called(**GOOD | {"body": leak}), called(**GOOD)])
    answer = await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)
    assert answer.value == AdCopy(**GOOD)
    assert "body: it repeats its instructions" in str(model.asked[1][-1].content)


async def test_an_answer_may_repeat_what_the_prompt_was_filled_in_with() -> None:
    value = "Households that cook at home on weeknights, rejoice"
    model = Scripted(script=[called(**GOOD | {"body": value})])
    answer = await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)
    assert value.split(",", maxsplit=1)[0].casefold() in PROMPT.text.casefold()
    assert answer.value.body == value


async def test_what_is_said_of_an_answer_can_be_stored_whatever_was_in_it() -> None:
    hostile = called(**GOOD | {"headline": "Soup \ud800", "body": "x\x00y \u202e"})
    with pytest.raises(ModelFailure, match=r"unable to parse raw data as a unicode string; body: .*U\+0000") as failed:
        await ask(
            Scripted(script=[hostile]), PROMPT, AdCopy, node="n", calls=Calls(), announce=lambda _: None, attempts=1
        )
    assert "\x00" not in str(failed.value)
    str(failed.value).encode()
