"""The state of one campaign as it travels the graph: small, typed, and readable by yesterday's code."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, TypedDict, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.booking import BookingConfirmation
from domain.creative import Creative, Finding, Outcome
from domain.day import Day
from domain.decision import ApprovalDecision, SentBack
from domain.errors import BadInput
from domain.forks import OtherFuture
from domain.lesson import Lesson
from domain.model_calls import Dollars
from domain.money import Money
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan
from domain.prompting import PromptChoice

SCHEMA_VERSION = 1
EDITS: Final = frozenset({"edit_plan", "edit_copy"})


class CampaignStatus(StrEnum):
    """The seed's PLANNED, ACTIVE and COMPLETED, plus ours."""

    SENSING = "SENSING"
    PLANNED = "PLANNED"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"
    """Its media buy was cancelled: what had run until then was measured."""
    NO_OPPORTUNITY = "NO_OPPORTUNITY"
    NOT_WORTH_SPENDING = "NOT_WORTH_SPENDING"
    WAITING = "WAITING"
    """Not now: the plan says on which day to look again, with a campaign of its own."""
    REJECTED = "REJECTED"
    """A person turned it down."""
    LAPSED = "LAPSED"
    """Nobody decided before its flight began."""
    REFUSED = "REFUSED"
    """Compliance found no lawful way to run it."""
    SHADOWED = "SHADOWED"
    """Decided in full and, in shadow mode, not booked."""
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        return self not in {
            CampaignStatus.SENSING,
            CampaignStatus.PLANNED,
            CampaignStatus.AWAITING_APPROVAL,
            CampaignStatus.ACTIVE,
        }


BEFORE_THE_GATE: Final = (CampaignStatus.SENSING, CampaignStatus.PLANNED)
"""Where a campaign asks its chat model."""

Item = TypeVar("Item", bound=BaseModel)
Known = TypeVar("Known")


def merge_by_id(current: Sequence[Item], update: Sequence[Item]) -> list[Item]:
    """Replace items of the same id in place, append the rest in order.

    Fails closed: an item without an id is a `ValueError`, because it could never be replaced or removed.
    """
    merged: dict[UUID, Item] = {}
    for item in [*current, *update]:
        identity = item.get("id") if isinstance(item, dict) else getattr(item, "id", None)
        if identity is None:
            raise ValueError(f"cannot merge {type(item).__name__} into a list of the state: it has no id")
        merged[UUID(str(identity))] = item
    return list(merged.values())


class Failure(BaseModel):
    """Why a campaign stopped without finishing: named, and safe to show."""

    node: str
    error: str = Field(description="the class of the error, for example `ModelFailure`")
    message: str
    remedy: str = Field(default="", description="what to do, where the error says so: `message` ends with it")
    outcome_unknown: bool = Field(
        default=False, description="the ad platform may have placed the buy: its reservation is kept, not given back"
    )


