"""What a product is in law, from its name, its category, its figures and what its owner says of it. Fails closed."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agents.compliance.goods.lexicon import Entry, Kind, entries_in, first_entries_in, is_word_of_goods, words_in
from agents.compliance.letters import folded
from domain.catalogue import Product

RESTRICTED: Final = frozenset(
    {
        Kind.TOBACCO,
        Kind.VAPE,
        Kind.INFANT_FORMULA,
        Kind.FOLLOW_ON_FORMULA,
        Kind.FEEDING_BOTTLE,
        Kind.MEDICINE,
        Kind.KNIFE,
        Kind.GAMBLING,
        Kind.AGE_RESTRICTED,
    }
)
"""Goods with a law of their own: whichever of name and category says so is believed."""
FOR_ADULTS: Final = frozenset(
    {Kind.ALCOHOL, Kind.ALCOHOL_ALTERNATIVE, Kind.KNIFE, Kind.GAMBLING, Kind.AGE_RESTRICTED, Kind.TOBACCO, Kind.VAPE}
)
EATEN: Final = frozenset(
    {Kind.FOOD, Kind.ALCOHOL, Kind.ALCOHOL_ALTERNATIVE, Kind.BABY_FOOD, Kind.FOOD_SUPPLEMENT}
    | {Kind.INFANT_FORMULA, Kind.FOLLOW_ON_FORMULA}
)
_SOFT_DRINKS: Final = "prepared soft drinks"
_DRUNK_BY_ADULTS: Final = frozenset({Kind.ALCOHOL, Kind.ALCOHOL_ALTERNATIVE})
_NOT_EATEN: Final = frozenset({Kind.NOT_FOOD, Kind.PET})
ADULT_AGE: Final = 18
_WEAKEST_ALCOHOL = 0.5
"""Per cent by volume: above it a drink is alcohol (CAP Code 18, definitions; Licensing Act 2003 s.191)."""
_STRENGTH = re.compile(
    r"\b(\d{1,2}(?:\.\d+)?)\s?%\s?(?:abv|vol|alc)|\babv\s?(\d{1,2}(?:\.\d+)?)\s?%|\b(0\.\d)\s?%?(?=\s|$)", re.IGNORECASE
)
_KJ_PER_GRAM = {"total_sugars_g": 17.0, "protein_g": 17.0, "total_fat_g": 37.0, "fibre_g": 8.0}
_UNEXPLAINED_KJ = 100.0
"""Energy per 100 ml that neither sugar nor protein nor fat accounts for: alcohol is 29 kJ a gram."""
_AISLES: Final = frozenset(
    {
        "bakery",
        "drinks",
        "soft drinks",
        "beverages",
        "frozen",
        "frozen food",
        "dairy",
        "chilled",
        "grocery",
        "groceries",
    }
)
"""Names of whole aisles: what a product's own name says counts for more."""
_AISLES_OF_FOOD: Final = frozenset({"bakery", "soft drinks", "dairy"})
"""Those of them that hold nothing with a law of its own."""


@dataclass(frozen=True, slots=True)
class Goods:
    """`kind` is None for what nothing is known of: it is neither food nor anything else."""

    kind: Kind | None
    listed: str | None
    is_drink: bool
    reason: str
    """What says so, in a few words."""

    @property
    def for_adults(self) -> bool:
        return self.kind in FOR_ADULTS

    @property
    def is_eaten(self) -> bool:
        return self.kind is None or self.kind in EATEN


@lru_cache(maxsize=4096)
def goods_of(product: Product) -> Goods:
    """What the product is: the owner's own columns first, then its name, then its category, then its figures."""
    name, category = entries_in(folded(product.name)), entries_in(folded(product.category))
    kind, reason = _kind(product, name, category)
    listed = product.less_healthy_category or (_listed(product, name, category) if _may_be_listed(kind) else None)
    # Any one that says so is believed: "Cherry Fizz" is no fruit, whatever its last known word.
    drink = (
        kind is Kind.ALCOHOL
        or listed == _SOFT_DRINKS
        or bool(product.nutrition and product.nutrition.is_drink)
        or any(entry.is_drink for entry in (*name, *category))
    )
    return Goods(kind=kind, listed=listed, is_drink=drink, reason=reason)


def _may_be_listed(kind: Kind | None) -> bool:
    """Alcohol over 1.2 % is outside the listed categories (SI 2024/1266, Schedule)."""
    return kind is None or (kind in EATEN and kind is not Kind.ALCOHOL)


