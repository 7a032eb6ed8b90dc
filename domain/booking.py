"""Media buys, in AdCP's words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from domain.buy_changes import BuyChange, BuyChanged, Stops, stops_of
from domain.channel import AdFormat, Channel
from domain.money import Money, in_proportion
from domain.plan import Flight, StoreGroup


class MediaBuyStatus(StrEnum):
    PENDING_CREATIVES = "pending_creatives"
    PENDING_START = "pending_start"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELED = "canceled"

    @property
    def runs(self) -> bool:
        """Whether ads of such a buy are shown, or were to the end of the flight."""
        return self in {MediaBuyStatus.ACTIVE, MediaBuyStatus.COMPLETED}

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be charged for it."""
        return self in {MediaBuyStatus.COMPLETED, MediaBuyStatus.REJECTED, MediaBuyStatus.CANCELED}


class MediaProduct(BaseModel):
    """Something the ad platform sells: a channel with a price and a smallest order."""

    product_id: str
    channel: Channel
    cpm: Money = Field(description="pounds per thousand impressions")
    minimum_budget: Money
    maximum_daily_budget: Money
    creative_type: str = Field(description="what it takes, as `Creative.type` has it: format and size")
    store_targeting: bool = Field(
        default=False, description="whether its seller confirms that an order is shown in its stores and in no other"
    )

    @property
    def format(self) -> AdFormat:
        return AdFormat.of_type(self.creative_type)


class PackageRequest(BaseModel):
    product_id: str
    channel: Channel
    budget: Money = Field(gt=0)
    creative_ids: list[UUID] = Field(min_length=1)
    group: str = Field(default="", description="the group of stores it is for; empty is all of the buy's")
    stores: list[str] = Field(default_factory=list, description="where it is shown; empty is all treated stores")


class MediaBuyRequest(BaseModel):
    campaign_id: UUID
    world_id: str = Field(description="the world this buy acts on; runs of their own never see each other's buys")
    account: str
    category: str
    sku: str
    flight: Flight
    treated_stores: list[str] = Field(min_length=1)
    packages: list[PackageRequest] = Field(min_length=1)
    idempotency_key: str = Field(min_length=8, description="the same key is the same buy, however often it is sent")

    def stores_of(self, package: PackageRequest) -> list[str]:
        """Where a package of this order is shown."""
        return package.stores or self.treated_stores

    @property
    def total(self) -> Money:
        return sum((package.budget for package in self.packages), start=Decimal(0))


class AdShown(BaseModel):
    """The words of an ad, as the platform that shows it was handed them."""

    channel: Channel
    headline: str
    body: str
    angle: str = ""


class MediaBuy(BaseModel):
    """A buy the platform has accepted."""

    media_buy_id: str
    status: MediaBuyStatus
    request: MediaBuyRequest
    confirmed_at: AwareDatetime
    ads: list[AdShown] = Field(
        default_factory=list, description="what a simulated platform shows; empty in buys of old and where ads are real"
    )
    changes: list[BuyChange] = Field(default_factory=list, description="made since it was placed, the oldest first")

    @property
    def revision(self) -> int:
        """1 as it was placed, one more with each change."""
        return 1 + len(self.changes)

    @property
    def stops(self) -> Stops:
        return stops_of(self.changes)

    @property
    def packages(self) -> list[PackageRequest]:
        """As ordered, at the budgets they have now: the newest total, shared as it was ordered."""
        budgets = [change.budget for change in self.changes if change.budget is not None]
        return at_budget(self.request.packages, budgets[-1]) if budgets else self.request.packages

    @property
    def total(self) -> Money:
        """Pounds it may cost in all, as it stands now."""
        return sum((package.budget for package in self.packages), start=Decimal(0))


class MediaBuyState(BaseModel):
    """Where a buy stands after a change, as its platform says."""

    media_buy_id: str
    status: MediaBuyStatus
    total: Money = Field(description="pounds it may cost in all")


def at_budget(packages: Sequence[PackageRequest], total: Money) -> list[PackageRequest]:
    """The packages at `total` pounds together, each in proportion to what it has, as AdCP's `total_budget` asks."""
    budgets = in_proportion([package.budget for package in packages], total)
    return [package.model_copy(update={"budget": budget}) for package, budget in zip(packages, budgets, strict=True)]


class BookingConfirmation(BaseModel):
    id: UUID
    campaign_id: UUID
    cycle: int
    transaction_id: str = Field(description="the platform's media buy id")
    idempotency_key: str
    status: MediaBuyStatus
    flight: Flight
    committed: Money
    booked_at: AwareDatetime
    changes: list[BuyChanged] = Field(
        default_factory=list, description="asked for since, the oldest first; those with a `problem` were not made"
    )

    @property
    def made(self) -> list[BuyChanged]:
        """The changes that were made."""
        return [change for change in self.changes if not change.problem]

    @property
    def stops(self) -> Stops:
        """When it did not run because we had said so."""
        return stops_of(self.made)


class BookedAds(BaseModel):
    """What a campaign has booked of a category: where its ads are shown, when, and for how much."""

    campaign_id: UUID
    flight: Flight
    treated_stores: list[str]
    committed: Money
    audience: str = ""
    groups: list[StoreGroup] = Field(default_factory=list, description="as planned: who is served how much")

    @property
    def daily_spend(self) -> float:
        """Pounds."""
        return float(self.committed) / self.flight.days


class ChannelDelivery(BaseModel):
    """What the platform reports for one package on one day. Attributed figures are the platform's claim."""

    day: date
    channel: Channel
    group: str = Field(default="", description="the package's group of stores; empty where it is for all of them")
    impressions: int = Field(ge=0)
    clicks: int = Field(ge=0)
    spend: Money
    conversions: int = Field(ge=0)
    units_sold: int = Field(ge=0, description="units the platform attributes to its ads")
    conversion_value: Money


class Delivery(BaseModel):
    media_buy_id: str
    status: MediaBuyStatus
    rows: list[ChannelDelivery]
    attribution_window: str = Field(default="7d_click", description="AdCP attribution window")
    is_final: bool
    as_of: AwareDatetime
