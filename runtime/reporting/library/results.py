"""What each ad did. A cycle shows one ad on a channel, so what the platform counts of the two is that ad's."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from domain.channel import Channel
from domain.creative import creative_id
from domain.money import Money
from runtime.reporting.delivery import DeliveryByDay
from storage.campaigns.ads import ReportedAd


class AdResults(BaseModel):
    """By the platform's own count."""

    impressions: int
    clicks: int | None = Field(description="None of a channel that cannot be clicked")
    ctr: float | None = Field(description="clicks over all of these impressions; None where there is no click to count")
    spend: Money
    attributed_sales: Money = Field(description="claimed by the ad platform, never measured and never learned from")
    is_final: bool = Field(description="from the report of the whole flight")
    through: date | None = Field(description="of a flight in the air: the last day the platform tells of")

    @classmethod
    def of(
        cls,
        channel: Channel,
        *,
        impressions: int,
        clicks: int,
        spend: Money,
        attributed_sales: Money,
        is_final: bool,
        through: date | None = None,
    ) -> Self:
        can_be_clicked = channel.record.is_clickable
        return cls(
            impressions=impressions,
            clicks=clicks if can_be_clicked else None,
            ctr=clicks / impressions if can_be_clicked and impressions else None,
            spend=spend,
            attributed_sales=attributed_sales,
            is_final=is_final,
            through=through,
        )


def results_by_ad(reported: Iterable[ReportedAd], running: Mapping[UUID, DeliveryByDay]) -> dict[UUID, AdResults]:
    """By ad. `running` is what flights in the air have delivered, by campaign: newer than any report of theirs."""
    found = {
        creative_id(one.campaign_id, one.cycle, one.channel): AdResults.of(
            one.channel,
            impressions=one.impressions,
            clicks=one.clicks,
            spend=one.spend,
            attributed_sales=one.conversion_value,
            is_final=one.is_final,
        )
        for one in reported
    }
    for campaign_id, delivery in running.items():
        if delivery.cycle is not None:
            cycle = delivery.cycle
            found |= {creative_id(campaign_id, cycle, channel): told for channel, told in _by_channel(delivery)}
    return found


def _by_channel(delivery: DeliveryByDay) -> Iterator[tuple[Channel, AdResults]]:
    for channel in Channel:
        rows = [row for row in delivery.items if row.channel is channel]
        if rows:
            yield (
                channel,
                AdResults.of(
                    channel,
                    impressions=sum(row.impressions for row in rows),
                    clicks=sum(row.clicks for row in rows),
                    spend=sum((row.spend for row in rows), start=Decimal(0)),
                    attributed_sales=sum((row.conversion_value for row in rows), start=Decimal(0)),
                    is_final=False,
                    through=delivery.through,
                ),
            )
