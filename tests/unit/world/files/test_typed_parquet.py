"""The same sales as text, read row by row, and as typed Parquet, read in groups: the same panel and check."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.unit.world.files.shop import LAST, Case, Row, put, truth, units_of, without, written
from tests.unit.world.files.test_user_files import CASES
from world.files.cleaning.tally import Entry
from world.files.understanding import Understanding
from world.files.user_data import UserData, understand

HEADER = ("date", "store", "region", "sku", "units", "price", "promotion", "in_stock")
PRODUCTS = "sku,name,category,price\n" + "".join(
    f"{name}{number},{name} {number},{name},{price}\n"
    for name, price in (("bread", 1.2), ("cheese", 3.45), ("fruit", 2.5), ("soup", 1.85), ("tea", 2.75))
    for number in range(3)
)


def by_product() -> list[Row]:
    """The shop's sales with three products a category, some on promotion, some missing from the shelf."""
    draw = np.random.default_rng(5)
    return [
        {
            **row,
            "sku": f"{row['category']}{number}",
            "units": int(str(row["units"])) // (number + 1) + number,
            "promotion": int(draw.random() < 0.2),
            "in_stock": int(draw.random() > 0.05),
        }
        for row in truth()
        for number in range(3)
    ]


def returned(rows: list[Row]) -> list[Row]:
    return [{**row, "units": -2} if place % 97 == 5 else row for place, row in enumerate(rows)]


def with_totals(rows: list[Row]) -> list[Row]:
    totals = [
        {**row, "store": "TOTAL", "units": sum(int(str(one["units"])) for one in rows[place : place + 60])}
        for place, row in enumerate(rows)
        if place % 60 == 0
    ]
    return [*rows, *totals]


def with_sums(rows: list[Row]) -> list[Row]:
    sold = units_of(rows)
    days = dict.fromkeys(row["date"] for row in rows)
    goods = {str(row["sku"]): row for row in rows}
    return [
        *rows,
        *(
            {**goods[f"{name}0"], "date": day, "store": "s99", "units": sum(
                units for (category, _, when), units in sold.items() if category == name and when == day
            )}
            for day in days for name in ("bread", "cheese", "fruit", "soup", "tea")
        ),
    ]  # fmt: skip


def unplaced(rows: list[Row]) -> list[Row]:
    return [{**row, "sku": "bread9"} if place % 31 == 3 and row["sku"] == "bread2" else row
            for place, row in enumerate(rows)]  # fmt: skip


def uncounted(rows: list[Row]) -> list[Row]:
    return list(without(rows, lambda row: row["store"] == "s02" and row["date"] == LAST - timedelta(days=9)))


def unpriced(rows: list[Row]) -> list[Row]:
    return [{**row, "price": 0} if place % 53 == 1 else row for place, row in enumerate(rows)]


def respelled(rows: list[Row]) -> list[Row]:
    return [{**row, "store": str(row["store"]).upper()} if place % 3 == 0 else row for place, row in enumerate(rows)]


def shut(rows: list[Row]) -> list[Row]:
    return [{**row, "units": 0} if row["store"] == "s01" and row["date"] == LAST - timedelta(days=20) else row
            for row in rows]  # fmt: skip


def twice(rows: list[Row]) -> list[Row]:
    return [*rows, *rows[:300]]


def corrected(rows: list[Row]) -> list[Row]:
    return [*rows, *({**row, "units": 7} for row in rows[:1200:60])]


def a_day_twice(rows: list[Row]) -> list[Row]:
    return [*rows, *(row for row in rows if row["date"] == LAST - timedelta(days=7))]


def twice_with_returns(rows: list[Row]) -> list[Row]:
    return returned(twice(rows))


def everything_twice(rows: list[Row]) -> list[Row]:
    return [*rows, *rows]


def moved(rows: list[Row]) -> list[Row]:
    return [{**row, "region": "South"} if row["store"] == "s02" and row["date"] == LAST else row for row in rows]


def in_pence(rows: list[Row]) -> list[Row]:
    return [{**row, "price": float(str(row["price"])) * 100} if place % 40 == 7 else row
            for place, row in enumerate(rows)]  # fmt: skip


LEFT_OUT = [returned, with_totals, with_sums, unplaced, uncounted, unpriced, respelled, shut]
REPEATED = [twice, corrected, a_day_twice, twice_with_returns]
FAST = [list, *LEFT_OUT, *REPEATED]
SLOW = [everything_twice, moved, in_pence]


def as_parquet(folder: Path, types: str = "") -> None:
    """Puts typed Parquet in the place of each table of sales."""
    for path in [*folder.glob("*.csv"), *folder.glob("sales/*.csv")]:
        if path.name.startswith("products"):
            continue
        with duckdb.connect() as sql:
            sql.execute(f"copy (from read_csv('{path}', header = true{types})) to '{path.with_suffix('.parquet')}'")
        path.unlink()


def read(folder: Path) -> tuple[UserData, Understanding]:
    data, told, refusal = understand(folder)
    assert data is not None, refusal
    return data, told


def is_in_groups(told: Understanding) -> bool:
    return not any("row by row" in note for note in told.tally.notes)