def _kind(product: Product, name: list[Entry], category: list[Entry]) -> tuple[Kind | None, str]:
    for entries, where in ((name, "name"), (category, "category")):
        for entry in entries:
            if entry.kind in RESTRICTED:
                return entry.kind, f"its {where} says '{entry.name}'"
    if (percentage := strength_of(product)) is not None and percentage > _WEAKEST_ALCOHOL:
        return Kind.ALCOHOL, f"{percentage:g} % alcohol by volume"
    if percentage is not None and any(entry.kind is Kind.ALCOHOL for entry in (*name, *category)):
        return Kind.ALCOHOL_ALTERNATIVE, f"{percentage:g} % alcohol by volume"
    if product.contains_alcohol:
        return Kind.ALCOHOL, "its owner says it holds alcohol"
    is_aisle = product.category.strip().lower() in _AISLES - _AISLES_OF_FOOD
    named, shelved = _strictest(name), None if is_aisle else _strictest(category)
    if named and named.kind in _DRUNK_BY_ADULTS and not (shelved and shelved.kind is Kind.NOT_FOOD):
        return named.kind, f"its name says '{named.name}'"
    if shelved and shelved.kind in _DRUNK_BY_ADULTS:
        return shelved.kind, f"its category says '{shelved.name}'"
    if named and named.kind in _NOT_EATEN and not (_is_food(shelved) and " " not in named.name):
        return named.kind, f"its name says '{named.name}'"
    # One word that is no food ("bone", "garden") does not take a product off a shelf of food; two do ("dog biscuit").
    found = shelved if named and named.kind in _NOT_EATEN else named or shelved
    if found is None:
        return None, f"neither '{product.name}' nor '{product.category}' says what it is"
    if shelved is None and (strange := _no_goods(product.name)):
        return None, f"'{strange}' in its name is no goods of a kind, and '{product.category}' says nothing"
    if found.is_drink and _holds_unexplained_energy(product):
        return None, f"its figures hold energy that is neither sugar, protein nor fat, and its name says '{found.name}'"
    return found.kind, f"its {'name' if found is named else 'category'} says '{found.name}'"


def _no_goods(name: str) -> str | None:
    """The first word of a name that no goods are named with: a brand, which may be anything."""
    words = words_in(folded(name))
    return next((word for word in words if len(word) > 1 and not is_word_of_goods(word)), None)


def _is_food(entry: Entry | None) -> bool:
    return entry is not None and entry.kind is Kind.FOOD


def _strictest(entries: list[Entry]) -> Entry | None:
    order = list(Kind)
    return min(entries, key=lambda entry: order.index(entry.kind), default=None)


def _listed(product: Product, name: list[Entry], category: list[Entry]) -> str | None:
    """The listed category that its name or its category falls in. A name that is in none takes a product out of its
    category only where that is an aisle, and both are drinks or neither."""
    named = next((entry.listed for entry in (*name, *first_entries_in(folded(product.name))) if entry.listed), None)
    if named:
        return named
    shelved = next((entry for entry in category if entry.listed), None)
    if shelved is None:
        return None
    is_aisle = product.category.strip().lower() in _AISLES
    known = any(entry.is_drink == shelved.is_drink for entry in name)
    return None if known and is_aisle else shelved.listed


def strength_of(product: Product) -> float | None:
    """Per cent of alcohol by volume, from its record or its name; None where neither says."""
    if product.abv_percent is not None:
        return product.abv_percent
    found = _STRENGTH.search(product.name)
    return float(next(group for group in found.groups() if group)) if found else None


def _holds_unexplained_energy(product: Product) -> bool:
    """Whether a drink's energy is that of alcohol: everything else that gives energy is on record, and too little."""
    nutrition = product.nutrition
    if nutrition is None or nutrition.energy_kj is None or nutrition.total_sugars_g is None:
        return False
    fat = nutrition.total_fat_g if nutrition.total_fat_g is not None else nutrition.saturated_fat_g
    known = {**nutrition.model_dump(include=set(_KJ_PER_GRAM)), "total_fat_g": fat}
    explained = sum(share * (known[name] or 0.0) for name, share in _KJ_PER_GRAM.items())
    milk = (nutrition.protein_g or 0.0) >= 1.0
    return not milk and nutrition.energy_kj - explained > _UNEXPLAINED_KJ
