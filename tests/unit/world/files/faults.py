"""Folders with a fault that would change the answer without a word."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.unit.world.files.shop import (
    FIRST,
    HEADER,
    HOMES,
    LAST,
    PRICES,
    Case,
    Row,
    put,
    table,
    truth,
    without,
    written,
)

ADDED = (*HEADER, "in_stock")


def then(*more: Callable[[list[Row]], list[Row]]) -> Callable[[], list[Row]]:
    """The shop's rows and what is written after them."""
    return lambda: [*truth(), *(row for one in more for row in one(truth()))]


def of_day(day: date) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row for row in rows if row["date"] == day]


def every(step: int, rows: list[Row]) -> list[Row]:
    return rows[::step]


def totals(field: str, name: str) -> Callable[[list[Row]], list[Row]]:
    """Rows that add up all the stores, or all the categories, by day."""
    other = "category" if field == "store" else "store"

    def added(rows: list[Row]) -> list[Row]:
        sums: dict[tuple[object, object], int] = {}
        for row in rows:
            key = row["date"], row[other]
            sums[key] = sums.get(key, 0) + int(str(row["units"]))
        rest = {"region": "", "price": ""}
        return [{"date": day, field: name, other: one, "units": units, **rest} for (day, one), units in sums.items()]

    return added


def corrected(folder: Path) -> None:
    """A later file says otherwise of ten rows, and has one that came late."""
    rows = truth()
    wrong = [{**row, "units": 7} if number < 10 else row for number, row in enumerate(rows) if number != 40]
    put(folder / "sales-1.csv", table(wrong).encode())
    put(folder / "sales-2-late.csv", table([*rows[:10], rows[40]]).encode())


def moved() -> Iterator[Row]:
    """Store s02 was in the South for the first four weeks."""
    return ({**row, "region": "South"} if row["store"] == "s02" and early(row) else row for row in truth())


def early(row: Row) -> bool:
    assert isinstance(row["date"], date)
    return row["date"] < FIRST + timedelta(days=28)


def moved_rows() -> int:
    return sum(1 for row in truth() if row["store"] == "s02" and early(row))


