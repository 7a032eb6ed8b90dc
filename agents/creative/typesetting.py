"""Sets text in a box: breaks lines and chooses the largest type size at which every line fits.

Widths are Lato's own, and each line carries its width into the drawing (`textLength`), so that a viewer without the
font squeezes the line rather than let it run over the edge.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from agents.creative.lato import WIDTHS

Weight = Literal["regular", "bold", "black"]

_ADVANCE: dict[str, dict[str, int]] = {
    weight: {character: width for width, characters in table.items() for character in characters}
    for weight, table in WIDTHS.items()
}
_UNKNOWN = 1000
"""Thousandths of an em for a character Lato lacks: wide enough for any letter."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines at a type size, pixels; `leading` is the distance of one baseline to the next."""

    lines: tuple[str, ...]
    size: float
    leading: float
    weight: Weight

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return self.leading * len(self.lines)


def width_of(text: str, size: float, weight: Weight) -> float:
    """The width of a line in pixels, without kerning (which only draws letters closer)."""
    advance = _ADVANCE[weight]
    return sum(advance.get(character, _UNKNOWN) for character in text) * size / 1000


@lru_cache(maxsize=512)
def fit(
    text: str, weight: Weight, width: float, height: float, *, largest: float, smallest: float, leading: float = 1.12
) -> Setting:
    """The largest setting that fits `width` x `height`, in steps of a twentieth.

    `smallest` is where legibility asks to stop; a text that still does not fit goes on shrinking, because small type
    can be read and clipped type cannot.
    """
    words = text.split()
    size = largest
    while True:
        lines = _broken(words, weight, size, width)
        if lines is not None and len(lines) * size * leading <= height:
            return Setting(_balanced(words, lines, weight, size, width), size, size * leading, weight)
        size = size * 0.95 if size > smallest else size * 0.85


def _broken(words: list[str], weight: Weight, size: float, width: float) -> tuple[str, ...] | None:
    """Lines filled from the left; None when a word alone is too wide."""
    lines: list[str] = []
    for word in words:
        if width_of(word, size, weight) > width:
            return None
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _balanced(words: list[str], lines: tuple[str, ...], weight: Weight, size: float, width: float) -> tuple[str, ...]:
    """The same number of lines in the narrowest measure that allows it: no word is left alone on the last line."""
    narrow, wide = width * 0.5, width
    best = lines
    for _ in range(6):
        middle = (narrow + wide) / 2
        tried = _broken(words, weight, size, middle)
        if tried is not None and len(tried) == len(lines):
            best, wide = tried, middle
        else:
            narrow = middle
    return best
