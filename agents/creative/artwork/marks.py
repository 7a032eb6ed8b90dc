"""What an ad shows of its product beside the copywriter's words."""

from dataclasses import dataclass
from typing import Final

from agents.creative.artwork.pictures import Picture


@dataclass(frozen=True, slots=True)
class Marks:
    """Facts of the product's record, as they are printed; a fact that is not on record, or may not be said, is empty.

    `pack_shot` is the `data:` address of a picture.
    """

    product_name: str = ""
    category: str = ""
    brand: str = ""
    price: str = ""
    unit_price: str = ""
    offer: tuple[str, ...] = ()
    """Lines of the roundel, the loudest first."""
    small_print: tuple[str, ...] = ()
    """What the law or the trade's code wants told: strength, age, where to read of drinking."""
    pack_shot: str = ""

    @property
    def title(self) -> str:
        """Brand and name, the brand said once."""
        is_in_name = self.brand.casefold() in self.product_name.casefold()
        return self.product_name if is_in_name else f"{self.brand} {self.product_name}"

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is printed, in reading order."""
        told = (self.title, self.price, self.unit_price, *self.offer, *self.small_print)
        return tuple(text for text in told if text)


@dataclass(frozen=True, slots=True)
class Shop:
    """Whose shop the ad is for; no mark is drawn without name and logo."""

    name: str = ""
    logo: Picture | None = None


NOTHING_MORE: Final = Marks()
NO_SHOP: Final = Shop()
