"""Folders that say the same in the many forms that exports have."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb

from tests.unit.world.files.shop import DAYS, FIRST, HEADER, PRICES, Case, Row, as_workbook, put, table, truth, written


def dated(pattern: str) -> dict[str, Callable[[object], object]]:
    return {"date": lambda day: day.strftime(pattern) if isinstance(day, date) else day}


def with_columns(**columns: Callable[[Row], object]) -> Callable[[], Iterator[Row]]:
    return lambda: ({**row, **{name: made(row) for name, made in columns.items()}} for row in truth())


def by_month(folder: Path) -> None:
    for month in (7, 8, 9):
        rows = [row for row in truth() if isinstance(row["date"], date) and row["date"].month == month]
        put(folder / f"sales-2026-{month:02}.csv{'.gz' if month == 8 else ''}", table(rows).encode())


def months_in_two_orders(folder: Path) -> None:
    rows = truth()
    for name, pattern, months in (("sales_a.csv", "%d/%m/%Y", (7,)), ("sales_b.csv", "%m/%d/%Y", (8, 9))):
        some = [row for row in rows if isinstance(row["date"], date) and row["date"].month in months]
        put(folder / name, table([{**row, "date": dated(pattern)["date"](row["date"])} for row in some]).encode())


def workbook(folder: Path) -> None:
    rows = [[row[name] for name in HEADER] for row in truth()]
    as_workbook(folder / "sales.xlsx", {"Notes": [["made on Monday"]], "Sales": [list(HEADER), *rows]})


def parquet(folder: Path) -> None:
    written()(folder)
    with duckdb.connect() as sql:
        sql.execute(f"copy (from read_csv('{folder / 'sales.csv'}')) to '{folder / 'sales.parquet'}'")
    (folder / "sales.csv").unlink()


def with_title(folder: Path) -> None:
    put(
        folder / "sales.csv",
        ("sep=;\nSales by day\nmade on 1 October 2026\n\n" + table(truth(), delimiter=";")).encode(),
    )


def wide(folder: Path) -> None:
    days = [FIRST + timedelta(days=offset) for offset in range(DAYS)]
    rows: dict[tuple[object, ...], list[object]] = {}
    for row in truth():
        rows.setdefault((row["store"], row["region"], row["category"], row["price"]), []).append(row["units"])
    head = ["store", "region", "category", "price", *(f"{day:%d/%m/%Y}" for day in days)]
    lines = [",".join(map(str, [*key, *units])) for key, units in rows.items()]
    put(folder / "sales.csv", "\n".join([",".join(head), *lines, ""]).encode())


def baskets(folder: Path) -> None:
    """Each row of the shop in lines of one to 100 units, two of which come back another day."""
    lines = ["TransTime,Till,Receipt,Branch,Area,SKU,Qty,Unit Price"]
    for number, row in enumerate(truth()):
        left = int(str(row["units"]))
        for line in range(-(-left // 100)):
            taken = min(100, left - 100 * line)
            when = f"{row['date']} {9 + line % 9:02}:{line % 60:02}:00"
            head = f"{when},{line % 3},R{number}-{line},{row['store']},{row['region']}"
            lines.append(f"{head},{str(row['category'])[:3]}-{line % 2},{taken},{row['price']}")
    for returned in (40, 55):
        lines.append(f"2026-08-{returned - 30} 12:00:00,1,R-back-{returned},s01,North,tea-0,-2,2.75")
    put(folder / "sales.csv", "\n".join([*lines, ""]).encode())
    products = [f"{category[:3].upper()}-{half},{category}" for category in PRICES for half in (0, 1)]
    put(folder / "products.csv", "\n".join(["item_code,department", *products, ""]).encode())


def baskets_of_a_day_twice(folder: Path) -> None:
    baskets(folder)
    lines = (folder / "sales.csv").read_text().splitlines()
    again = [line for line in lines if line.startswith(f"{FIRST}")]
    put(folder / "sales.csv", "\n".join([*lines, *again, ""]).encode())


def lines_of_first_day() -> int:
    return sum(-(-int(str(row["units"])) // 100) for row in truth() if row["date"] == FIRST)


def workbook_with_a_title(folder: Path) -> None:
    rows = [[row[name] for name in HEADER] for row in truth()]
    title = ["Sales by day", *[""] * (len(HEADER) - 1)]
    as_workbook(folder / "sales.xlsx", {"Export": [title, list(HEADER), *rows]})


def one_bad_byte(folder: Path) -> None:
    text = table(truth()).replace("cheese", "fromagé").encode()
    at = text.index("fromagé".encode(), 3_000)
    put(folder / "sales.csv", text[:at] + b"\xff" + text[at + 1 :])


def quoted_line_breaks(folder: Path) -> None:
    rows = [{**row, "note": "two\nlines" if number < 3 else ""} for number, row in enumerate(truth())]
    rows[9]["units"] = "many"
    put(folder / "sales.csv", table(rows, ("note", *HEADER)).encode())


def as_a_spreadsheet_counts(day: object) -> int:
    assert isinstance(day, date)
    return 45_000 + (day - date(2023, 3, 15)).days


def thousands(value: object) -> str:
    return f"{value:,}"


def comma(value: object) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def spelled(row: Row) -> object:
    """Now and then in other letters, or with spaces."""
    name, turn = str(row["category"]), (int(str(row["units"])) + len(str(row["category"]))) % 9
    return {0: name.upper(), 1: f" {name} ", 2: name.capitalize()}.get(turn, name)


FORMS = [
    Case("plain", written()),
    Case("dates day first", written(form=dated("%d/%m/%Y")), said=("day first", "can be read in no other way")),
    Case("dates month first", written(form=dated("%m/%d/%Y")), said=("month first",)),
    Case("years of two digits", written(form=dated("%d-%m-%y")), said=("day first with years of two digits",)),
    Case("years of two digits first", written(form=dated("%y.%m.%d")), said=("year first with years of two digits",)),
    Case("months by name", written(form=dated("%d %b %Y"))),
    Case("days without marks", written(form=dated("%Y%m%d"))),
    Case("days as a spreadsheet counts them", written(form={"date": as_a_spreadsheet_counts})),
    Case("months in files, one packed", by_month),
    Case("months in two orders", months_in_two_orders, said=("sales_a.csv", "month first in sales_b.csv")),
    Case("UTF-16", written(encoding="utf-16", delimiter="\t"), said=("UTF-16, tabs",)),
    Case("UTF-8 with a mark", written(encoding="utf-8-sig"), said=("byte order mark",)),
    Case(
        "Windows-1252",
        written(with_columns(region=lambda row: f"{row['region']}é"), encoding="cp1252"),
        right=lambda: [{**row, "region": f"{row['region']}é"} for row in truth()],
        said=("Windows-1252",),
    ),
    Case("one bad byte in UTF-8", one_bad_byte, refused=r"sales\.csv, line \d\d+: the byte 0xFF is no text"),
    Case("a workbook with notes before the sales", workbook, said=("sheet 'Sales'",)),
    Case("a workbook with a title", workbook_with_a_title, said=("sheet 'Export'",)),
    Case("Parquet", parquet, said=("Parquet",)),
    Case("a title above the header", with_title, said=("semicolons",)),
    Case("thousands parted and pounds", written(form={"units": thousands, "price": lambda price: f"£{price:.2f}"})),
    Case(
        "decimal comma",
        written(delimiter=";", form={"units": comma, "price": lambda price: f"{comma(price)} €"}),
        said=("decimal comma",),
    ),
    Case(
        "two decimal marks in one file",
        written(with_columns(price=lambda row: "1,5" if row["units"] == truth()[7]["units"] else row["price"])),
        refused=r"sales\.csv, line 9: price is '1,5': price must be a number",
    ),
    Case(
        "yes, no and per cent",
        written(
            with_columns(promotion=lambda row: "Y" if row["category"] == "tea" else "N", in_stock=lambda row: "95%"),
            (*HEADER, "promotion", "in_stock"),
        ),
    ),
    Case(
        "other names for everything",
        written(
            called=dict(zip(HEADER, ("Trading Date", "Branch", "Area", "Dept", "Qty Sold", "Unit Price"), strict=True))
        ),
    ),
    Case(
        "a mapping",
        written(
            called={"units": "Verkauf", "category": "Warengruppe"},
            more={"mapping.toml": '[sales]\nunits = "Verkauf"\ncategory = "Warengruppe"\n'},
        ),
        said=("mapping.toml says so",),
    ),
    Case(
        "a mapping of no column",
        written(more={"mapping.toml": '[sales]\nunits = "unit"\n'}),
        refused=r"mapping\.toml says that units is the column 'unit', and sales\.csv has none: did you mean 'units'\?",
    ),
    Case(
        "names in mixed case and with spaces", written(with_columns(category=spelled)), said=("spellings are 5 names",)
    ),
    Case("a column a day", wide, said=(f"{DAYS} columns of days",)),
    Case(
        "lines of baskets",
        baskets,
        dropped={"returned": 2},
        said=("add up by day", "categories are those of the products"),
    ),
    Case(
        "lines of baskets, a day of them twice",
        baskets_of_a_day_twice,
        dropped={"returned": 2, "repeat": lines_of_first_day()},
    ),
    Case("cells with line breaks", quoted_line_breaks, refused=r"sales\.csv, line 14: units is 'many'"),
]
