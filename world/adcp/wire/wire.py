"""The parts of AdCP 3.2 we speak, as typed models; fields we do not use are left alone.

Names are the protocol's. Requests are read by our seller and written by our buyer, answers the other way round, so a
field is required only where the protocol requires it of every seller.
"""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from domain.booking import MediaBuyStatus
from domain.money import Money
from world.adcp.wire.days import Instant
from world.adcp.wire.message import JsonObject as JsonObject
from world.adcp.wire.message import Request, Wire
from world.adcp.wire.ours import GROUP, OrderExtension, PackageExtension, ProductExtension
from world.adcp.wire.words import Name

CURRENCY = "GBP"


class PricingOption(Wire):
    pricing_option_id: str
    pricing_model: str
    currency: str
    fixed_price: Money | None = None
    min_spend_per_package: Money | None = None


class FormatOption(Wire):
    format_kind: str
    format_option_id: str | None = None
    display_name: str | None = None
    params: JsonObject = Field(default_factory=dict)


class Product(Wire):
    product_id: Name
    name: str
    description: str = ""
    publisher_properties: list[JsonObject] = Field(default_factory=list)
    channels: list[str] = Field(default_factory=list)
    delivery_type: str = "non_guaranteed"
    format_options: list[FormatOption] = Field(default_factory=list)
    pricing_options: list[PricingOption] = Field(default_factory=list)
    reporting_capabilities: JsonObject = Field(default_factory=dict)
    ext: ProductExtension | None = None


class Products(Wire):
    products: list[Product] = Field(default_factory=list)
    cache_scope: str | None = None


class CreativeAssignment(Wire):
    creative_id: str


class TotalBudget(Wire):
    amount: Money
    currency: str


class PackageOrder(Request):
    product_id: str
    pricing_option_id: str
    budget: Money
    bid_price: Money | None = None
    start_time: Instant | None = None
    end_time: Instant | None = None
    creative_assignments: list[CreativeAssignment] = Field(default_factory=list)
    context: JsonObject | None = None
    ext: PackageExtension | None = None


class CreateMediaBuy(Request):
    idempotency_key: str = Field(min_length=16, max_length=255)
    account: JsonObject
    brand: JsonObject
    start_time: Instant | Literal["asap"]
    end_time: Instant
    total_budget: TotalBudget | None = None
    packages: list[PackageOrder] = Field(min_length=1)
    name: str | None = None
    context: JsonObject | None = Field(default=None, description="said again wherever the buy is told of")
    ext: OrderExtension | None = None


class PackageChange(Request):
    package_id: str
    paused: bool | None = None
    canceled: bool | None = None
    budget: Money | None = None
    creative_assignments: list[CreativeAssignment] | None = None


class ChangeTerms(Wire):
    """What only our own changes carry: the day of the world the buy acts in, whose calendar is not the seller's."""

    day: date


class ChangeExtension(Wire):
    tescosense: ChangeTerms | None = None


class UpdateMediaBuy(Request):
    account: JsonObject | None = None
    media_buy_id: str
    idempotency_key: str = Field(min_length=16, max_length=255)
    revision: int | None = None
    paused: bool | None = None
    canceled: bool | None = None
    start_time: Instant | Literal["asap"] | None = None
    end_time: Instant | None = None
    packages: list[PackageChange] | None = Field(default=None, min_length=1)
    total_budget: TotalBudget | None = Field(default=None, description="alone: every package is scaled in proportion")
    ext: ChangeExtension | None = None


class Package(Wire):
    package_id: str
    product_id: str | None = None
    pricing_option_id: str | None = None
    budget: Money | None = Field(default=None, ge=0)
    currency: str | None = None
    start_time: Instant | None = None
    end_time: Instant | None = None
    paused: bool | None = None
    canceled: bool | None = None
    creative_assignments: list[CreativeAssignment] | None = None
    context: JsonObject | None = None


