"""What a seller offers, as products we can plan with."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.booking import MediaProduct
from domain.money import pounds
from domain.plan import Channel
from world.adcp.wire.wire import CURRENCY, FormatOption, JsonObject, PricingOption, Product, Products

_CHANNELS: Final = {
    "search": Channel.SPONSORED_SEARCH,
    "retail_media": Channel.ONSITE_DISPLAY,
    "display": Channel.ONSITE_DISPLAY,
    "social": Channel.PAID_SOCIAL,
    "dooh": Channel.IN_STORE_SCREEN,
    "email": Channel.EMAIL,
}
_NO_DAILY_LIMIT: Final = Decimal("1000000.00")
"""AdCP has no field for a product's largest daily spend; what a seller does not limit, the account's limits do."""
_ANY_PICTURE: Final = FormatOption(format_kind="image", params={"width": 300, "height": 250})


@dataclass(frozen=True, slots=True)
class Offered:
    product: MediaProduct
    pricing_option_id: str
    format: FormatOption

    def picture(self, creative_id: str, artwork_url: str, name: str) -> JsonObject:
        """An ad as AdCP uploads it: a picture in the format of this offer, fetched from our own API."""
        size = self.format.params
        return {
            "creative_id": creative_id,
            "name": f"{name} {self.product.channel.value}",
            "format_kind": self.format.format_kind,
            "assets": {
                "image": {
                    "asset_type": "image",
                    "url": f"{artwork_url.rstrip('/')}/creatives/{creative_id}.png",
                    "width": size.get("width", 300),
                    "height": size.get("height", 250),
                }
            },
        }


def offered(products: Products) -> list[Offered]:
    """The offers sold in pounds at a fixed price per thousand impressions on a channel we know; others are left out."""
    return [offer for product in products.products if (offer := _offer(product)) is not None]


def _offer(product: Product) -> Offered | None:
    channel = _channel(product)
    price = next((option for option in product.pricing_options if _plannable(option)), None)
    if channel is None or price is None or price.fixed_price is None:
        return None
    terms = product.ext.tescosense if product.ext is not None else None
    picture = next((option for option in product.format_options if option.format_kind == "image"), _ANY_PICTURE)
    return Offered(
        product=MediaProduct(
            product_id=product.product_id,
            channel=channel,
            cpm=price.fixed_price,
            minimum_budget=price.min_spend_per_package or pounds(0),
            maximum_daily_budget=terms.maximum_daily_budget if terms is not None else _NO_DAILY_LIMIT,
            creative_type=terms.creative_type if terms is not None else (picture.format_option_id or "image"),
        ),
        pricing_option_id=price.pricing_option_id,
        format=picture,
    )


def _channel(product: Product) -> Channel | None:
    if product.ext is not None and product.ext.tescosense is not None:
        return product.ext.tescosense.channel
    return next((_CHANNELS[name] for name in product.channels if name in _CHANNELS), None)


def _plannable(option: PricingOption) -> bool:
    return option.pricing_model == "cpm" and option.currency == CURRENCY and option.fixed_price is not None
