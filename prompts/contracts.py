"""What each node gives its prompt and reads of the answer: the record the node is typed by and `check` goes by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, get_type_hints

from domain.creative import AdCopy
from domain.opinion import Opinions
from domain.plan import BriefAnswer


class BriefInputs(TypedDict):
    """What the strategy node fills its prompt in with."""

    headline: str
    category: str
    regions: str
    cause: str
    advice: str
    evidence: list[str]
    flight: str
    audience: str
    products: list[str]
    lessons: list[str]


class AdInputs(TypedDict):
    """What the creative node fills its prompt in with, for one channel."""

    product_name: str
    price: str
    category: str
    opportunity: str
    cause: str
    regions: str
    flight: str
    audience: str
    objective: str
    proposition: str
    tone: str
    angle: str
    channel: str
    placement: str
    has_picture: bool
    headline_limit: int
    body_limit: int
    call_to_action_limit: int
    previous_headline: str
    previous_body: str
    findings: list[str]
    used_headlines: list[str]


class ReaderInputs(TypedDict):
    """What the compliance gate fills its prompt in with, for all ads of a plan."""

    product_name: str
    category: str
    facts: list[str]
    flight: str
    regions: str
    ads: list[str]


_KINDS: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "float",
    bool: "boolean",
    list[str]: "array",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """What a node and its prompt must agree on: the inputs it passes, name to kind, and the fields it asks back."""

    prompt: str
    node: str
    inputs: Mapping[str, str]
    fields: tuple[str, ...]


BRIEF = Contract(
    prompt="strategy/brief",
    node="strategy",
    inputs={name: _KINDS[kind] for name, kind in get_type_hints(BriefInputs).items()},
    fields=tuple(BriefAnswer.model_fields),
)
AD_COPY = Contract(
    prompt="creative/ad_copy",
    node="creative",
    inputs={name: _KINDS[kind] for name, kind in get_type_hints(AdInputs).items()},
    fields=tuple(AdCopy.model_fields),
)
AD_READER = Contract(
    prompt="compliance/ad_reader",
    node="compliance",
    inputs={name: _KINDS[kind] for name, kind in get_type_hints(ReaderInputs).items()},
    fields=tuple(Opinions.model_fields),
)
CONTRACTS: Mapping[str, Contract] = {contract.prompt: contract for contract in (BRIEF, AD_COPY, AD_READER)}
"""By the name of the prompt."""
