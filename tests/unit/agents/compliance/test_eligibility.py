"""What the law lets us advertise where."""

import pytest

from agents.compliance.goods.eligibility import eligibility
from agents.compliance.goods.goods import goods_of
from domain.catalogue import Nutrition
from domain.channel import Channel
from tests.unit.agents.corner_shop import CONES_FACTS, LOLLY_FACTS, product

PAID_ONLINE = {Channel.SPONSORED_SEARCH, Channel.ONSITE_DISPLAY, Channel.PAID_SOCIAL}


def test_less_healthy_ice_cream_is_barred_from_paid_online_and_from_nothing_else() -> None:
    found = eligibility(product(category="ice cream", nutrition=CONES_FACTS, listed="ice cream"))
    assert found.barred == PAID_ONLINE
    assert found.less_healthy
    assert found.score is not None
    assert f"score of {found.score}" in found.reason


def test_a_listed_product_that_passes_the_profile_may_run_everywhere() -> None:
    found = eligibility(product(category="ice cream", nutrition=LOLLY_FACTS, listed="ice cream"))
    assert found.barred == frozenset()


def test_soup_is_in_no_listed_category_however_salty() -> None:
    salty = Nutrition(
        energy_kj=3400, saturated_fat_g=20, total_sugars_g=50, sodium_mg=900, fruit_veg_nuts_percent=0, fibre_g=0,
        protein_g=0,
    )  # fmt: skip
    assert eligibility(product(nutrition=salty)).barred == frozenset()


@pytest.mark.parametrize("nutrition", [None, CONES_FACTS.model_copy(update={"sodium_mg": None})])
def test_missing_nutrition_in_a_listed_category_fails_closed(nutrition: Nutrition | None) -> None:
    found = eligibility(product(category="ice cream", nutrition=nutrition, listed="ice cream"))
    assert found.barred == PAID_ONLINE
    assert "incomplete" in found.reason


def test_missing_nutrition_outside_the_listed_categories_bars_nothing() -> None:
    assert eligibility(product(nutrition=None)).barred == frozenset()


@pytest.mark.parametrize(
    ("category", "listed"),
    [
        ("ICE CREAM/MILK/SHERBTS", "ice cream and lollies"),
        ("COLD CEREAL", "breakfast cereals"),
        ("BAG SNACKS", "savoury snacks"),
        ("SOFT DRINKS", "prepared soft drinks"),
        ("FROZEN PIZZA", "pizza"),
        ("soup", None),
        ("bread", None),
        ("tea and coffee", None),
        ("SALAD", None),
    ],
)
def test_an_unflagged_category_is_recognised_by_its_name(category: str, listed: str | None) -> None:
    assert goods_of(product(name="Family favourite", category=category)).listed == listed


def test_an_unflagged_category_with_a_listed_name_and_no_figures_fails_closed() -> None:
    assert eligibility(product(category="COOKIES/CONES", nutrition=None)).barred == PAID_ONLINE
