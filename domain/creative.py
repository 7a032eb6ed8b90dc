"""Ads: what the model writes, what we keep, and what compliance says of it."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from domain.channel import AdFormat, Channel
from domain.identifiers import derived_id
from domain.plain_text import folded, in_english, only_words, plain

Angle = Literal["comfort", "convenience", "value", "freshness", "occasion", "discovery"]
"""What an ad leans on."""


def one_word(value: object) -> object:
    """A word, however it is capitalised and whatever stop follows it; what is no text as it is."""
    return value.strip(" .").casefold() if isinstance(value, str) else value


# The bounds are the widest of any channel: what a model is asked is made of these in `agents/creative/asked.py`.
class AdWords(BaseModel):
    """The structured answer asked of the chat model for a channel whose ads are words alone."""

    headline: str = Field(min_length=3, max_length=60)
    body: str = Field(min_length=3, max_length=160)
    call_to_action: str = Field(min_length=2, max_length=24)
    angle: Angle = Field(description="the message angle")

    _folded = field_validator("*", mode="before")(folded)
    _plain = field_validator("*")(plain)
    _only_words = field_validator("*")(only_words)
    _one_word = field_validator("angle", mode="before")(one_word)

    @model_validator(mode="after")
    def _english(self) -> "AdWords":
        in_english(*(str(text) for _, text in self))
        return self


class AdCopy(AdWords):
    """The answer asked for a channel whose ads have a picture."""

    image_description: str = Field(min_length=3, max_length=240, description="what the artwork shows")


class Creative(BaseModel):
    """One ad for one channel. The id is stable over rewrites, so a rewrite replaces its draft."""

    id: UUID
    channel: Channel
    type: str = Field(description="the ad's format and size, for example `display_300x250`; `podcast_script` has none")
    headline: str
    body: str
    call_to_action: str
    angle: str
    sku: str
    image_description: str = Field(description="what the artwork shows; empty for an ad without a picture")
    image_url: str = Field(
        description="path on our own API, for example `/creatives/{id}.svg`; empty for an ad without a picture"
    )
    attempt: int = Field(ge=1)
    prompt_hash: str
    model: str = Field(description="the model that wrote it; `fake:...` is shown as mock")
    is_mock: bool

    @property
    def format(self) -> AdFormat:
        return AdFormat.of_type(self.type)


def creative_id(campaign_id: UUID, cycle: int, channel: Channel) -> UUID:
    """The id of the ad that a cycle of a campaign shows on a channel: what a channel delivered in a cycle is its."""
    return derived_id(campaign_id, cycle, channel)


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    REFER = "refer"
    """A person must look: the rules cannot decide."""


CREATIVE_ATTEMPTS = 3
"""How often the ads of one cycle may be written."""
MODEL_CALLS = 16
"""How often a chat model may be asked for one cycle: the brief, every ad, and each again for whatever reason."""
MODEL_CALL_SECONDS = 60.0
MODEL_NODE_SECONDS = 180.0
"""How long a call of a real model may take, and an attempt of a node that asks one, where no setting says otherwise."""


class Ruling(BaseModel):
    """What one rule says."""

    rule_id: str
    title: str = Field(description="what the rule asks, in a line")
    outcome: Outcome
    evidence: str = Field(description="the words or the figure the rule saw")
    source: str = Field(description="the law, code or policy, with its section")
    remedy: str = Field(description="what would make it pass")
    fixable_by: Literal["copy", "plan", "person"] = "copy"


class Verdict(BaseModel):
    """What the rules say of one ad, or of a text that may become one."""

    outcome: Outcome
    summary: str = Field(description="the verdict in plain words")
    rulings: list[Ruling] = Field(description="what does not pass, failures first")
    passed: int = Field(description="how many rules had nothing to object")
    rulebook: str = Field(description="the version of the rules")


class Finding(BaseModel):
    """What one rule says of one ad (or of the plan, when `creative_id` is empty)."""

    id: UUID
    rule_id: str
    title: str = Field(default="", description="the rule's, in words; empty in findings from before it was kept")
    outcome: Outcome
    creative_id: UUID | None = None
    evidence: str = Field(description="the words or the figure the rule saw")
    source: str = Field(description="the law, code or policy, with its section")
    remedy: str = Field(description="what would make it pass")
    fixable_by: Literal["copy", "plan", "person"] = "copy"
