"""What the second reader sees of an ad: its letters, what it is about, and how it is put."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.compliance.reading.english import is_english, words_in
from domain.once import once

if TYPE_CHECKING:
    from wordllama.inference import WordLlamaInference

BUCKETS = 1 << 16
"""How many numbers the pieces of words are folded into."""
_PIECES = (2, 3, 4, 5)
"""Characters of a piece, within a word and the blanks around it."""
Floats = NDArray[np.float32]

_PLAIN_FIGURE = re.compile(
    r"£\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?\s?(?:p|g|kg|ml|l|cl|litres?|minutes?|mins?|%\s?abv|abv|°?c|am|pm|a\.m|p\.m|hours?"
    r"|cm|x)\b|\d{1,2}[:.]\d{2}|\b18\+"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*",
    re.IGNORECASE,
)
"""Figures that ordinary copy is full of: prices, weights, times, temperatures, dates, strength."""
_CALENDAR = frozenset(
    {
        "i", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
        "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "christmas",
        "eve", "easter", "drinkaware", "abv", "uk", "new", "year", "boxing", "day", "advent", "bonfire", "night",
    }
)  # fmt: skip
"""Names that are written large and are no claim."""
MANNERS = 15
"""How many numbers `manner` gives."""


def pieces(text: str) -> Counter[int]:
    """How often each piece of the words of `text` occurs, by bucket."""
    found: Counter[int] = Counter()
    for word in text.lower().replace("|", " ").split():
        found.update(_of_word(word))
    return found


@lru_cache(maxsize=4096)
def _of_word(word: str) -> tuple[int, ...]:
    """The buckets of a word's pieces, the short ones first. Ads say many words over and over."""
    padded, buckets = f" {word} ", list[int]()
    for length in _PIECES:
        for start in range(max(len(padded) - length, 0) + 1):
            buckets.append(zlib.crc32(padded[start : start + length].encode()) % BUCKETS)
        if length >= len(padded):
            break
    return tuple(buckets)


def meaning(texts: Sequence[str]) -> Floats:
    """[len(texts), 256]: where each text lies among meanings, as a vector of length one."""
    return np.asarray(_vectors().embed(list(texts), norm=True), dtype=np.float32)


def manner(text: str, names: Iterable[str]) -> list[float]:
    """[MANNERS]: how an ad is put, each number about 0 to 1: figures that are no price, weight or time, names written
    large that are not the product's, words no dictionary has, who is spoken to, marks, length, and words of totality.

    `text` is read as it stands, its parts set off by bars; `names` are the words of the product's name in lower case.
    """
    known = frozenset(names)
    words = words_in(text)
    count = max(len(words), 1)
    figures = re.findall(r"\d+", _PLAIN_FIGURE.sub(" ", text))
    strange = sum(not is_english(word) and word not in known for word in words)
    return [
        min(len(figures), 3) / 3,
        min(len(re.findall(r"\d+\s?(?:%|per ?cent)(?!\s?abv)", text, re.IGNORECASE)), 1),
        min(_large_names(text, known), 4) / 4,
        min(sum(word.isupper() for word in re.findall(r"[A-Za-z]{3,}", text)), 3) / 3,
        min(strange, 3) / 3,
        3 * sum(word in known for word in words) / count,
        text.count("!") / 2,
        text.count("?") / 2,
        min(len(re.findall(r"\b(?:we|our|us|we're|we'll|we've)\b", text, re.IGNORECASE)), 2) / 2,
        min(len(re.findall(r"\b(?:you|your|you'll|you're|yours)\b", text, re.IGNORECASE)), 3) / 3,
        len(re.findall(r'["*#@/&+]', text)) / 3,
        min(count, 30) / 30,
        float(text == text.lower()),
        float("%" in text and "ABV" not in text),
        len(re.findall(_TOTAL, text, re.IGNORECASE)) / 3,
    ]


_TOTAL = r"\b(?:every|always|never|all|most|more|than|only|no|everyone|nobody|anyone)\b"


def _large_names(text: str, known: frozenset[str]) -> int:
    """Words with a capital that begin no sentence, and are neither the product's nor the calendar's."""
    found = 0
    for sentence in re.split(r"[|.!?:\n\"]", text):
        for word in re.findall(r"[A-Za-z']+", sentence)[1:]:
            found += word[0].isupper() and word.lower() not in known and word.lower() not in _CALENDAR
    return found


@once
def _vectors() -> "WordLlamaInference":
    """The word vectors of the package `wordllama`, from the file it brings along."""
    import wordllama

    home = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=home, disable_download=True)
