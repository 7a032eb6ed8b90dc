"""Sets text in a box: breaks lines and chooses the largest type size at which every line fits.

Widths are Lato's own, and each line carries its width into the drawing (`textLength`), so that a viewer without the
font squeezes the line rather than let it run over the edge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.creative.artwork.lato import Weight, advances

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

    @property
    def width(self) -> float:
        """Of its longest line."""
        return max(width_of(line, self.size, self.weight) for line in self.lines)


def width_of(text: str, size: float, weight: Weight) -> float:
    """The width of a line in pixels, without kerning (which only draws letters closer)."""
    return _advance(text, weight) * size / 1000


@lru_cache(maxsize=4096)
def _advance(text: str, weight: Weight) -> int:
    """Thousandths of the type size. An ad's few words are measured at many sizes until all of them fit."""
    advance = advances(weight)
    return sum(advance.get(character, _UNKNOWN) for character in text)


@lru_cache(maxsize=512)
def fit(
    text: str, weight: Weight, width: float, height: float, *, largest: float, smallest: float, leading: float = 1.12
) -> Setting:
    """The largest setting that fits `width` x `height`, in steps of a twentieth.

    `smallest` is where legibility asks to stop; a text that still does not fit goes on shrinking, because small type
    can be read and clipped type cannot.
    """
    words = text.split()
    advances = [width_of(word, 1000, weight) for word in words]
    space = width_of(" ", 1000, weight)
    size = largest
    while True:
        measure = width * 1000 / size
        counts = _broken(advances, space, measure)
        if counts is not None and len(counts) * size * leading <= height:
            return Setting(_lines(words, _balanced(advances, space, measure, counts)), size, size * leading, weight)
        size = size * 0.95 if size > smallest else size * 0.85


@lru_cache(maxsize=2048)
def set_at(text: str, weight: Weight, width: float, size: float, leading: float) -> Setting | None:
    """The text at one size in as many lines as it takes; None when a word is wider than `width`."""
    words = text.split()
    advances = [width_of(word, 1000, weight) for word in words]
    space, measure = width_of(" ", 1000, weight), width * 1000 / size
    counts = _broken(advances, space, measure)
    if counts is None:
        return None
    return Setting(_lines(words, _balanced(advances, space, measure, counts)), size, size * leading, weight)


def broken_up(text: str, weight: Weight, width: float, smallest: float) -> str:
    """The text with each word in parts that is wider than `width` at the smallest size that can be read, pixels: a word
    on two lines is read sooner than a word too small to read."""
    return " ".join(part for word in text.split() for part in _parts(word, weight, width, smallest))


def _parts(word: str, weight: Weight, width: float, size: float) -> Iterator[str]:
    while len(word) > 1 and width_of(word, size, weight) > width:
        fits = (end for end in range(len(word) - 1, 1, -1) if width_of(word[:end], size, weight) <= width)
        end = next(fits, 1)
        yield word[:end]
        word = word[end:]
    yield word


def _broken(advances: list[float], space: float, measure: float) -> list[int] | None:
    """How many words each line takes, filled from the left; None when a word alone is too wide.

    Widths are in thousandths of the type size throughout, so that trying a size is arithmetic alone.
    """
    counts: list[int] = []
    used = measure
    for advance in advances:
        if advance > measure:
            return None
        if counts and used + space + advance <= measure:
            counts[-1] += 1
            used += space + advance
        else:
            counts.append(1)
            used = advance
    return counts


def _balanced(advances: list[float], space: float, measure: float, counts: list[int]) -> list[int]:
    """The same number of lines in a narrower measure, where one allows it: no word is left alone on the last line."""
    narrow, wide, best = measure * 0.5, measure, counts
    for _ in range(6):
        middle = (narrow + wide) / 2
        tried = _broken(advances, space, middle)
        if tried is not None and len(tried) == len(counts):
            best, wide = tried, middle
        else:
            narrow = middle
    return best


def _lines(words: list[str], counts: list[int]) -> tuple[str, ...]:
    taken = iter(words)
    return tuple(" ".join(next(taken) for _ in range(count)) for count in counts)
