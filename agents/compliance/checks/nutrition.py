"""Nutrition claims against the product's own figures, and health claims against the register.

Conditions of use: retained Regulation (EC) 1924/2006, Annex; wordings: the Great Britain nutrition and health claims
register (retained Regulation (EU) 432/2012).
"""

import re

from agents.compliance.goods.goods import goods_of
from agents.compliance.rulebook.book import NutritionClaim, rulebook
from domain.catalogue import Product

_KJ_PER_GRAM_PROTEIN = 17.0
_KJ_PER_KCAL = 4.184
_SIGNIFICANT_NRV, _SIGNIFICANT_NRV_DRINK = 15.0, 7.5
"""Per cent of the reference value per 100 g or 100 ml that makes a food a source (Regulation 1169/2011, Annex XIII)."""
_LOW_ENERGY_KJ, _LOW_ENERGY_KJ_DRINK = 170.0, 80.0
_CALORIES = re.compile(
    r"\b(?:(?P<only>only|just|under|less than|fewer than|a mere|merely)\s)?"
    r"(?P<kcal>\d{1,4})\s?(?:kcals?|cals?|calories)\b"
    r"(?P<unit>\s?(?:per|a|an|/|each|in every)?\s?(?:100\s?(?:g|ml))?)",
    re.IGNORECASE,
)
_GRAMS = re.compile(
    r"\b(?P<grams>\d+(?:\.\d+)?)\s?g(?:rams)? (?:of )?(?P<name>protein|fibre|fat|saturates|saturated fat|sugars?|salt)"
    r"(?P<unit>\s?(?:per|in every|in|a|/)?\s?(?:100\s?(?:g|ml))?)",
    re.IGNORECASE,
)
_GRAMS_OF = {
    "protein": "protein_g", "fibre": "fibre_g", "fat": "total_fat_g", "saturate": "saturated_fat_g",
    "saturated fat": "saturated_fat_g", "sugar": "total_sugars_g", "salt": "salt",
}  # fmt: skip
_SALT_PER_SODIUM = 2.5
_ROUNDING = 0.06
_MICRONUTRIENTS = re.compile(
    r"\b(?P<degree>high in|rich in|rich source of|packed with|full of|loaded with|bursting with|good source of|"
    r"source of|contains?|with|provides?|gives you)?\s?(?:your daily |natural |added |extra )*"
    r"(?P<name>vitamins? [a-k]\d{0,2}|vitamins?(?: and minerals)?|minerals|iron|calcium|zinc|magnesium|potassium|"
    r"folate|folic acid|iodine|selenium|omega[- ]?3|antioxidants?|electrolytes|biotin|niacin|riboflavin|thiamin)\b"
    r"(?:[- ](?P<rich>rich|packed))?",
    re.IGNORECASE,
)
_HIGH = frozenset({"high in", "rich in", "rich source of", "packed with", "full of", "loaded with", "bursting with"})


_COMPARED = re.compile(
    r"\b(?:lower|less|reduced|fewer|half|lighter|leaner|lite|more)\b|\blight (?:version|choice|option)", re.IGNORECASE
)
_BY = re.compile(r"(?P<percent>\d{1,3}) ?%", re.IGNORECASE)
_ENOUGH_LESS, _ENOUGH_LESS_SALT = 30, 25
"""Per cent that a food must have less, or more, than foods of its kind to say so (Annex: "reduced", "increased",
"light")."""
_NAMES_OF = {
    "protein_energy_share": "protein", "fibre_g": "fibre", "total_sugars_g": "sugars?", "sodium_mg": "(?:salt|sodium)",
    "saturated_fat_g": "(?:saturates|saturated fat)", "energy_kj": "(?:calories|energy)", "total_fat_g": "fat",
}  # fmt: skip


def unmet_claim(text: str, product: Product | None) -> str | None:
    """The first nutrition claim the product's figures do not meet, with the figure; None where all are met."""
    for claim in rulebook().nutrition_claims:
        for found in rulebook().finder.find([claim.phrase], text):
            if _COMPARED.search(found.group(0)):
                if (least := _least_difference(found.group(0), claim)) > _difference_on_file(claim, product):
                    return f"'{found.group(0)}' compares, and no paper on file shows {least} % by this nutrient"
            elif not _met(claim, product):
                return f"'{found.group(0)}' with {_figure(claim, product)}"
    return _unmet_energy(text, product) or _unmet_figure(text, product) or _unmet_micronutrient(text, product)


def without_authorised(text: str, product: Product | None) -> str:
    """`text` without the health claims of the register that the product may make."""
    if not rulebook().finder.may_find(rulebook().authorised, text):
        return text
    for claim in rulebook().authorised_claims:
        told = rulebook().finder.without([claim.phrase], text, blank=" ")
        if told != text and _share_of_reference(claim.nutrient, product) >= _significant(product):
            text = told
    return text


def _least_difference(words: str, claim: NutritionClaim) -> int:
    """Per cent: what the words say, and no less than the law asks for."""
    said = _BY.search(words)
    least = _ENOUGH_LESS_SALT if claim.nutrient == "sodium_mg" else _ENOUGH_LESS
    half = 50 if re.search(r"\bhalf\b", words, re.IGNORECASE) else 0
    return max(int(said["percent"]) if said else 0, half, least)


