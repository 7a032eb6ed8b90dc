"""A small folder of sales to start from: valid, and with something in it to find."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from domain.errors import Conflict

_DAYS: Final = 112
_STORES: Final = {f"store {number:02}": ("North", "Midlands", "South")[number % 3] for number in range(1, 13)}
_GOODS: Final = {
    "bread": ("Farmhouse loaf", 1.35, 630),
    "cheese": ("Mature cheddar", 3.4, 255),
    "fruit": ("Braeburn apples", 2.1, 480),
    "salad": ("Mixed leaves", 1.25, 285),
    "soup": ("Tomato soup", 1.6, 390),
    "tea": ("Breakfast tea", 2.75, 210),
}
"""By category: a product, its price, and the units a store sells of it a day."""
_FALLS: Final = ("soup", 3, 0.62)
"""What sells how much of the usual on so many of the last days."""
_SATURDAY: Final = 5


def write_sample(folder: Path, last: date) -> Sequence[Path]:
    """Writes sales.csv and products.csv of invented shops up to the day `last`; soup falls on the last three days.

    Raises Conflict where the folder has one of them already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "sales.csv", folder / "products.csv"]
    for path in paths:
        if path.exists():
            raise Conflict(f"{path} exists already", remedy="give another folder", field="source")
    _write(paths[0], ["date", "store", "region", "category", "units", "price", "promotion", "in_stock"], _sales(last))
    products = [[f"{name[:3].upper()}1", product, name, price, 0.3] for name, (product, price, _) in _GOODS.items()]
    _write(paths[1], ["sku", "name", "category", "price", "margin_rate"], iter(products))
    return paths


def _sales(last: date) -> Iterator[list[object]]:
    draw = np.random.default_rng(14)
    name, days, factor = _FALLS
    for back in range(_DAYS - 1, -1, -1):
        day = last - timedelta(days=back)
        busy = 1.25 if day.weekday() >= _SATURDAY else 1.0
        for number, (store, region) in enumerate(_STORES.items()):
            size = 0.7 + 0.05 * number
            for category, (_, price, usual) in _GOODS.items():
                falls = factor if category == name and back < days else 1.0
                yield [day, store, region, category, int(draw.poisson(usual * size * busy * falls)), price, "no", "yes"]


def _write(path: Path, header: Sequence[str], rows: Iterator[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(header)
        table.writerows(rows)
