"""What on a product's file proves a claim: an offer that stands for the whole flight, a price really charged before, a
certificate, an award.

Sources: CAP Code 3.17 to 3.31 and 3.39 to 3.40; DMCC Act 2024 s.226; CTSI guidance for traders on pricing practices (a
reference price is one charged for 28 days and more, and no shorter than it is compared with).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from agents.compliance.case import Case
from agents.compliance.checks.money import amounts_in
from agents.compliance.checks.papers import certified_organic, held_for, won
from agents.compliance.rulebook.book import Proof
from domain.catalogue import Offer, PastPrice, Product, joined_prices
from domain.money import pounds

REFERENCE_DAYS = 28
_PRICED = ("saving", "loyalty", "multibuy")
_MEMBERS = re.compile(
    r"\b(?:club ?cards?|club price|members?|membership|loyal(?:ty)?|card ?holders?|rewards?"
    r"|(?:with|got|show|scan|beep|tap|swipe|bring|your|a|the) (?:\w+ )?card|card in)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:was|were|instead of|usually|normally|down from|not(?= (?:£|\d))|before|off|save)\b", re.IGNORECASE
)
_WORDS_OF_COUNT = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_FRACTIONS = {"half": Decimal(50), "third": Decimal(100) / 3, "quarter": Decimal(25), "fifth": Decimal(20)}
_KINDS = ("saving", "loyalty", "multibuy", "free", "points")
_ONE_FREE = re.compile(r"one free|bogof+|1 free|second .{0,12}free", re.IGNORECASE)
_WORDS_TO_THE_GIFT = 5
_AFTER_A_FREE_THING = frozenset(
    {"with", "when", "if", "until", "till", "to", "for", "from", "at", "in", "on", "by", "today", "more", "extra"}
)
"""What may follow "free" where the thing stands before it: "the mug is free when you buy"."""
_TOLERANCE = Decimal("0.5")
"""Per cent: a saving of 33.3 % may be called a third."""


def is_proved(proof: Proof, found: re.Match[str], case: Case) -> bool:
    """Whether the product's file proves what the words `found` in an ad claim."""
    return case.product is not None and _PROOFS[proof](found, case, case.product)


def standing(case: Case, *kinds: str) -> list[Offer]:
    """The offers of those kinds that stand on every day of the flight."""
    if case.product is None:
        return []
    till, offers = case.product.price, case.product.evidence.offers
    return [
        o for o in offers if o.kind in kinds and o.stands(case.flight.start, case.flight.end) and _is_lower(o, till)
    ]


def _is_lower(offer: Offer, till: Decimal) -> bool:
    """Whether an offer costs less than the same without it, where that can be told."""
    if offer.price is None or offer.kind == "saving":
        return True
    return offer.price < till * (offer.quantity or 1)


def reference_price(case: Case, offer: Offer) -> PastPrice | None:
    """The price an offer may be compared with: charged for 28 days and more, for as long as the offer runs, and up to
    the day before it."""
    if case.product is None:
        return None
    runs = (offer.ends - offer.starts).days + 1
    eve = offer.starts - timedelta(days=1)
    joined = joined_prices(case.product.evidence.past_prices)
    found = next((past for past in joined if past.ends == eve and past.days >= max(REFERENCE_DAYS, runs)), None)
    if found is None:
        return None
    window = eve - timedelta(days=REFERENCE_DAYS - 1)
    undercut = any(past.price < found.price and past.ends >= window and past.starts <= eve for past in joined)
    return None if undercut else found


