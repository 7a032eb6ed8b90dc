"""The fake copywriter: from a parsed prompt to candidate texts for each field it may be asked for.

Candidates come best first in an order drawn from the seed; whoever fills the answer takes the first that fits.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from itertools import product as combinations
from typing import TypeVar

import numpy as np

from domain.channel import Channel, TextLimits
from domain.plain_text import unmarked
from llm_mocks.fixtures.families import Family, family_of, phrasebook
from llm_mocks.prompt_parser import ParsedPrompt

T = TypeVar("T")

_ANY_CHANNEL = TextLimits(headline=60, body=160, call_to_action=24)
_ROOM_FOR_THE_MOMENT = 75
"""A body shorter than this has no room for the weather as well as the food: the headline carries it."""
_ENOUGH = 4
"""Openings and sentences tried with each other; more would only be thrown away."""
_CARELESS = 0.6
"""How often a first draft gives in to temptation."""
_ANGLE_BY_WEATHER = {"rain": "comfort", "cold": "comfort", "heat": "freshness", "none": "convenience"}
_ANGLE_BY_CAUSE = {"price": "value", "promotion": "value", "search": "discovery", "stock": "convenience"}


@dataclass(frozen=True, slots=True)
class Draft:
    """Candidate texts by field name, best first. `limits` holds the prompt's own lengths where it gave any."""

    candidates: dict[str, tuple[str, ...]]
    limits: dict[str, int]


