"""The fake copywriter: from a parsed prompt to candidate texts for each field it may be asked for.

Candidates come best first; whoever fills the answer takes the first that fits. Every choice is a throw of its own
(`llm_mocks.dice`) over the campaign's facts, so a change of instruction changes what it is about and nothing else.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace

import numpy as np

from domain.channel import Channel, TextLimits
from domain.plain_text import is_plain, unmarked
from llm_mocks.bodies import bodies
from llm_mocks.desk import Desk
from llm_mocks.dice import Dice
from llm_mocks.fixtures.families import family_of, phrasebook
from llm_mocks.headlines import headlines, rounds
from llm_mocks.instructions import ANGLES
from llm_mocks.prompt_parser import ParsedPrompt

_ANY_CHANNEL = TextLimits(headline=60, body=160, call_to_action=24)
_ANGLES_BY_WEATHER = {
    "rain": ("comfort", "convenience", "occasion"),
    "cold": ("comfort", "convenience", "occasion"),
    "heat": ("freshness", "occasion", "convenience"),
    "none": ("convenience", "comfort", "occasion"),
}
_ANGLES_BY_CAUSE = {
    "price": ("value", "convenience"),
    "promotion": ("value", "occasion"),
    "search": ("discovery", "occasion"),
    "stock": ("convenience", "comfort"),
}
_BEST_SELLERS_SHARE = 0.4
"""How often a brief leads with the best seller; else with another of the line, so that a line is advertised."""
_LONGEST_NAME = 60
_LONGEST_PHRASE = 160
_BEYOND_LATIN_1 = 0x100
_NO_NAME = re.compile(r"[\"{}<>|\[\]]")


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
    usual = _usual_limits(prompt.channel)
    limits = {"headline": prompt.limit("headline") or usual.headline, "body": prompt.limit("body") or usual.body}
    if call_limit := prompt.limit("call_to_action"):
        limits["call_to_action"] = call_limit
    desk = _desk(prompt, seed)
    desk = replace(desk, round=rounds(desk))
    ranked, speaks_of_weather = headlines(desk, limits["headline"], limits["body"])
    candidates: dict[str, tuple[str, ...]] = {
        "headline": desk.not_sent_back("headline", ranked),
        "body": desk.not_sent_back("body", bodies(desk, limits["body"], is_weather_told=speaks_of_weather)),
        "call_to_action": desk.not_sent_back("call_to_action", _calls(desk)),
        "angle": (desk.angle,),
        "image_description": desk.not_sent_back("image_description", _pictures(desk)),
        "hero_sku": _heroes(desk),
        **_brief(desk),
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


def _desk(prompt: ParsedPrompt, seed: int) -> Desk:
    book = phrasebook()
    family = family_of(prompt.category, prompt.product, prompt.request)
    goods = book.goods_of(family.key, prompt.category, prompt.product)
    words = {
        "product": _sayable(unmarked(prompt.product)) or goods.short,
        "noun": goods.noun,
        "short": goods.short,
        "Short": goods.short[:1].upper() + goods.short[1:],
        "shelf": goods.shelf,
        "price": prompt.price,
    }
    return Desk(prompt, goods, _angle(prompt), Dice(seed, prompt.facts), words)


def _usual_limits(channel: str) -> TextLimits:
    """What a channel takes, where the prompt gives no lengths of its own."""
    return next((known.record.text for known in Channel if known == channel), _ANY_CHANNEL)


def _angle(prompt: ParsedPrompt) -> str:
    """What is told comes before what the brief says, and both before what cause and weather suggest."""
    asks = prompt.asks
    if asks.is_angle_fixed:
        return asks.angles[0]
    if prompt.angle in (asks.angles or ANGLES):
        return prompt.angle
    suited: tuple[str, ...] = (*_ANGLES_BY_CAUSE.get(prompt.cause, ()), *_ANGLES_BY_WEATHER[prompt.weather])
    return next((angle for angle in suited if not asks.angles or angle in asks.angles), (*asks.angles, *suited)[0])


def _calls(desk: Desk) -> tuple[str, ...]:
    calls = desk.book.calls
    own = desk.written(calls.get(desk.prompt.channel, ()))
    return (*desk.dice.order(f"call of {desk.prompt.channel}", own), *calls["any"])


def _sayable(name: str) -> str:
    """A product's name as an ad would have it; nothing where no writer would say it whole.

    Letters beyond Western Europe's are written without their accents, or not at all, for an ad is sent back for them.
    """
    letters = (letter if ord(letter) < _BEYOND_LATIN_1 else _without_accent(letter) for letter in name)
    name = " ".join("".join(letters).split())
    return name if len(name) <= _LONGEST_NAME and not _NO_NAME.search(name) else ""


def _plainly(told: str) -> str:
    """Words with a shop's own names in them as a brief may hold them: `NORTH_EAST` without its markup, letters beyond
    ours without their accents; nothing where a letter could not be written at all, or it would fill the brief."""
    written: list[str] = []
    for letter in unicodedata.normalize("NFC", told):
        written.append(letter if is_plain(letter) else _without_accent(letter))
        if not written[-1] and not unicodedata.combining(letter):
            return ""
    said = unmarked("".join(written)).replace(" ,", ",")
    return said if len(said) <= _LONGEST_PHRASE else ""


def _without_accent(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if part.isascii())


def _pictures(desk: Desk) -> tuple[str, ...]:
    setting = desk.book.settings[desk.prompt.weather]
    words = {**desk.words, "short": desk.words["product"].lower()}
    lines = desk.dice.order(f"picture of {desk.prompt.channel}", desk.goods.pictures)
    first = desk.round % len(lines)
    shown = (line.format_map(words) for line in (*lines[first:], *lines[:first]))
    return tuple(f"{line[:1].upper()}{line[1:]}, {setting}." for line in shown)


def _heroes(desk: Desk) -> tuple[str, ...]:
    """The best seller, or one of the others of the line."""
    skus = tuple(offer.sku for offer in desk.prompt.offers)
    if desk.dice.share("the best seller leads") < _BEST_SELLERS_SHARE:
        return skus
    return (*desk.dice.order("hero", skus[1:]), *skus[:1])


def _brief(desk: Desk) -> dict[str, tuple[str, ...]]:
    lines, prompt, order = desk.book.brief, desk.prompt, desk.dice.order
    audience = _plainly(prompt.audience) or "these shoppers"
    regions = _plainly(prompt.regions)
    words = {
        **desk.words,
        "where": f" in {regions}" if regions else "",
        "when": order("when", lines.when[prompt.weather])[0],
        "Audience": audience[:1].upper() + audience[1:],
    }
    return {
        "objective": tuple(line.format_map(words) for line in order("objective", lines.objectives)),
        "proposition": desk.written(order("proposition", lines.propositions[prompt.weather])),
        "tone": order("tone", desk.book.tones[prompt.weather]),
        "audience_reason": tuple(line.format_map(words) for line in order("reason", lines.reasons[prompt.weather])),
    }
