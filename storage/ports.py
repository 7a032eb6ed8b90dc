"""What agents may ask of storage. Each call is one transaction and idempotent: a retry changes nothing twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from domain.booking import BookedAds, BookingConfirmation
from domain.context import WorldRef
from domain.creative import Creative, Finding
from domain.decision import ApprovalDecision
from domain.lesson import Lesson
from domain.model_calls import Dollars, ModelCall
from domain.money import Money
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport
from domain.plan import Audience, CampaignPlan
from domain.prompting import PromptChoice
from domain.state import CampaignStatus, Failure
from storage.records import Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignChange:
    """What one step of the graph changes in the story of its campaign: its row, and the documents given."""

    campaign_id: UUID
    name: str = ""
    """What it is called from now on; empty leaves its name as it is."""
    budget: Money
    """The most it may spend; kept from its first change, and from each with a booking."""
    account: str
    world_id: str
    status: CampaignStatus
    booked_cycles: int | None = None
    """How many of its cycles the one who changes it knows to be booked; None where that is not known."""
    failure: Failure | None = None
    opportunity: Opportunity | None = None
    plan: CampaignPlan | None = None
    creatives: Sequence[Creative] = ()
    artwork: Mapping[UUID, str | None] = field(default_factory=dict)
    """The SVG of each creative. One without drops the artwork it had: that belongs to older words."""
    findings: Sequence[Finding] = ()
    """All findings of one check, passes included; they replace the ones of the same id."""
    judged: str = ""
    """Fingerprint of the plan and the ads they speak of: the same looked at again is the same check."""
    approval: ApprovalDecision | None = None
    booking: BookingConfirmation | None = None
    report: PerformanceReport | None = None
    prompts: Sequence[PromptChoice] = ()
    """The releases it keeps to; each replaces an earlier one of the same prompt."""


class CampaignRecords(Protocol):
    """The story of each campaign, for tables and proofs."""

    async def record(self, change: CampaignChange) -> None:
        """Write the change in one transaction; the first one opens the campaign, the same one again changes nothing.

        A failure releases what the campaign still has reserved, unless a buy may stand.

        Raises Conflict for a campaign that is over, and for one of which more is booked than the change knows: a
        thread begun again, or a fork from before its booking, is not that campaign. A failure of theirs is not written.
        """
        ...

    async def restate(self, change: CampaignChange) -> None:
        """Let a campaign that is on record as failed stand where it stands, now that it is gone on with."""
        ...


class ModelCallRecords(Protocol):
    """What campaigns have asked of chat models."""

    async def keep(self, call: ModelCall) -> None:
        """Keep a call, in place of what was kept of the same one before."""
        ...

    async def spent(self, campaign_id: UUID) -> Dollars:
        """What its calls have cost and, where that is not known, may have cost at most."""
        ...


class BudgetLedger(Protocol):
    """reserved + committed <= budget, for the account and for the day, at every instant."""

    async def reserve(
        self,
        *,
        key: str,
        campaign_id: UUID,
        account: str,
        amount: Money,
        day: date | None = None,
        cycle: int | None = None,
        most: Money | None = None,
    ) -> None:
        """Reserve before buying. The same key again is the same reservation.

        A cycle of a campaign is reserved for one order, and all its cycles together for `most`. Raises BudgetExceeded,
        and Conflict for another order of the cycle and while the kill switch is on.
        """
        ...

    async def holds(self, key: str) -> bool:
        """Whether money is reserved or committed under the key: what it is for may have been ordered already."""
        ...

    async def commit(self, key: str, amount: Money) -> None:
        """Turn the reservation into spend of `amount` (at most what was reserved)."""
        ...

    async def settle(self, key: str, spent: Money) -> None:
        """`spent` of what is held for a buy is committed, the rest is free again. Settling again changes nothing."""
        ...

    async def release(self, key: str) -> None:
        """Give the reservation back; releasing twice, or what was never reserved, changes nothing."""
        ...


class RaisableLedger(BudgetLedger, Protocol):
    """A ledger in which the budget of what is booked can be raised."""

    async def held(self, key: str) -> Money:
        """Pounds reserved or committed for a buy, whatever its budget was raised by included."""
        ...

    def raise_of(self, key: str, change: str) -> str:
        """The key to reserve under what a change raises the budget of a buy by: settled with the buy from then on."""
        ...


class Balances(Protocol):
    async def balance(self, account: str, day: date | None = None) -> Balance | None:
        """The account's balance, or that of one of its days; None before anything was reserved."""
        ...


@dataclass(frozen=True, slots=True)
class Flying:
    """A flight on the air. `measured_on` is the first day on which the whole of it lies in the past."""

    measured_on: date
    audience: Audience | None
    """None in records of before it was kept: it may be anybody anywhere."""


@dataclass(frozen=True, slots=True)
class Probing:
    """A probe that is not measured yet, or a campaign that may still become one."""

    audience: Audience | None
    """None before its plan."""
    budget: Money | None
    """Pounds it may lose; None before its plan."""
    measured_on: date | None
    """The first day on which the whole of its flight lies in the past; None before its plan."""


class RunningFlights(Protocol):
    async def flying(self, world_id: str, category: str, today: date, *, besides: UUID) -> Sequence[Flying]:
        """The flights on a category that are running after `today`, the campaign `besides` left out."""
        ...

    async def probing(self, world_id: str, category: str, *, besides: UUID) -> Sequence[Probing]:
        """The probes on a category that are planned, decided or running, and the campaigns without a plan that were
        begun before the campaign `besides`, which is left out: of two that plan at once the later one gives way. One
        that failed is among them while its money may still be lost."""
        ...


class LessonRecords(Protocol):
    """Lessons are appended, never overwritten; a bad one is withdrawn."""

    async def add(self, lesson: Lesson) -> None: ...

    async def current(self, learned_in: str, *, until: datetime | None = None) -> Sequence[Lesson]:
        """Every lesson of a world that is not withdrawn, oldest first; those kept by a time where one is given."""
        ...


class BookedAdsRecords(Protocol):
    """What other campaigns have booked."""

    async def besides(
        self, campaign_id: UUID, *, world: WorldRef, category: str, first: date, last: date
    ) -> Sequence[BookedAds]:
        """The flights of other campaigns of a world in a category that have a day from `first` to `last`, by start."""
        ...
