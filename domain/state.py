"""The state of one campaign as it travels the graph: small, typed, and readable by yesterday's code."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Literal, Protocol, TypedDict, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.booking import BookingConfirmation
from domain.creative import Creative, Finding, Outcome
from domain.day import Day
from domain.decision import ApprovalDecision
from domain.lesson import Lesson
from domain.money import Money
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan

SCHEMA_VERSION = 1


class CampaignStatus(StrEnum):
    """The seed's PLANNED, ACTIVE and COMPLETED, plus ours."""

    SENSING = "SENSING"
    PLANNED = "PLANNED"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    NO_OPPORTUNITY = "NO_OPPORTUNITY"
    NOT_WORTH_SPENDING = "NOT_WORTH_SPENDING"
    REJECTED = "REJECTED"
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


class HasId(Protocol):
    @property
    def id(self) -> UUID: ...


Item = TypeVar("Item", bound=BaseModel)


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
    """How often the ads of this cycle were written; at most 3."""
    compliance: Outcome | None = None
    """The gate's verdict over all findings."""
    approval: ApprovalDecision | None = None
    """The latest decision at the gate."""
    booking: BookingConfirmation | None = None
    """The confirmed media buy of the current cycle."""
    report: PerformanceReport | None = None
    """Delivery and measured lift of the current cycle."""
    lessons: Annotated[list[Lesson], merge_by_id] = Field(default_factory=list)
    """One per finished cycle."""
    cycle: int = Field(default=1, ge=1)
    """The current turn of plan, book, measure, learn."""
    failure: Failure | None = None
    """Set by the error handler; the campaign is then FAILED."""


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
    compliance: Outcome | None
    approval: ApprovalDecision | None
    booking: BookingConfirmation | None
    report: PerformanceReport | None
    lessons: list[Lesson]
    cycle: int
    failure: Failure | None


NodeName = Literal["sensing", "strategy", "creative", "compliance", "approval", "booking", "measurement", "learning"]
