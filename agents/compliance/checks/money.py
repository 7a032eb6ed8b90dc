"""Amounts of money in an ad, however they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: number for number, word in enumerate(_UNITS)}
_NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, start=2)}
_NUMBERS |= {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "half a": 0, "a single": 1}
_SMALL = "|".join(sorted((word for word in _NUMBERS if word not in ("zero", "half a")), key=len, reverse=True))
_COUNT = rf"(?:(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_UNITS[1:10])})|{_SMALL})"
_NOT_A_MEASURE = r"(?!\s?(?:kg|g|mg|ml|cl|l|litres?|%|per ?cent|kcal|kj|cm|mm|km|am|pm|[ap]\.m|o'clock|stars?|x)\b)"

_FOREIGN = (
    r"(?P<foreign>(?:[€$¥]|\b(?:eur|usd|euros?|dollars?)\b)\s?\d+(?:[.,]\d+)?"
    r"|\b\d+(?:[.,]\d+)?\s?(?:[€$¢]|euros?\b|dollars?\b|cents?\b|bob\b|shillings?\b))"
)
_POUNDS = r"(?:£|\bgbp)\s?(?P<pounds>\d+(?:,\d{3})*(?:[.,·]\d{1,2})?|\.\d{2})(?:\s?p\b)?"
_POUNDS_AFTER = (
    r"\b(?P<after>\d+(?:[.,·]\d{1,2})?)\s?(?:pounds?|quid|gbp|nicker)\b"
    r"(?:\s(?:and\s)?(?P<after_pence>\d{1,2})\b(?!\s?(?:g|kg|ml|packs?)))?"
)
_PENCE = r"\b(?P<pence>\d{1,3}(?:\.\d)?)\s?(?:p(?!\.?\s?m\b|[\w&])|pence\b|pennies\b)"
_IN_WORDS = (
    rf"\b(?<!minutes )(?P<word_pounds>{_COUNT})\s(?:pounds?|quid|nicker)\b(?!\s(?:of|cake))"
    rf"(?:\s(?:and\s)?(?P<word_pence>(?!an?\b|a couple|a single){_COUNT})\b(?:\s?p(?:ence)?\b)?)?"
    rf"|\b(?P<small>{_COUNT})\s(?:p|pence|pennies|penny)\b|\b(?P<tuppence>tuppence|thruppence)\b(?P<half_a_penny>\sha.?penny\b)?"
    r"|\b(?:a |half a )?(?P<note>fiver|tenner|penny|pound coin|half a quid)\b"
)
_BARE = (
    r"\b(?:only|just|now|for|costs?|price[ds]?(?: at)?|yours for|down to|from)\s(?P<bare>\d{1,3}[.,·]\d{2})\b"
    rf"{_NOT_A_MEASURE}"
    r"|(?:^|\| )(?P<bare_alone>\d{1,2}\.\d{2})(?= ?(?:\||$))"
    r"|\b(?P<bare_before>\d{1,3}[.,]\d{2})\s(?:only|each|the (?:litre|pack|bag|box|tin|bottle|loaf)"
    r"|a (?:pop|bowl|pack|bag|box|tin|bottle|loaf|tub|punnet)"
    r"|per (?:pack|bag|box|bottle|tin))\b"
)
_SPOKEN = (
    rf"\b(?:(?:only|just|now|at|yours for)\s)(?P<spoken>(?:{'|'.join(_UNITS[1:10])})[- ](?:{'|'.join(_TENS)}))\b"
    rf"(?!\s(?:people|minutes?|grams?|past|to|of|years?))"
    rf"|\b(?P<spoken_each>(?:{'|'.join(_UNITS[1:10])})[- ](?:{'|'.join(_TENS)}))\s(?:a|per|each)\b"
    r"|(?<!a )(?<!one )\b(?P<pound_a>pound|quid)\s(?:a|per)\s"
    r"(?:tin|pack|packet|bag|box|bottle|loaf|tub|jar|bowl|bar|can|pop)\b"
)
_VAGUE = (
    r"(?P<vague>\bpennies\b|\bpocket money\b|\bsmall change\b|\bloose change\b"
    r"|\ba (?:few|handful of) (?:pence|coins|pennies)\b)"
)
_AMOUNT = re.compile(
    "|".join((_FOREIGN, _POUNDS, _POUNDS_AFTER, _PENCE, _IN_WORDS, _BARE, _SPOKEN, _VAGUE)),
    re.IGNORECASE,
)
_NOTES = {
    "fiver": Decimal(5),
    "tenner": Decimal(10),
    "pound coin": Decimal(1),
    "penny": Decimal("0.01"),
    "half a quid": Decimal("0.50"),
}
_BELOW = re.compile(
    r"\b(?:under|less than|below|within|change from|no more than|up to|at most)\s(?:a |an )?$", re.IGNORECASE
)
_UNIT = re.compile(
    r"\s?(?:per|a|an|/|each)?\s?"
    r"(?:100\s?(?:g|ml)|kg|kilo|litre|lb|unit|serving|portion|bowl|cup|mug|slice|glass|bag|egg|can|bar|roll|pair)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Pounds as a reader takes them from `words`; None for what names no sum, or another currency."""

    value: Decimal | None
    words: str
    start: int
    end: int
    is_limit: bool
    """Whether it says 'under' or 'less than' the sum."""
    per: str
    """What it is the price of, where it is no whole product: 'per 100g', 'a bowl'."""


def amounts_in(text: str) -> Iterator[Amount]:
    """Every sum of money `text` names, in its order."""
    for found in _AMOUNT.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        unit = _UNIT.match(after)
        yield Amount(
            value=_value(found),
            words=found.group(0).strip(),
            start=found.start(),
            end=found.end(),
            is_limit=_BELOW.search(before) is not None,
            per=unit.group(0).strip() if unit else "",
        )


def _value(found: re.Match[str]) -> Decimal | None:
    for group in ("pounds", "bare", "bare_before", "bare_alone"):
        if found[group]:
            return _decimal(found[group])
    if spoken := found["spoken"] or found["spoken_each"]:
        pounds, _, pence = spoken.replace("-", " ").partition(" ")
        return Decimal(_count(pounds)) + Decimal(_count(pence)) / 100
    if found["pound_a"]:
        return Decimal(1)
    if found["after"]:
        return _decimal(found["after"]) + Decimal(found["after_pence"] or 0) / 100
    if found["pence"]:
        return Decimal(found["pence"]) / 100
    if found["word_pounds"]:
        return Decimal(_count(found["word_pounds"])) + Decimal(_count(found["word_pence"] or "zero")) / 100
    if found["small"]:
        return Decimal(_count(found["small"])) / 100
    if found["tuppence"]:
        whole = Decimal("0.02") if found["tuppence"].lower() == "tuppence" else Decimal("0.03")
        return whole + (Decimal("0.005") if found["half_a_penny"] else 0)
    if found["note"]:
        return _NOTES[found["note"].lower()]
    return None


def _decimal(digits: str) -> Decimal:
    """A comma before three digits parts thousands, before two it is what a point is elsewhere."""
    plain = re.sub(r",(?=\d{3}\b)", "", digits).replace(" ", "")
    return Decimal(plain.replace(",", ".").replace("·", "."))


def _count(words: str) -> int:
    low = words.lower()
    if low in _NUMBERS:
        return _NUMBERS[low]
    tens, _, unit = low.replace("-", " ").partition(" ")
    return _NUMBERS.get(tens, 0) + _NUMBERS.get(unit, 0)