def allowed_amounts(case: Case, text: str) -> set[Decimal]:
    """The sums an ad with this text may name: the price at the till, and those of offers it makes clear."""
    product = case.product
    if product is None:
        return set()
    reduced = any(offer.price and offer.price < product.price for offer in standing(case, "saving"))
    # The price before an offer is named as that one, or not at all.
    allowed = set() if reduced and not _BEFORE.search(text) else {product.price}
    for offer in standing(case, *_PRICED):
        if offer.price is None or (offer.kind == "loyalty" and not _MEMBERS.search(text)):
            continue
        if offer.kind == "multibuy" and not _says_quantity(text, offer.quantity or 0):
            continue
        allowed.add(offer.price)
        past = reference_price(case, offer)
        before = past.price if past else product.price if offer.kind == "loyalty" else None
        if before is not None and offer.kind != "multibuy":
            allowed |= {before, before - offer.price}
        if offer.kind == "multibuy" and offer.quantity:
            allowed |= {offer.quantity * product.price, offer.quantity * product.price - offer.price}
    return allowed


def _saving(found: re.Match[str], case: Case, product: Product) -> bool:
    """Per cent, a fraction or a sum off what everybody paid, or off the shelf price for members who are told so."""
    for offer, before in _reductions(case, found.string):
        off = before - (offer.price or before)
        if off <= 0:
            continue
        share = 100 * off / before
        claimed = _share_claimed(found)
        if claimed is not None:
            if claimed <= share + _TOLERANCE:
                return True
            continue
        sums = [amount.value for amount in amounts_in(found.group(0)) if amount.value is not None]
        if not sums or all(value in (off, before, offer.price) for value in sums):
            return True
    return _multibuy_saves(found, case, product)


def _multibuy_saves(found: re.Match[str], case: Case, product: Product) -> bool:
    for offer in standing(case, "multibuy"):
        saved = (offer.quantity or 0) * product.price - (offer.price or Decimal(0))
        sums = [amount.value for amount in amounts_in(found.group(0)) if amount.value is not None]
        if (
            saved > 0
            and sums
            and all(value == saved for value in sums)
            and _says_quantity(found.string, offer.quantity)
        ):
            return True
    return False


def _was(found: re.Match[str], case: Case, product: Product) -> bool:
    """A price named as the one before is the one that was."""
    before = {price for _, price in _reductions(case, found.string)}
    named = [amount.value for amount in amounts_in(found.group(0)) if amount.value is not None]
    return bool(named) and named[0] in before


def _reductions(case: Case, text: str) -> Iterator[tuple[Offer, Decimal]]:
    """Each offer with a lower price, and the price it may be compared with."""
    for offer in standing(case, "saving", "loyalty"):
        past = reference_price(case, offer)
        if offer.kind == "saving" and past is not None:
            yield offer, past.price
        if offer.kind == "loyalty" and case.product is not None and _MEMBERS.search(text):
            yield offer, past.price if past else case.product.price


def _multibuy(found: re.Match[str], case: Case, product: Product) -> bool:
    """Several for one sum, for the price of fewer, or at a lower price for the second; or a pack of so many at its
    own price."""
    if _is_the_pack(found.group(0), product):
        return True
    for offer in standing(case, "multibuy"):
        quantity, price = offer.quantity or 0, offer.price or Decimal(0)
        numbers = _numbers(found.group(0))
        sums = [amount.value for amount in amounts_in(found.group(0))]
        if quantity == 2 and price == product.price and _ONE_FREE.search(found.group(0)):
            return True
        if sums:
            # "3 for £5": the sum is the offer's, and so is the number before it.
            saved = quantity * product.price - price
            strangers = set(numbers) - {quantity, *_numbers(product.name)}
            if set(sums) <= {price, saved, product.price} and not strangers and _says_quantity(found.string, quantity):
                return True
        elif len(numbers) >= 2:
            taken, paid = max(numbers), min(numbers)
            if taken == quantity and price == pounds(paid * product.price):
                return True
        elif not numbers or numbers == [quantity]:
            return True
    return False


def is_in_pack(count: str, case: Case) -> bool:
    """Whether so many make up one pack, by the product's name."""
    return case.product is not None and set(_numbers(count)) <= set(_numbers(case.product.name))


def _is_the_pack(text: str, product: Product) -> bool:
    """Whether the sum is what one pack costs and the number is how many are in it."""
    held = _numbers(product.name)
    sums = [amount.value for amount in amounts_in(text)]
    return sums == [product.price] and bool(numbers := _numbers(text)) and all(number in held for number in numbers)


