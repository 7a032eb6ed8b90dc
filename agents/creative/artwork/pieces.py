"""What an ad is put together of: words in boxes, and the shapes under them."""

from dataclasses import dataclass
from typing import Final, Literal

from agents.creative.artwork.layout import Box
from agents.creative.artwork.typesetting import Setting

Colour = Literal["ink", "paper", "ground", "action", "action_ink", "white", "night"]
"""`ink` is read on `paper` and on `ground`, the scene's own colours; white and night are the same on every ad."""
SHRINKS_TO: Final = 0.3
"""Up to here type shrinks no further than what can be read; beyond, because small type can be read and clipped not."""


@dataclass(frozen=True, slots=True)
class Text:
    """Lines in a box that is no larger than they are. `on` is the plate they stand on, None for the scene itself."""

    part: str
    setting: Setting
    box: Box
    ink: Colour
    on: Colour | None = None
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Plate:
    """A shape under words: a rectangle with corners of `radius`, filled, or a ring around them."""

    part: str
    box: Box
    radius: float
    fill: Colour
    is_ring: bool = False


Piece = Text | Plate


def placed(part: str, setting: Setting, box: Box, ink: Colour, on: Colour | None = None, *, centred: bool) -> Text:
    """The setting in the middle of the height of `box`."""
    width = setting.width
    x = box.x + (box.width - width) / 2 if centred else box.x
    return Text(
        part, setting, Box(x, box.y + (box.height - setting.height) / 2, width, setting.height), ink, on, centred
    )


def shrunk(largest: float, smallest: float, share: float) -> float:
    """A type size at a share of its largest: no less than can be read before the share is `SHRINKS_TO`."""
    if share >= SHRINKS_TO:
        return max(smallest, largest * share)
    return smallest * share / SHRINKS_TO