def _difference_on_file(claim: NutritionClaim, product: Product | None) -> int:
    """Per cent by a paper such as `30% less sugar`; 0 where there is none."""
    name = _NAMES_OF.get(claim.nutrient)
    direction = "more" if claim.at_least is not None else "(?:less|fewer|lower)"
    found = (
        re.search(rf"(\d{{1,3}}) ?% {direction} (?:added |total )?{name}\b", paper, re.IGNORECASE)
        for paper in (product.evidence.provenance if product and name else ())
    )
    return max((int(one[1]) for one in found if one), default=0)


def _met(claim: NutritionClaim, product: Product | None) -> bool:
    amount = _nutrient(claim.nutrient, product)
    if amount is None:
        return False
    if claim.at_least is not None:
        return amount >= claim.at_least
    limit = claim.drink if _is_drink(product) and claim.drink is not None else claim.at_most
    return limit is not None and amount <= limit


def _figure(claim: NutritionClaim, product: Product | None) -> str:
    amount = _nutrient(claim.nutrient, product)
    name = claim.nutrient.replace("_", " ")
    return f"no figure on record ({name})" if amount is None else f"{name} at {amount:g}"


def _unmet_energy(text: str, product: Product | None) -> str | None:
    """A number of calories is true per 100 g or not at all; with 'only' before it, it claims low energy (ASA)."""
    for found in _CALORIES.finditer(text):
        energy = _nutrient("energy_kj", product)
        limit = _LOW_ENERGY_KJ_DRINK if _is_drink(product) else _LOW_ENERGY_KJ
        if energy is None:
            return f"'{found.group(0).strip()}' with no figure on record (energy)"
        if found["only"] and energy > limit:
            return f"'{found.group(0).strip()}' claims low energy with {energy:g} kJ per 100"
        if "100" in (found["unit"] or "") and abs(float(found["kcal"]) - energy / _KJ_PER_KCAL) > 1:
            return f"'{found.group(0).strip()}' with {energy / _KJ_PER_KCAL:.0f} kcal per 100 on record"
    return None


def _unmet_figure(text: str, product: Product | None) -> str | None:
    """So many grams of a nutrient are those of 100 g, as the product's table of nutrition has them."""
    for found in _GRAMS.finditer(text):
        name = _GRAMS_OF[found["name"].lower().rstrip("s")]
        held = _nutrient("sodium_mg" if name == "salt" else name, product)
        if held is not None and name == "salt":
            held = held * _SALT_PER_SODIUM / 1000
        if held is None or abs(held - float(found["grams"])) > _ROUNDING or "100" not in text:
            figure = "no figure on record" if held is None else f"{held:g} g per 100 on record"
            return f"'{found.group(0).strip()}' with {figure}"
    return None


def _unmet_micronutrient(text: str, product: Product | None) -> str | None:
    for found in _MICRONUTRIENTS.finditer(text):
        name = found["name"].lower()
        if not (found["degree"] or found["rich"] or name.startswith(("vitamin", "omega", "antioxidant", "mineral"))):
            continue  # Iron pans and calcium in a name claim nothing.
        share = _share_of_reference(name, product)
        is_high = (found["degree"] or "").lower() in _HIGH or bool(found["rich"])
        needed = _significant(product) * (2 if is_high else 1)
        if share < needed:
            held = f"{share:g} % of the reference value" if share else "no figure on record"
            return f"'{found.group(0).strip()}' with {held}, {needed:g} % needed"
    return None


def _share_of_reference(name: str, product: Product | None) -> float:
    """Per cent of the nutrient reference value per 100, 0 where none is on record; of 'vitamins' the best."""
    nutrition = product.nutrition if product else None
    held = {key.lower(): value for key, value in nutrition.vitamins_nrv_percent} if nutrition else {}
    low = name.lower()
    if low in held:
        return held[low]
    if low in ("vitamins", "vitamin", "minerals", "vitamins and minerals"):
        return max(held.values(), default=0.0)
    return 0.0


def _significant(product: Product | None) -> float:
    return _SIGNIFICANT_NRV_DRINK if _is_drink(product) else _SIGNIFICANT_NRV


def _is_drink(product: Product | None) -> bool:
    return product is not None and goods_of(product).is_drink


def _nutrient(name: str, product: Product | None) -> float | None:
    """An amount per 100 g, or None where it is not held. `protein_energy_share` is a share of the energy."""
    nutrition = product.nutrition if product else None
    if nutrition is None:
        return None
    if name == "protein_energy_share":
        if nutrition.protein_g is None or not nutrition.energy_kj:
            return None
        return nutrition.protein_g * _KJ_PER_GRAM_PROTEIN / nutrition.energy_kj
    if name == "unsweetened":
        held = product.evidence.provenance if product else ()
        return 1.0 if any("no added sugar" in paper.lower() for paper in held) else None
    amount = nutrition.model_dump().get(name)
    return float(amount) if isinstance(amount, int | float) else None
