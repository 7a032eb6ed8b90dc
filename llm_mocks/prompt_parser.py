"""What the fake copywriter understands of a prompt.

It prefers the labelled lines of our own templates (`Product: ...`) and falls back on the words of the whole request,
so that a template a person has rewritten still gets an answer to the point.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from langchain_core.messages import BaseMessage

Weather = Literal["rain", "heat", "cold", "none"]

_LABEL = re.compile(r"^[ \t]*[-*]?[ \t]*([A-Za-z][A-Za-z ]{2,30}?)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*][ \t]+(\S.*)$")
_HEADING = re.compile(r"^#+[ \t]+(.*)$")
_LIMIT = re.compile(r"\b(headline|body|call_to_action|call to action)\b[^\n]{0,40}?at most (\d+)", re.IGNORECASE)
_OFFER = re.compile(r"^([A-Z0-9][A-Z0-9_\-.]{2,})\s*(?:[:,]|\s[-–]\s)\s*(.+?)(?:,\s*£?(\d+\.\d\d).*)?$")
_QUOTED = re.compile(r"[\"“‘']([^\"”’'\n]{3,80})[\"”’']")
_PACK_SIZE = re.compile(r"\s*\b\d+(?:\.\d+)?\s?(?:x\s?\d+\s?)?(?:g|kg|ml|l|cl|litres?|pack|pk|s)\b\.?", re.IGNORECASE)
_WEATHER: dict[Weather, re.Pattern[str]] = {
    "rain": re.compile(r"\b(rain\w*|wet|downpour\w*|drizzl\w*|storm\w*|showers?|umbrella weather)\b"),
    "heat": re.compile(
        r"\b(heat ?wave\w*|heat|hot (?:weather|spell|days?)|hotter|sun|sunn\w+|sunshine|scorch\w*"
        r"|warm (?:weather|spell)|warmer|summer\w*)\b"
    ),
    "cold": re.compile(
        r"\b(cold (?:snap|spell|weather|days?)|colder|snow\w*|frost\w*|freez\w*|icy|chill\w*|winter\w*)\b"
    ),
}

_GOODS = re.compile(
    r"\bice[- ]?(?:cream|loll|cube)\w*|\bcold (?:and flu|& flu|remed|drink|meat|cut)\w*|\bhot (?:drink|choc)\w*"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product the prompt offers to choose from."""

    sku: str
    name: str


@dataclass(frozen=True, slots=True)
class ParsedPrompt:
    """A prompt as the copywriter sees it. Texts are empty, limits None, where the prompt says nothing."""

    product: str
    price: str
    category: str
    weather: Weather
    cause: str
    channel: str
    angle: str
    regions: str
    audience: str
    days: str
    limits: tuple[tuple[str, int], ...]
    offers: tuple[Offer, ...]
    refused: tuple[str, ...]
    """Words a compliance finding complains of, lower case."""
    is_rewrite: bool
    request: str

    def limit(self, field: str) -> int | None:
        """The length the prompt allows a field, in characters."""
        return dict(self.limits).get(field)


def text_of(message: BaseMessage) -> str:
    """The message's text, whatever blocks it is made of."""
    return message.content if isinstance(message.content, str) else str(message.text)


def parse_prompt(messages: Sequence[BaseMessage]) -> ParsedPrompt:
    """Read what a human asks. The house rules in the system message say nothing about the day."""
    asked = [text_of(m) for m in messages if m.type == "human"] or [text_of(m) for m in messages]
    return _parsed("\n".join(asked))


@lru_cache(maxsize=256)
def _parsed(request: str) -> ParsedPrompt:
    labels: dict[str, str] = {}
    for match in _LABEL.finditer(request):
        labels.setdefault(match.group(1).strip().lower(), match.group(2).strip())
    sections = _bullets_by_section(request)
    offers = _offers(sections)
    category = labels.get("category", "")
    product = labels.get("product") or labels.get("product name") or (offers[0].name if offers else "") or category
    complaint = next((lines for title, lines in sections if "refused" in title or "complian" in title), [])
    refused = [words.lower().strip(" .") for line in complaint for words in _QUOTED.findall(line)]
    refused += [labels[name].lower() for name in ("headline it refused",) if name in labels]
    return ParsedPrompt(
        product=_PACK_SIZE.sub("", product).strip(" ,"),
        price=labels.get("price", ""),
        category=category.lower(),
        weather=_weather(labels, request, category),
        cause=labels.get("cause", "").lower(),
        channel=labels.get("channel", "").lower(),
        angle=labels.get("angle", "").lower().split(",")[0],
        regions=labels.get("regions", ""),
        audience=labels.get("audience", ""),
        days=_days(request),
        limits=tuple((name.lower().replace(" ", "_"), int(size)) for name, size in _LIMIT.findall(request)),
        offers=offers,
        refused=tuple(refused),
        is_rewrite=bool(complaint) or "refused" in request.lower(),
        request=request,
    )


def weather_of(text: str, category: str = "") -> Weather:
    """The first weather a text speaks of. Names of goods are no weather."""
    words = _GOODS.sub(" ", text.lower().replace(category.lower(), " ") if category else text.lower())
    found = {kind: match.start() for kind, pattern in _WEATHER.items() if (match := pattern.search(words))}
    return min(found, key=found.__getitem__) if found else "none"


def _weather(labels: dict[str, str], request: str, category: str) -> Weather:
    """The weather the finding speaks of: its own line first, then anything asked."""
    finding = " ".join(labels.get(name, "") for name in ("opportunity", "headline", "advice", "proposition"))
    spoken = weather_of(finding, category)
    return spoken if spoken != "none" else weather_of(request, category)


def _bullets_by_section(request: str) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in request.splitlines():
        if heading := _HEADING.match(line):
            sections.append((heading.group(1).lower(), []))
        elif bullet := _BULLET.match(line):
            sections[-1][1].append(bullet.group(1))
    return sections


def _offers(sections: list[tuple[str, list[str]]]) -> tuple[Offer, ...]:
    found: list[Offer] = []
    for title, lines in sections:
        if "product" in title or not title:
            for line in lines:
                if match := _OFFER.match(line):
                    found.append(Offer(match.group(1), _PACK_SIZE.sub("", match.group(2)).strip(" ,")))
    return tuple(found)


def _days(request: str) -> str:
    match = re.search(r"\b(\d+) days?\b", request)
    return match.group(1) if match else ""
