"""Media buys, in AdCP's words."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from domain.channel import AdFormat, Channel
from domain.money import Money
from domain.plan import Flight


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

    @property
    def format(self) -> AdFormat:
        return AdFormat.of_type(self.creative_type)


class PackageRequest(BaseModel):
    product_id: str
    channel: Channel
    budget: Money = Field(gt=0)
    creative_ids: list[UUID] = Field(min_length=1)


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


class BookedAds(BaseModel):
    """What a campaign has booked of a category: where its ads are shown, when, and for how much."""

    campaign_id: UUID
    flight: Flight
    treated_stores: list[str]
    committed: Money

    @property
    def daily_spend(self) -> float:
        """Pounds."""
        return float(self.committed) / self.flight.days


class ChannelDelivery(BaseModel):
    """What the platform reports for one package on one day. Attributed figures are the platform's claim."""

    day: date
    channel: Channel
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
