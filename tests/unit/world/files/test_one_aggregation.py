"""The one expression of the aggregation: the SQL that is kept is its own, and engines agree with plain Python."""

import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from importlib.util import find_spec
from typing import Any

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from world.files.aggregation.expression import cells, compiled, weighed

Row = dict[str, Any]
Run = Callable[[pa.Table], pd.DataFrame]


def test_the_sql_that_is_kept_is_what_the_expression_says() -> None:
    for path, text in compiled().items():
        assert path.read_text(encoding="utf-8") == text, "python -m world.files.aggregation.expression"


def lines() -> list[Row]:
    """Two stores, two categories, three products, with all that may be missing missing here and there."""
    draw = np.random.default_rng(3)
    return [
        {
            "date": date(2026, 1, 1) + timedelta(days=day),
            "store": store,
            "category": category,
            "sku": f"p{number}",
            "word": 0,
            "bit": 1 << number,
            "units": None if draw.random() < 0.1 else float(draw.poisson(4)),
            "price": None if draw.random() < 0.2 else 1.5 + number,
            "promotion": None if draw.random() < 0.1 else float(draw.random() < 0.3),
            "in_stock": None if draw.random() < 0.1 else float(draw.random() < 0.8),
        }
        for day in range(40)
        for store in range(2)
        for category in range(2)
        for number in range(3)
        if draw.random() < 0.9
    ]


def in_python(rows: list[Row]) -> dict[tuple[int, int, date, int], dict[str, float | None]]:
    by_goods: dict[tuple[int, int, str], list[Row]] = defaultdict(list)
    by_cell: dict[tuple[int, int, date, int], list[Row]] = defaultdict(list)
    for row in rows:
        by_goods[row["store"], row["category"], row["sku"]].append(row)
    for row in rows:
        by_cell[row["category"], row["store"], row["date"], row["word"]].append(row)
    weight = {
        goods: max(
            mean([r["units"] for r in mine if (1.0 if r["in_stock"] is None else r["in_stock"]) > 0]),
            mean([r["units"] for r in mine]),
            0.0,
        ) + 1e-6
        for goods, mine in by_goods.items()
    }  # fmt: skip
    found: dict[tuple[int, int, date, int], dict[str, float | None]] = {}
    for cell, mine in by_cell.items():
        weights = [weight[r["store"], r["category"], r["sku"]] for r in mine]
        sold = [(r["units"] or 0.0) + 1e-6 for r in mine]
        found[cell] = {
            "rows": len(mine),
            "seen": sum({r["bit"] for r in mine}),
            "counted": sum(r["units"] is not None for r in mine),
            "units": total([r["units"] for r in mine]),
            "priced": total([None if r["price"] is None else r["price"] * s for r, s in zip(mine, sold, strict=True)]),
            "price_weight": total([s if r["price"] is not None else None for r, s in zip(mine, sold, strict=True)]),
        }
        for share, name, of in (("promotion", "promoted", "promotion_weight"), ("in_stock", "stocked", "stock_weight")):
            pairs = list(zip(mine, weights, strict=True))
            found[cell][name] = total([None if r[share] is None else r[share] * w for r, w in pairs])
            found[cell][of] = total([None if r[share] is None else w for r, w in pairs])
    return found


def mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


def total(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def on_duckdb(frame: pa.Table) -> pd.DataFrame:
    with duckdb.connect() as session:
        session.register("lines", frame)
        connection = ibis.duckdb.from_connection(session)
        return connection.execute(cells(weighed(connection.table("lines"))))


def on_spark(frame: pa.Table) -> pd.DataFrame:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    session.conf.set("spark.sql.shuffle.partitions", "2")
    connection = ibis.pyspark.connect(session)
    try:
        return connection.execute(cells(weighed(connection.create_view("lines", ibis.memtable(frame)))))
    finally:
        session.stop()


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Run:
    if request.param == "spark" and (find_spec("pyspark") is None or shutil.which("java") is None):
        pytest.skip("there is no pyspark, or no Java, here")
    return {"duckdb": on_duckdb, "spark": on_spark}[request.param]


def test_every_engine_finds_the_cells_that_plain_python_finds(engine: Run) -> None:
    rows = lines()
    found = engine(pa.Table.from_pylist(rows))
    expected = in_python(rows)
    assert len(found) == len(expected)
    for row in found.to_dict("records"):
        cell = int(row["category"]), int(row["store"]), pd.Timestamp(row["date"]).date(), int(row["word"])
        for name, value in expected[cell].items():
            told = None if pd.isna(row[name]) else float(row[name])
            assert told == (None if value is None else pytest.approx(value)), (cell, name)