def seeded_generator(seed: int, *parts: str) -> np.random.Generator:
    """A generator that depends on the seed and the words alone."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), key=str(seed).encode()[:64], digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def draft(prompt: ParsedPrompt, seed: int) -> Draft:
    """Write an ad and a brief for what the prompt asks."""
    rng = seeded_generator(seed, prompt.request)
    book = phrasebook()
    family = family_of(prompt.category, prompt.product, prompt.request)
    angle = prompt.angle if prompt.angle in book.endings else _angle(prompt)
    usual = _usual_limits(prompt.channel)
    limits = {"headline": prompt.limit("headline") or usual.headline, "body": prompt.limit("body") or usual.body}
    if call_limit := prompt.limit("call_to_action"):
        limits["call_to_action"] = call_limit
    writing = _Writing(prompt, family, angle, rng)
    body_first, careless = writing.bodies(limits["body"]), writing.careless()
    has_room = limits["body"] > _ROOM_FOR_THE_MOMENT
    headlines = writing.headlines(limits["headline"], moment_first=not has_room)
    candidates: dict[str, tuple[str, ...]] = {
        "headline": headlines,
        "body": (*careless, *body_first),
        "call_to_action": writing.calls(),
        "angle": (angle,),
        "image_description": writing.pictures(),
        "objective": writing.objectives(),
        "proposition": writing.propositions(),
        "tone": writing.shuffled(book.tones[prompt.weather]),
        "hero_sku": tuple(offer.sku for offer in prompt.offers),
        "audience_reason": writing.audience_reasons(),
    }
    for alias, name in _ALIASES.items():
        candidates[alias] = candidates[name]
    return Draft(candidates, limits)


_ALIASES = {
    "title": "headline",
    "text": "body",
    "copy": "body",
    "description": "body",
    "cta": "call_to_action",
    "goal": "objective",
    "summary": "proposition",
    "statement": "proposition",
    "reason": "audience_reason",
    "sku": "hero_sku",
}


def _usual_limits(channel: str) -> TextLimits:
    """What a channel takes, where the prompt gives no lengths of its own."""
    return next((known.record.text for known in Channel if known == channel), _ANY_CHANNEL)


def _angle(prompt: ParsedPrompt) -> str:
    return _ANGLE_BY_CAUSE.get(prompt.cause, _ANGLE_BY_WEATHER[prompt.weather])


class _Writing:
    """One piece of writing: a prompt, a family of goods, an angle and a random generator."""

    def __init__(self, prompt: ParsedPrompt, family: Family, angle: str, rng: np.random.Generator) -> None:
        self._prompt = prompt
        self._family = family
        self._angle = angle
        self._rng = rng
        self._book = phrasebook()
        self._openings = self._book.openings[prompt.weather][family.served]
        self._words = {
            "product": unmarked(prompt.product) or family.short,
            "noun": family.noun,
            "short": family.short,
            "Short": family.short[:1].upper() + family.short[1:],
            "shelf": family.shelf,
            "price": prompt.price,
        }

    def shuffled(self, items: Sequence[T]) -> tuple[T, ...]:
        return tuple(items[index] for index in self._rng.permutation(len(items)).tolist())

    def _written(self, lines: Iterable[str]) -> list[str]:
        """Fill lines in, leaving out what the prompt gives no words for and what compliance complained of."""
        usable = [line for line in lines if self._prompt.price or "{price}" not in line]
        return [text for line in usable if self._is_clean(text := line.format_map(self._words))]

    def _is_clean(self, text: str) -> bool:
        if not self._prompt.refused:
            return True
        low = text.lower()
        return not any(words in low or low.strip(" .") == words for words in self._prompt.refused)

    def headlines(self, limit: int, *, moment_first: bool) -> tuple[str, ...]:
        """The weather's own lines come first: a good ad for rain can be told from one for sun by its headline."""
        moment = self.shuffled(self._written(self._book.headlines[self._prompt.weather][self._family.served]))
        cause = self.shuffled(self._written(self._book.headlines_by_cause.get(self._prompt.cause, ())))
        own = self.shuffled(self._written(self._family.headlines))
        if self._prompt.weather == "none":
            lines = (*cause, *own, *moment)
        else:
            lines = (*moment, *cause, *own) if moment_first or self._rng.random() < 0.75 else (*own, *moment, *cause)
        return tuple(sorted(lines, key=lambda line: len(line) > limit))

    def bodies(self, limit: int) -> tuple[str, ...]:
        """Sentences put together to use the room a channel gives: moment and food first, ending where it fits."""
        openings = self.shuffled(self._written(self._openings))[:_ENOUGH]
        senses = self.shuffled(self._written(self._family.senses))[:_ENOUGH]
        endings = self.shuffled(self._written(self._book.endings[self._angle]))
        duty = self._family.duty
        pairs = list(combinations(openings, senses)) or [("", sense) for sense in senses]
        short = [_joined(opening, sense, duty) for opening, sense in pairs]
        full = [_joined(opening, sense, endings[0] if endings else "", duty) for opening, sense in pairs]
        alone = [_joined(sense, duty) for sense in senses] + [_joined(opening, duty) for opening in openings]
        order = [text for text in full if len(text) <= limit] + [text for text in short if len(text) <= limit]
        return (*order, *sorted(alone, key=lambda text: (len(text) > limit, -len(text))))

    def careless(self) -> tuple[str, ...]:
        """What a first draft may get wrong for goods that tempt one to a health claim; never on a rewrite."""
        if self._prompt.is_rewrite or self._rng.random() > _CARELESS:
            return ()
        return self.shuffled(self._written(self._family.temptations))

    def calls(self) -> tuple[str, ...]:
        return (
            *self.shuffled(self._written(self._book.calls.get(self._prompt.channel, ()))),
            *self._book.calls["any"],
        )

    def pictures(self) -> tuple[str, ...]:
        setting = self._book.settings[self._prompt.weather]
        words = {**self._words, "short": self._words["product"]}
        return tuple(
            f"{line.format_map(words).capitalize()}, {setting}." for line in self.shuffled(self._family.pictures)
        )

    def objectives(self) -> tuple[str, ...]:
        when = {"rain": "while the rain lasts", "heat": "while the warm writing lasts", "cold": "while the cold lasts"}
        moment = when.get(self._prompt.weather, "this week")
        where = f" in {self._prompt.regions}" if self._prompt.regions else ""
        return self.shuffled(
            [
                f"Bring {self._family.short} back into baskets{where} {moment}.",
                f"Make {self._family.short} the easy answer for supper{where} {moment}.",
                f"Remind shoppers{where} that {self._family.short} suits the week, {moment}.",
            ]
            if self._family.served == "hot"
            else [
                f"Put {self._family.short} on more shopping lists{where} {moment}.",
                f"Have {self._family.short} in the house before it is wanted{where}, {moment}.",
            ]
        )

    def propositions(self) -> tuple[str, ...]:
        openings = self.shuffled(self._written(self._openings))
        senses = self.shuffled(self._written(self._family.senses))
        return tuple(f"{opening} {sense}" for opening, sense in zip(openings, cycle(senses), strict=False))

    def audience_reasons(self) -> tuple[str, ...]:
        audience = self._prompt.audience or "These shoppers"
        who = audience[:1].upper() + audience[1:]
        reason = {
            "rain": "are most likely to be indoors and deciding on supper late",
            "heat": "are changing what they eat with the weather",
            "cold": "are cooking at home more as the evenings draw in",
            "none": "buy from this shelf already and shop more than once a week",
        }[self._prompt.weather]
        return (f"{who} {reason}.",)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
