"""The two questions a campaign stops for, and their answers. Their JSON Schemas are the forms people fill in."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from domain.channel import Channel
from domain.creative import Creative, Finding
from domain.day import Day
from domain.errors import BadInput
from domain.misfits import unknown_key
from domain.model_calls import Dollars
from domain.money import Money
from domain.performance import PerformanceReport
from domain.plain_text import folded, plain
from domain.plan import CampaignPlan, Flight

UNDECIDED = "clock"
"""In whose name a campaign ends that nobody decided in time: it has lapsed, and no person turned it down."""


def misfit(error: ValidationError, form: type[BaseModel]) -> BadInput:
    """What is wrong with an answer that does not fit its question's form, as one sentence that names the field."""
    found = error.errors()
    if (unknown := unknown_key(form, found)) is not None:
        return BadInput(
            f"the answer does not fit the question: {unknown.problem}", remedy=unknown.remedy, field=unknown.field
        )
    first = found[0]
    field = ".".join(str(part) for part in first["loc"]) or None
    where = f" in field {field}" if field else ""
    return BadInput(
        f"the answer does not fit the question{where}", remedy=first["msg"].removeprefix("Value error, "), field=field
    )


class BudgetEdit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: Channel
    budget: Money = Field(ge=0, description="pounds for this channel; 0 drops it")


class CopyEdit(BaseModel):
    """A person's own words for one ad; what is left out stays as it is. The ad's channel may take less than this."""

    model_config = ConfigDict(extra="forbid")

    creative_id: UUID
    headline: str | None = Field(default=None, min_length=3, max_length=60)
    body: str | None = Field(default=None, min_length=3, max_length=160)
    call_to_action: str | None = Field(default=None, min_length=2, max_length=24)

    _folded = field_validator("headline", "body", "call_to_action", mode="before")(folded)

    @field_validator("headline", "body", "call_to_action")
    @classmethod
    def _plain(cls, text: str | None) -> str | None:
        return text if text is None else plain(text)

    @model_validator(mode="after")
    def _says_something(self) -> "CopyEdit":
        if self.headline is None and self.body is None and self.call_to_action is None:
            raise ValueError("a copy edit needs a headline, a body or a call to action")
        return self


SENT_BACK_MOST = 3
"""How often one cycle may be sent back to be planned again: as often as its ads may be written."""


class SentBack(BaseModel):
    """What a person wishes of the next plan."""

    comment: str = Field(description="told to whoever writes the brief and the ads, word by word")
    by: str
    leave_out: list[Channel] = Field(default_factory=list)
    at_most: Money | None = Field(default=None, description="pounds the next plan may spend; None as much as before")


def as_asked(line: str, sent_back: Sequence[SentBack]) -> str:
    """A line of a prompt, and after it what the media team has asked for in their own words."""
    comments = [one.comment if one.comment.endswith((".", "!", "?")) else f"{one.comment}." for one in sent_back]
    return f"{line} The media team asks: {' '.join(comments)}".strip() if comments else line


class ApprovalAnswer(BaseModel):
    """The form at the gate: approve, edit, send back to be planned again, or reject."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    decision: Literal["approve", "edit", "send_back", "reject"]
    reason: str = Field(
        default="",
        max_length=500,
        description="required to reject, and to send back: then it is told to whoever writes the brief and the ads",
    )
    decided_by: str = Field(default="media team", min_length=1, max_length=80)
    budgets: list[BudgetEdit] = Field(default_factory=list, description="with `edit`: new budget per channel")
    copy_edits: list[CopyEdit] = Field(default_factory=list, description="with `edit`: new words per creative")
    leave_out: list[Channel] = Field(
        default_factory=list, description="with `send_back`: channels the next plan is not to buy"
    )
    at_most: Money | None = Field(
        default=None, gt=0, description="with `send_back`: pounds the next plan may spend at most"
    )

    @model_validator(mode="after")
    def _complete(self) -> "ApprovalAnswer":
        if self.decision == "reject" and not self.reason:
            raise ValueError("a rejection needs a reason")
        if self.decision == "send_back":
            if not self.reason:
                raise ValueError("sending back needs a comment: say in `reason` what is to be planned otherwise")
            plain(self.reason)
        elif self.leave_out or self.at_most is not None:
            raise ValueError("leave_out and at_most belong to decision 'send_back'")
        if self.decision == "edit" and not (self.budgets or self.copy_edits):
            raise ValueError("an edit needs a budget or a copy edit")
        if self.decision != "edit" and (self.budgets or self.copy_edits):
            raise ValueError("budgets and copy_edits belong to decision 'edit'")
        if len({edit.channel for edit in self.budgets}) < len(self.budgets):
            raise ValueError("budgets names a channel twice")
        if len({edit.creative_id for edit in self.copy_edits}) < len(self.copy_edits):
            raise ValueError("copy_edits names a creative twice")
        return self


class ChannelLimits(BaseModel):
    """What one channel may be given, in pounds, where it is given anything."""

    channel: Channel
    minimum: Money
    maximum: Money


class BudgetLimits(BaseModel):
    """What a person's budgets must keep to."""

    available: Money = Field(description="the most all channels may come to")
    channels: list[ChannelLimits]


class SecondApproval(BaseModel):
    """Words the rules refer are approved by somebody else than who wrote them."""

    written_by: str = Field(description="who may edit or reject, and not approve")
    reason: str = Field(description="what an approval of theirs is refused with")


