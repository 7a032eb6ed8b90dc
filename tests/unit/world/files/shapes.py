"""Folders in the shape of well-known public exports, with figures of our own."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.unit.world.files.shop import DAYS, FIRST, HOMES, PRICES, Case, Row, put, text_of, truth, without

ALL = "all goods"
SUNDAY = 6


def day_of(row: Row) -> date:
    assert isinstance(row["date"], date)
    return row["date"]


def m5(folder: Path) -> None:
    """Items by store with a column a day; a calendar; prices by week."""
    days = [FIRST + timedelta(days=offset) for offset in range(DAYS)]
    sold: dict[tuple[str, str, str], list[int]] = {}
    for row in truth():
        first = int(str(row["units"])) // 3
        for item, units in (("001", first), ("002", int(str(row["units"])) - first)):
            sold.setdefault((str(row["category"]), item, str(row["store"])), []).append(units)
    head = ["id", "item_id", "dept_id", "cat_id", "store_id", "state_id", *(f"d_{n + 1}" for n in range(DAYS))]
    rows = [
        [f"{c}_{i}_{s}", f"{c}_{i}", c, "FOODS" if c != "tea" else "DRINKS", s, HOMES[s], *units]
        for (c, i, s), units in sold.items()
    ]
    put(folder / "sales_train_validation.csv", text_of(head, rows).encode())
    weeks = [11_000 + offset // 7 for offset in range(DAYS)]
    calendar = [[day, week, f"{day:%A}", f"d_{n + 1}"] for n, (day, week) in enumerate(zip(days, weeks, strict=True))]
    put(folder / "calendar.csv", text_of(["date", "wm_yr_wk", "weekday", "d"], calendar).encode())
    prices = [[s, f"{c}_{i}", week, PRICES[c]] for c, i, s in sold for week in sorted(set(weeks))]
    put(folder / "sell_prices.csv", text_of(["store_id", "item_id", "wm_yr_wk", "sell_price"], prices).encode())


def one_category() -> list[Row]:
    """The shop as one category in each store; units are pounds."""
    money: dict[tuple[date, str], int] = {}
    for row in truth():
        key = day_of(row), str(row["store"])
        money[key] = money.get(key, 0) + int(str(row["units"]))
    return [
        {"date": day, "store": store, "region": "all stores", "category": ALL, "units": units}
        for (day, store), units in money.items()
    ]


def rossmann(folder: Path) -> None:
    head = ["Store", "DayOfWeek", "Date", "Sales", "Customers", "Open", "Promo", "StateHoliday", "SchoolHoliday"]
    rows = []
    for row in reversed(one_category()):
        day, is_open = day_of(row), day_of(row).weekday() != SUNDAY
        sold = row["units"] if is_open else 0
        rows.append([row["store"], day.isoweekday(), day, sold, 40 * is_open, int(is_open), day.day % 2, "0", 0])
    put(folder / "train.csv", text_of(head, rows).encode())
    put(folder / "store.csv", text_of(["Store", "StoreType", "Assortment"], [[s, "a", "b"] for s in HOMES]).encode())
    put(folder / "mapping.toml", b'[sales]\nmoney = "Sales"\n')


def open_days() -> Iterator[Row]:
    return without(one_category(), lambda row: day_of(row).weekday() == SUNDAY)


def favorita(folder: Path) -> None:
    """Families by store; nothing said of promotions early on."""
    head = ["id", "date", "store_nbr", "family", "sales", "onpromotion"]
    rows = [
        [n, row["date"], row["store"], str(row["category"]).upper(), f"{row['units']}.0", n % 5 if n > 300 else ""]
        for n, row in enumerate(truth())
    ]
    put(folder / "train.csv", text_of(head, rows).encode())
    stores = [[store, "Quito", region, "D", 13] for store, region in HOMES.items()]
    put(folder / "stores.csv", text_of(["store_nbr", "city", "state", "type", "cluster"], stores).encode())
    put(folder / "oil.csv", text_of(["date", "dcoilwtico"], [[FIRST, 93.1]]).encode())
    put(folder / "mapping.toml", b"[sales.fixed]\nprice = 2.00\n")


def favorita_items(folder: Path) -> None:
    head = ["id", "date", "store_nbr", "item_nbr", "unit_sales", "onpromotion"]
    places = {category: 100 + number for number, category in enumerate(PRICES)}
    rows = [
        [n, row["date"], row["store"], places[str(row["category"])], row["units"], ["", "True", "False"][n % 3]]
        for n, row in enumerate(truth())
    ]
    put(folder / "train.csv", text_of(head, [*rows, [9_999, FIRST, "s01", 100, -3.0, ""]]).encode())
    items = [[item, category.upper(), 10 * item, PRICES[category]] for category, item in places.items()]
    put(folder / "items.csv", text_of(["item_nbr", "family", "class", "price"], items).encode())
    stores = [[store, "Quito", region, "D", 13] for store, region in HOMES.items()]
    put(folder / "stores.csv", text_of(["store_nbr", "city", "state", "type", "cluster"], stores).encode())


def online_retail(folder: Path) -> None:
    """Lines of invoices by country; one cancelled, one that takes back."""
    head = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    rows: list[list[object]] = []
    for n, row in enumerate(truth()):
        day, units = day_of(row), int(str(row["units"]))
        when = f"{day.month}/{day.day}/{day:%y} {8 + n % 9}:{n % 60:02}"
        goods = [str(row["category"])[:2].upper() + "5", f"{row['category']}, loose"]
        for part in (units // 2, units - units // 2):
            rows.append([536_000 + n // 3, *goods, part, when, row["price"], "", row["store"]])
    rows.append(["C536999", "SO5", "soup, loose", -12, "8/9/26 10:10", 1.85, "", "s01"])
    rows.append(["536998", "SO5", "soup, loose", -1, "8/9/26 10:11", 1.85, "", "s01"])
    put(folder / "OnlineRetail.csv", text_of(head, rows).encode())
    products = [[category[:2].upper() + "5", category] for category in PRICES]
    put(folder / "products.csv", text_of(["StockCode", "category"], products).encode())


def by_country() -> list[Row]:
    return [{**row, "region": row["store"]} for row in truth()]


def store_items(folder: Path) -> None:
    head = ["date", "store", "item", "sales"]
    rows = [[row["date"], row["store"], row["category"], row["units"]] for row in truth()]
    put(folder / "train.csv", text_of(head, rows).encode())
    put(folder / "mapping.toml", b'[sales]\nunits = "sales"\n[sales.fixed]\nprice = 1.50\n')


def walmart(folder: Path) -> None:
    head = ["Store", "Date", "Weekly_Sales", "Holiday_Flag", "Temperature", "Fuel_Price", "CPI", "Unemployment"]
    fridays = [
        FIRST + timedelta(days=offset) for offset in range(DAYS) if (FIRST + timedelta(days=offset)).weekday() == 4
    ]
    rows = [[store, f"{day:%d-%m-%Y}", 1_643_690.9, 0, 42.31, 2.572, 211.1, 8.1] for store in HOMES for day in fridays]
    put(folder / "Walmart.csv", text_of(head, rows).encode())


def doubtful(folder: Path) -> None:
    store_items(folder)
    (folder / "mapping.toml").unlink()


def in_capitals() -> list[Row]:
    return [{**row, "category": str(row["category"]).upper()} for row in truth()]


SHAPES = [
    Case("M5", m5, said=(f"{DAYS} columns of days",)),
    Case(
        "Rossmann",
        rossmann,
        right=lambda: list(open_days()),
        dropped={"closed": sum(1 for row in one_category() if day_of(row).weekday() == SUNDAY)},
        said=("counted in pounds", "no column of categories"),
        priced=False,
    ),
    Case("Favorita, families", favorita, right=in_capitals, said=("promotion is a count up to 4",), priced=False),
    Case("Favorita, items", favorita_items, right=in_capitals, dropped={"returned": 1}, priced=False),
    Case(
        "Online Retail",
        online_retail,
        right=by_country,
        dropped={"cancelled": 1, "returned": 1},
        said=("month first with years of two digits", "each region counts as one store"),
    ),
    Case("Store Item Demand", store_items, said=("each of 5 products is a category",), priced=False, regions=False),
    Case(
        "Store Item Demand, without a mapping",
        doubtful,
        refused="sales may be units or pounds, and no price says which",
    ),
    Case("Walmart", walmart, refused="The table of sales is weekly: every store has one day a week, mostly a Friday"),
]
