"""What the fake copywriter understands of a prompt.

It prefers the labelled lines of our own templates (`Product: ...`) and falls back on the words of the whole request,
so that a template a person has rewritten still gets an answer to the point. Facts of the campaign are kept apart from
what the writer is told to do (`llm_mocks.instructions`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from langchain_core.messages import BaseMessage

from domain.plain_text import letters_of
from llm_mocks.instructions import Instructions, read_instructions

Weather = Literal["rain", "heat", "cold", "none"]

# Blanks are taken whole (`*+`): given back one by one, a line of 200,000 of them would take minutes.
_LABEL = re.compile(r"^[ \t]*+[-*]?[ \t]*+([A-Za-z][A-Za-z ]{2,30}?)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*][ \t]+(\S.*)$")
_HEADING = re.compile(r"^#+[ \t]+(.*)$")
_LIMIT = re.compile(
    r"\b(headline|body|call_to_action|call to action)\b[^\n]{0,40}?at most (\d+)\b(?! words)", re.IGNORECASE
)
_OFFER = re.compile(r"^([A-Z0-9][A-Z0-9_\-.]{2,})\s*(?:[:,]|\s[-–]\s)\s*(.+?)(?:,\s*£?(\d+\.\d\d).*)?$")
_QUOTED = re.compile(r"(?:[\"“]|(?<!\w)[‘'])((?:[^\"“”‘’'\n]|(?<=\w)[’'](?=\w)){3,160})(?:[\"”]|[’'](?!\w))")
_PACK_SIZE = re.compile(
    r"\s*\b\d+(?:\.\d+)?\s?(?:x\s?\d+(?:\.\d+)?\s?)?(?:g|kg|ml|l|cl|litres?|pack|pk|s)\b\.?", re.IGNORECASE
)
_SENT_BACK = "That answer could not be used"
"""How a turn begins that sends an answer back (`agents.asking.ask`)."""
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

_FACTS = frozenset(
    {"product", "product name", "category", "price", "channel", "placement", "opportunity", "headline", "cause"}
    | {"advice", "regions", "flight", "audience", "objective", "proposition", "tone", "angle"}
    | {"headline it refused", "body it refused"}
)
"""Labels whose lines tell of the campaign."""
_OF_FACTS = ("evidence", "product", "taught", "lesson", "refused", "complian", "already")
"""What the heading of a list of facts says."""
_FIELD_COMPLAINED_OF = re.compile(r"\b(headline|body|call_to_action|image_description|objective|proposition): ")

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
    opportunity: str
    """The finding in one line."""
    weather: Weather
    cause: str
    channel: str
    angle: str
    regions: str
    audience: str
    days: str
    tone: str
    limits: tuple[tuple[str, int], ...]
    offers: tuple[Offer, ...]
    refused: tuple[str, ...]
    """Words a compliance finding complains of, lower case."""
    used: tuple[str, ...]
    """Headlines the campaign has already, by their letters alone."""
    sent_back: tuple[tuple[str, str], ...]
    """Fields of earlier answers that could not be used, with the answer as it was sent."""
    is_rewrite: bool
    asks: Instructions
    request: str

    def limit(self, field: str) -> int | None:
        """The length the prompt allows a field, in characters."""
        return dict(self.limits).get(field)

    def is_refused(self, text: str) -> bool:
        """Whether compliance complained of words in it, or of more than there is of it."""
        low = text.lower()
        return any(words in low or low.strip(" .") == words for words in self.refused)

    def forbids(self, text: str) -> bool:
        """Whether the writer is told to keep out a word of it."""
        return any(_said(words, text.lower()) for words in self.asks.avoid)

    @property
    def facts(self) -> tuple[str, ...]:
        """What tells this campaign from others, whatever the writer is told to do; the request where no fact is named.

        The channel is none of it: the ads of one campaign are written apart and must know of each other.
        """
        named = (self.category, self.product, self.opportunity)
        return named if any(named) else (self.request,)


def _said(words: str, text: str) -> bool:
    """Whether a text says the words, in the singular or the plural, whatever ending a verb takes."""
    return re.search(rf"\b{re.escape(words)}(?:s|es|y|ed|ing)?\b", text) is not None


def text_of(message: BaseMessage) -> str:
    """The message's text, whatever blocks it is made of."""
    return message.content if isinstance(message.content, str) else str(message.text)