def same(data: UserData, told: Understanding, other: UserData, of_other: Understanding) -> None:
    mine, theirs = data.sales, other.sales
    assert (mine.stores, mine.categories, mine.region_of_store, mine.start, mine.rows) == (
        theirs.stores, theirs.categories, theirs.region_of_store, theirs.start, theirs.rows,
    )  # fmt: skip
    for name in ("units", "price", "promotion", "in_stock", "search"):
        assert getattr(mine, name) == pytest.approx(getattr(theirs, name), rel=1e-9, nan_ok=True), name
    assert figures(told.tally.entries) == figures(of_other.tally.entries)
    assert told.rows_used == of_other.rows_used
    assert told.units_used == pytest.approx(of_other.units_used)
    assert [(column.column, column.field, column.empty) for column in told.columns] == [
        (column.column, column.field, column.empty) for column in of_other.columns
    ]
    assert [(file.table, file.rows) for file in told.files] == [(file.table, file.rows) for file in of_other.files]


def figures(entries: list[Entry]) -> list[tuple[object, ...]]:
    return [(one.kind, one.fate, one.said, one.rows, round(one.units, 6), [example.text for example in one.examples])
            for one in entries]  # fmt: skip


@pytest.mark.parametrize("fault", [*FAST, *SLOW], ids=lambda fault: fault.__name__)
def test_the_same_sales_are_understood_alike(fault: Callable[[list[Row]], list[Row]], tmp_path: Path) -> None:
    for name in ("text", "typed"):
        written(lambda: fault(by_product()), HEADER, more={"products.csv": PRODUCTS})(tmp_path / name)
    as_parquet(tmp_path / "typed")

    data, told = read(tmp_path / "typed")

    same(data, told, *read(tmp_path / "text"))
    assert is_in_groups(told) == (fault in FAST)
    if fault in SLOW:
        assert any("read row by row, as" in note for note in told.tally.notes)


def test_more_goods_than_one_word_has_bits_are_told_apart(tmp_path: Path) -> None:
    rows = [
        {**row, "sku": f"{row['category']}{number}", "units": number}
        for row in truth() if row["store"] == "s01" for number in range(130)
    ]  # fmt: skip
    for name in ("text", "typed"):
        written(lambda: rows, HEADER[:-2])(tmp_path / name)
        listed = "".join(f"{sku},{sku[:3]}\n" for sku in sorted({str(row["sku"]) for row in rows}))
        put(tmp_path / name / "products.csv", f"sku,category\n{listed}".encode())
    as_parquet(tmp_path / "typed")
    data, told = read(tmp_path / "typed")
    assert is_in_groups(told)
    same(data, told, *read(tmp_path / "text"))


def test_several_files_are_one_table_and_a_row_in_two_is_seen(tmp_path: Path) -> None:
    rows = by_product()
    half = len(rows) // 2
    for name, (first, second) in {"apart": (half, half), "twice": (half + 500, half)}.items():
        for form in ("text", "typed"):
            folder = tmp_path / f"{name} {form}"
            written(lambda end=first: rows[:end], HEADER, file="sales-1.csv")(folder)  # type: ignore[misc]
            written(lambda begin=second: rows[begin:], HEADER, file="sales-2.csv")(folder)  # type: ignore[misc]
            put(folder / "products.csv", PRODUCTS.encode())
        as_parquet(tmp_path / f"{name} typed")
        data, told = read(tmp_path / f"{name} typed")
        same(data, told, *read(tmp_path / f"{name} text"))
        assert is_in_groups(told)


@pytest.mark.parametrize("field", ["units", "price"])
def test_a_row_that_goes_as_a_repeat_is_counted_as_nothing_else(field: str, tmp_path: Path) -> None:
    rows = by_product()
    rows[5] = {**rows[5], field: "" if field == "units" else 0}
    rows += [rows[5], rows[5]]
    for form in ("text", "typed"):
        written(lambda: rows, HEADER)(tmp_path / form)
        put(tmp_path / form / "products.csv", PRODUCTS.encode())
    as_parquet(tmp_path / "typed")
    data, told = read(tmp_path / "typed")
    assert is_in_groups(told)
    assert sum(entry.rows for entry in told.tally.entries) == 3
    same(data, told, *read(tmp_path / "text"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_folders_people_have_are_understood_alike_in_groups_and_row_by_row(case: Case, tmp_path: Path) -> None:
    """With whatever types DuckDB finds in their text, and the same values as text. Many are read row by row anyway."""
    typed, text = tmp_path / "typed", tmp_path / "text"
    typed.mkdir()
    case.files(typed)
    if "decimal" in "".join(path.read_text() for path in typed.glob("mapping.toml")):
        return  # It speaks of text, and the text here is what DuckDB writes.
    try:
        as_parquet(typed)
    except duckdb.Error:
        return
    data, told, _ = understand(typed)
    if (
        data is None
        or not is_in_groups(told)
        or not all(file.read_as == "Parquet" for file in told.files if file.table == "sales")
    ):
        return
    shutil.copytree(typed, text)
    for path in typed.rglob("*.parquet"):
        to = text / path.relative_to(typed)
        with duckdb.connect() as sql:
            sql.execute(f"copy (select columns(*)::varchar from '{path}') to '{to}'")
    other, of_other = read(text)
    assert not is_in_groups(of_other)
    same(data, told, other, of_other)