class ApprovalRequest(BaseModel):
    """What a person sees before deciding."""

    kind: Literal["approval"] = "approval"
    campaign_id: UUID
    headline: str
    plan: CampaignPlan
    creatives: list[Creative]
    findings: list[Finding]
    problem: str = Field(default="", description="why the answer before could not be carried out")
    limits: BudgetLimits | None = Field(default=None, description="of the budgets; None where they are not known")
    second_approval: list[SecondApproval] = Field(
        default_factory=list, description="whoever wrote words that are referred; empty where anybody may approve"
    )
    sent_back: list[SentBack] = Field(default_factory=list, description="what was wished of this plan, oldest first")
    sends_left: int = Field(default=0, ge=0, description="how often it may still be sent back")


class Reworded(BaseModel):
    """Words of an ad as they were, and as a person wrote them."""

    creative_id: UUID
    channel: Channel
    part: Literal["headline", "body", "call_to_action"]
    before: str
    after: str


DECIDED: Final = {
    "approve": "approved",
    "reject": "rejected",
    "edit_plan": "budgets edited",
    "edit_copy": "words edited",
    "send_back": "sent back",
    "edit": "edited",
    "raise": "limit raised",
    "without_model": "told to go on without the model",
    "stop": "stopped",
}
"""In words: what is decided at the gate and answered there, and what of a model that would cost more than it may."""
LAPSED: Final = "lapsed, undecided"


class ApprovalDecision(BaseModel):
    """The decision as it is kept: by whom, when, and what."""

    decision: Literal["approve", "edit_plan", "edit_copy", "send_back", "reject"]
    reason: str
    decided_by: str = Field(description="a person, or `autonomy:LEVEL` when the gate was passed alone")
    decided_at: AwareDatetime
    question: str = Field(default="", description="the task that asked: one answer each, however often it is told")
    budgets: list[BudgetEdit] = Field(default_factory=list)
    reworded: list[Reworded] = Field(
        default_factory=list, description="words that were changed; empty in decisions from before it was kept"
    )
    leave_out: list[Channel] = Field(default_factory=list, description="with `send_back`")
    at_most: Money | None = Field(default=None, description="with `send_back`")

    @property
    def is_lapse(self) -> bool:
        """Whether time ran out on it: nobody has turned it down."""
        return self.decision == "reject" and self.decided_by == UNDECIDED

    @property
    def told(self) -> str:
        """In a line: what was decided, and by whom."""
        return LAPSED if self.is_lapse else f"{DECIDED[self.decision]} by {self.decided_by}"


class ModelSpendAnswer(BaseModel):
    """How a campaign goes on whose chat model would cost more than it may."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    decision: Literal["raise", "without_model", "stop"] = Field(
        description="`raise` the limit; `without_model` goes on with copy from templates; `stop` ends the campaign"
    )
    limit: Dollars | None = Field(default=None, gt=0, description="with `raise`: US dollars for the campaign in all")
    decided_by: str = Field(default="media team", min_length=1, max_length=80)

    @model_validator(mode="after")
    def _complete(self) -> "ModelSpendAnswer":
        if (self.decision == "raise") != (self.limit is not None):
            raise ValueError("`limit` belongs to decision 'raise', which needs one")
        return self

    def require_enough(self, at_least: Decimal) -> None:
        """Raises BadInput for a limit that would not pay for the next question."""
        if self.limit is not None and self.limit < at_least:
            raise BadInput(
                f"a limit of ${self.limit.normalize():f} does not pay for the next question",
                remedy=f"give at least ${at_least.normalize():f}",
                field="limit",
            )


MODEL_SPEND: Final = "model_spend"
"""The question's kind, and the name it is asked by: no node of the graph has it."""


class ModelSpendRequest(BaseModel):
    """Asked before a question to the chat model that might take the campaign past its limit; it has not been put."""

    kind: Literal["model_spend"] = "model_spend"
    campaign_id: UUID
    node: str = Field(description="the step that would ask the model")
    headline: str
    limit: Dollars = Field(description="what the campaign's chat models may cost")
    spent: Dollars = Field(description="what they have cost by now, or may have where that is not known")
    at_least: Dollars = Field(description="the lowest limit that pays for the next question")
    problem: str = Field(default="", description="why the answer before could not be carried out")


class MeasurementAnswer(BaseModel):
    """How a parked measurement goes on. Figures are never handed in: they are read from the platform and the tills."""

    model_config = ConfigDict(extra="forbid")

    through: Day | None = Field(
        default=None,
        description="last day to read; the whole flight when empty. Anything less is shown, and asked again",
    )

    def last_day(self, flight: Flight) -> date:
        """The last day to read. Raises BadInput for one outside the flight: nothing was delivered there."""
        if self.through is None:
            return flight.end
        if not flight.start <= self.through <= flight.end:
            raise BadInput(
                f"{self.through} lies outside the flight",
                remedy=f"name a day from {flight.start} to {flight.end}, or none to read the whole flight",
                field="through",
            )
        return self.through


class MeasurementRequest(BaseModel):
    kind: Literal["measurement"] = "measurement"
    campaign_id: UUID
    transaction_id: str
    ready_on: Day = Field(description="the first day on which the whole flight has been delivered")
    so_far: PerformanceReport | None = Field(default=None, description="the first days, where they have been asked for")
    problem: str = Field(default="", description="why the answer before could not be carried out")
