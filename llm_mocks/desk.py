"""What lies on the fake copywriter's desk: the prompt, the goods, the dice, and what may be written at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from domain.channel import Channel
from domain.plain_text import letters_of
from llm_mocks.dice import Dice
from llm_mocks.fixtures.families import Goods, Phrasebook, phrasebook
from llm_mocks.prompt_parser import ParsedPrompt

_END_OF_SENTENCE = re.compile(r"[.!?](?=\s|$)")
_PLACES: Final = {channel.value: place for place, channel in enumerate(Channel)}
_BRISK = re.compile(r"\b(?:brisk|terse|clipped|blunt|curt)\b")


@dataclass(frozen=True, slots=True)
class Desk:
    """One piece of writing. `words` fill the lines in."""

    prompt: ParsedPrompt
    goods: Goods
    angle: str
    dice: Dice
    words: dict[str, str]
    round: int = 0
    """How often this channel's ad has been written before: a campaign's next cycle has words of its own."""

    @property
    def book(self) -> Phrasebook:
        return phrasebook()

    @property
    def slot(self) -> int:
        """The channel's place among all channels: ads of one campaign are written apart, each in its own place."""
        return _PLACES.get(self.prompt.channel, 0)

    @property
    def turn(self) -> int:
        """Where this piece of writing begins among choices that go round: beside the other channels, and further on
        in every round."""
        return self.slot + self.round

    @property
    def is_brisk(self) -> bool:
        """Whether few words are wanted."""
        return self.prompt.asks.is_brief or _BRISK.search(self.prompt.tone) is not None

    def written(self, lines: Iterable[str]) -> tuple[str, ...]:
        """The lines filled in, without those the prompt gives no words for and those with words that are ruled out."""
        usable = (line for line in lines if self.prompt.price or "{price}" not in line)
        return tuple(text for line in usable if self.is_allowed(text := self._begun(line.format_map(self.words))))

    def _begun(self, text: str) -> str:
        """A name begins a line as it is written; the word for its kind, with a capital."""
        return text[:1].upper() + text[1:] if self.words["product"] == self.goods.short else text

    @property
    def of_its_kind(self) -> "Desk":
        """The same piece with the word for its kind in place of the product's name."""
        return replace(self, words={**self.words, "product": self.goods.short})

    def for_today(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Lines for any day without those that speak of another weather."""
        other = _begun_by_any(self.book.unsuited[self.prompt.weather])
        return tuple(line for line in lines if not other.search(line))

    def is_allowed(self, text: str) -> bool:
        """Whether nothing in it was complained of, used before or ruled out. A product may always be named."""
        asks = self.prompt.asks
        said = text.replace(self.words["product"], "")
        return not (
            self.prompt.is_refused(text)
            or self.prompt.forbids(said)
            or (asks.question is False and "?" in text)
            or letters_of(text) in self.prompt.used
        )

    def not_sent_back(self, field: str, candidates: tuple[str, ...]) -> tuple[str, ...]:
        """The candidates for a field without those of earlier answers that could not be used, which come last."""
        before = [answer for name, answer in self.prompt.sent_back if name == field]
        return tuple(sorted(candidates, key=lambda text: any(text in answer for answer in before)))


@cache
def _begun_by_any(words: tuple[str, ...]) -> re.Pattern[str]:
    """Words that begin with one of them."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


def sentences(text: str) -> int:
    """How many sentences a text has; one without a stop is a sentence too."""
    return max(1, len(_END_OF_SENTENCE.findall(text)))
