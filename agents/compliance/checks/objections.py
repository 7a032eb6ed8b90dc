"""What a rule objects to in a case: words, or a figure, or nothing."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from agents.compliance.case import PICTURE, Case
from agents.compliance.checks.nutrition import unmet_claim, without_authorised
from agents.compliance.checks.prices import below_minimum, wrong_price
from agents.compliance.checks.proofs import is_proved
from agents.compliance.goods.eligibility import eligibility
from agents.compliance.goods.goods import ADULT_AGE, goods_of
from agents.compliance.reading.reading import Reading, read
from agents.compliance.rulebook.book import Check, Rule, rulebook
from domain.plain_text import letters_of

_NEVER_A_NAME = frozenset({"health.disease", "health.weight", "ad.instructions"})
"""Rules whose words no product may be called by: medicines apart, which a person reads anyway."""


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


def _repeated(rule: Rule, case: Case) -> str | None:
    said = {letters_of(headline) for headline in case.said_before}
    if case.ad is None or letters_of(case.ad.headline) not in said:
        return None
    return f"'{case.ad.headline}' is the headline of another of its ads, or of a cycle before"


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
                    for _, found_words in rulebook().matches(other, view):
                        return f"'{found_words.group(0).strip()}' in its name"
    return None


def _words(rule: Rule, case: Case) -> str | None:
    for text in case.texts:
        claimed = without_authorised(text, case.product) if rule.unless_authorised else text
        for words, found in rulebook().matches(rule, claimed):
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
    return next((found for text in texts if (found := wrong_price(text, case)) is not None), None)


def _minimum_unit_price(rule: Rule, case: Case) -> str | None:
    """No sum that alcohol costs is less than its alcohol may be sold for where the ad runs."""
    if case.words is None:
        return None
    return below_minimum(case.words.plain, case.laws(rule), case)


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
        "minimum_unit_price": _minimum_unit_price,
        "hidden": _hidden,
        "markup": _markup,
        "language": _language,
        "repeated": _repeated,
        "second_reader": _second_reader,
    }
)
