"""What a seller offers, as products we can plan with."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.booking import MediaProduct
from domain.channel import Channel, PictureSize
from domain.creative import Creative
from domain.money import pounds
from world.adcp.wire.formats import SCRIPT, accepted, option_of
from world.adcp.wire.wire import CURRENCY, JsonObject, PricingOption, Product, Products

_CHANNELS: Final = {name: channel for channel in Channel for name in channel.record.adcp}
_NO_DAILY_LIMIT: Final = Decimal("1000000.00")
"""AdCP has no field for a product's largest daily spend; what a seller does not limit, the account's limits do."""


@dataclass(frozen=True, slots=True)
class Offered:
    product: MediaProduct
    pricing_option_id: str

    def upload(self, ad: Creative, artwork_url: str) -> JsonObject:
        """An ad as AdCP uploads it: its picture in its own size, fetched from our own API, or its words as a script."""
        return {
            "creative_id": str(ad.id),
            "name": f"{ad.sku} {self.product.channel.value}",
            "format_kind": option_of(ad.format).format_kind,
            "assets": _script(ad) if ad.format.picture is None else _picture(ad, ad.format.picture, artwork_url),
        }


def _picture(ad: Creative, size: PictureSize, artwork_url: str) -> JsonObject:
    url = f"{artwork_url.rstrip('/')}/creatives/{ad.id}.png"
    return {"image": {"asset_type": "image", "url": url, "width": size.width, "height": size.height}}


def _script(ad: Creative) -> JsonObject:
    return {SCRIPT: {"asset_type": "text", "content": f"{ad.headline}\n\n{ad.body}\n\n{ad.call_to_action}"}}


def offered(products: Products) -> list[Offered]:
    """The offers sold in pounds at a fixed price per thousand impressions, above nothing, on a channel we know, for an
    ad we can make; others are left out."""
    return [offer for product in products.products if (offer := _offer(product)) is not None]


def _offer(product: Product) -> Offered | None:
    channel = _channel(product)
    price = next((option for option in product.pricing_options if _plannable(option)), None)
    if channel is None or price is None or price.fixed_price is None:
        return None
    form = accepted(product.format_options, channel.record.format)
    if form is None:
        return None
    terms = product.ext.tescosense if product.ext is not None else None
    if terms is not None and terms.maximum_daily_budget <= 0:
        return None
    return Offered(
        product=MediaProduct(
            product_id=product.product_id,
            channel=channel,
            cpm=price.fixed_price,
            minimum_budget=price.min_spend_per_package or pounds(0),
            maximum_daily_budget=terms.maximum_daily_budget if terms is not None else _NO_DAILY_LIMIT,
            creative_type=form.type,
            store_targeting=terms is not None and terms.store_targeting,
        ),
        pricing_option_id=price.pricing_option_id,
    )


def _channel(product: Product) -> Channel | None:
    if product.ext is not None and product.ext.tescosense is not None:
        return product.ext.tescosense.channel
    return next((_CHANNELS[name] for name in product.channels if name in _CHANNELS), None)


def _plannable(option: PricingOption) -> bool:
    is_priced = option.fixed_price is not None and option.fixed_price > 0 and (option.min_spend_per_package or 0) >= 0
    return option.pricing_model == "cpm" and option.currency == CURRENCY and is_priced
