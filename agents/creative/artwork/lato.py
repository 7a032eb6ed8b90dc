"""The typeface of every ad: Lato, from the `font-lato` package, never the machine's."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

Weight = Literal["regular", "bold", "black"]


def face(weight: Weight) -> Path:
    """The font file of a weight."""
    return Path(str(files("font_lato") / "files" / f"Lato-{weight.title()}.ttf"))


@lru_cache(maxsize=3)
def advances(weight: Weight) -> dict[str, int]:
    """How far each character of a weight moves the pen, in thousandths of the type size.

    Read once a process: importing the reader takes longer than reading.
    """
    from fontTools.ttLib import TTFont

    with TTFont(face(weight), lazy=True) as font:
        units, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        return {chr(code): round(metrics[glyph][0] * 1000 / units) for code, glyph in font.getBestCmap().items()}


def read_typeface() -> None:
    """Read all of it, so that whoever measures a word next waits for no disk."""
    for weight in get_args(Weight):
        advances(weight)


def undrawable(text: str) -> list[str]:
    """The characters of a text that some weight has no glyph for: each would be drawn as an empty box."""
    drawn = [advances(weight) for weight in get_args(Weight)]
    return [one for one in text if not one.isprintable() or any(one not in glyphs for glyphs in drawn)]
