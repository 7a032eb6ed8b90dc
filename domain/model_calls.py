"""What questions to chat models took, and what they cost in the currency they are billed in: US dollars."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal, NamedTuple
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from domain.channel import Channel

_NANO = Decimal("1e-9")
MOST_DOLLARS: Final = Decimal(10**15)
"""No model costs as much; beyond the digits of a decimal there is no rounding to a billionth."""
_MILLION = Decimal(1_000_000)
MOST_TOKENS: Final = 10**8
"""Of one call: ten times what any model reads at once."""
MOST_A_MILLION: Final = 10_000
"""US dollars for a million tokens: ten times what the dearest model asks."""
_LEAST_A_MILLION: Final = Decimal("0.0001")
"""A price below is one of a token, which a file of prices is easily filled in with; nothing at all is a price."""


def dollars(amount: Decimal | float | int | str) -> Decimal:
    """To a billionth of a dollar: a token of the cheapest models costs a few of them.

    Raises ValueError for what is not finite, or more than `MOST_DOLLARS` either way.
    """
    value = Decimal(str(amount))
    if not value.is_finite() or abs(value) > MOST_DOLLARS:
        raise ValueError(f"{amount} is no amount in dollars of at most {MOST_DOLLARS:,}")
    return value.quantize(_NANO, rounding=ROUND_HALF_EVEN)


Dollars = Annotated[
    Decimal,
    AfterValidator(dollars),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "description": "US dollars"}),
]


class Tokens(NamedTuple):
    """As a provider reports them. `read` counts what came from its own cache, and what was put there, too."""

    read: int
    written: int
    from_cache: int = 0
    into_cache: int = 0

    @property
    def are_credible(self) -> bool:
        """Whether one call can have taken so many: a question has some, and no number is below none."""
        return self.read > 0 and all(0 <= number <= MOST_TOKENS for number in self)


def _a_number(given: object) -> object:
    """Raises ValueError for what only reads as a number: `true` as 1, and words in quotes."""
    if isinstance(given, bool | str):
        raise ValueError(f"{given!r} is no number")
    return given


def _a_million(amount: Decimal) -> Decimal:
    """Raises ValueError for what is asked for a single token."""
    if 0 < amount < _LEAST_A_MILLION:
        raise ValueError(f"{amount} is the price of a token: give that of a million")
    return amount


Rate = Annotated[Decimal, Field(ge=0, le=MOST_A_MILLION), BeforeValidator(_a_number), AfterValidator(_a_million)]


class Rates(BaseModel):
    """US dollars for a million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Rate
    output: Rate
    cached_input: Rate | None = Field(default=None, description="as `input` when empty")
    cache_write: Rate | None = Field(default=None, description="as `input` when empty")
    most_input: Annotated[int, Field(gt=0), BeforeValidator(_a_number)] | None = Field(
        default=None, description="the longest prompt, in tokens, it holds for"
    )


class ModelPrice(Rates):
    """Of one model, where it was read and when."""

    model: str = Field(description="`provider:model`")
    source: str = Field(min_length=1)
    as_of: date

    def cost(self, tokens: Tokens) -> Decimal | None:
        """None for a prompt longer than the price holds for."""
        if self.most_input is not None and tokens.read > self.most_input:
            return None
        cached = self.input if self.cached_input is None else self.cached_input
        kept = self.input if self.cache_write is None else self.cache_write
        fresh = max(tokens.read - tokens.from_cache - tokens.into_cache, 0)
        asked = fresh * self.input + tokens.from_cache * cached + tokens.into_cache * kept
        return dollars((asked + tokens.written * self.output) / _MILLION)

    @property
    def told(self) -> str:
        return f"{self.source}, {self.as_of}"


class CameFrom(StrEnum):
    MODEL = "model"
    CACHE = "cache"
    """The same had been asked before: nobody was asked, and nothing paid."""
    RECORDING = "recording"


FROM_CACHE: Final = {"came_from": CameFrom.CACHE.value}
"""What an answer's metadata says of it when it was given before."""
CallOutcome = Literal["asked", "answered", "unusable", "failed"]
"""`asked` is one that nobody waited for: its process died, or another call had failed by then."""


class ModelCall(BaseModel):
    """One question to one chat model."""

    id: UUID
    campaign_id: UUID
    node: str
    node_attempt: int = Field(default=1, ge=1)
    attempt: int = Field(ge=1, description="from 1: an unusable answer is asked for again")
    asked_at: AwareDatetime
    asked_as: str = Field(description="`provider:model`, as it was asked for")
    model: str = Field(description="as it named itself; `asked_as` where it did not")
    is_mock: bool
    came_from: CameFrom = CameFrom.MODEL
    outcome: CallOutcome
    problem: str = Field(default="", description="what was wrong with the answer, or why there was none")
    prompt: str
    prompt_hash: str
    channel: Channel | None = None
    input_tokens: int | None = Field(default=None, description="None where the provider did not say")
    output_tokens: int | None = None
    cost: Dollars | None = Field(default=None, description="None where it is not known, which is not nothing")
    at_most: Dollars | None = Field(
        default=None, description="what it was expected to cost at most; None where no price is known"
    )
    price: str = Field(default="", description="where and when the price was read")
    unpriced: str = Field(default="", description="why the cost is not known; empty where it is")