class CampaignState(BaseModel):
    """One campaign. Ids and verdicts live here, bulk lives in the database."""

    model_config = ConfigDict(extra="forbid")

    schema_version: int = SCHEMA_VERSION
    """Raised when a field changes meaning; older checkpoints are migrated on read."""
    campaign_id: UUID | None = None
    """Equal to the thread id; set by sensing."""
    name: str = ""
    """A short name for tables, from the opportunity."""
    budget: Annotated[Money, Field(ge=0)] = Field(default=5000, validate_default=True)
    """The most this campaign may spend over all its cycles, in pounds."""
    today: Day | None = None
    """The day sensing looked at; the decision uses nothing later."""
    status: CampaignStatus = CampaignStatus.SENSING
    """Where the campaign stands."""
    opportunity: Opportunity | None = None
    """Found by sensing, or given in the input to skip detection."""
    plan: CampaignPlan | None = None
    """The plan of the current cycle, with the brief it was written from."""
    creatives: Annotated[list[Creative], merge_by_id] = Field(default_factory=list)
    """The ads of the current cycle; a rewrite replaces its draft."""
    findings: Annotated[list[Finding], merge_by_id] = Field(default_factory=list)
    """What the rules say: every finding not passed, and passes that replace an earlier failure."""
    creative_attempts: int = Field(default=0, ge=0)
    """How often the ads of this cycle were written; at most `CREATIVE_ATTEMPTS`."""
    model_calls: int = Field(default=0, ge=0)
    """How often the chat model was asked in this cycle, unusable answers included; at most `MODEL_CALLS`."""
    model_limit: Dollars | None = None
    """What its chat models may cost since a person raised the limit, in US dollars; as its run allows when empty."""
    without_model: bool = False
    """Whether a person has it go on without a chat model, with copy from templates."""
    compliance: Outcome | None = None
    """The gate's verdict over all findings; None while what it would judge is being made or changed."""
    judged: str = ""
    """The fingerprint of the plan and ads that verdict is of; empty in a campaign checked before it was kept."""
    approval: ApprovalDecision | None = None
    """The latest decision at the gate."""
    worded_by: dict[UUID, str] = Field(default_factory=dict)
    """Who last changed the words of each ad, by creative; an ad in the model's words has nobody."""
    sent_back: list[SentBack] = Field(default_factory=list)
    """What people wished of this cycle's plan when they sent it back, the oldest first; at most `SENT_BACK_MOST`."""
    booking: BookingConfirmation | None = None
    """The confirmed media buy of the current cycle."""
    report: PerformanceReport | None = None
    """Delivery and measured lift of the current cycle."""
    lessons: Annotated[list[Lesson], merge_by_id] = Field(default_factory=list)
    """One per finished cycle."""
    headlines_said: list[str] = Field(default_factory=list)
    """The headlines of the cycles before, which shoppers have met; empty in campaigns from before they were kept."""
    cycle: int = Field(default=1, ge=1)
    """The current turn of plan, book, measure, learn."""
    prompts: dict[str, PromptChoice] = Field(default_factory=dict)
    """By prompt, the release it is written with from the first time it was asked with; empty in older campaigns."""
    failure: Failure | None = None
    """Set by the error handler; the campaign is then FAILED."""
    other_future: OtherFuture | None = None
    """Set where somebody went back in a thread of LangGraph's server to before a booking: from there on it is a
    campaign of its own, in a world and on an account of its own."""

    @model_validator(mode="after")
    def _lapsed(self) -> "CampaignState":
        """One of before there was such a status, which called this rejected too."""
        if self.status is CampaignStatus.REJECTED and self.approval is not None and self.approval.is_lapse:
            self.status = CampaignStatus.LAPSED
        return self

    @property
    def day(self) -> date:
        """The day that is known: nothing later is used. Raises BadInput before sensing."""
        return self.today or self.the_opportunity.detected_on

    @property
    def is_edited(self) -> bool:
        """Whether the latest decision was a person's edit, which has yet to be planned or checked again."""
        return self.approval is not None and self.approval.decision in EDITS

    @property
    def booked_cycles(self) -> int:
        """How many of its cycles have been booked: each that taught something, and the one on the air."""
        learned = self.lessons[-1].cycle if self.lessons else 0
        return max(learned, self.booking.cycle if self.booking else 0)

    @property
    def edits_plan(self) -> bool:
        """Whether that edit was of the plan's budgets."""
        return self.approval is not None and self.approval.decision == "edit_plan"

    @property
    def wished(self) -> SentBack | None:
        """What the next plan is to keep to, while it has yet to be made: the newest wish replaces those before it."""
        is_sent_back = self.approval is not None and self.approval.decision == "send_back"
        return self.sent_back[-1] if is_sent_back and self.sent_back else None

    # A field that must be there by now, or one sentence that says which is not and where to go on from.

    @property
    def the_campaign(self) -> UUID:
        """Its id. Raises BadInput before sensing."""
        return _known(self.campaign_id, "id", made_by="sensing")

    @property
    def the_opportunity(self) -> Opportunity:
        """Raises BadInput where sensing has found none."""
        return _known(self.opportunity, "opportunity", made_by="sensing")

    @property
    def the_plan(self) -> CampaignPlan:
        """Raises BadInput before strategy."""
        return _known(self.plan, "plan", made_by="strategy")

    @property
    def the_spending_plan(self) -> CampaignPlan:
        """The plan, with money to spend. Raises BadInput where there is none."""
        plan = self.the_plan
        return _known(plan if plan.spends else None, "plan that spends", made_by="strategy")

    @property
    def the_booking(self) -> BookingConfirmation:
        """Raises BadInput before booking."""
        return _known(self.booking, "booking", made_by="booking")

    @property
    def the_report(self) -> PerformanceReport:
        """Raises BadInput before measurement."""
        return _known(self.report, "report", made_by="measurement")


def _known(value: Known | None, what: str, *, made_by: str) -> Known:
    if value is None:
        raise BadInput(f"the campaign has no {what} yet", remedy=f"run it from {made_by}")
    return value


class CampaignUpdate(TypedDict, total=False):
    """What a node may return: any part of the state."""

    campaign_id: UUID
    name: str
    budget: Money
    today: Day
    status: CampaignStatus
    opportunity: Opportunity | None
    plan: CampaignPlan | None
    creatives: list[Creative]
    findings: list[Finding]
    creative_attempts: int
    model_calls: int
    model_limit: Dollars | None
    without_model: bool
    compliance: Outcome | None
    judged: str
    approval: ApprovalDecision | None
    worded_by: dict[UUID, str]
    sent_back: list[SentBack]
    booking: BookingConfirmation | None
    report: PerformanceReport | None
    lessons: list[Lesson]
    headlines_said: list[str]
    cycle: int
    prompts: dict[str, PromptChoice]
    failure: Failure | None
    other_future: OtherFuture | None


class NodeResult(CampaignUpdate, total=False):
    """What a node decides: what changes in the state, and the bulk that only the campaign's record keeps."""

    artwork: dict[UUID, str | None]
    """The SVG of each ad to put on record, by creative; None for an ad without a picture."""
    checked: list[Finding]
    """Every finding of a check, passes included."""
