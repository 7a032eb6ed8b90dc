"""What our seller offers: the platform's products as AdCP products."""

from typing import Final

from domain.booking import MediaProduct
from world.adcp.wire.formats import option_of
from world.adcp.wire.ours import ChannelTerms, ProductExtension
from world.adcp.wire.wire import CURRENCY, JsonObject, PricingOption, Product

PUBLISHER: Final = "simulated-grocer.example"
_REPORTING: Final[JsonObject] = {
    "available_reporting_frequencies": ["daily"],
    "expected_delay_minutes": 1440,
    "timezone": "UTC",
    "supports_webhooks": False,
    "available_metrics": ["impressions", "spend", "clicks", "conversions", "conversion_value", "units_sold"],
    "date_range_support": "date_range",
}


def offer(product: MediaProduct) -> Product:
    """One channel at a fixed price per thousand impressions, taking one kind of ad."""
    channel = product.channel.record
    return Product(
        product_id=product.product_id,
        name=channel.label,
        description=f"{channel.description}. Simulated.",
        publisher_properties=[{"publisher_domain": PUBLISHER, "selection_type": "all"}],
        channels=[channel.adcp[0]],
        format_options=[option_of(product.format)],
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
                store_targeting=product.store_targeting,
            )
        ),
    )


def pricing_option_id(product: MediaProduct) -> str:
    return f"{product.product_id}-cpm"
