"""Whether a sum in an ad is what the till asks, and no less than the law lets alcohol be sold for."""

import re
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from agents.compliance.case import Case
from agents.compliance.checks.money import Amount, amounts_in
from agents.compliance.checks.pack import hundreds_in
from agents.compliance.checks.proofs import allowed_amounts, counted, is_in_pack, standing
from agents.compliance.goods.goods import strength_of
from agents.compliance.rulebook.book import Law
from domain.catalogue import Product

_OTHER_UNIT = re.compile(r"\b(?:100\s?(?:g|ml)|kg|kilo|litre|lb|portion|serving|pair)\b", re.IGNORECASE)
_COUNTED = "two|three|four|five|six|[2-9]"
_FOR_SEVERAL = re.compile(
    rf"\s?(?:buys|for|gets you) (?P<count>{_COUNTED})\b(?! ?(?:people|hundred|litres?|kg|l\b))", re.IGNORECASE
)
_SEVERAL_BEFORE = re.compile(
    rf"\b(?P<count>{_COUNTED}) (?:tins|packs|packets|bags|boxes|bottles|loaves|jars|tubs|cans|pots|punnets|bars|cartons"
    r"|bunches|of (?:them|these))\b[^.|!?£]{0,14}$",
    re.IGNORECASE,
)
_FOR_ONE_SUM = re.compile(
    rf"\b(?P<count>{_COUNTED}|\d{{1,2}}) (?:[\w-]+ ){{0,4}}(?:for|4)(?: just| only)? $", re.IGNORECASE
)
_SAVED_BEFORE = re.compile(r"\b(?:sav(?:e|es|ing)|less|off)\b[^.|!?£]{0,8}$", re.IGNORECASE)
_SAVED_AFTER = re.compile(r"\s?(?:off|less|cheaper|saved|saving)\b", re.IGNORECASE)
_EACH = re.compile(r"\s?(?:each|apiece|per|a|an)\b", re.IGNORECASE)
_PER = {"100g": 1.0, "100ml": 1.0, "kg": 10.0, "kilo": 10.0, "litre": 10.0}
_PIECE = frozenset({"egg", "can", "bar", "roll", "bag", "cup", "mug"})
_OF_A_BAG = frozenset({"cup", "mug"})
_LEFT_BEFORE = re.compile(r"\b(?:leaves|leaving|gives|get)\s(?:you |back )?(?:with )?$", re.IGNORECASE)
_LEFT_AFTER = re.compile(r"\s?(?:in |of |left as )?change\b", re.IGNORECASE)
_COINS_AND_NOTES = frozenset(map(Decimal, (1, 2, 5, 10, 20, 50)))
_LITRES_IN_100 = Decimal("0.1")
_PIECES = re.compile(
    r"\b(?P<pieces>[1-9]\d?)(?:\s?(?:pack|pk|eggs|rolls|bars|bags|sachets|cans)\b|\s?x\b)|\bx\s?(?P<times>[1-9]\d?)\b",
    re.IGNORECASE,
)
_PENNY, _UP, _DOWN, _ROUNDED_UP = Decimal("0.01"), 0.006, 0.0049, 1.1
"""A unit price may be rounded to the penny, a half upward; `under` a sum is true of one that is not much less."""


def wrong_price(text: str, case: Case) -> str | None:
    """The first sum of `text` that the till does not ask, and what it does ask; None where all are right."""
    allowed = allowed_amounts(case, text)
    for amount in amounts_in(text):
        if amount.value is None:
            return f"'{amount.words}' is no price in pounds and pence"
        several = _several(amount, text, case)
        is_of_a_pack = several is None and not _OTHER_UNIT.search(amount.per)
        if is_of_a_pack and (amount.value in allowed or _is_below(amount, case)):
            continue
        if several is not None and case.product is not None and amount.value == several * case.product.price:
            continue
        if (
            _is_unit_price(amount, case)
            or _is_change(amount, text, case)
            or (amount.value in allowed and bool(standing(case, "multibuy")))
        ):
            continue
        live = "nothing" if case.product is None else f"£{case.product.price:.2f}"
        return f"the ad says £{amount.value:.2f}{f' for {several}' if several else ''}, the till says {live}"
    return None


