"""Folders that are easily read as something else, without a word."""

from tests.unit.world.files.faults import pence
from tests.unit.world.files.shop import Case, written

POUNDS_BY_NAME = (
    "price", "unit_price", "sell_price", "selling_price", "retail_price", "item_price", "average_price", "avg_price",
    "mean_price", "price_gbp", "price_per_unit", "price_pounds", "Unit Price", "Price per unit",
)  # fmt: skip
PENCE_BY_NAME = ("price_pence", "pricepence", "Price (pence)", "price_p", "price p", "pricep", "Price (p)")

MISREAD = [
    *(Case(f"{name} is in pounds", written(called={"price": name})) for name in POUNDS_BY_NAME),
    *(Case(f"{name} is in pence", written(pence(), called={"price": name})) for name in PENCE_BY_NAME),
]
