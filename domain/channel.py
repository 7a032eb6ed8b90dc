"""Where an ad runs, and everything that follows from it: one record a channel.

What only some may know of a channel is kept apart: what we believe of its response in `agents/response/channels.py`,
what is true of it in the simulated world in `world/simulated/channels.py`. In each of the three a channel that is
left out is an error of the type checker.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, assert_never

_SHORTEST_SIDE: Final = 90
_SHORTEST_STRIP: Final = 50
"""A strip of a phone: as high as that, and six times as long."""
_STRIP: Final = 6
_LONGEST_SIDE: Final = 4096
_SMALLEST_AREA: Final = 26_000
_WIDEST: Final = 12
_TALLEST: Final = 6
"""How much wider than high a picture may be, and how much higher than wide."""
_SIZE_AT_THE_END: Final = re.compile(r"_(\d+)x(\d+)$")


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def can_be_drawn(self) -> bool:
        """Whether an ad's words can be read on it, and it can be painted in one go."""
        short, long = sorted((self.width, self.height))
        if long > _LONGEST_SIDE or self.width > _WIDEST * self.height or self.height > _TALLEST * self.width:
            return False
        is_strip = self.width >= _STRIP * self.height and short >= _SHORTEST_STRIP
        return is_strip or (short >= _SHORTEST_SIDE and short * long >= _SMALLEST_AREA)


@dataclass(frozen=True, slots=True)
class AdFormat:
    """What an ad is made as. `picture` is None for an ad of words alone."""

    name: str
    picture: PictureSize | None

    @classmethod
    def of_type(cls, ad_type: str) -> "AdFormat":
        """The format a type names: `display_300x250` is a picture of 300 by 250, `podcast_script` has none."""
        size = _SIZE_AT_THE_END.search(ad_type)
        if size is None:
            return cls(ad_type, None)
        return cls(ad_type[: size.start()], PictureSize(int(size[1]), int(size[2])))

    @property
    def type(self) -> str:
        """As ads and products carry it."""
        return self.name if self.picture is None else f"{self.name}_{self.picture}"

    def resized(self, picture: PictureSize) -> "AdFormat":
        return AdFormat(self.name, picture)


@dataclass(frozen=True, slots=True)
class TextLimits:
    """The most characters a writer is given."""

    headline: int
    body: int
    call_to_action: int


class FoodLaw(StrEnum):
    """What the law on advertising less healthy food makes of a channel (Communications Act 2003, sections 321A and
    368Z14, in force since 5 January 2026)."""

    PAID_ONLINE = "paid_online"
    """Paid-for placement online: barred at all times."""
    OUT_OF_HOME = "out_of_home"
    """Neither television nor online."""
    OWN_CUSTOMERS = "own_customers"
    """Sent by the retailer to its own customers, and so not a paid-for placement."""

    @property
    def bars_less_healthy(self) -> bool:
        return self is FoodLaw.PAID_ONLINE


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    label: str
    law: FoodLaw
    is_clickable: bool
    """A screen in a store is seen and not clicked, so its impressions are in no click-through rate."""
    format: AdFormat
    """What is drawn, and what our own seller sells; another seller may sell the channel in another size."""
    text: TextLimits
    placement: str
    """Where the ad is met and how it is taken in, in a writer's words."""
    description: str
    """What is sold, in a seller's words."""
    adcp: tuple[str, ...]
    """The AdCP channels that mean this one; the first is ours for it."""


class Channel(StrEnum):
    """Where an ad runs."""

    SPONSORED_SEARCH = "sponsored_search"
    ONSITE_DISPLAY = "onsite_display"
    PAID_SOCIAL = "paid_social"
    IN_STORE_SCREEN = "in_store_screen"
    EMAIL = "email"

    @property
    def record(self) -> ChannelRecord:
        return _record(self)


@cache
def _record(channel: Channel) -> ChannelRecord:
    match channel:
        case Channel.SPONSORED_SEARCH:
            return ChannelRecord(
                label="Sponsored search",
                law=FoodLaw.PAID_ONLINE,
                is_clickable=True,
                format=AdFormat("sponsored_product", PictureSize(600, 600)),
                text=TextLimits(headline=32, body=72, call_to_action=20),
                placement="the top of the search results, read by someone already looking",
                description="Sponsored products beside the search results of the grocer's own shop",
                adcp=("search",),
            )
        case Channel.ONSITE_DISPLAY:
            return ChannelRecord(
                label="Onsite display",
                law=FoodLaw.PAID_ONLINE,
                is_clickable=True,
                format=AdFormat("display", PictureSize(300, 250)),
                text=TextLimits(headline=34, body=80, call_to_action=18),
                placement="a small box beside the shopping list, read in two seconds",
                description="Display beside the aisles of the grocer's own shop",
                adcp=("retail_media", "display"),
            )
        case Channel.PAID_SOCIAL:
            return ChannelRecord(
                label="Paid social",
                law=FoodLaw.PAID_ONLINE,
                is_clickable=True,
                format=AdFormat("social", PictureSize(1080, 1080)),
                text=TextLimits(headline=50, body=140, call_to_action=20),
                placement="a square in a feed, met between friends' pictures",
                description="Social posts to the grocer's shoppers",
                adcp=("social",),
            )
        case Channel.IN_STORE_SCREEN:
            return ChannelRecord(
                label="In-store screen",
                law=FoodLaw.OUT_OF_HOME,
                is_clickable=False,
                format=AdFormat("screen", PictureSize(1920, 1080)),
                text=TextLimits(headline=30, body=60, call_to_action=20),
                placement="a wide screen above the aisle, read in passing from three metres",
                description="Screens at the entrance and the aisles of the stores",
                adcp=("dooh",),
            )
        case Channel.EMAIL:
            return ChannelRecord(
                label="Email",
                law=FoodLaw.OWN_CUSTOMERS,
                is_clickable=True,
                format=AdFormat("email", PictureSize(600, 400)),
                text=TextLimits(headline=50, body=150, call_to_action=24),
                placement="the top of a letter to our own customers, read at leisure",
                description="A place in the grocer's weekly mail",
                adcp=("email",),
            )
        case _:
            assert_never(channel)
