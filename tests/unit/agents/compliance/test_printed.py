"""What is printed on an ad beside its words: facts on file, and none that the rules object to."""

from datetime import date
from decimal import Decimal

import pytest

from agents.compliance.case import SEAM, AdText, Case, Placement
from agents.compliance.examination import rulings
from agents.compliance.goods.goods import ADULT_AGE
from agents.compliance.printed import DRINKAWARE, Printed, printed
from domain.catalogue import Offer, PastPrice, Product, ProductEvidence
from domain.channel import Channel
from domain.creative import Outcome
from domain.plan import Flight
from world.simulated.market.catalogue import categories

FLIGHT = Flight(start=date(2026, 11, 24), end=date(2026, 11, 30))
BEFORE = PastPrice(price=Decimal("2.75"), starts=date(2026, 8, 1), ends=date(2026, 11, 19))


def product(name: str = "Leek Soup 600g", category: str = "soup", price: str = "2.25", **more: object) -> Product:
    facts = {"sku": "X", "name": name, "category": category, "price": Decimal(price), "margin_rate": 0.3, **more}
    return Product.model_validate(facts)


def on_offer(
    kind: str, *, ends: date = date(2026, 12, 10), before: tuple[PastPrice, ...] = (), **more: object
) -> ProductEvidence:
    offer = Offer.model_validate({"kind": kind, "starts": date(2026, 11, 20), "ends": ends, **more})
    return ProductEvidence(offers=(offer,), past_prices=before)


def told(given: Product, *, regions: tuple[str, ...] = ("London",), flight: Flight = FLIGHT) -> Printed:
    return printed(given, placed(given, regions, flight))


def placed(given: Product, regions: tuple[str, ...] = ("London",), flight: Flight = FLIGHT) -> Placement:
    return Placement(given.sku, given.category, tuple(Channel), flight, regions, minimum_age=ADULT_AGE)


@pytest.mark.parametrize(
    ("name", "price", "said", "unit"),
    [
        ("Leek Soup 600g", "2.25", "£2.25", "£3.75 per kg"),
        ("Still Spring Water 6 x 1.5L", "2.70", "£2.70", "30p per litre"),
        ("Iceberg Lettuce", "0.85", "85p", ""),
        ("Wine 75cl", "7.50", "£7.50", "£10.00 per litre"),
        ("Bananas 5 Pack", "1.00", "£1.00", ""),
    ],
)
def test_the_price_is_the_till_s_and_a_kilo_s_follows_from_the_pack(
    name: str, price: str, said: str, unit: str
) -> None:
    found = told(product(name, "fruit", price))
    assert (found.price, found.unit_price) == (said, unit)


@pytest.mark.parametrize(
    ("evidence", "price", "lines"),
    [
        (on_offer("saving", price="2.25", before=(BEFORE,)), "£2.25", ("Save 50p", "was £2.75", "ends 10 December")),
        (on_offer("multibuy", price="4", quantity=2), "£2.25", ("2 for £4.00", "ends 10 December")),
        (on_offer("loyalty", price="1.75"), "£2.25", ("£1.75", "with your card", "ends 10 December")),
        (on_offer("free", gift="wooden spoon"), "£2.25", ("Free wooden spoon", "with this", "ends 10 December")),
        (on_offer("points", gift="50 points"), "£2.25", ("50 points", "ends 10 December")),
    ],
    ids=["saving", "multibuy", "loyalty", "free", "points"],
)
def test_an_offer_on_file_is_told_with_its_end(evidence: ProductEvidence, price: str, lines: tuple[str, ...]) -> None:
    found = told(product(evidence=evidence))
    assert (found.price, found.offer) == (price, lines)


def test_a_thousand_pounds_are_told_with_a_comma_and_their_offer_with_them() -> None:
    before = BEFORE.model_copy(update={"price": Decimal("1299.00")})
    case = product(price="1299.00", evidence=on_offer("saving", price="1199.00", before=(before,)))
    assert told(case).price == "£1,199.00"
    assert told(case).offer == ("Save £100.00", "was £1,299.00", "ends 10 December")
    lies = case.model_copy(update={"evidence": on_offer("saving", price="1199.00")})
    assert "price.saving" in objections(lies, "was £1,299.00")


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (on_offer("saving", price="2.25"), "no price before it is on file"),
        (on_offer("multibuy", price="4", quantity=2, ends=date(2026, 11, 28)), "it ends within the flight"),
        (on_offer("multibuy", price="5", quantity=2), "it is dearer than two"),
        (on_offer("loyalty", price="2.50"), "it is dearer than without a card"),
        (on_offer("free", gift="cure for colds"), "what is given is a claim no ad may make"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_offer_that_may_not_be_told_is_not(evidence: ProductEvidence, why: str) -> None:
    found = told(product(evidence=evidence))
    assert (found.offer, found.price) == ((), "£2.25"), why


def test_several_of_less_healthy_food_for_one_price_are_told_only_where_the_law_allows_it() -> None:
    bar = product(
        "Milk Chocolate Bar 180g", "chocolate", evidence=on_offer("multibuy", price="4", quantity=2),
        less_healthy_category="confectionery",
    )  # fmt: skip
    assert told(bar).offer == ()
    assert told(bar, regions=("Northern Ireland",)).offer == ("2 for £4.00", "ends 10 December")
    assert told(bar).price == "£2.25"


def test_alcohol_tells_age_strength_and_where_to_read_of_drinking() -> None:
    ale = product("Pale Ale 500ml", "beer", contains_alcohol=True, abv_percent=4.5)
    assert told(ale).small_print == (f"{ADULT_AGE}+", "4.5% ABV", DRINKAWARE)
    assert told(product("Merlot 75cl", "wine")).small_print == (f"{ADULT_AGE}+", DRINKAWARE)
    assert told(product("Kitchen Knife 20cm", "kitchenware")).small_print == (f"{ADULT_AGE}+",)
    assert told(product()).small_print == ()


def test_no_simulated_product_prints_what_a_rule_objects_to() -> None:
    """As an ad of nothing else, the second reader apart, and beside what the rules already say of the name."""
    for category in categories():
        for given in category.products[:3]:
            found = told(given)
            assert found.price
            assert objections(given, found.price, found.unit_price, *found.offer) <= objections(given), given.name


def objections(given: Product, *texts: str) -> set[str]:
    case = Case(placed(given), given, AdText(SEAM.join(text for text in texts if text), "", "", "", given.sku))
    found = rulings(case, "ad", model_reads=True)
    return {ruling.rule_id for ruling in found if ruling.outcome is not Outcome.PASS}
