"""An answer that ends before it is whole: paid for, asked for once more, and told as what it is."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel
from openai import ContentFilterFinishReasonError, LengthFinishReasonError
from openai.types.chat import ChatCompletion

from agents.asking.ask import Answer, ask
from agents.asking.books import CallBook
from agents.asking.calls import Calls
from domain.creative import AdCopy
from domain.errors import ModelFailure, ModelSpendLimit
from domain.model_calls import Dollars, ModelCall, Tokens
from llm_mocks.record_replay import RecordReplayModel, Tape
from tests.unit.agents.scripted import Scripted
from tests.unit.agents.streaming_provider import READ, WRITTEN, Turn, providing
from tests.unit.agents.test_asking import GOOD
from tests.unit.agents.test_drafting import PROMPT, PROVIDERS, Asked, openai
from tests.unit.agents.test_model_costs import PRICE, Kept, said, used

CUT_OFF, STOPPED = "it was cut off before its end, as too long", "the provider's filter stopped it"
ENDS = pytest.mark.parametrize(("turn", "told"), [("cut off", CUT_OFF), ("filtered", STOPPED)])
PAID = PRICE.cost(Tokens(READ, WRITTEN))


class Unwatched(Asked):
    """The same question, whose answer comes whole."""

    async def of(self, model: BaseChatModel) -> Answer[AdCopy]:
        return await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=self.told.append)


async def booked(
    model: BaseChatModel, limit: Dollars | None = None, *, fails: type[Exception] = ModelFailure
) -> tuple[list[ModelCall], str]:
    """What is on the books of a question that fails, and how it is told."""
    kept = Kept()
    calls = Calls(book=CallBook(lambda _asked, _named: PRICE, kept, limit=limit))
    with pytest.raises(fails) as failed:
        await ask(model, PROMPT, AdCopy, node="creative", calls=calls, announce=lambda _: None)
    return kept.calls, str(failed.value)


@PROVIDERS
@ENDS
async def test_watched_it_is_taken_back_and_asked_for_once_more(
    opened: Callable[[str], BaseChatModel], turn: Turn, told: str
) -> None:
    with providing(GOOD, turn, "streams") as (url, _):
        asked = Asked()
        made = await asked.of(opened(url))
    assert made.value == AdCopy(**GOOD)
    assert [(call.outcome, call.problem) for call in asked.told] == [("unusable", told), ("answered", "")]
    assert (made.input_tokens, made.output_tokens) == (2 * READ, 2 * WRITTEN), "both are paid for"
    assert [state for state in asked.states if state != "written"] == ["writing", "taken_back", "writing"]


@ENDS
async def test_a_whole_answer_is_asked_for_once_more(turn: Turn, told: str) -> None:
    with providing(GOOD, turn, "streams") as (url, provider):
        asked = Unwatched()
        made = await asked.of(openai(url))
    assert made.value == AdCopy(**GOOD)
    assert [(call.outcome, call.problem) for call in asked.told] == [("unusable", told), ("answered", "")]
    assert (made.input_tokens, made.output_tokens) == (2 * READ, 2 * WRITTEN)
    assert told in provider.requests[1]["messages"][-1]["content"]


@ENDS
async def test_one_that_ends_so_again_is_the_last_and_both_are_on_the_books(turn: Turn, told: str) -> None:
    remedy = "allow longer answers with `maxOutputTokens`" if turn == "cut off" else "mend the prompt"
    with providing(GOOD, turn) as (url, provider):
        calls, failure = await booked(openai(url))
    assert len(provider.requests) == 2
    assert [(call.outcome, call.cost, call.output_tokens) for call in calls] == [("unusable", PAID, WRITTEN)] * 2
    assert f"no usable answer in 2 tries ({told})" in failure
    assert remedy in failure


async def test_it_is_not_asked_for_again_past_the_limit_on_what_it_may_cost() -> None:
    with providing(GOOD, "cut off") as (url, provider):
        calls, _ = await booked(openai(url), Decimal("0.012"), fails=ModelSpendLimit)
    assert [(call.outcome, call.cost) for call in calls] == [("unusable", PAID)]
    assert len(provider.requests) == 1


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS", "model_length", "SAFETY", "refusal"])
@pytest.mark.parametrize("name", ["finish_reason", "stop_reason", "stopReason", "done_reason"])
async def test_an_answer_that_fits_its_form_is_none_where_its_provider_says_so(name: str, reason: str) -> None:
    """Its last words are missing: what LangChain makes of the half of an object may be whole as a form."""
    half = said(used(100, 20))
    half.response_metadata[name] = reason
    calls, failure = await booked(Scripted(script=[half, half, half]))
    assert [(call.outcome, call.cost) for call in calls] == [("unusable", Decimal("0.0004"))] * 2
    assert (CUT_OFF in failure) != (STOPPED in failure)


async def test_tokens_that_a_client_keeps_in_its_error_are_counted() -> None:
    """Azure's answers do not come through our own HTTP client."""
    completion = ChatCompletion.model_validate(
        {
            **{"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": []},
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }
    )
    errors = [LengthFinishReasonError(completion=completion), ContentFilterFinishReasonError(completion=completion)]
    calls, _ = await booked(Scripted(script=[*errors, ContentFilterFinishReasonError()]))
    assert [call.cost for call in calls] == [Decimal("0.0004"), Decimal("0.0004"), None]


@ENDS
async def test_no_other_model_is_asked_in_its_place(turn: Turn, told: str) -> None:
    with providing(GOOD, turn, "streams") as (url, _):
        asked = Unwatched()
        made = await asked.of(openai(url, "openai:some-model,openai:another"))
    assert made.model_name == "some-model"
    assert [(call.model, call.problem) for call in asked.told] == [("openai:some-model", told), ("some-model", "")]


@ENDS
async def test_it_ends_in_a_recording_as_it_did(tmp_path: Path, turn: Turn, told: str) -> None:
    tape = Tape(tmp_path / "tape.jsonl")
    with providing(GOOD, turn) as (url, _):
        recorded, failure = await booked(RecordReplayModel.recording(openai(url), tape, "openai:some-model"))
    replayed, again = await booked(RecordReplayModel.replaying(tape, "openai:some-model"))
    assert again == failure
    assert told in again
    assert [(call.outcome, call.problem) for call in replayed] == [(call.outcome, call.problem) for call in recorded]
    assert [call.output_tokens for call in replayed] == [WRITTEN] * 2


async def test_half_an_answer_of_any_provider_ends_in_a_recording_as_it_did(tmp_path: Path) -> None:
    tape, half = Tape(tmp_path / "tape.jsonl"), said(used(100, 20))
    half.response_metadata["stop_reason"] = "max_tokens"
    _, failure = await booked(RecordReplayModel.recording(Scripted(script=[half, half]), tape, "anthropic:some-model"))
    _, again = await booked(RecordReplayModel.replaying(tape, "anthropic:some-model"))
    assert again == failure.replace("scripted", "anthropic:some-model")
