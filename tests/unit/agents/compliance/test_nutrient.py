"""The nutrient profile against products scored by hand from the technical guidance's tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.compliance.goods.nutrient import nutrient_score, passes_profile
from domain.catalogue import Nutrition

NOT_SCORED = {"is_drink", "total_fat_g", "vitamins_nrv_percent"}


def facts(
    energy: float,
    fat: float,
    sugars: float,
    sodium: float,
    fruit: float,
    fibre: float,
    protein: float,
    drink: bool = False,
) -> Nutrition:
    return Nutrition(
        energy_kj=energy, saturated_fat_g=fat, total_sugars_g=sugars, sodium_mg=sodium,
        fruit_veg_nuts_percent=fruit, fibre_g=fibre, protein_g=protein, is_drink=drink,
    )  # fmt: skip


# energy + saturates + sugars + sodium - fruit - fibre - protein, from the tables of January 2011.
SCORED = {
    "ready salted crisps": (facts(2200, 2.6, 0.5, 550, 0, 4.0, 6.0), 6 + 2 + 0 + 6 - 0 - 4),
    "milk chocolate": (facts(2230, 18, 56, 95, 0, 2.0, 7.5), 6 + 10 + 10 + 1 - 0 - 2),
    "cola": (facts(180, 0, 10.6, 4, 0, 0, 0, drink=True), 0 + 0 + 2 + 0),
    "diet cola": (facts(2, 0, 0, 10, 0, 0, 0, drink=True), 0),
    "rolled oats": (facts(1570, 1.5, 1.0, 5, 0, 9.4, 11.4), 4 + 1 + 0 + 0 - 0 - 5 - 5),
    "tomato soup": (facts(245, 0.4, 4.9, 200, 62, 0.7, 0.9), 0 + 0 + 1 + 2 - 2 - 0 - 0),
    "cheddar": (facts(1725, 21.7, 0.1, 720, 0, 0, 25.4), 5 + 10 + 0 + 7 - 0 - 0),
    "almonds": (facts(2534, 4.4, 4.2, 5, 100, 12.5, 21.1), 7 + 4 + 0 + 0 - 5 - 5 - 5),
    "apple": (facts(218, 0, 10.4, 1, 100, 2.4, 0.3), 0 + 0 + 2 + 0 - 5 - 2 - 0),
}


@pytest.mark.parametrize("name", SCORED)
def test_a_known_product_has_the_score_worked_out_by_hand(name: str) -> None:
    nutrition, score = SCORED[name]
    assert nutrient_score(nutrition) == score


@pytest.mark.parametrize(
    ("name", "passes"),
    [("ready salted crisps", False), ("cola", False), ("diet cola", True), ("rolled oats", True), ("cheddar", False)],
)
def test_the_limit_is_four_for_food_and_one_for_drink(name: str, passes: bool) -> None:
    assert passes_profile(SCORED[name][0]) is passes


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (facts(335, 0, 0, 0, 0, 0, 0), facts(335.1, 0, 0, 0, 0, 0, 0)),
        (facts(0, 1, 0, 0, 0, 0, 0), facts(0, 1.1, 0, 0, 0, 0, 0)),
        (facts(0, 0, 4.5, 0, 0, 0, 0), facts(0, 0, 4.6, 0, 0, 0, 0)),
        (facts(0, 0, 0, 90, 0, 0, 0), facts(0, 0, 0, 91, 0, 0, 0)),
    ],
)
def test_a_point_comes_above_a_threshold_not_at_it(below: Nutrition, above: Nutrition) -> None:
    assert (nutrient_score(below), nutrient_score(above)) == (0, 1)


def test_fruit_above_eighty_percent_gives_five_points_at_once() -> None:
    scores = [nutrient_score(facts(0, 0, 0, 0, fruit, 0, 0)) for fruit in (40, 41, 61, 80, 81)]
    assert scores == [0, -1, -2, -2, -5]


def test_protein_does_not_excuse_eleven_points_unless_fruit_has_five() -> None:
    assert nutrient_score(facts(energy=3400, fat=1.5, sugars=0, sodium=0, fruit=0, fibre=0, protein=9)) == 11
    assert nutrient_score(facts(energy=3400, fat=1.5, sugars=0, sodium=0, fruit=81, fibre=0, protein=9)) == 11 - 5 - 5


numbers = st.floats(0, 4000, allow_nan=False)


@given(numbers, numbers, numbers, numbers, st.floats(0, 100), numbers, numbers)
@settings(max_examples=100)
def test_more_sugar_never_improves_a_score(
    energy: float, fat: float, sugars: float, sodium: float, fruit: float, fibre: float, protein: float
) -> None:
    less = nutrient_score(facts(energy, fat, sugars, sodium, fruit, fibre, protein))
    more = nutrient_score(facts(energy, fat, sugars + 20, sodium, fruit, fibre, protein))
    assert less is not None
    assert more is not None
    assert -15 <= less <= more <= 40


@pytest.mark.parametrize("missing", sorted(set(Nutrition.model_fields) - NOT_SCORED))
def test_a_missing_figure_gives_no_score(missing: str) -> None:
    incomplete = SCORED["apple"][0].model_copy(update={missing: None})
    assert nutrient_score(incomplete) is None
    assert passes_profile(incomplete) is None
