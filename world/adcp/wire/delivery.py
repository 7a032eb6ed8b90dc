"""Delivery reports in AdCP 3.2's fields. Clicks and units by day are extra fields the protocol permits."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.money import MOST, Money
from world.adcp.wire.days import Instant
from world.adcp.wire.message import Wire
from world.adcp.wire.wire import JsonObject


class DeliveryQuery(Wire):
    media_buy_ids: list[str] | None = None
    start_date: date | None = None
    end_date: date | None = Field(default=None, description="exclusive, as AdCP has it")
    include_package_daily_breakdown: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start_date and self.end_date and self.end_date <= self.start_date:
            raise ValueError("end_date must be later than start_date")
        return self


Count = Annotated[float, Field(ge=0, le=float(MOST), allow_inf_nan=False)]


Correctable = Annotated[float, Field(ge=-float(MOST), le=float(MOST), allow_inf_nan=False)]


class Metrics(Wire):
    impressions: Count = 0
    spend: Money = Field(ge=0)
    clicks: Count | None = None
    conversions: Count | None = None
    conversion_value: Money | None = Field(default=None, ge=0)
    units_sold: Count | None = None


class DayMetrics(Metrics):
    """One day of a package. What is below nothing takes back what other days told."""

    date: date
    impressions: Correctable = 0
    spend: Money
    clicks: Correctable | None = None
    conversions: Correctable | None = None
    conversion_value: Money | None = None
    units_sold: Correctable | None = None


class PackageDelivery(Metrics):
    package_id: str
    pricing_model: str
    rate: Money
    currency: str
    paused: bool | None = None
    is_final: bool | None = None
    daily_breakdown: list[DayMetrics] | None = None


class MediaBuyDelivery(Wire):
    media_buy_id: str
    status: str
    currency: str | None = None
    is_final: bool | None = None
    totals: Metrics
    by_package: list[PackageDelivery] = Field(default_factory=list)


class Duration(Wire):
    interval: int
    unit: str


class AttributionWindow(Wire):
    post_click: Duration | None = None
    post_view: Duration | None = None
    model: str | None = None

    def label(self) -> str:
        """As `7d_click_1d_view`; empty when the seller says nothing of its windows."""
        windows = (("click", self.post_click), ("view", self.post_view))
        return "_".join(f"{window.interval}{window.unit[0]}_{name}" for name, window in windows if window)


class ReportingPeriod(Wire):
    start: Instant
    end: Instant
    timezone: str | None = None


class DeliveryReport(Wire):
    reporting_period: ReportingPeriod
    media_buy_deliveries: list[MediaBuyDelivery]
    currency: str | None = None
    attribution_window: AttributionWindow | None = None
    errors: list[JsonObject] | None = None
    sandbox: bool | None = None
