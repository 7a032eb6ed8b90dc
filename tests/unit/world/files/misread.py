"""Folders that are easily read as something else, without a word."""

from datetime import date
from pathlib import Path

from tests.unit.world.files.faults import pence
from tests.unit.world.files.shop import HEADER, PRICES, Case, Row, put, table, truth, written

POUNDS_BY_NAME = (
    "price", "unit_price", "sell_price", "selling_price", "retail_price", "item_price", "average_price", "avg_price",
    "mean_price", "price_gbp", "price_per_unit", "price_pounds", "Unit Price", "Price per unit",
)  # fmt: skip
PENCE_BY_NAME = ("price_pence", "pricepence", "Price (pence)", "price_p", "price p", "pricep", "Price (p)")



def receipts(rows: list[Row]) -> list[Row]:
    """Numbers that begin anew every day in every store."""
    return [{**row, "receipt": 1 + n % len(PRICES)} for n, row in enumerate(rows)]


def of_month(rows: list[Row], month: int) -> list[Row]:
    return [row for row in rows if isinstance(row["date"], date) and row["date"].month == month]


def months_of_receipts(folder: Path) -> None:
    for month in (7, 8, 9):
        rows = of_month(receipts(truth()), month)
        put(folder / f"sales-2026-{month:02}.csv", table(rows, (*HEADER, "receipt")).encode())


def tills_of_receipts(folder: Path) -> None:
    """A file a till, each of which counts its own receipts."""
    for till in (1, 2):
        rows = [{**row, "till": till, "units": (int(str(row["units"])) + till - 1) // 2} for row in receipts(truth())]
        put(folder / f"sales-{till}.csv", table(rows, (*HEADER, "receipt", "till")).encode())


def receipts_again(folder: Path) -> None:
    """The last month's file comes again, its first ten receipts corrected."""
    months_of_receipts(folder)
    rows = of_month(receipts(truth()), 9)
    wrong = [{**row, "units": 1} if n < 10 else row for n, row in enumerate(rows)]
    for name, some in (("sales-2026-09.csv", wrong), ("sales-2026-09b.csv", rows)):
        put(folder / name, table(some, (*HEADER, "receipt")).encode())


MISREAD = [
    *(Case(f"{name} is in pounds", written(called={"price": name})) for name in POUNDS_BY_NAME),
    *(Case(f"{name} is in pence", written(pence(), called={"price": name})) for name in PENCE_BY_NAME),
    Case("receipts that begin anew every day", months_of_receipts, said=("lines of baskets",)),
    Case("receipts of two tills with the same numbers", tills_of_receipts, said=("lines of baskets",)),
    Case(
        "a month of receipts that comes again",
        receipts_again,
        dropped={"corrected": len(of_month(truth(), 9))},
        said=("a later file has the same basket",),
    ),
]
