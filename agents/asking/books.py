"""The books of what chat models were asked: each call of a campaign, and what it cost."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from langgraph.runtime import Runtime

from agents.asking.hearing import Heard
from domain.channel import Channel
from domain.context import CampaignContext
from domain.errors import ModelSpendLimit
from domain.identifiers import new_id
from domain.model_calls import CallOutcome, CameFrom, Dollars, ModelCall, ModelPrice, Tokens, dollars
from domain.provenance import is_fake
from domain.state import CampaignState
from llm_mocks.real.provider_errors import fault_of
from prompts.template import RenderedPrompt
from storage.ports import ModelCallRecords

PriceOf = Callable[[str, str], ModelPrice | None]
"""By `provider:model` as it was asked for, and the name it answered with."""

_CHARACTERS = 3
"""To a token, for an upper bound: English has four."""
_AROUND = 64
"""Tokens that a provider puts around what it is sent."""
_LONGEST_ANSWER = 1_000
"""Tokens, where a prompt allows no more. The longest form, of an ad or a brief, has some three hundred; a model that
thinks aloud may go beyond, and past a limit by as much, once."""


@dataclass(frozen=True, slots=True)
class Question:
    """What all calls of one try have in common."""

    node: str
    attempt: int
    rendered: RenderedPrompt
    channel: Channel | None


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one call. Without an amount, `unpriced` says why there is none."""

    amount: Dollars | None
    price: str = ""
    unpriced: str = ""


_asks_nothing = ContextVar("asks_nothing", default=False)


@contextmanager
def asking_nothing() -> Iterator[None]:
    """Inside, the first question raises ModelSpendLimit, whatever it may cost: for a node begun anew with the answer to
    how it goes on. By now its questions may be paid for otherwise than when it stopped, and it would get past there."""
    token = _asks_nothing.set(True)
    try:
        yield
    finally:
        _asks_nothing.reset(token)


