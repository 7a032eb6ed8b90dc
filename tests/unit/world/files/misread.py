"""Folders that are easily read as something else, without a word."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.unit.world.files.faults import pence, some_in_pence
from tests.unit.world.files.forms import thousands
from tests.unit.world.files.shop import HEADER, PRICES, Case, Row, Writer, put, table, truth, written

POUNDS_BY_NAME = (
    "price", "unit_price", "sell_price", "selling_price", "retail_price", "item_price", "average_price", "avg_price",
    "mean_price", "price_gbp", "price_per_unit", "price_pounds", "Unit Price", "Price per unit",
)  # fmt: skip
PENCE_BY_NAME = ("price_pence", "pricepence", "Price (pence)", "price_p", "price p", "pricep", "Price (p)")
LINES = {"mapping.toml": '[sales]\nrows = "lines"\n'}


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


def goods_without_a_price(folder: Path) -> None:
    written(header=HEADER[:5], called={"category": "sku"})(folder)


def goods(column: str = "", scale: int = 1) -> str:
    """The products, with a column of prices where it has a name."""
    rows = [f"{sku},{sku}" + (f",{round(price * scale, 2):g}" if column else "") for sku, price in PRICES.items()]
    return "\n".join(["sku,category" + (f",{column}" if column else ""), *rows, ""])


def priced_by(table: str, column: str, scale: int = 100, mapping: str = "") -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        goods_without_a_price(folder)
        put(folder / "products.csv", goods().encode())
        put(folder / f"{table}.csv", goods(column, scale).encode())
        put(folder / "mapping.toml", mapping.encode())

    return write


def two_names_of_a_price(folder: Path) -> None:
    """Pounds until July, pence since."""
    put(folder / "sales-1.csv", table(of_month(truth(), 7)).encode())
    later = [*of_month(pence()(), 8), *of_month(pence()(), 9)]
    put(folder / "sales-2.csv", table(later).replace(",price", ",price_pence", 1).encode())


def taken(price: str, called: str, rows: Callable[[], list[Row]] = truth) -> Callable[[Path], None]:
    """Money and a price, and no units."""

    def write(folder: Path) -> None:
        prices = [row["price"] for row in rows()]
        money = [
            {
                **row,
                "sku": row["category"],
                "revenue": round(int(str(row["units"])) * float(str(row["price"])), 2),
                price: paid,
            }
            for row, paid in zip(truth(), prices, strict=True)
        ]
        put(
            folder / "sales.csv",
            table(money, (*HEADER[:3], "sku", "revenue", price)).replace(price, called, 1).encode(),
        )

    return write


def cellar() -> list[Row]:
    """Lines of a category with cheap goods and dear ones, which are no pence."""
    dear = {"category": "drinks", "price": 0.6}
    return [
        *truth(),
        *({**row, **dear, "units": 40} for row in truth() if row["category"] == "tea"),
        *({**row, **dear, "units": 1, "price": 45} for row in truth() if row["category"] == "tea"),
    ]


def one_penny(rows: Callable[[], list[Row]] = truth) -> Callable[[], list[Row]]:
    """The first line of each product says £0.01."""
    return lambda: [{**row, "price": 0.01} if n in range(5) else row for n, row in enumerate(rows())]


def in_lots(rows: list[Row]) -> list[Row]:
    """So many products that each has a dozen lines."""
    return [{**row, "item": f"{row['category']}-{row['store']}-{n // 240}"} for n, row in enumerate(rows)]


def lots(folder: Path) -> None:
    rows = in_lots(truth())
    wrong = [{**row, "price": 0.01} if n % 240 < 40 else row for n, row in enumerate(rows)]
    put(folder / "sales.csv", table(wrong, (*HEADER, "item")).encode())


def updated(earlier: str, later: str) -> Writer:
    """Six rows said otherwise, and later in the file, at the earlier time."""

    def rows() -> list[Row]:
        return [
            *({**row, "revision": later} for row in truth()),
            *({**row, "units": 3, "revision": earlier} for row in truth()[:6]),
        ]

    return written(rows, (*HEADER, "revision"))


def ten_files(folder: Path) -> None:
    """The tenth file corrects the second."""
    rows = truth()
    wrong = [{**row, "units": 7} for row in rows[:10]]
    for name, some in (("sales_1.csv", rows[10:]), ("sales_2.csv", wrong), ("sales_10.csv", rows[:10])):
        put(folder / name, table(some).encode())


def only_thousands() -> list[Row]:
    """Each shelf sells more than a thousand."""
    return [{**row, "units": int(str(row["units"])) + 1_000} for row in truth()]


def semicolons(rows: Callable[[], list[Row]], price: Callable[[object], object], mapping: str = "") -> Writer:
    form = {"units": thousands, "price": price}
    return written(rows, delimiter=";", form=form, more={"mapping.toml": mapping} if mapping else {})


def dotted(value: object) -> str:
    return f"{value:,}".replace(",", ".")


def points(rows: Callable[[], list[Row]], mapping: str = "") -> Writer:
    form = {"units": dotted, "price": lambda _: 3}
    return written(rows, delimiter=";", form=form, more={"mapping.toml": mapping} if mapping else {})


def takings(name: str, pence: int, mapping: str = "") -> Writer:
    """Money and prices in place of units."""

    def rows() -> list[Row]:
        return [
            {**row, "money": round(int(str(row["units"])) * float(str(row["price"])) * pence, 2)} for row in truth()
        ]

    more = {"mapping.toml": mapping} if mapping else {}
    return written(rows, (*HEADER[:4], "money", "price"), called={"money": name}, more=more)


def stamped(time: Callable[[date], str], files: int = 2) -> Callable[[Path], None]:
    """The same file several times, each day with one time: that of its export."""

    def write(folder: Path) -> None:
        rows = [
            {**row, "date": f"{row['date']}{time(row['date'])}"} for row in truth() if isinstance(row["date"], date)
        ]
        for name in ("sales-a.csv", "sales-b.csv")[:files]:
            put(folder / name, table(rows).encode())

    return write


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
    Case("products in pence", priced_by("products", "price_pence"), said=("price_pence is in pence: its name",)),
    Case("products in pounds", priced_by("products", "unit_price", 1)),
    Case(
        "products in pence by the mapping",
        priced_by("products", "price", mapping='[products]\nprice_in = "pence"\n'),
        said=("price is in pence: mapping.toml says so",),
    ),
    Case("listed prices in pence", priced_by("prices", "Price (pence)"), said=("is in pence",)),
    Case("listed prices in pounds", priced_by("prices", "sell_price", 1)),
    Case(
        "pounds in one file and pence in the next",
        two_names_of_a_price,
        said=("sales: prices of sales-2.csv: price_pence is in pence",),
    ),
    Case("revenue and a price", taken("price", "price"), said=("units are money by price",)),
    Case("revenue and a price in pence", taken("price", "price_pence", pence()), said=("units are money by price",)),
    Case(
        "revenue and some prices in pence",
        taken("price", "price", some_in_pence),
        dropped={"pence": len(some_in_pence()[::11])},
        said=("units are money by price",),
    ),
    Case(
        "cheap drinks and dear ones",
        written(lambda: [{**row, "till": 1 + (row["price"] == 45)} for row in cellar()], (*HEADER, "till"), more=LINES),
        right=cellar,
        said=("lines of baskets",),
    ),
    Case("a line of each product at a penny", written(one_penny(), called={"category": "sku"}), priced=False),
    Case("a line of each category at a penny", written(one_penny()), priced=False),
    Case("two lines in twelve at a penny", lots, priced=False),
    *(
        Case(f"updated at {earlier}, then at {later}", updated(earlier, later), dropped={"corrected": 6})
        for earlier, later in (
            ("9", "10"),
            ("9.5", "10.25"),
            ("31/10/2026 23:00", "01/11/2026 09:00"),
            ("10/31/2026", "11/01/2026"),
            ("2026-10-31T9:05", "2026-10-31T10:01"),
            ("2026-11-01 11:30 AM", "2026-11-01 01:15 PM"),
            ("31 Oct 2026", "1 Nov 2026"),
        )
    ),
    Case(
        "updated by words",
        written(
            lambda: [
                *({**row, "units": 3, "revision": "second"} for row in truth()[:6]),
                *({**row, "revision": "first"} for row in truth()),
            ],
            (*HEADER, "revision"),
        ),
        dropped={"corrected": 6},
        said=("updated is no number and no date",),
    ),
    Case("a tenth file that corrects the second", ten_files, dropped={"corrected": 10}),
    Case("thousands between semicolons", semicolons(truth, lambda _: 3), said=("commas part thousands",), priced=False),
    Case(
        "nothing but thousands between semicolons",
        semicolons(only_thousands, lambda _: 3),
        refused=r"sales\.csv: 2,\d{3} may be thousands or have decimals.* decimal = .* under \[sales\]",
    ),
    Case(
        "thousands between semicolons by the mapping",
        semicolons(only_thousands, lambda _: 3, '[sales]\ndecimal = "point"\n'),
        right=only_thousands,
        priced=False,
    ),
    Case("points between semicolons", points(truth), said=("points part thousands",), priced=False),
    Case(
        "nothing but points between semicolons",
        points(only_thousands),
        refused=r"sales\.csv: 2\.\d{3} may be thousands or have decimals.* decimal = .* under \[sales\]",
    ),
    Case(
        "points between semicolons by the mapping",
        points(only_thousands, '[sales]\ndecimal = "comma"\n'),
        right=only_thousands,
        priced=False,
    ),
    Case("money in pence by its name", takings("revenue_pence", 100), said=("revenue_pence is in pence: its name",)),
    Case("money in pounds", takings("revenue", 1)),
    Case(
        "money in pence by the mapping",
        takings("revenue", 100, '[sales]\nmoney_in = "pence"\n'),
        said=("revenue is in pence: mapping.toml",),
    ),
    Case(
        "three decimals between semicolons",
        semicolons(only_thousands, lambda _: "0,125"),
        right=lambda: [{**row, "units": int(str(row["units"])) / 1_000} for row in only_thousands()],
        said=("decimal comma",),
        priced=False,
    ),
    *(
        Case(f"the same file twice, stamped {called}", stamped(time), dropped={"repeat": len(truth())})
        for called, time in (
            ("with no time", lambda day: ""),
            ("at midnight", lambda day: " 00:00:00"),
            ("at the last second", lambda day: " 23:59:59"),
            ("at midnight elsewhere", lambda day: "T22:00:00Z" if day.month < 9 else "T23:00:00Z"),
        )
    ),
]
