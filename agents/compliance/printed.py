"""What a shop prints on an ad beside the copywriter's words: price, offer, strength. Each is a fact on file, and
each is held to the rules that the words are held to; what one of them objects to is not printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agents.compliance.case import SEAM, AdText, Case, Placement
from agents.compliance.checks.pack import hundreds_in
from agents.compliance.checks.proofs import reference_price, standing
from agents.compliance.examination import rulings
from agents.compliance.goods.goods import ADULT_AGE, goods_of, strength_of
from agents.compliance.goods.lexicon import Kind
from domain.catalogue import Offer, Product
from domain.creative import Outcome
from domain.money import PENNY

DRINKAWARE = "drinkaware.co.uk"


@dataclass(frozen=True, slots=True)
class Printed:
    """As it is printed; what is not on file or may not be said is empty. `offer` has its loudest line first."""

    price: str = ""
    unit_price: str = ""
    offer: tuple[str, ...] = ()
    small_print: tuple[str, ...] = ()


def printed(product: Product, placement: Placement) -> Printed:
    """What may be printed of the product on every day of the placement's flight.

    The second reader is not asked: it tells copy that reads like copy once refused, and these are no copy.
    """
    case = Case(placement, product)
    already = _objections("", placement, product)

    def may_say(*texts: str) -> bool:
        """Whether the rules object to nothing more than they already do to the product's name."""
        return not _objections(SEAM.join(texts), placement, product) - already

    offer = next((lines for lines in _offers(case, product) if may_say(*lines)), ())
    price = next((told for told in _prices(case, product) if may_say(told, *offer)), "")
    unit = _unit_price(product) if price == _sum(product.price) else ""
    return Printed(
        price=price,
        unit_price=unit if unit and may_say(price, unit, *offer) else "",
        offer=offer,
        small_print=tuple(_small_print(product)),
    )


def _objections(text: str, placement: Placement, product: Product) -> set[tuple[str, str]]:
    case = Case(placement, product, AdText(text, "", "", "", product.sku))
    found = rulings(case, "ad", model_reads=True)
    return {(ruling.rule_id, ruling.evidence) for ruling in found if ruling.outcome is not Outcome.PASS}


def _prices(case: Case, product: Product) -> Iterator[str]:
    """The lowest price that everybody pays first."""
    savings = [offer.price for offer in standing(case, "saving") if offer.price is not None]
    yield from (_sum(price) for price in sorted({*savings, product.price}))


def _offers(case: Case, product: Product) -> Iterator[tuple[str, ...]]:
    """Each offer in a roundel's words, with the day it ends."""
    for offer in standing(case, "saving", "loyalty", "multibuy", "free", "points"):
        if lines := _worded(case, offer, product):
            yield (*lines, f"ends {offer.ends.day} {offer.ends:%B}")


def _worded(case: Case, offer: Offer, product: Product) -> tuple[str, ...]:
    price, before = offer.price, reference_price(case, offer)
    match offer.kind:
        case "saving" if price is not None and before is not None and before.price > price:
            return f"Save {_sum(before.price - price)}", f"was {_sum(before.price)}"
        case "loyalty" if price is not None:
            return _sum(price), "with your card"
        case "multibuy" if price is not None:
            return (f"{offer.quantity} for {_sum(price)}",)
        case "free":
            return f"Free {offer.gift}", "with this"
        case "points":
            return (offer.gift,)
        case _:
            return ()


def _sum(amount: Decimal) -> str:
    """`£1.25`, `£1,299.00`, and `85p` below a pound."""
    return f"£{amount:,.2f}" if amount >= 1 else f"{amount * 100:.0f}p"


def _unit_price(product: Product) -> str:
    """By the kilo or the litre (Price Marking Order 2004); empty where the name has no pack size."""
    pack = hundreds_in(product.name)
    if pack is None:
        return ""
    hundreds, is_liquid = pack
    # A half penny upward, as on the shelf: the law has unit prices rounded like any sum, which is not to the even one.
    amount = (product.price / Decimal(str(hundreds)) * 10).quantize(PENNY, rounding=ROUND_HALF_UP)
    return f"{_sum(amount)} per {'litre' if is_liquid else 'kg'}"


def _small_print(product: Product) -> Iterator[str]:
    """Of goods for grown-ups their age, and of drinks their strength and where to read of drinking."""
    goods = goods_of(product)
    if not goods.for_adults:
        return
    yield f"{ADULT_AGE}+"
    if goods.kind in (Kind.ALCOHOL, Kind.ALCOHOL_ALTERNATIVE):
        strength = strength_of(product)
        if strength is not None:
            yield f"{strength:g}% ABV"
        yield DRINKAWARE
