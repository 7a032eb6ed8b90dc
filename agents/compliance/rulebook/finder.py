"""Finds phrases in texts: looks only for those of which a text has the letters.

The rulebook has some six hundred, of two thousand wordings, and an ordinary ad has the letters of a few.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from agents.compliance.rulebook.phrases import FEWEST_LETTERS, Phrase, Wording

_FIRST_LETTERS: Final = 4
"""So many of a needle, or all of it, are looked for first."""
_IS_LETTER_TOO: Final = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}
"""Beyond a letter's own two cases, what an expression that ignores case takes for it."""


class Finder:
    """Finds phrases: those it is made for, in any text."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._starting: defaultdict[str, set[str]] = defaultdict(set)
        self._by_needle: defaultdict[str, list[tuple[Phrase, Wording]]] = defaultdict(list)
        self._anywhere: list[tuple[Phrase, Wording]] = []
        for one in dict.fromkeys(phrases):
            for wording in one.wordings:
                for needle in wording.needs[0] if wording.needs else ():
                    self._by_needle[needle].append((one, wording))
                for needle in chain.from_iterable(wording.needs):
                    self._starting[needle[:_FIRST_LETTERS]].add(needle)
                if not wording.needs:
                    self._anywhere.append((one, wording))
        self.likely_in = lru_cache(maxsize=64)(self._with_needles_in)

    def find(self, phrases: Iterable[Phrase], text: str) -> Iterator[re.Match[str]]:
        """What is found of any of them from left to right, none within another; of those that begin at one place the
        first in order: as one expression with bars between them would find it."""
        likely = self.likely_in(text)
        there = [wordings for one in phrases if (wordings := likely.get(one))]
        near = {
            number: found
            for number, wording in enumerate(chain.from_iterable(there))
            if (found := wording.pattern.search(text))
        }
        while near:
            first = near[min(near, key=lambda number: (near[number].start(), number))]
            yield first
            for number, found in tuple(near.items()):
                if found.start() < first.end():
                    again = found.re.search(text, first.end())
                    near.pop(number) if again is None else near.update({number: again})

    def may_find(self, phrases: Iterable[Phrase], text: str) -> bool:
        """Whether a text has the letters of any of them: told without a search."""
        return not self.likely_in(text).keys().isdisjoint(phrases)

    def without(self, phrases: Sequence[Phrase], text: str, blank: str = "") -> str:
        """The text with `blank` in place of all that is found; without one, with as many blanks as it has letters."""
        if not self.may_find(phrases, text):
            return text
        kept, end = "", 0
        for found in self.find(phrases, text):
            kept += text[end : found.start()] + (blank or " " * len(found.group(0)))
            end = found.end()
        return kept + text[end:]

    def _with_needles_in(self, text: str) -> Mapping[Phrase, list[Wording]]:
        """The wordings that may be in a text, by phrase, in their order."""
        small, there = small_letters(text), set[str]()
        for at in range(len(small)):
            for letters in range(FEWEST_LETTERS, _FIRST_LETTERS + 1):
                for needle in self._starting.get(small[at : at + letters], ()):
                    if small.startswith(needle, at):
                        there.add(needle)
        likely: defaultdict[Phrase, set[Wording]] = defaultdict(set)
        for one, wording in chain(self._anywhere, *(self._by_needle.get(needle, ()) for needle in there)):
            if not any(there.isdisjoint(needles) for needles in wording.needs):
                likely[one].add(wording)
        return {one: [each for each in one.wordings if each in found] for one, found in likely.items()}


def small_letters(text: str) -> str:
    """Lower case, and for every character that an expression takes for a letter of English, that letter."""
    return text.translate(_IS_LETTER_TOO).lower()
