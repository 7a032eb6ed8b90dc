"""What is true of each channel in the simulated world, and what its ad platform sells there. No agent may know it."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import assert_never

from domain.channel import Channel
from domain.money import Money


@dataclass(frozen=True, slots=True)
class ChannelNature:
    """How shoppers truly answer to it."""

    maximum_lift: float
    saturation: float
    """Pounds a day per store."""
    carry_over: float
    """Share of today's pressure still felt tomorrow."""
    shifted: float = 1.0
    """What its effect is multiplied by once shoppers whose habits change have changed them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Pounds: per thousand impressions, the smallest order, the most in a day."""

    cpm: Money
    minimum_budget: Money
    maximum_daily_budget: Money


@dataclass(frozen=True, slots=True)
class ClaimHabit:
    click_rate: float
    """Clicks per impression."""
    organic_share: float
    """Share of the treated stores' organic units the platform claims for itself once it reaches everybody."""


@dataclass(frozen=True, slots=True)
class SimulatedChannel:
    nature: ChannelNature
    terms: Terms
    habit: ClaimHabit


@cache
def simulated(channel: Channel) -> SimulatedChannel:
    """Search claims most: it stands in the way of people who were about to buy anyway."""
    match channel:
        case Channel.SPONSORED_SEARCH:
            return SimulatedChannel(
                ChannelNature(0.088, 6.5, 0.15, shifted=0.4), _terms("11.00", "50", "1500"), ClaimHabit(0.034, 0.13)
            )
        case Channel.ONSITE_DISPLAY:
            return SimulatedChannel(
                ChannelNature(0.042, 8.0, 0.25), _terms("6.50", "50", "2000"), ClaimHabit(0.006, 0.06)
            )
        case Channel.PAID_SOCIAL:
            return SimulatedChannel(
                ChannelNature(0.063, 12.0, 0.40), _terms("5.20", "100", "2500"), ClaimHabit(0.009, 0.05)
            )
        case Channel.IN_STORE_SCREEN:
            return SimulatedChannel(
                ChannelNature(0.053, 5.0, 0.10, shifted=1.8), _terms("8.00", "100", "1200"), ClaimHabit(0.0, 0.045)
            )
        case Channel.EMAIL:
            return SimulatedChannel(
                ChannelNature(0.021, 2.0, 0.20), _terms("14.00", "50", "400"), ClaimHabit(0.021, 0.05)
            )
        case _:
            assert_never(channel)


def _terms(cpm: str, minimum: str, daily: str) -> Terms:
    return Terms(cpm=Decimal(cpm), minimum_budget=Decimal(minimum), maximum_daily_budget=Decimal(daily))