def below_minimum(text: str, laws: Sequence[Law], case: Case) -> str | None:
    """The first sum of `text` that is less than so much alcohol may be sold for.

    The least price is rate x percentage x litres: Public Health (Minimum Price for Alcohol) (Wales) Act 2018 s.1, which
    rounds it to the nearest penny; Licensing (Scotland) Act 2005 Sch.3 para.6A, which does not, so that the next whole
    penny is the least that can be asked. Where strength or size is not on file, no sum is known to be enough.
    """
    for amount in amounts_in(text):
        if amount.value is None or case.product is None:
            continue
        least = _least_price(case.product, laws)
        if least is None:
            return f"'{amount.words}' is named, and {case.product.name} has no strength or size on file"
        if _SAVED_BEFORE.search(text[: amount.start]) or _SAVED_AFTER.match(text[amount.end :]):
            continue  # What is saved is nothing that is paid.
        asked = amount.value / _packs(amount, text, case)
        if asked < least and not _is_unit_price(amount, case):
            told = least.quantize(_PENNY, ROUND_CEILING)
            return f"'{amount.words}' is less than £{told}, the least its alcohol may be sold for"
    return None


def _least_price(product: Product, laws: Sequence[Law]) -> Decimal | None:
    """Of all the laws in force the strictest."""
    percentage, pack = strength_of(product), hundreds_in(product.name)
    if percentage is None or pack is None:
        return None
    litres = Decimal(str(pack[0])) * _LITRES_IN_100
    exact = [(law, (law.pounds_a_unit or Decimal(0)) * Decimal(str(percentage)) * litres) for law in laws]
    return max(least.quantize(_PENNY, ROUND_HALF_UP) if law.is_rounded else least for law, least in exact)


def _several(amount: Amount, text: str, case: Case) -> int | None:
    """How many packs the sum is said to be for; None for one, or for as many as are in a pack."""
    if _EACH.match(text[amount.end :]):
        return None
    found = _FOR_SEVERAL.match(text[amount.end :]) or _SEVERAL_BEFORE.search(text[: amount.start])
    return None if found is None or is_in_pack(found["count"], case) else counted(found["count"])


def _packs(amount: Amount, text: str, case: Case) -> int:
    """How many packs the sum buys, a multibuy's included: `3 for £12`."""
    if several := _several(amount, text, case):
        return several
    found = _FOR_ONE_SUM.search(text[: amount.start])
    return 1 if found is None or is_in_pack(found["count"], case) else max(counted(found["count"]), 1)


def _is_below(amount: Amount, case: Case) -> bool:
    return (
        amount.is_limit and amount.value is not None and case.product is not None and case.product.price < amount.value
    )


def _is_change(amount: Amount, text: str, case: Case) -> bool:
    """Whether the sum is what a coin or a note leaves when the price is paid: 'which leaves forty pence'."""
    if amount.value is None or case.product is None:
        return False
    is_said = _LEFT_BEFORE.search(text[: amount.start]) or _LEFT_AFTER.match(text[amount.end :])
    return bool(is_said) and amount.value + case.product.price in _COINS_AND_NOTES


def _is_unit_price(amount: Amount, case: Case) -> bool:
    """Whether it is the price by weight, volume or piece that the pack's size gives."""
    if amount.value is None or case.product is None:
        return False
    per = re.sub(r"^(?:per|an?|/|each)\s?|\s", "", amount.per.lower())
    if per in _PER:
        pack = hundreds_in(case.product.name)
        one = None if pack is None else float(case.product.price) / pack[0] * _PER[per]
    else:
        pieces = _PIECES.search(case.product.name) if per in _PIECE else None
        if pieces and per in _OF_A_BAG and "bags" not in pieces.group(0).lower():
            pieces = None
        one = float(case.product.price) / int(pieces["pieces"] or pieces["times"]) if pieces else None
    if one is None:
        return False
    asked = float(amount.value)
    return one < asked < one * _ROUNDED_UP if amount.is_limit else -_UP < one - asked < _DOWN
