"""An answer while it is being given: what is told of it, how often, and what is taken back."""

from collections.abc import Callable
from itertools import count, pairwise
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.caches import InMemoryCache
from langchain_core.language_models import BaseChatModel

from agents.asking.ask import Answer, ask
from agents.asking.calls import Calls
from agents.asking.drafting import EVERY_SECONDS, Drafting, written_so_far
from domain.channel import Channel
from domain.context import CampaignContext
from domain.creative import AdCopy
from domain.drafts import AnswerDraft
from domain.errors import ModelFailure, TransientFailure
from domain.events import ModelCalled
from llm_mocks.chat import FakeChatModel
from llm_mocks.faults import FaultInjector, parse_faults
from llm_mocks.real.in_turn import InTurn
from llm_mocks.registry import ModelRegistry
from prompts import FOLDER
from prompts.library import PromptLibrary
from tests.unit.agents.scripted import Scripted
from tests.unit.agents.streaming_provider import READ, WRITTEN, providing
from tests.unit.agents.test_asking import GOOD, called

PROMPT = PromptLibrary(FOLDER).preview("creative/ad_copy")
THREAD = uuid4()


def every_chunk() -> Callable[[], float]:
    """A clock on which each chunk comes as late as may be told."""
    ticks = count()
    return lambda: next(ticks) * EVERY_SECONDS


