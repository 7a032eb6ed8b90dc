"""What each question to a model cost: reckoned from what its provider reports, and said to be unknown where it is."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from langchain_core.messages import AIMessage
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatResult
from langgraph.runtime import Runtime

from agents.asking.ask import ask
from agents.asking.books import CallBook, CallBooks, Question
from agents.asking.calls import Calls
from agents.asking.together import all_or_none
from domain.context import CampaignContext, RiskLimits
from domain.creative import AdCopy
from domain.errors import BadInput, ModelFailure, ModelSpendLimit, TransientFailure
from domain.events import ModelCalled
from domain.model_calls import Dollars, ModelCall, ModelPrice, Tokens
from domain.state import CampaignState
from llm_mocks.chat import FakeChatModel
from llm_mocks.real.prices import LIST, PriceList, read
from prompts.library import PromptLibrary
from runtime.reporting.model_cost import cost_of
from tests.conftest import ROOT
from tests.unit.agents.scripted import Scripted
from tests.unit.agents.test_asking import GOOD

PROMPT = PromptLibrary(ROOT / "prompts").preview("creative/ad_copy")
PRICE = ModelPrice(
    model="openai:some-model",
    input=Decimal("2"),
    output=Decimal("10"),
    cached_input=Decimal("0.5"),
    cache_write=Decimal("2.5"),
    most_input=5_000,
    source="a page",
    as_of=date(2026, 11, 1),
)


class Kept:
    """Implements `storage.ports.ModelCallRecords`."""

    def __init__(self) -> None:
        self.calls: list[ModelCall] = []

    async def keep(self, call: ModelCall) -> None:
        self.calls = [one for one in self.calls if one.id != call.id] + [call]

    async def spent(self, campaign_id: UUID) -> Dollars:
        return sum((call.cost or call.at_most or Decimal(0) for call in self.calls), start=Decimal(0))


def used(read: int, written: int, *, cached: int = 0, kept: int = 0) -> UsageMetadata:
    details = InputTokenDetails(cache_read=cached, cache_creation=kept)
    return UsageMetadata(
        input_tokens=read, output_tokens=written, total_tokens=read + written, input_token_details=details
    )


def said(usage: UsageMetadata | None, **changed: str) -> AIMessage:
    call = {"name": "AdCopy", "args": GOOD | changed, "id": "1", "type": "tool_call"}
    return AIMessage("", tool_calls=[call], usage_metadata=usage)


async def asked(model: Scripted | FakeChatModel, price: ModelPrice | None = PRICE) -> tuple[list[ModelCall], list[str]]:
    """What was kept of one question, and what was announced of each call."""
    kept, told = Kept(), list[ModelCalled]()
    calls = Calls(book=CallBook(lambda _asked, _named: price, kept, node_attempt=2))
    with suppress(ModelFailure, TransientFailure):
        await ask(model, PROMPT, AdCopy, node="creative", calls=calls, announce=told.append)
    assert [(call.outcome, call.cost, call.unpriced) for call in kept.calls] == [
        (call.outcome, call.cost, call.unpriced) for call in told
    ]
    return kept.calls, [call.outcome for call in told]


async def test_each_kind_of_token_has_its_price() -> None:
    model = Scripted(script=[said(used(1_000, 200, cached=400, kept=100))])
    [call], _ = await asked(model)
    by_hand = (500 * 2 + 400 * 0.5 + 100 * 2.5 + 200 * 10) / 1e6
    assert float(call.cost or 0) == pytest.approx(by_hand, abs=1e-12)
    assert (call.price, call.unpriced, call.node_attempt) == ("a page, 2026-11-01", "", 2)


async def test_an_answer_that_cannot_be_used_is_paid_for_as_well() -> None:
    model = Scripted(script=[said(used(100, 20), headline="x" * 99), said(used(150, 20))])
    calls, outcomes = await asked(model)
    assert outcomes == ["unusable", "answered"]
    assert [call.cost for call in calls] == [Decimal("0.0004"), Decimal("0.0005")]
    assert "at most 60 characters" in calls[0].problem
    assert cost_of(calls).told == "$0.0009 for 2 calls"


class Refusal(httpx.HTTPError):
    """As an SDK raises it: with the status of the answer."""

    status_code = 429


@pytest.mark.parametrize(
    ("model", "price", "cost", "reason"),
    [
        (FakeChatModel(), PRICE, None, "the fake model has no price"),
        (Scripted(script=[said(used(100, 20))]), None, None, "no price is known for scripted: name one in TESCOSENSE"),
        (Scripted(script=[said(None)]), PRICE, None, "did not say how many tokens"),
        (Scripted(script=[said(used(10**18, 10**18))]), PRICE, None, "a number of tokens that cannot be"),
        (Scripted(script=[said(used(-(10**6), -(10**6)))]), PRICE, None, "a number of tokens that cannot be"),
        (Scripted(script=[said(used(100, 0))]), PRICE, None, "a number of tokens that cannot be"),
        (Scripted(script=[said(used(0, 20))]), PRICE, None, "a number of tokens that cannot be"),
        (Scripted(script=[said(used(100, 20, cached=-(10**9)))]), PRICE, None, "a number of tokens that cannot be"),
        (Scripted(script=[said(used(5_001, 20))]), PRICE, None, "for shorter prompts"),
        (Scripted(script=[httpx.ReadTimeout("slow")]), PRICE, None, "may have been billed"),
        (Scripted(script=[Refusal("busy")]), PRICE, Decimal(0), ""),
    ],
    ids=["fake", "unpriced", "silent", "huge", "negative", "half", "unasked", "owed", "long", "lost", "refused"],
)
async def test_what_is_not_known_is_said_and_a_refusal_costs_nothing(
    model: Scripted | FakeChatModel, price: ModelPrice | None, cost: Decimal | None, reason: str
) -> None:
    [call], _ = await asked(model, price)
    assert call.cost == cost
    assert reason in call.unpriced
    assert bool(reason) == bool(call.unpriced)


async def test_a_call_that_nobody_waits_for_stays_on_the_books() -> None:
    """Its process dies with it: what was asked may be billed."""

    class Dying(Exception):
        pass

    class Books(CallBook):
        async def ended(self, *_: object) -> ModelCall:
            raise Dying

    kept = Kept()
    with pytest.raises(Dying):
        await ask(
            Scripted(script=[said(used(1, 1))]),
            PROMPT,
            AdCopy,
            node="creative",
            calls=Calls(book=Books(lambda _asked, _named: PRICE, kept)),
            announce=lambda _: None,
        )
    [call] = kept.calls
    assert (call.outcome, call.cost) == ("asked", None)
    assert cost_of(kept.calls).told == "not known for 1 call: nobody waited for the answer, which may have been billed"


class Endless(Scripted):
    """Never answers."""

    has_begun: Any = None

    async def _agenerate(self, *args: Any, **kwargs: Any) -> ChatResult:
        self.has_begun.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_call_that_is_given_up_since_another_failed_is_told_of_as_it_is_on_the_books() -> None:
    kept, told, has_begun = Kept(), list[ModelCalled](), asyncio.Event()
    calls = Calls(book=CallBook(lambda _asked, _named: PRICE, kept))

    async def fails() -> None:
        await has_begun.wait()
        raise TransientFailure("the model is busy", remedy="try again")

    endless = ask(
        Endless(script=[], has_begun=has_begun), PROMPT, AdCopy, node="creative", calls=calls, announce=told.append
    )
    with pytest.raises(TransientFailure, match="busy"):
        await all_or_none([endless, fails()])
    assert [(one.outcome, one.unpriced) for one in told] == [(one.outcome, one.unpriced) for one in kept.calls]
    assert [one.outcome for one in told] == ["asked"]


def every_price() -> Iterator[ModelPrice]:
    yield from read(LIST).values()


def test_every_price_that_is_shipped_says_where_and_when_it_was_read() -> None:
    for price in every_price():
        assert price.source.startswith("https://")
        assert price.output >= price.input > 0, price.model
        assert (price.cached_input or 0) < price.input
        assert price.cost(Tokens(1_000, 100)) is not None


def test_a_file_of_ones_own_goes_first_and_a_dated_name_has_the_price_of_its_model(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(
        '[openai]\nsource = "our contract"\nas_of = 2026-11-01\n[openai.models]\n"gpt-5" = { input = 1, output = 2 }\n'
    )
    shipped, ours = PriceList(), PriceList(own)
    assert shipped.of("openai:gpt-5-mini", "gpt-5-mini-2025-08-07") == read(LIST)["openai:gpt-5-mini"]
    assert shipped.of("anthropic:claude-haiku-4-5", "claude-haiku-4-5-20251001") is not None
    assert (found := ours.of("openai:gpt-5", "gpt-5")) is not None
    assert (found.source, found.output) == ("our contract", Decimal(2))
    assert ours.of("openai:gpt-5-mini", "gpt-5-mini") == shipped.of("openai:gpt-5-mini", "gpt-5-mini")
    assert shipped.of("openai:gpt-6", "gpt-6") is None


def test_a_server_of_somebody_else_s_has_no_published_price(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(
        '[openai]\nsource = "us"\nas_of = 2026-11-01\n[openai.models]\n"local" = { input = 0, output = 0 }\n'
    )
    elsewhere = PriceList(own, foreign=frozenset({"openai"}))
    assert elsewhere.of("openai:gpt-5", "gpt-5") is None
    assert elsewhere.of("openai:local", "local") is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read (No such file"),
        ("prices = ", "cannot be read (Invalid value"),
        ("[openai]\nmodels = {}", "openai.source: Field required"),
        ('[openai]\nsource = "x"\nas_of = 2026-11-01\nmodels = { a = { input = 1 } }', "output: Field required"),
        ('[o]\nsource = "x"\nas_of = 2026-11-01\nmodels = { a = { input = -1, output = 1 } }', "input: Input should"),
        ('[o]\nsource = "x"\nas_of = 20261101\nmodels = {}', "o.as_of: 20261101 is no day: write it as 2026-11-01"),
    ],
)
def test_a_file_that_is_no_price_list_is_named_with_what_is_wrong(tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "prices.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BadInput) as bad:
        PriceList(file)
    assert told in str(bad.value)
    assert str(file) in str(bad.value)


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ("input = 1e9, output = 2", "openai.models.gpt-5.input: Input should be less than or equal to 10000"),
        ("input = 1, output = 2.5e-7", "gpt-5.output: 2.5E-7 is the price of a token: give that of a million"),
        ("input = 1, output = nan", "gpt-5.output: Input should be a finite number"),
        ("input = 1, output = 2, cached_input = -1", "gpt-5.cached_input: Input should be greater than or equal to 0"),
        ("input = true, output = 2", "gpt-5.input: True is no number"),
        ('input = "1", output = 2', "gpt-5.input: '1' is no number"),
        ("input = 1, output = 2, cached_input = false", "gpt-5.cached_input: False is no number"),
        ("input = 1, output = 2, most_input = true", "gpt-5.most_input: True is no number"),
        ('input = 1, output = 2, most_input = "200000"', "gpt-5.most_input: '200000' is no number"),
    ],
)
def test_a_price_that_no_model_has_is_named_with_its_model(tmp_path: Path, rates: str, told: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(
        f'[openai]\nsource = "us"\nas_of = 2026-11-01\n[openai.models]\n"gpt-5" = {{ {rates} }}\n', encoding="utf-8"
    )
    with pytest.raises(BadInput) as bad:
        PriceList(file)
    assert told in str(bad.value)


@pytest.mark.parametrize("named", ["fake:copywriter", "m" * 10_000, ""])
async def test_a_name_that_cannot_be_is_not_the_models(named: str) -> None:
    """Neither makes a mock of a model that is none."""
    answer = said(used(100, 20))
    answer.response_metadata["model_name"] = named
    [call], _ = await asked(Scripted(script=[answer]))
    assert (call.model, call.is_mock, call.cost) == ("scripted", False, Decimal("0.0004"))


@pytest.mark.parametrize(("own", "holds"), [(None, "1"), ("3", "3")])
async def test_where_a_campaign_brings_no_limit_the_houses_holds(own: str | None, holds: str) -> None:
    kept = Kept()
    books = CallBooks(lambda _asked, _named: PRICE, kept, house_limit=Decimal(1))
    context = CampaignContext(limits=RiskLimits(model_spend=None if own is None else Decimal(own)))
    state = CampaignState(campaign_id=UUID(int=1))
    book = books(state, Runtime(context=context))

    async def ask_on() -> None:
        for number in range(1_000):
            await book.begun(Question("creative", 1, PROMPT, None), UUID(int=number), "openai:some-model", 3_000)

    with pytest.raises(ModelSpendLimit) as reached:
        await ask_on()
    assert reached.value.limit == Decimal(holds)


async def test_a_prompt_that_allows_a_longer_answer_is_counted_with_it() -> None:
    for most, longest in ((None, 1_000), (400, 1_000), (4_000, 4_000)):
        kept = Kept()
        prompt = replace(PROMPT, settings=replace(PROMPT.settings, max_output_tokens=most))
        await CallBook(lambda _asked, _named: PRICE, kept).begun(
            Question("creative", 1, prompt, None), uuid4(), "openai:some-model", 3_000
        )
        assert kept.calls[0].at_most == PRICE.cost(Tokens(3_000 // 3 + 64, longest))
