"""What agents may ask of storage. Each call is one transaction and idempotent: a retry changes nothing twice."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.booking import BookingConfirmation
from domain.creative import Creative, Finding
from domain.decision import ApprovalDecision
from domain.lesson import Lesson
from domain.money import Money
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan
from domain.state import CampaignStatus, Failure


class CampaignRecords(Protocol):
    """The story of each campaign, for tables and proofs."""

    async def open(self, campaign_id: UUID, *, name: str, budget: Money, account: str, world_id: str) -> None:
        """Create the campaign if it does not exist yet."""
        ...

    async def record_opportunity(self, campaign_id: UUID, opportunity: Opportunity, *, name: str) -> None: ...

    async def record_plan(self, campaign_id: UUID, plan: CampaignPlan, status: CampaignStatus) -> None: ...

    async def record_creatives(
        self, campaign_id: UUID, creatives: Sequence[Creative], artwork: dict[UUID, str]
    ) -> None:
        """`artwork` is the SVG of each creative."""
        ...

    async def record_findings(self, campaign_id: UUID, findings: Sequence[Finding]) -> None:
        """All findings of one check, passes included; they replace the ones of the same id."""
        ...

    async def record_approval(self, campaign_id: UUID, decision: ApprovalDecision, status: CampaignStatus) -> None: ...

    async def record_booking(self, booking: BookingConfirmation) -> None:
        """The campaign is ACTIVE from now on."""
        ...

    async def record_performance(self, report: PerformanceReport) -> None: ...

    async def set_status(self, campaign_id: UUID, status: CampaignStatus) -> None: ...

    async def record_failure(self, campaign_id: UUID, failure: Failure) -> None:
        """Status FAILED with the reason. Releases what the campaign still has reserved, unless a buy may stand."""
        ...


class BudgetLedger(Protocol):
    """reserved + committed <= budget, for the account and for the day, at every instant."""

    async def reserve(
        self, *, key: str, campaign_id: UUID, account: str, amount: Money, day: date | None = None
    ) -> None:
        """Reserve before buying. The same key again is the same reservation.

        Raises BudgetExceeded, and Conflict while the kill switch is on.
        """
        ...

    async def commit(self, key: str, amount: Money) -> None:
        """Turn the reservation into spend of `amount` (at most what was reserved)."""
        ...

    async def settle(self, key: str, spent: Money) -> None:
        """Delivery is final: `spent` stays committed, the rest is free again. Settling again changes nothing."""
        ...

    async def release(self, key: str) -> None:
        """Give the reservation back; releasing twice, or what was never reserved, changes nothing."""
        ...


class LessonRecords(Protocol):
    """Lessons are appended, never overwritten; a bad one is withdrawn."""

    async def add(self, lesson: Lesson) -> None: ...

    async def current(self) -> Sequence[Lesson]:
        """Every lesson not withdrawn, oldest first."""
        ...
