"""What our seller offers: the platform's products as AdCP products."""

from typing import Final

from domain.booking import MediaProduct
from domain.plan import Channel
from world.adcp.wire.wire import (
    CURRENCY,
    ChannelTerms,
    FormatOption,
    JsonObject,
    PricingOption,
    Product,
    ProductExtension,
)

PUBLISHER: Final = "simulated-grocer.example"
ADCP_CHANNELS: Final = {
    Channel.SPONSORED_SEARCH: "search",
    Channel.ONSITE_DISPLAY: "retail_media",
    Channel.PAID_SOCIAL: "social",
    Channel.IN_STORE_SCREEN: "dooh",
    Channel.EMAIL: "email",
}
_WORDS: Final = {
    Channel.SPONSORED_SEARCH: "Sponsored products beside the search results of the grocer's own shop",
    Channel.ONSITE_DISPLAY: "Display beside the aisles of the grocer's own shop",
    Channel.PAID_SOCIAL: "Social posts to the grocer's shoppers",
    Channel.IN_STORE_SCREEN: "Screens at the entrance and the aisles of the stores",
    Channel.EMAIL: "A place in the grocer's weekly mail",
}
_REPORTING: Final[JsonObject] = {
    "available_reporting_frequencies": ["daily"],
    "expected_delay_minutes": 1440,
    "timezone": "UTC",
    "supports_webhooks": False,
    "available_metrics": ["impressions", "spend", "clicks", "conversions", "conversion_value", "units_sold"],
    "date_range_support": "date_range",
}


def offer(product: MediaProduct) -> Product:
    """One channel at a fixed price per thousand impressions, taking one picture size."""
    return Product(
        product_id=product.product_id,
        name=product.channel.value.replace("_", " ").capitalize(),
        description=f"{_WORDS[product.channel]}. Simulated.",
        publisher_properties=[{"publisher_domain": PUBLISHER, "selection_type": "all"}],
        channels=[ADCP_CHANNELS[product.channel]],
        format_options=[picture_format(product.creative_type)],
        pricing_options=[
            PricingOption(
                pricing_option_id=pricing_option_id(product),
                pricing_model="cpm",
                currency=CURRENCY,
                fixed_price=product.cpm,
                min_spend_per_package=product.minimum_budget,
            )
        ],
        reporting_capabilities=_REPORTING,
        ext=ProductExtension(
            tescosense=ChannelTerms(
                channel=product.channel,
                maximum_daily_budget=product.maximum_daily_budget,
                creative_type=product.creative_type,
            )
        ),
    )


def pricing_option_id(product: MediaProduct) -> str:
    return f"{product.product_id}-cpm"


def picture_format(creative_type: str) -> FormatOption:
    """The one format a product takes: `display_300x250` is a picture of 300 by 250.

    Raises ValueError for a name that does not end in a size.
    """
    width, height = creative_type.rsplit("_", 1)[-1].split("x")
    return FormatOption(
        format_kind="image",
        format_option_id=creative_type,
        display_name=creative_type.replace("_", " "),
        params={"width": int(width), "height": int(height)},
    )
