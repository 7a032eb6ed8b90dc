"""What may be led with: the products the law lets us advertise, and the channels it leaves them."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.compliance.goods.eligibility import eligibility
from domain.catalogue import Product
from domain.channel import Channel
from domain.errors import DataFault

_MOST_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """Products to choose a hero from, best seller first, and the channels barred to every one of them."""

    products: tuple[Product, ...]
    barred: frozenset[Channel]
    reason: str
    """Why channels are barred, or best sellers passed over; empty where the law changes nothing."""


def lawful_offer(shelf: Sequence[Product]) -> Offer:
    """The products open to the most channels, so that the hero chosen among them never changes the figures.

    Where the best seller is less healthy and another product of the category is not, the other is offered. Where all
    are, they stay and the barred channels go. Raises DataFault for an empty shelf.
    """
    if not shelf:
        raise DataFault("the category's shelf is empty", remedy="choose a category with products on sale")
    found = {product.sku: eligibility(product) for product in shelf}
    fewest = min(len(item.barred) for item in found.values())
    best_seller = found[shelf[0].sku]
    barred = next(item.barred for item in found.values() if len(item.barred) == fewest)
    return Offer(
        products=tuple(product for product in shelf if found[product.sku].barred == barred)[:_MOST_OFFERED],
        barred=barred,
        reason=best_seller.reason if best_seller.barred else "",
    )


def offered_line(product: Product) -> str:
    """A product as the brief's writer sees it."""
    return f"{product.sku} - {product.name}, £{product.price:.2f}"
