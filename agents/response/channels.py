"""What we hold of each channel before any lesson: how much it can lift sales, and where it saturates."""

from dataclasses import dataclass
from functools import cache
from typing import assert_never

from domain.channel import Channel


@dataclass(frozen=True, slots=True)
class ChannelResponse:
    prior_lift: float
    """Lift at saturation before any lesson: the low end of published in-market retail media tests."""
    scale: float
    """Pounds a store and day at which a channel has given 63 % of what it can give, before any lesson."""


@cache
def response_of(channel: Channel) -> ChannelResponse:
    """Search and email run out of people to reach early; social and display reach wide and saturate late."""
    match channel:
        case Channel.SPONSORED_SEARCH:
            return ChannelResponse(prior_lift=0.09, scale=7.0)
        case Channel.ONSITE_DISPLAY:
            return ChannelResponse(prior_lift=0.07, scale=9.0)
        case Channel.PAID_SOCIAL:
            return ChannelResponse(prior_lift=0.07, scale=12.0)
        case Channel.IN_STORE_SCREEN:
            return ChannelResponse(prior_lift=0.08, scale=8.0)
        case Channel.EMAIL:
            return ChannelResponse(prior_lift=0.05, scale=4.0)
        case _:
            assert_never(channel)
