"""The UK nutrient profiling model 2004/05: how the law tells a less healthy food from the rest.

Points for what there should be less of (A), less points for what there should be more of (C), per 100 g as sold.
Source: Department of Health, Nutrient Profiling Technical Guidance (January 2011), tables 1 and 2; fibre by the AOAC
method. A food scoring 4 or more, a drink scoring 1 or more, is less healthy.
"""

from bisect import bisect_left

from domain.catalogue import Nutrition

_ENERGY_KJ = (335, 670, 1005, 1340, 1675, 2010, 2345, 2680, 3015, 3350)
_SATURATED_FAT_G = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
_TOTAL_SUGARS_G = (4.5, 9, 13.5, 18, 22.5, 27, 31, 36, 40, 45)
_SODIUM_MG = (90, 180, 270, 360, 450, 540, 630, 720, 810, 900)
_FRUIT_VEG_NUTS_PERCENT = (40, 60, 80, 80, 80)
"""Above 80 % gives five points at once: there are none of three or four."""
_FIBRE_G = (0.9, 1.9, 2.8, 3.7, 4.7)
_PROTEIN_G = (1.6, 3.2, 4.8, 6.4, 8.0)

_PROTEIN_BAR = 11
"""From this many A points on, protein counts only with full points for fruit, vegetables and nuts."""
FOOD_LIMIT, DRINK_LIMIT = 4, 1


def nutrient_score(nutrition: Nutrition) -> int | None:
    """The score, between -15 and 40; None where any of the seven figures is missing."""
    if (
        nutrition.energy_kj is None
        or nutrition.saturated_fat_g is None
        or nutrition.total_sugars_g is None
        or nutrition.sodium_mg is None
        or nutrition.fruit_veg_nuts_percent is None
        or nutrition.fibre_g is None
        or nutrition.protein_g is None
    ):
        return None
    a_points = (
        _points(_ENERGY_KJ, nutrition.energy_kj)
        + _points(_SATURATED_FAT_G, nutrition.saturated_fat_g)
        + _points(_TOTAL_SUGARS_G, nutrition.total_sugars_g)
        + _points(_SODIUM_MG, nutrition.sodium_mg)
    )
    fruit = _points(_FRUIT_VEG_NUTS_PERCENT, nutrition.fruit_veg_nuts_percent)
    fibre = _points(_FIBRE_G, nutrition.fibre_g)
    protein = _points(_PROTEIN_G, nutrition.protein_g)
    counts_protein = a_points < _PROTEIN_BAR or fruit == len(_FRUIT_VEG_NUTS_PERCENT)
    return a_points - fruit - fibre - (protein if counts_protein else 0)


def passes_profile(nutrition: Nutrition) -> bool | None:
    """Whether the product is not less healthy; None where the figures do not tell."""
    score = nutrient_score(nutrition)
    return None if score is None else score < (DRINK_LIMIT if nutrition.is_drink else FOOD_LIMIT)


def _points(thresholds: tuple[float, ...], amount: float) -> int:
    """One point for every threshold the amount is above."""
    return bisect_left(thresholds, amount)
