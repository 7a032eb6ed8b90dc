"""What is true of each kind of shoppers. Read by their answer, `bench/` and tests alone: no agent may know it.

The sizes are of the order that field experiments report: effects differ between campaigns by about half their mean
(Lewis & Rao 2015, "The unfavorable economics of measuring the returns to advertising"); response is S-shaped or concave
and is fitted by Hill's function (Jin et al. 2017); repetition wears an ad out (Naik, Mantrala & Sawyer 1998); media
overlap in whom they move (Naik & Raman 2003); a third of a promotion's bump is taken from the weeks after it and some
from neighbouring shelves (Mace & Neslin 2004; Leeflang et al. 2008).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import assert_never

from domain.channel import Channel
from domain.shoppers import Shoppers
from world.simulated.channels import simulated


@dataclass(frozen=True, slots=True)
class Nature:
    """Shoppers' answer to ads. Every part is nothing unless said."""

    strength: float = 1.0
    """Multiplies every effect."""
    spread: float = 0.12
    """Log standard deviation of a cell's effectiveness, between channels and categories."""
    hill: bool = False
    """Hill's curve, at a steepness drawn for each channel, in place of the concave exponential."""
    store_spread: float = 0.0
    """Log standard deviation of a channel's effect between stores."""
    region_spread: float = 0.0
    """And between regions."""
    additive: float = 0.0
    """Share of the effect that is as many pounds in every store; the rest is as many per cent."""
    overlap: float = 0.0
    """Share of the weaker channels' lift that falls on shoppers the strongest one has moved already."""
    wear_out: float = 0.0
    """Log effect lost with four weeks of a channel's ads for a category in a store."""
    drift: float = 0.0
    """Log standard deviation of a cell's effectiveness gained every four weeks."""
    spill: float = 0.0
    """Share of a region's pressure by store that reaches those of its stores that were left out."""
    pull_forward: float = 0.0
    """Share of what ads sell that would have been bought in the fortnight after."""
    halo: float = 0.0
    """Share of a category's lift that its companions gain."""
    cannibalisation: float = 0.0
    """Share of a category's lift that its substitutes lose."""
    uneven: float = 0.0
    """Log standard deviation of what a package spends in one store and in another."""
    shift_on: date = date.max
    """From this day on a channel's effect is multiplied by what `shift` says."""

    @property
    def shift(self) -> Mapping[Channel, float]:
        """By channel, as its own record has it; nothing where habits never change."""
        if self.shift_on == date.max:
            return {}
        return {channel: simulated(channel).nature.shifted for channel in Channel}


@cache
def nature_of(shoppers: Shoppers) -> Nature:
    """What is true of shoppers of a kind."""
    match shoppers:
        case Shoppers.TEXTBOOK:
            return Nature()
        case Shoppers.LIFELIKE:
            return Nature(
                strength=1.25,
                spread=0.5,
                hill=True,
                store_spread=0.3,
                region_spread=0.2,
                additive=0.4,
                overlap=0.3,
                wear_out=0.25,
                drift=0.15,
                spill=0.05,
                pull_forward=0.2,
                halo=0.1,
                cannibalisation=0.15,
                uneven=0.4,
            )
        case Shoppers.FAINT:
            return Nature(strength=0.3)
        case Shoppers.DEAF:
            return Nature(strength=0.0)
        case Shoppers.SHIFTING:
            return Nature(shift_on=date(2027, 2, 8))
        case Shoppers.NEIGHBOURLY:
            return Nature(spill=0.15)
        case Shoppers.HASTY:
            return Nature(pull_forward=1 / 3)
        case _:
            assert_never(shoppers)


_COMPANIONS: tuple[frozenset[str], ...] = (
    frozenset({"soup", "bread"}),
    frozenset({"barbecue meat", "salad"}),
    frozenset({"cheese", "bread"}),
    frozenset({"tea and coffee", "biscuits"}),
)
_SUBSTITUTES: tuple[frozenset[str], ...] = (
    frozenset({"soup", "ready meals"}),
    frozenset({"ice cream", "chocolate"}),
    frozenset({"bottled water", "soft drinks"}),
    frozenset({"crisps", "biscuits"}),
    frozenset({"beer", "wine"}),
)


def neighbours(category: str) -> dict[str, float]:
    """The categories whose ads a category's sales answer to as well: 1 for a companion, -1 for a substitute."""
    found: dict[str, float] = {}
    for sign, pairs in ((1.0, _COMPANIONS), (-1.0, _SUBSTITUTES)):
        for pair in pairs:
            if category in pair:
                found |= dict.fromkeys(sorted(pair - {category}), sign)
    return found
