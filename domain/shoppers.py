"""The kinds of shoppers the simulated world can have, by name. What is true of them is known to that world alone."""

from enum import StrEnum


class Shoppers(StrEnum):
    """How simulated shoppers answer to ads."""

    TEXTBOOK = "textbook"
    """Concave, additive, the same everywhere and for ever: the world that a planner hopes for."""
    LIFELIKE = "lifelike"
    """Uneven by category, channel, region and store; overlapping, wearing out, drifting; partly the same pounds in
    every store; a part of it only earlier, elsewhere or from another shelf."""
    FAINT = "faint"
    """As in the textbook, at three tenths of its strength."""
    DEAF = "deaf"
    """Ads sell nothing."""
    SHIFTING = "shifting"
    """As in the textbook until a day in early 2027 on which search falls to four tenths and screens nearly double."""
    NEIGHBOURLY = "neighbourly"
    """As in the textbook, and some of what is spent in a region reaches its held-out stores too."""
    HASTY = "hasty"
    """As in the textbook, and a third of what ads sell is bought in the flight instead of the fortnight after it."""


USUAL = Shoppers.LIFELIKE
"""Those of a simulated world for which nobody names others."""
