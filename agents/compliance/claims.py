"""What an ad says, against the rulebook: each rule reads the ad and answers with words, or with nothing to object."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from agents.compliance.eligibility import eligibility
from agents.compliance.rulebook import Check, NutritionClaim, Rule, rulebook
from domain.catalogue import Product
from domain.creative import Creative
from domain.plan import CampaignPlan

ADULT_AGE = 18
_KJ_PER_GRAM_PROTEIN = 17.0
_PRICE = re.compile(r"£\s?(?P<pounds>\d+(?:,\d{3})*(?:\.\d{1,2})?)|\b(?P<pence>\d{1,3})\s?p(?:ence)?\b", re.IGNORECASE)
_WORD_PRICE = re.compile(
    r"\b(?:a|one|two|three|four|five|six|seven|eight|nine|ten) (?:pounds?|quid|fiver|tenner)\b|\b(?:fiver|tenner)\b",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at. `product` is the plan's hero as the shelf has it today; None when it is not there."""

    plan: CampaignPlan
    product: Product | None
    creative: Creative | None = None
    words: str = field(init=False, default="")
    """The ad's headline, body and call to action as a reader takes them in."""
    picture: str = field(init=False, default="")
    """What the ad's picture shows."""

    def __post_init__(self) -> None:
        if ad := self.creative:
            object.__setattr__(self, "words", readable(f"{ad.headline} | {ad.body} | {ad.call_to_action}"))
            object.__setattr__(self, "picture", readable(ad.image_description))


def readable(text: str) -> str:
    """Text without what the eye does not see: look-alike letters folded, invisible characters and spacing gone."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(plain.replace("’", "'").replace("‘", "'").replace("‑", "-").replace("–", "-").split())


def applies(rule: Rule, product: Product | None) -> bool:
    """Whether the rule concerns this product. An unknown product is any kind of product."""
    if product is None or rule.products == "any":
        return True
    if rule.products == "alcohol":
        return product.contains_alcohol
    return eligibility(product).less_healthy


def objection(rule: Rule, case: Case) -> str | None:
    """The words or the figure the rule objects to; None when it has nothing to object."""
    return _CHECKS[rule.check](rule, case)


def _on_shelf(rule: Rule, case: Case) -> str | None:
    return None if case.product else f"{case.plan.hero_sku} is not on the shelf of '{case.plan.category}'"


def _paid_online(rule: Rule, case: Case) -> str | None:
    if case.product is None:
        return f"nothing is known of {case.plan.hero_sku}, so it counts as less healthy"
    found = eligibility(case.product)
    barred = [allocation.channel.value for allocation in case.plan.allocations if allocation.channel in found.barred]
    return f"{found.reason}; the plan buys {', '.join(barred)}" if barred else None


def _adult_audience(rule: Rule, case: Case) -> str | None:
    age = case.plan.audience.minimum_age
    if age is not None and age >= ADULT_AGE:
        return None
    return f"audience '{case.plan.audience.segment}' has {'no minimum age' if age is None else f'minimum age {age}'}"


def _hero_product(rule: Rule, case: Case) -> str | None:
    if case.creative is None or case.creative.sku == case.plan.hero_sku:
        return None
    return f"the ad leads with {case.creative.sku}, the plan with {case.plan.hero_sku}"


def _words(rule: Rule, case: Case) -> str | None:
    found = rule.found_in(case.words)
    if found is None and rule.reads_image:
        seen = rule.found_in(case.picture)
        return None if seen is None else f"picture: '{seen}'"
    return None if found is None else f"'{found}'"


def _live_price(rule: Rule, case: Case) -> str | None:
    in_words = _WORD_PRICE.search(case.words)
    if in_words:
        return f"'{in_words.group(0)}' is a price without pence"
    named = [_amount(match) for match in _PRICE.finditer(case.words)]
    live = case.product.price if case.product else None
    wrong = [amount for amount in named if amount != live]
    if not wrong:
        return None
    return f"the ad says £{wrong[0]:.2f}, the till {'says nothing' if live is None else f'£{live:.2f}'}"


def _amount(match: re.Match[str]) -> Decimal:
    if match["pence"]:
        return Decimal(match["pence"]) / 100
    return Decimal(match["pounds"].replace(",", ""))


def _nutrition_claim(rule: Rule, case: Case) -> str | None:
    for claim in rulebook().nutrition_claims:
        found = claim.pattern.search(case.words)
        if found and not _met(claim, case.product):
            return f"'{found.group(0)}' with {_figure(claim, case.product)}"
    return None


def _met(claim: NutritionClaim, product: Product | None) -> bool:
    amount = _nutrient(claim.nutrient, product)
    if amount is None:
        return False
    drink = product is not None and product.nutrition is not None and product.nutrition.is_drink
    if claim.at_least is not None:
        return amount >= claim.at_least
    limit = claim.drink if drink and claim.drink is not None else claim.at_most
    return limit is not None and amount <= limit


def _figure(claim: NutritionClaim, product: Product | None) -> str:
    amount = _nutrient(claim.nutrient, product)
    name = claim.nutrient.replace("_", " ")
    return f"no figure on record ({name})" if amount is None else f"{name} at {amount:g}"


def _nutrient(name: str, product: Product | None) -> float | None:
    """An amount per 100 g, or None where it is not held."""
    nutrition = product.nutrition if product else None
    if nutrition is None:
        return None
    if name == "protein_energy_share":
        if nutrition.protein_g is None or not nutrition.energy_kj:
            return None
        return nutrition.protein_g * _KJ_PER_GRAM_PROTEIN / nutrition.energy_kj
    held = {
        "energy_kj": nutrition.energy_kj,
        "saturated_fat_g": nutrition.saturated_fat_g,
        "total_sugars_g": nutrition.total_sugars_g,
        "sodium_mg": nutrition.sodium_mg,
        "fibre_g": nutrition.fibre_g,
        "protein_g": nutrition.protein_g,
    }
    return held.get(name)


_CHECKS: Mapping[Check, Callable[[Rule, Case], str | None]] = MappingProxyType(
    {
        "on_shelf": _on_shelf,
        "paid_online": _paid_online,
        "adult_audience": _adult_audience,
        "hero_product": _hero_product,
        "words": _words,
        "nutrition_claim": _nutrition_claim,
        "live_price": _live_price,
    }
)
