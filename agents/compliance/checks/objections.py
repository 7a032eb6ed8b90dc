"""What a rule objects to in a case: words, or a figure, or nothing."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from agents.compliance.case import PICTURE, Case
from agents.compliance.checks.money import Amount, amounts_in
from agents.compliance.checks.nutrition import unmet_claim, without_authorised
from agents.compliance.checks.pack import hundreds_in
from agents.compliance.checks.proofs import allowed_amounts, is_in_pack, is_proved, standing
from agents.compliance.goods.eligibility import eligibility
from agents.compliance.goods.goods import ADULT_AGE, goods_of
from agents.compliance.reading.reading import Reading, read
from agents.compliance.rulebook.book import Check, Rule, rulebook

_NEVER_A_NAME = frozenset({"health.disease", "health.weight", "ad.instructions"})
"""Rules whose words no product may be called by: medicines apart, which a person reads anyway."""
_OTHER_UNIT = re.compile(r"\b(?:100\s?(?:g|ml)|kg|kilo|litre|lb|portion|serving|pair)\b", re.IGNORECASE)
_FOR_SEVERAL = re.compile(
    r"\s?(?:buys|for|gets you) (?P<count>two|three|four|five|six|[2-9])\b(?! ?(?:people|hundred|litres?|kg|l\b))",
    re.IGNORECASE,
)
_PER = {"100g": 1.0, "100ml": 1.0, "kg": 10.0, "kilo": 10.0, "litre": 10.0}


def objection(rule: Rule, case: Case) -> str | None:
    """The words or the figure the rule objects to; None when it has nothing to object."""
    return _CHECKS[rule.check](rule, case)


def _on_shelf(rule: Rule, case: Case) -> str | None:
    return None if case.product else f"{case.placement.sku} is not on the shelf of '{case.placement.category}'"


def _paid_online(rule: Rule, case: Case) -> str | None:
    if case.product is None:
        return f"nothing is known of {case.placement.sku}, so it counts as less healthy"
    found = eligibility(case.product)
    barred = [channel.value for channel in case.placement.channels if channel in found.barred]
    return f"{found.reason}; the plan buys {', '.join(barred)}" if barred else None


def _kind(rule: Rule, case: Case) -> str | None:
    """The kind of goods the rule is about; 'unknown' for those nothing is known of."""
    if case.product is None:
        return f"nothing is known of {case.placement.sku}"
    goods = goods_of(case.product)
    return f"{case.product.name}: {goods.reason}" if (goods.kind or "unknown") in rule.kinds else None


def _adult_audience(rule: Rule, case: Case) -> str | None:
    if case.product is not None and not goods_of(case.product).for_adults:
        return None
    age = case.placement.minimum_age
    if age is not None and age >= ADULT_AGE:
        return None
    return f"audience '{case.placement.segment}' has {'no minimum age' if age is None else f'minimum age {age}'}"


def _hero_product(rule: Rule, case: Case) -> str | None:
    if case.ad is None or case.ad.sku == case.placement.sku:
        return None
    return f"the ad leads with {case.ad.sku}, the plan with {case.placement.sku}"


def _name(rule: Rule, case: Case) -> str | None:
    """What is hidden in a product's name or category, is no words, or is a claim no label may make."""
    if case.product is None:
        return None
    for text in (case.product.name, case.product.category):
        reading = read(text, text)
        if found := reading.hidden or reading.markup:
            return f"'{text[:60]}' holds {found}"
        for other in rulebook().rules:
            if other.id in _NEVER_A_NAME and case.is_about(other):
                for view in reading.views:
                    for _, found_words in other.matches(view):
                        return f"'{found_words.group(0).strip()}' in its name"
    return None


def _words(rule: Rule, case: Case) -> str | None:
    for text in case.texts:
        claimed = without_authorised(text, case.product) if rule.unless_authorised else text
        for words, found in rule.matches(claimed):
            if words.proof is None or not is_proved(words.proof, found, case):
                said = f"'{found.group(0).strip()}'"
                return f"{PICTURE}{said}" if text.startswith(PICTURE) else said
    return None


def _nutrition_claim(rule: Rule, case: Case) -> str | None:
    for text in case.texts:
        if unmet := unmet_claim(without_authorised(text, case.product), case.product):
            return unmet
    return None


def _price(rule: Rule, case: Case) -> str | None:
    """Every sum an ad names is one that is paid at the till on every day of the flight."""
    texts = [reading.plain for reading in (case.words, case.picture) if reading is not None]
    return next((found for text in texts if (found := _wrong_price(text, case)) is not None), None)


def _wrong_price(text: str, case: Case) -> str | None:
    allowed = allowed_amounts(case, text)
    for amount in amounts_in(text):
        if amount.value is None:
            return f"'{amount.words}' is no price in pounds and pence"
        several = _FOR_SEVERAL.match(text[amount.end :])
        is_of_a_pack = not _OTHER_UNIT.search(amount.per) and (several is None or is_in_pack(several["count"], case))
        if is_of_a_pack and (amount.value in allowed or _is_below(amount, case)):
            continue
        if _is_unit_price(amount, case) or (amount.value in allowed and _has_multibuy(case)):
            continue
        live = "nothing" if case.product is None else f"£{case.product.price:.2f}"
        return f"the ad says £{amount.value:.2f}, the till says {live}"
    return None


def _has_multibuy(case: Case) -> bool:
    """Whether the sum may be that of a multibuy, which has a rule of its own."""
    return bool(standing(case, "multibuy"))


def _is_below(amount: Amount, case: Case) -> bool:
    return (
        amount.is_limit and amount.value is not None and case.product is not None and case.product.price < amount.value
    )


def _is_unit_price(amount: Amount, case: Case) -> bool:
    """Whether it is the price by weight or volume that the pack's size gives."""
    if amount.value is None or case.product is None:
        return False
    per = re.sub(r"^(?:per|an?|/|each)\s?|\s", "", amount.per.lower())
    pack = hundreds_in(case.product.name)
    if per not in _PER or pack is None:
        return False
    hundreds, _ = pack
    return abs(float(case.product.price) / hundreds * _PER[per] - float(amount.value)) < 0.006


def _readings(case: Case) -> list[Reading]:
    return [reading for reading in (case.words, case.picture) if reading is not None]


def _hidden(rule: Rule, case: Case) -> str | None:
    return next((reading.hidden for reading in _readings(case) if reading.hidden), None)


def _markup(rule: Rule, case: Case) -> str | None:
    return next((f"'{reading.markup}'" for reading in _readings(case) if reading.markup), None)


def _language(rule: Rule, case: Case) -> str | None:
    return next((reading.foreign for reading in _readings(case) if reading.foreign), None)


def _second_reader(rule: Rule, case: Case) -> str | None:
    from agents.compliance.reader.reader import second_reader

    if case.words is None:
        return None
    return second_reader().doubts(rulebook().without_excused(case.words.bare), case.product)


_CHECKS: Mapping[Check, Callable[[Rule, Case], str | None]] = MappingProxyType(
    {
        "on_shelf": _on_shelf,
        "paid_online": _paid_online,
        "kind": _kind,
        "name": _name,
        "adult_audience": _adult_audience,
        "hero_product": _hero_product,
        "words": _words,
        "nutrition_claim": _nutrition_claim,
        "price": _price,
        "hidden": _hidden,
        "markup": _markup,
        "language": _language,
        "second_reader": _second_reader,
    }
)
