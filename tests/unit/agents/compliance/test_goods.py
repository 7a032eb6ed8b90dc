"""What a product is in law, from its name and its category as shops write them."""

from decimal import Decimal

import pytest

from agents.compliance.goods.eligibility import eligibility
from agents.compliance.goods.goods import Goods, goods_of
from agents.compliance.goods.lexicon import lexicon
from domain.catalogue import Nutrition, Product
from tests.unit.agents.corner_shop import SOUP_FACTS

COLA = Nutrition(
    energy_kj=180, saturated_fat_g=0, total_sugars_g=10.6, sodium_mg=4, fruit_veg_nuts_percent=0, fibre_g=0, protein_g=0
)
VODKA = Nutrition(
    energy_kj=920, saturated_fat_g=0, total_sugars_g=0, sodium_mg=0, fruit_veg_nuts_percent=0, fibre_g=0, protein_g=0
)


def goods(name: str, category: str = "groceries", **more: object) -> Goods:
    facts = {"sku": "X", "name": name, "category": category, "price": Decimal(2), "margin_rate": 0.3, **more}
    return goods_of(Product.model_validate(facts))


@pytest.mark.parametrize(
    ("name", "category", "kind"),
    [
        ("Merlot 75cl", "red", "alcohol"),
        ("House red", "wine", "alcohol"),
        ("Rioja Crianza 75cl", "cellar", "alcohol"),
        ("Craft Ale 6% ABV 500ml", "drinks", "alcohol"),
        ("Mystery spirit 40% vol", "gifts", "alcohol"),
        ("Alcohol Free Lager 4 x 330ml", "beer", "alcohol_alternative"),
        ("Red Wine Vinegar 500ml", "cooking", "food"),
        ("Wine Gums 190g", "sweets", "food"),
        ("Wine glasses 4 pack", "kitchenware", "not_food"),
        ("Ginger Beer 1L", "soft drinks", "food"),
        ("Dog Biscuits 1kg", "biscuits", "pet"),
        ("Cake Tin 20cm", "baking", "not_food"),
        ("Pastry Brush", "baking", "not_food"),
        ("Cigarettes 20", "kiosk", "tobacco"),
        ("Disposable Vape Blue Razz", "kiosk", "vape"),
        ("First Infant Milk 800g", "baby", "infant_formula"),
        ("Baby bottle 260ml", "baby", "feeding_bottle"),
        ("Paracetamol Tablets 16", "pharmacy", "medicine"),
        ("Chef's Knife 20cm", "kitchenware", "knife"),
        ("Scratch card", "kiosk", "gambling"),
        ("Zorblax Quux", "miscellany", None),
    ],
)
def test_goods_are_known_by_their_names(name: str, category: str, kind: str | None) -> None:
    assert goods(name, category).kind == kind, goods(name, category).reason


@pytest.mark.parametrize(
    ("name", "category", "listed"),
    [
        ("Lemonade 2L", "fizzy", "prepared soft drinks"),
        ("Easter Egg 200g", "seasonal", "confectionery"),
        ("Mince Pies 6 Pack", "bakery", "desserts and puddings"),
        ("Oven Chips 900g", "frozen", "chips and potato products"),
        ("Fish Fingers 10 Pack", "frozen", "ready meals"),
        ("Sliced White Loaf 800g", "bakery", None),
        ("Iced Buns 4 Pack", "bakery", "morning goods"),
        ("Chocolate Gateau", "bakery", "desserts and puddings"),
        ("Sparkling Water 1L", "drinks", None),
        ("Orange 330ml", "soft drinks", "prepared soft drinks"),
        ("Ready Salted 6 Pack", "crisps", "savoury snacks"),
        ("Dog Biscuits 1kg", "biscuits", None),
        ("Tomato Soup 400g", "soup", None),
        ("Peanut Butter 340g", "spreads", None),
    ],
)
def test_listed_categories_are_known_by_their_names(name: str, category: str, listed: str | None) -> None:
    found = goods(name, category).listed
    assert (found is None) == (listed is None), found


def test_what_is_drunk_is_judged_as_a_drink_whatever_its_columns_say() -> None:
    cola = Product(
        sku="C", name="Cola 2L", category="soft drinks", price=Decimal(2), margin_rate=0.3, nutrition=COLA
    )  # fmt: skip
    found = eligibility(cola)
    assert found.score is not None
    assert 1 <= found.score < 4, "a food with this score would pass"
    assert found.less_healthy


def test_a_drink_with_energy_that_nothing_explains_is_unknown() -> None:
    assert goods("Sparkling Water 70cl", "drinks", nutrition=VODKA).kind is None
    assert goods("Sparkling Water 70cl", "drinks", nutrition=COLA).kind == "food"


def test_a_soup_is_no_drink() -> None:
    assert not goods("Tomato Soup 400g", "soup", nutrition=SOUP_FACTS).is_drink


def test_the_lexicon_is_large_and_says_nothing_twice() -> None:
    assert len(lexicon()) >= 400
    assert len({entry.listed for entry in lexicon().values()} - {None}) == 13


@pytest.mark.parametrize(
    ("name", "category", "kind"),
    [
        ("Hardys Stamp 75cl", "wine", "alcohol"),
        ("Gin with Glass", "spirits", "alcohol"),
        ("Gin 0.0% 70cl", "spirits", "alcohol_alternative"),
        ("Captain Morgan 70cl", "drinks", None),
        ("Marlboro Gold", "groceries", None),
        ("Smirnoff Ice 4 x 275ml", "", None),
        ("Nicorette Gum", "health", None),
        ("Cloudy Lemonade 2L", "soft drinks", "food"),
        ("Dog Biscuits 1kg", "dog treats", "pet"),
    ],
)
def test_a_brand_or_an_aisle_says_nothing_and_a_shelf_of_wine_is_believed(
    name: str, category: str, kind: str | None
) -> None:
    assert goods(name, category).kind == kind, goods(name, category).reason


@pytest.mark.parametrize("name", ["Cherry Fizz 2L", "Tango Orange 330ml", "Ribena Blackcurrant", "Dr Pepper 500ml"])
def test_a_soft_drink_named_after_a_fruit_is_judged_as_a_drink(name: str) -> None:
    facts = {"sku": "X", "name": name, "category": "soft drinks", "price": 2, "margin_rate": 0.3, "nutrition": COLA}
    assert eligibility(Product.model_validate(facts)).less_healthy


def test_alcohol_is_in_no_listed_category() -> None:
    assert goods("Ginger Beer 4% vol", "soft drinks").listed is None


@pytest.mark.parametrize("name", ["Croissant All Butter x4", "Scones Fruit 4 Pack", "Sandwich Ham and Cheese"])
def test_a_name_written_the_other_way_round_is_read(name: str) -> None:
    assert goods(name, "bakery").listed is not None