class CallBook:
    """What one attempt of a campaign's node asks, written down as it happens. Without records nothing is kept."""

    def __init__(
        self,
        price_of: PriceOf = lambda _asked, _named: None,
        records: ModelCallRecords | None = None,
        campaign_id: UUID | None = None,
        node_attempt: int = 1,
        limit: Dollars | None = None,
    ) -> None:
        """`limit` is what all the campaign's calls may cost."""
        self._price_of = price_of
        self._records = records
        self._campaign_id = campaign_id or new_id()
        self._limit = limit
        self._at_most: dict[UUID, Dollars | None] = {}
        self._turn = asyncio.Lock()
        self.node_attempt = node_attempt

    async def begun(
        self, question: Question, call_id: UUID, asked_as: str, characters: int, *, is_kept: bool = False
    ) -> None:
        """A call of so many characters is about to be made: should nobody be there to hear the answer, it is known to
        have been asked. One whose answer `is_kept` costs nothing, and is on the books once it is read. Raises
        ModelSpendLimit where it might take the campaign past its limit: it is not made then."""
        if self._records is None or is_fake(asked_as):
            return
        if is_kept:
            if _asks_nothing.get():
                await self._require_within(self._records, question.node, dollars(0))
            return
        self._at_most[call_id] = at_most = self._dearest(asked_as, characters, question.rendered)
        # What has been asked and not been answered yet counts: one after the other looks and asks.
        async with self._turn:
            await self._require_within(self._records, question.node, at_most)
            await self._records.keep(self.unheard(question, call_id, asked_as))

    def _dearest(self, asked_as: str, characters: int, rendered: RenderedPrompt) -> Dollars | None:
        price = self._price_of(asked_as, asked_as.partition(":")[2])
        longest = max(_LONGEST_ANSWER, rendered.settings.max_output_tokens or 0)
        return price.cost(Tokens(characters // _CHARACTERS + _AROUND, longest)) if price else None

    async def _require_within(self, records: ModelCallRecords, node: str, at_most: Dollars | None) -> None:
        is_answered = _asks_nothing.get()
        if self._limit is None and not is_answered:
            return
        spent = await records.spent(self._campaign_id)
        limit = spent if self._limit is None else self._limit
        next_call = at_most or dollars(0)
        if is_answered or spent + next_call > limit:
            raise ModelSpendLimit(node, limit=limit, spent=spent, next_call=next_call)

    async def ended(self, question: Question, heard: Heard, outcome: CallOutcome, problem: str) -> ModelCall:
        """What came of a call."""
        call = self.entry(question, heard, outcome, problem, self.cost(heard))
        if self._records is not None:
            await self._records.keep(call)
        return call

    def unheard(self, question: Question, call_id: UUID, asked_as: str) -> ModelCall:
        """A call of whose answer nothing is known, nor will be where nobody waits for it."""
        cost = Cost(None, unpriced="nobody waited for the answer, which may have been billed")
        return self.entry(question, Heard(call_id, asked_as), "asked", "", cost)

    def entry(self, question: Question, heard: Heard, outcome: CallOutcome, problem: str, cost: Cost) -> ModelCall:
        name = heard.named or heard.asked_as
        tokens = heard.tokens
        return ModelCall(
            id=heard.call_id,
            campaign_id=self._campaign_id,
            node=question.node,
            node_attempt=self.node_attempt,
            attempt=question.attempt,
            asked_at=datetime.now(UTC),
            asked_as=heard.asked_as,
            model=name,
            is_mock=is_fake(name),
            came_from=heard.came_from,
            outcome=outcome,
            problem=problem,
            prompt=question.rendered.name,
            prompt_hash=question.rendered.hash,
            channel=question.channel,
            input_tokens=tokens.read if tokens else None,
            output_tokens=tokens.written if tokens else None,
            cost=cost.amount,
            at_most=self._at_most.get(heard.call_id),
            price=cost.price,
            unpriced=cost.unpriced,
        )

    def cost(self, heard: Heard) -> Cost:
        """What a call cost: an answer its tokens, a refusal nothing; what cannot be known is said to be so."""
        if heard.came_from is not CameFrom.MODEL:
            return Cost(dollars(0))
        if is_fake(heard.named or heard.asked_as):
            return Cost(None, unpriced="the fake model has no price")
        if heard.message is None and heard.reported is None:
            fault = fault_of(heard.error) if heard.error else None
            if fault is not None and fault.was_answered:
                return Cost(dollars(0))
            return Cost(None, unpriced="no answer came that could be read, and it may have been billed")
        if heard.said is None:
            return Cost(None, unpriced="its provider did not say how many tokens it took")
        if (tokens := heard.tokens) is None:
            return Cost(None, unpriced="its provider named a number of tokens that cannot be")
        price = self._price_of(heard.asked_as, heard.named or heard.asked_as.partition(":")[2])
        if price is None:
            return Cost(None, unpriced=f"no price is known for {heard.asked_as}: name one in TESCOSENSE_MODEL_PRICES")
        amount = price.cost(tokens)
        if amount is None:
            return Cost(None, unpriced=f"the price known for {price.model} is for shorter prompts")
        return Cost(amount, price=price.told)


class CallBooks:
    """Opens a book for each attempt of a node."""

    def __init__(self, price_of: PriceOf, records: ModelCallRecords, house_limit: Dollars | None = None) -> None:
        """`house_limit` holds where a campaign brings none of its own, as in LangGraph's server."""
        self._price_of = price_of
        self._records = records
        self._house_limit = house_limit

    def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CallBook:
        info = runtime.execution_info
        own = runtime.context.limits.model_spend
        allowed = self._house_limit if own is None else own
        return CallBook(
            self._price_of,
            self._records,
            state.the_campaign,
            info.node_attempt if info else 1,
            limit=allowed if state.model_limit is None else state.model_limit,
        )


def no_books(state: CampaignState, runtime: Runtime[CampaignContext]) -> CallBook:
    """Nothing is kept, and no price known: for a node that runs outside a campaign."""
    return CallBook()


OpensBooks = Callable[[CampaignState, Runtime[CampaignContext]], CallBook]