def half_exported() -> list[Row]:
    return [{**row, "units": int(str(row["units"])) * 45 // 100} if row["date"] == LAST else row for row in truth()]


def cut_short() -> list[Row]:
    """The newest day stops in the middle of the third store."""
    return truth()[:-7]


def shut(day: date) -> Callable[[], list[Row]]:
    return lambda: [{**row, "units": 0} if row["date"] == day else row for row in truth()]


def opened(rows: Callable[[], list[Row]], day: date) -> Callable[[], list[Row]]:
    return lambda: [{**row, "open": 0 if row["date"] == day else 1} for row in rows()]


def weekly() -> list[Row]:
    sums: dict[tuple[object, ...], int] = {}
    for row in truth():
        assert isinstance(row["date"], date)
        key = (
            row["date"] - timedelta(days=row["date"].weekday()),
            row["store"],
            row["region"],
            row["category"],
            row["price"],
        )
        sums[key] = sums.get(key, 0) + int(str(row["units"]))
    names = ("date", "store", "region", "category", "price")
    return [{**dict(zip(names, key, strict=True)), "units": units} for key, units in sums.items()]


def one_in(day: object) -> Callable[[], list[Row]]:
    return lambda: [{**row, "date": day} if number == 700 else row for number, row in enumerate(truth())]


def pence(rows: Callable[[], list[Row]] = truth) -> Callable[[], list[Row]]:
    return lambda: [{**row, "price": round(float(str(row["price"])) * 100)} for row in rows()]


def some_in_pence() -> list[Row]:
    return [
        {**row, "price": round(float(str(row["price"])) * 100)} if n % 11 == 0 else row for n, row in enumerate(truth())
    ]


SHUT = FIRST + timedelta(days=45)
DAY = len(HOMES) * len(PRICES)
TOTAL = len(truth()) // len(HOMES)

FAULTS = [
    Case("a day twice", written(then(of_day(LAST))), dropped={"repeat": DAY}, said=(f"the day {LAST} stands twice",)),
    Case(
        "one row in twenty twice",
        written(then(lambda rows: every(20, rows))),
        dropped={"repeat": len(every(20, truth()))},
    ),
    Case("the whole file twice", written(then(list)), dropped={"repeat": len(truth())}),
    Case("rows that correct earlier ones", corrected, dropped={"corrected": 10}),
    Case(
        "rows that say when they were updated",
        written(
            lambda: [
                *({**row, "updated_at": "2026-10-02"} for row in truth()),
                *({**row, "units": 3, "updated_at": "2026-10-01"} for row in truth()[:6]),
            ],
            (*HEADER, "updated_at"),
        ),
        dropped={"corrected": 6},
    ),
    Case(
        "rows said to be lines",
        written(then(of_day(LAST)), more={"mapping.toml": '[sales]\nrows = "lines"\n'}),
        right=then(of_day(LAST)),
        said=("lines of baskets", "20 lines stand twice"),
    ),
    Case(
        "goods that the products do not have",
        written(
            lambda: [*truth(), {**truth()[0], "category": "unheard of"}],
            called={"category": "item_id"},
            more={"products.csv": "sku,category\n" + "".join(f"{goods},{goods}\n" for goods in PRICES)},
        ),
        dropped={"unplaced": 1},
    ),
    Case(
        "a thousand million units",
        written(lambda: [{**row, "units": 10**9} if n == 901 else row for n, row in enumerate(truth())]),
        right=lambda: [{**row, "units": None} if n == 901 else row for n, row in enumerate(truth())],
        dropped={"slip": 1},
    ),
    Case(
        "nearly all prices in pence",
        written(
            lambda: [
                row if n % 25 == 0 else {**row, "price": round(float(str(row["price"])) * 100)}
                for n, row in enumerate(truth())
            ]
        ),
        refused="price is a whole number around 2\\d\\d, in pounds or in pence",
    ),
    Case(
        "region totals among the stores",
        written(then(lambda rows: [{**row, "store": f"{row['region']} total"} for row in rows])),
        dropped={"total": len(truth())},
    ),
    Case("totals of stores", written(then(totals("store", "TOTAL"))), dropped={"total": TOTAL}),
    Case(
        "totals of categories", written(then(totals("category", "Grand Total"))), dropped={"total": len(truth()) // 5}
    ),
    Case(
        "totals by another name",
        written(then(totals("store", "HQ"))),
        dropped={"total": TOTAL},
        said=("store 'HQ' sells what the other 4 do together: a total",),
    ),
    Case(
        "a total at the foot",
        written(
            lambda: [*truth(), {"date": "Total", "store": "", "region": "", "category": "", "units": 9, "price": ""}]
        ),
        dropped={"total": 1},
    ),
    Case(
        "a store that moves region",
        written(moved),
        dropped={"moved": moved_rows()},
        said=("store 's02' is in 'North' on its newest day",),
    ),
    Case("a day in 1900", written(one_in(date(1900, 1, 1))), refused=r"sales\.csv, line 702: date is '1900-01-01'"),
    Case("a day in 2062", written(one_in(date(2062, 8, 1))), refused=r"sales\.csv, line 702: date is 2062-08-01"),
    Case("a day in the year 5", written(one_in("0005-10-14")), refused=r"sales\.csv, line 702: date is '0005-10-14'"),
    Case("a day in 9999", written(one_in("9999-12-31")), refused=r"sales\.csv, line 702: date is '9999-12-31'"),
    Case("a day that is none", written(one_in("2026-09-31")), refused=r"sales\.csv, line 702: date is '2026-09-31'"),
    Case(
        "weeks",
        written(weekly),
        refused="The table of sales is weekly: every store has one day a week, mostly a Monday",
    ),
    Case(
        "months",
        written(
            lambda: [row for row in truth() if str(row["date"]).endswith("-01")],
            form={"date": lambda day: str(day)[:7]},
        ),
        refused=r"sales\.csv is monthly \(its date is '2026-0\d'\)",
    ),
    Case(
        "weeks by number",
        written(weekly, form={"date": lambda day: f"{day:%Y%V}" if isinstance(day, date) else day}),
        refused=r"sales\.csv is weekly \(its date is '202640'\)",
    ),
    Case("no price", written(header=HEADER[:5]), refused="has no price, and nothing is planned without one"),
    Case("prices in pence by name", written(pence(), called={"price": "price_pence"}), said=("is in pence",)),
    Case(
        "prices that may be pence",
        written(pence()),
        refused="price is a whole number around 2\\d\\d, in pounds or in pence",
    ),
    Case(
        "prices in pence by the mapping",
        written(pence(), more={"mapping.toml": '[sales]\nprice_in = "pence"\n'}),
        said=("price is in pence: mapping.toml says so",),
    ),
    Case(
        "some prices in pence",
        written(some_in_pence, called={"category": "sku"}),
        dropped={"pence": len(some_in_pence()[::11])},
    ),
    Case(
        "some prices in pence, of no product",
        written(some_in_pence),
        refused=r"sales\.csv, line 2: price is a hundred times another of the same goods, .* as in 9% of rows",
    ),
    Case(
        "a half-exported newest day",
        written(half_exported),
        right=lambda: [row for row in truth() if row["date"] != LAST],
        dropped={"half day": DAY},
    ),
    Case(
        "a newest day cut short",
        written(cut_short),
        right=lambda: [*truth()[:-7], *without(truth()[-7:], lambda row: True)],
    ),
    Case(
        "a bank holiday",
        written(shut(SHUT)),
        right=lambda: list(without(truth(), lambda row: row["date"] == SHUT)),
        dropped={"shut": DAY},
    ),
    Case(
        "days marked as shut",
        written(opened(shut(SHUT), SHUT), (*HEADER, "open"), called={"open": "Open"}),
        right=lambda: list(without(truth(), lambda row: row["date"] == SHUT)),
        dropped={"closed": DAY},
    ),
    Case(
        "units that are empty",
        written(lambda: [{**row, "units": "N/A"} if n == 77 else row for n, row in enumerate(truth())]),
        right=lambda: [{**row, "units": None} if n == 77 else row for n, row in enumerate(truth())],
        dropped={"uncounted": 1},
    ),
    Case("rows that are empty", written(lambda: [*truth(), dict.fromkeys(HEADER, "")]), dropped={"blank": 1}),
    Case(
        "units below none",
        written(lambda: [*truth(), {**truth()[3], "units": -4}]),
        dropped={"returned": 1},
    ),
    Case(
        "no category in a third of the rows",
        written(lambda: [{**row, "category": ""} if n % 3 == 0 else row for n, row in enumerate(truth())]),
        refused=r"sales\.csv, line 2: category is empty, as in \d+ of 1,420 rows",
    ),
    Case("no rows at all", written(lambda: []), refused="has no rows"),
    Case(
        "a column that another field has",
        written(header=("date", "store", "price", "units"), called={"price": "department", "units": "weight"}),
        refused=r"has no column 'units': did you mean|has no column 'units': say which it is .* no field has weight",
    ),
]