class Asked:
    """One question, watched."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self.drafts: list[AnswerDraft] = []
        self.told: list[ModelCalled] = []
        self._clock = clock or every_chunk()

    async def of(self, model: BaseChatModel) -> Answer[AdCopy]:
        drafting = Drafting(THREAD, "creative", Channel.EMAIL, self.drafts.append, clock=self._clock)
        return await ask(
            model,
            PROMPT,
            AdCopy,
            node="creative",
            calls=Calls(),
            announce=self.told.append,
            drafting=drafting,
        )

    @property
    def states(self) -> list[str]:
        """Without repeats."""
        said = [draft.state for draft in self.drafts]
        return [state for before, state in zip(["", *said], said, strict=False) if state != before]


def openai(url: str, names: str = "openai:some-model") -> BaseChatModel:
    return ModelRegistry(base_url=f"{url}/v1").open(CampaignContext(model=names))


def anthropic(url: str) -> BaseChatModel:
    from langchain_anthropic import ChatAnthropic

    return ChatAnthropic(model="claude-haiku-4-5", base_url=url, api_key="test", max_retries=0)


PROVIDERS = pytest.mark.parametrize("opened", [openai, anthropic])


def require_a_growing_answer(asked: Asked) -> None:
    assert asked.states == ["writing", "written"]
    assert len(asked.drafts) > 5
    assert {(d.thread_id, d.node, d.channel) for d in asked.drafts} == {(THREAD, "creative", Channel.EMAIL)}
    assert len({draft.call_id for draft in asked.drafts}) == 1
    for before, after in zip(asked.drafts, asked.drafts[1:], strict=False):
        assert all(after.fields[name].startswith(words) for name, words in before.fields.items())


async def test_the_fake_model_s_answer_grows_until_it_is_the_answer() -> None:
    asked, unwatched = Asked(), Asked()
    made = await asked.of(FakeChatModel())
    require_a_growing_answer(asked)
    last = asked.drafts[-1].fields
    assert (last["headline"], last["body"]) == (made.value.headline, made.value.body)
    whole = await ask(FakeChatModel(), PROMPT, AdCopy, node="creative", calls=Calls(), announce=unwatched.told.append)
    assert whole == made, "nobody who watches changes what is answered, or what it took"
    assert asked.told == unwatched.told


@PROVIDERS
async def test_a_provider_s_stream_grows_until_it_is_the_answer_and_its_tokens_are_counted(
    opened: Callable[[str], BaseChatModel],
) -> None:
    with providing(GOOD) as (url, provider):
        asked = Asked()
        made = await asked.of(opened(url))
    require_a_growing_answer(asked)
    assert asked.drafts[-1].fields == GOOD
    assert made.value == AdCopy(**GOOD)
    assert (made.input_tokens, made.output_tokens) == (READ, WRITTEN)
    assert [request["stream"] for request in provider.requests] == [True]


async def test_nobody_who_watches_means_no_stream() -> None:
    with providing(GOOD) as (url, provider):
        await ask(openai(url), PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)
    assert [request.get("stream", False) for request in provider.requests] == [False]


@PROVIDERS
@pytest.mark.parametrize("turn", ["breaks", "says overloaded"])
async def test_what_breaks_off_is_taken_back_and_may_be_tried_again(
    opened: Callable[[str], BaseChatModel], turn: str
) -> None:
    with providing(GOOD, turn, "streams") as (url, _):  # type: ignore[arg-type]
        asked, model = Asked(), opened(url)
        with pytest.raises(TransientFailure, match="did not answer the creative agent"):
            await asked.of(model)
        assert asked.states == ["writing", "taken_back"]
        assert asked.drafts[-1].fields == {}
        assert [call.outcome for call in asked.told] == ["failed"]
        again = Asked()
        assert (await again.of(model)).value == AdCopy(**GOOD)
    require_a_growing_answer(again)


async def test_what_cannot_be_used_is_taken_back_before_it_is_asked_for_again() -> None:
    with providing(GOOD | {"headline": "x" * 99}) as (url, provider):
        asked = Asked()
        with pytest.raises(ModelFailure, match="no usable answer in 3 tries"):
            await asked.of(openai(url))
    assert len(provider.requests) == 3
    assert [state for state in asked.states if state != "written"] == ["writing", "taken_back"] * 3
    assert [call.outcome for call in asked.told] == ["unusable"] * 3
    assert {(call.input_tokens, call.output_tokens) for call in asked.told} == {(READ, WRITTEN)}, "and is paid for"


async def test_where_the_next_model_is_asked_the_first_one_s_half_is_taken_back() -> None:
    with providing(GOOD, "breaks", "streams") as (url, _):
        asked = Asked()
        made = await asked.of(openai(url, "openai:some-model,openai:another"))
    assert made.model_name == "another"
    assert asked.states == ["writing", "taken_back", "writing", "written"]
    assert [draft.model for draft in asked.drafts if draft.state in ("taken_back", "written")] == [
        "openai:some-model",
        "openai:another",
    ]


@pytest.mark.parametrize(("turn", "requests"), [("answers whole", 1), ("takes no stream", 2)])
async def test_a_server_that_does_not_stream_answers_all_the_same(turn: str, requests: int) -> None:
    with providing(GOOD, turn) as (url, provider):  # type: ignore[arg-type]
        asked = Asked()
        made = await asked.of(openai(url))
    assert made.value == AdCopy(**GOOD)
    assert (made.input_tokens, made.output_tokens) == (READ, WRITTEN)
    assert len(provider.requests) == requests
    assert asked.drafts[-1].fields == GOOD


async def test_a_burst_is_told_once_and_its_end() -> None:
    asked = Asked(clock=lambda: 0.0)
    await asked.of(FakeChatModel())
    assert [draft.state for draft in asked.drafts] == ["writing", "written"]


async def test_pieces_without_words_are_not_told() -> None:
    """A model that goes on with blanks says nothing new, however many pieces they come in."""
    asked = Asked()
    padded = orjson.dumps(GOOD).decode()[:-1] + " " * 700 + "}"
    with providing(GOOD, text=padded) as (url, _):
        made = await asked.of(openai(url))
    assert made.value == AdCopy(**GOOD)
    writing = [draft.fields for draft in asked.drafts if draft.state == "writing"]
    assert all(before != after for before, after in pairwise(writing))
    assert len(writing) < 70


async def test_what_comes_whole_is_no_draft() -> None:
    kept = InMemoryCache()
    await Asked().of(cached := FakeChatModel(cache=kept))
    from_cache, whole = Asked(), Asked()
    await from_cache.of(cached)
    await whole.of(Scripted(script=[called(**GOOD)]))
    assert (from_cache.drafts, whole.drafts) == ([], [])


async def test_a_fault_of_the_fake_model_leaves_nothing_on_screen() -> None:
    asked = Asked()
    faulty = FakeChatModel(faults=FaultInjector(parse_faults(("malformed-json*1",))))
    await asked.of(InTurn(models=[faulty]))
    shown = {draft.call_id: draft.state for draft in asked.drafts}
    assert sorted(shown.values()) == ["taken_back", "written"]


@given(st.dictionaries(st.text(min_size=1), st.text(max_size=40)), st.data())
def test_half_an_answer_never_says_what_the_whole_does_not(answer: dict[str, str], data: st.DataObject) -> None:
    """Cut anywhere, in the middle of an escape as well."""
    for raw in (orjson.dumps(answer).decode(), ascii_json(answer)):
        half = raw[: data.draw(st.integers(0, len(raw)))]
        for name, words in written_so_far(half).items():
            assert answer[name].startswith(words)
        assert written_so_far(raw) == answer


def ascii_json(answer: dict[str, str]) -> str:
    import json

    return json.dumps(answer)


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
