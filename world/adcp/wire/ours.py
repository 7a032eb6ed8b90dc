"""What only our own buyer and seller say to each other, in AdCP's places for it: `ext` and `context`."""

from typing import Final
from uuid import UUID

from pydantic import Field

from domain.channel import Channel
from domain.context import WorldRef
from domain.money import Money
from world.adcp.wire.message import Wire

GROUP: Final = "store_group"
"""Of a package's context, which a seller says again: the group of stores it is for."""


class ChannelTerms(Wire):
    """What AdCP's channel list is too coarse to say of our products."""

    channel: Channel
    maximum_daily_budget: Money
    creative_type: str
    store_targeting: bool = False


class ProductExtension(Wire):
    tescosense: ChannelTerms | None = None


class OrderTerms(Wire):
    """What only our own orders carry: the world they act on and what they advertise where."""

    campaign_id: UUID
    world: WorldRef
    account: str
    category: str
    sku: str
    treated_stores: list[str] = Field(min_length=1)


class OrderExtension(Wire):
    tescosense: OrderTerms | None = None


class PackageServed(Wire):
    """What only our own orders say of a package: the group of stores it is for, of those the order names."""

    group: str
    stores: list[str] = Field(min_length=1)


class PackageExtension(Wire):
    tescosense: PackageServed | None = None