class MediaBuyAnswer(Wire):
    """The answer to creating or changing a buy. Before 3.1 its state was in `status`, since then that is the task's."""

    media_buy_id: Name
    revision: int = 1
    media_buy_status: MediaBuyStatus | None = None
    status: str | None = None
    confirmed_at: Instant | None = None
    name: str | None = None
    currency: str | None = None
    total_budget: Money | None = Field(default=None, ge=0)
    packages: list[Package] | None = None
    affected_packages: list[Package] | None = None
    valid_actions: list[str] | None = None
    context: JsonObject | None = None
    replayed: bool | None = None
    sandbox: bool | None = None

    def state(self) -> MediaBuyStatus:
        """`pending_start` when a seller says nothing we know: it has confirmed, and nothing has run. A `status` of
        `completed` alone is the task's, and says nothing of the buy."""
        if self.media_buy_status is not None:
            return self.media_buy_status
        known = {state.value: state for state in MediaBuyStatus if state is not MediaBuyStatus.COMPLETED}
        return known.get(self.status or "", MediaBuyStatus.PENDING_START)


class MediaBuyRecord(Wire):
    media_buy_id: str
    name: str | None = None
    status: MediaBuyStatus
    currency: str | None = None
    total_budget: Money | None = Field(default=None, ge=0)
    start_time: Instant | None = None
    end_time: Instant | None = None
    confirmed_at: Instant | None = None
    revision: int = 1
    valid_actions: list[str] | None = None
    packages: list[Package] = Field(default_factory=list)
    context: JsonObject | None = None


class CreativeApproval(Wire):
    creative_id: str


class PackageTerms(Wire):
    """What money depends on in a package."""

    package_id: Name
    product_id: str | None = None
    budget: Money | None = Field(default=None, ge=0)
    currency: str | None = None
    start_time: Instant | None = None
    end_time: Instant | None = None
    canceled: bool | None = None
    creative_assignments: list[CreativeAssignment] | None = None
    creative_approvals: list[CreativeApproval] | None = None
    context: JsonObject | None = None

    @property
    def group(self) -> str:
        """The group of stores that was said with the order; empty where its seller keeps no context."""
        group = (self.context or {}).get(GROUP)
        return group if isinstance(group, str) else ""


class MediaBuyTerms(Wire):
    """What money depends on in a record of a buy: whatever else is odd about the record, this is read."""

    media_buy_id: Name
    status: MediaBuyStatus
    currency: str | None = None
    total_budget: Money | None = Field(default=None, ge=0)
    start_time: Instant | None = None
    end_time: Instant | None = None
    packages: list[PackageTerms] | None = None


class PageAsked(Wire):
    max_results: int | None = Field(default=None, ge=1, le=100)
    cursor: str | None = None


class MediaBuyQuery(Wire):
    media_buy_ids: list[str] | None = None
    status_filter: list[MediaBuyStatus] | MediaBuyStatus | None = None
    pagination: PageAsked = Field(default_factory=PageAsked)


class Pagination(Wire):
    has_more: bool
    cursor: str | None = None
    total_count: int | None = None


class MediaBuyRecords(Wire):
    media_buys: list[MediaBuyRecord] = Field(default_factory=list)
    pagination: Pagination | None = None


class ListedMediaBuys(Wire):
    """A page of a seller's buys as they came: one that cannot be read hides no other."""

    may_bring_errors = True

    media_buys: list[JsonObject]
    pagination: Pagination | None = None


class CreativeUpload(Wire):
    """A creative as uploaded; its assets are kept as they came."""

    model_config = ConfigDict(extra="allow")

    creative_id: str
    name: str


class Assignment(Wire):
    creative_id: str
    package_id: str


class SyncCreatives(Wire):
    creatives: list[CreativeUpload] = Field(default_factory=list)
    assignments: list[Assignment] = Field(default_factory=list)
    dry_run: bool = False


class CreativeResult(Wire):
    creative_id: str
    action: Literal["created", "updated", "unchanged", "failed", "deleted"]
    status: str | None = Field(default=None, description="where its review stands")
    errors: list["SellerError"] | None = None

    @property
    def was_taken(self) -> bool:
        return self.action not in {"failed", "deleted"} and self.status != "rejected"


class CreativeResults(Wire):
    creatives: list[CreativeResult]


class SellerError(Wire):
    code: str = "UNKNOWN"
    message: str = ""
    recovery: str | None = None
    field: str | None = None
    suggestion: str | None = None


class SellerErrors(Wire):
    """Where an answer carries its errors: over MCP in `adcp_error`, in every transport in `errors`."""

    adcp_error: SellerError | None = None
    errors: list[SellerError] | None = None

    def all(self) -> list[SellerError]:
        return self.errors or ([self.adcp_error] if self.adcp_error is not None else [])