def _pack(found: re.Match[str], case: Case, product: Product) -> bool:
    return _is_the_pack(found.group(0), product)


def _loyalty(found: re.Match[str], case: Case, product: Product) -> bool:
    """What members get is a price, or the points that are put on the card."""
    return bool(standing(case, "loyalty", "points"))


def _free(found: re.Match[str], case: Case, product: Product) -> bool:
    """What is given is named by the ad as the file has it."""
    after = re.findall(r"[a-z]+", found.string[found.end() :].lower())[:_WORDS_TO_THE_GIFT]
    before = re.findall(r"[a-z]+", found.string[: found.start()].lower())[-_WORDS_TO_THE_GIFT:]
    gifts = [set(re.findall(r"[a-z]{3,}", offer.gift.lower())) for offer in standing(case, "free")]
    ends_there = re.match(r"\s?[.,;:!?|]", found.string[found.end() :]) is not None
    stands_alone = not after or ends_there or after[0] in _AFTER_A_FREE_THING
    return any(gift & set(after) or (stands_alone and gift & set(before)) for gift in gifts)


def _points(found: re.Match[str], case: Case, product: Product) -> bool:
    said = found.group(0).lower()
    numbers, times = set(_numbers(said)), re.search(r"double|triple|treble|quadruple|bonus|extra|x ?\d", said)
    return any(
        (not numbers or numbers & set(_numbers(offer.gift))) and (times is None or times.group(0) in offer.gift.lower())
        for offer in standing(case, "points")
    )


def _reduction(found: re.Match[str], case: Case, product: Product) -> bool:
    """Something costs less than it did, for everybody or for members who are told so."""
    return any((offer.price or before) < before for offer, before in _reductions(case, found.string))


def _offer(found: re.Match[str], case: Case, product: Product) -> bool:
    return bool(standing(case, "saving", "loyalty", "multibuy", "free"))


def _offer_end(found: re.Match[str], case: Case, product: Product) -> bool:
    """The end an ad names is the day an offer really ends."""
    text = found.string[found.start() : found.end() + 24].lower()
    return any(
        _names_day(text, offer.ends) for offer in standing(case, "saving", "loyalty", "multibuy", "free", "points")
    )


def _names_day(text: str, day: date) -> bool:
    month = f"{day:%b}".lower()
    dated = rf"\b{day.day}(?:st|nd|rd|th)? (?:of )?{month}|\b{month}\w* {day.day}\b|\b{day.day}/{day.month}\b"
    return re.search(dated, text) is not None


def _share_claimed(found: re.Match[str]) -> Decimal | None:
    groups = found.groupdict()
    if percent := groups.get("percent") or groups.get("percent2"):
        return Decimal(percent)
    if groups.get("fraction"):
        return _FRACTIONS[groups["fraction"].lower()]
    return None


def _numbers(text: str) -> list[int]:
    """The counts a text names, sums of money left out."""
    for amount in reversed(list(amounts_in(text))):
        text = text[: amount.start] + " " + text[amount.end :]
    found = re.findall(rf"\d+|\b(?:{'|'.join(_WORDS_OF_COUNT)})\b", text.lower())
    return [counted(word) for word in found]


def counted(word: str) -> int:
    """A count in figures, or in words up to six."""
    return int(word) if word.isdigit() else _WORDS_OF_COUNT[word.lower()]


def _says_quantity(text: str, quantity: int | None) -> bool:
    return quantity is not None and quantity in _numbers(text)


_PROOFS: Mapping[Proof, Callable[[re.Match[str], Case, Product], bool]] = MappingProxyType(
    {
        "saving": _saving,
        "was": _was,
        "multibuy": _multibuy,
        "loyalty": _loyalty,
        "free": _free,
        "points": _points,
        "offer": _offer,
        "offer_end": _offer_end,
        "reduction": _reduction,
        "pack": _pack,
        "provenance": held_for,
        "organic": certified_organic,
        "award": won,
    }
)
