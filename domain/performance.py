"""What a campaign delivered, what the platform claims, and what it caused."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, field_validator

from domain.booking import ChannelDelivery, MediaBuyStatus
from domain.buy_changes import Stops
from domain.channel import Channel
from domain.money import Money
from domain.plan import Flight, Interval
from domain.provenance import Kind


class ChannelPerformance(BaseModel):
    channel: Channel
    impressions: int
    clicks: int
    spend: Money
    conversions: int
    conversion_value: Money
    units_sold: int


class GroupSpend(BaseModel):
    """What was delivered of one channel to one group of stores."""

    group: str = Field(description="of the plan's experiment; empty where all treated stores were served alike")
    channel: Channel
    spend: Money


class PlatformClaim(NamedTuple):
    """What a platform says its ads did; never learned from."""

    clickable_impressions: int
    """Of channels that can be clicked: those of the others are in no click-through rate."""
    clicks: int
    """Of those impressions."""
    conversion_value: Money
    """Of every channel."""


def platform_claim(rows: Iterable[ChannelPerformance | ChannelDelivery]) -> PlatformClaim:
    """The rows of any days and channels, summed."""
    every = list(rows)
    clickable = [row for row in every if row.channel.record.is_clickable]
    return PlatformClaim(
        clickable_impressions=sum(row.impressions for row in clickable),
        clicks=sum(row.clicks for row in clickable),
        conversion_value=sum((row.conversion_value for row in every), start=Decimal(0)),
    )


class PlaceboCheck(BaseModel):
    """The same method on the same stores in a pretended flight before the real one, where nothing was advertised."""

    days: int = Field(description="length of the pretended flight, the last days before the real one")
    lift: float = Field(description="relative change it finds; nothing is there to find")
    interval: Interval = Field(description="of that lift")

    @property
    def is_clean(self) -> bool:
        """Whether no effect lies in the interval, as it does in so many cases as the interval's level says."""
        return self.interval.low <= 0.0 <= self.interval.high


class LiftEstimate(BaseModel):
    """Incremental effect against the held-out stores."""

    incremental_units: float
    incremental_sales: Money
    standard_error: float = Field(ge=0, description="of incremental sales, pounds")
    interval: Interval = Field(description="of incremental sales, pounds")
    lift: float = Field(description="relative change in the treated stores' units")
    treated_stores: int
    control_stores: int
    method: str = Field(description="how it was estimated, in words")
    why: str = Field(default="", description="why in this way; empty in reports of old")
    is_measured: bool = Field(
        default=True, description="whether it could be; otherwise `method` says why not, and the figures are nought"
    )
    placebo: PlaceboCheck | None = Field(
        default=None, description="None in reports of old, and where too few days were counted before the flight"
    )

    @field_validator("placebo", mode="before")
    @classmethod
    def _told(cls, placebo: object) -> object:
        """A placebo without a figure, of reports from when one was kept where nothing could be told, is none."""
        is_empty = isinstance(placebo, Mapping) and placebo.get("lift") is None
        return None if is_empty else placebo


class PerformanceReport(BaseModel):
    id: UUID
    campaign_id: UUID
    cycle: int
    flight: Flight
    is_final: bool
    attribution_window: str
    channels: list[ChannelPerformance]
    groups: list[GroupSpend] = Field(
        default_factory=list, description="the spend by group of stores; empty in reports from before it was kept"
    )
    impressions: int
    clicks: int
    spend: Money
    attributed_roas: float = Field(description="the platform's claim: conversion value over spend; never learned from")
    lift: LiftEstimate
    iroas: float = Field(description="incremental sales over spend")
    roi: float = Field(description="(incremental margin - spend) / spend")
    roi_interval: Interval
    reported_at: AwareDatetime
    media_buy_status: MediaBuyStatus | None = Field(
        default=None, description="what the platform said of the buy with it; None in reports from before it was kept"
    )
    stops: Stops = Field(
        default_factory=Stops, description="when it did not run because we had said so: those days are not measured"
    )
    ad_response: Kind = Field(
        default="simulated", description="whose answer to the ads the lift measures: real shoppers' or simulated ones'"
    )
