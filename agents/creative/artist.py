"""Draws a campaign's ads: what their product's record and the rules let an ad show, and whose shop it is for."""

import unicodedata
from collections.abc import Sequence
from uuid import UUID

from agents.compliance.case import Placement
from agents.compliance.printed import printed
from agents.creative.artwork.drawing import draw
from agents.creative.artwork.lato import undrawable
from agents.creative.artwork.marks import Marks, Shop
from agents.creative.artwork.pictures import embedded
from domain.catalogue import Product
from domain.creative import Creative
from domain.plan import CampaignPlan


class Artist:
    """The drawings of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def __call__(self, ads: Sequence[Creative], plan: CampaignPlan, product: Product | None) -> dict[UUID, str | None]:
        """As `agents.ports.Draws` says."""
        if all(ad.format.picture is None for ad in ads):
            return dict.fromkeys((ad.id for ad in ads), None)
        marks = marks_of(product, Placement.of(plan)) if product else Marks(category=plan.category)
        return {ad.id: draw(ad, marks, self._shop) if ad.format.picture else None for ad in ads}


def marks_of(product: Product, placement: Placement) -> Marks:
    """What an ad shows of its product in a placement. Raises DataFault for a picture on file that cannot be shown."""
    may = printed(product, placement)
    return Marks(
        product_name=_drawn(product.name) or _drawn(product.category).capitalize(),
        category=product.category,
        brand=_drawn(product.brand),
        price=may.price,
        unit_price=may.unit_price,
        offer=() if undrawable("".join(may.offer)) else may.offer,
        small_print=may.small_print,
        pack_shot=embedded(product.picture) if product.picture else "",
    )


def _drawn(name: str) -> str:
    """The name in letters the typeface has: a shop's own data may hold any, and each would be an empty box. Letters
    whose accent it lacks, as Welsh has, are drawn without it; other scripts are left out."""
    lost = set(undrawable(name))
    letters = (unicodedata.normalize("NFKD", letter) if letter in lost else letter for letter in name)
    plain = "".join(letters)
    beyond = set(undrawable(plain))
    return " ".join("".join(letter for letter in plain if letter not in beyond).split())