def parse_prompt(messages: Sequence[BaseMessage]) -> ParsedPrompt:
    """Read what a human asks. The house rules in the system message say nothing about the day."""
    asked = [text_of(m) for m in messages if m.type == "human"] or [text_of(m) for m in messages]
    rules = [text_of(m) for m in messages if m.type == "system"]
    answers = [text_of(m) for m in messages if m.type == "ai"]
    complaints = [text for text in asked if text.startswith(_SENT_BACK)] if answers else []
    asked = [text for text in asked if text not in complaints]
    sent_back = tuple(
        (field, answer)
        for answer, complaint in zip(answers, complaints, strict=False)
        for field in _FIELD_COMPLAINED_OF.findall(complaint)
    )
    return _parsed("\n".join(asked), "\n".join(rules), sent_back)


@lru_cache(maxsize=256)
def _parsed(request: str, rules: str, sent_back: tuple[tuple[str, str], ...]) -> ParsedPrompt:
    labels: dict[str, str] = {}
    for match in _LABEL.finditer(request):
        if not match.group(0).lstrip().startswith(("-", "*")):
            labels.setdefault(match.group(1).strip().lower(), match.group(2).strip())
    sections = _bullets_by_section(request)
    offers = _offers(sections)
    category = labels.get("category", "")
    product = labels.get("product") or labels.get("product name") or (offers[0].name if offers else "") or category
    complaint = next((lines for title, lines in sections if "refused" in title or "complian" in title), [])
    refused = [words.lower().strip(" .") for line in complaint for words in _QUOTED.findall(line)]
    refused += [labels[name].lower() for name in ("headline it refused",) if name in labels]
    used = next((lines for title, lines in sections if "headlines" in title and "already" in title), [])
    return ParsedPrompt(
        product=_PACK_SIZE.sub("", product).strip(" ,"),
        price=labels.get("price", ""),
        category=category.lower(),
        opportunity=labels.get("opportunity") or labels.get("headline", ""),
        weather=_weather(labels, request, category),
        cause=labels.get("cause", "").lower(),
        channel=labels.get("channel", "").lower(),
        angle=labels.get("angle", "").lower().split(",")[0].strip(" ."),
        regions=labels.get("regions", ""),
        audience=labels.get("audience", ""),
        tone=labels.get("tone", "").lower(),
        days=_days(request),
        limits=tuple((name.lower().replace(" ", "_"), int(size)) for name, size in _LIMIT.findall(request)),
        offers=offers,
        refused=tuple(refused),
        used=tuple(letters_of(line) for line in used),
        sent_back=sent_back,
        is_rewrite=bool(complaint) or "refused" in request.lower(),
        asks=read_instructions([*rules.splitlines(), *_told(request)]),
        request=request,
    )


def _told(request: str) -> list[str]:
    """The lines of a request that are no facts of the campaign."""
    told: list[str] = []
    is_of_facts = False
    for line in request.splitlines():
        if heading := _HEADING.match(line):
            is_of_facts = any(word in heading.group(1).lower() for word in _OF_FACTS)
            continue
        label = _LABEL.match(line)
        is_bullet = _BULLET.match(line) is not None
        is_fact = label is not None and label.group(1).strip().lower() in _FACTS and not is_bullet
        if not is_fact and not (is_of_facts and is_bullet):
            told.append(line)
    return told


def weather_of(text: str, category: str = "") -> Weather:
    """The first weather a text speaks of. Names of goods are no weather."""
    words = _GOODS.sub(" ", text.lower().replace(category.lower(), " ") if category else text.lower())
    found = {kind: match.start() for kind, pattern in _WEATHER.items() if (match := pattern.search(words))}
    return min(found, key=found.__getitem__) if found else "none"


def _weather(labels: dict[str, str], request: str, category: str) -> Weather:
    """The weather the finding speaks of; where there is no finding, any weather that is asked for."""
    finding = " ".join(labels.get(name, "") for name in ("opportunity", "headline", "advice", "proposition"))
    return weather_of(finding if finding.strip() else request, category)


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
