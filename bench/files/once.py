"""One reading in a process of its own, so that its peak of memory is its own: `python -m bench.files.once WHAT DIR`."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
from pydantic import BaseModel

from world.files.user_data import UserData

STORES, PRODUCTS, DAYS, CATEGORIES = 100, 250, 365, 20


def sales_of(stores: int, products: int, days: int) -> str:
    """A row a day, store and product, in that order: weekly seasons, and noise that is the same every time."""
    return f"""
    select date '2025-11-01' + d::integer as date, printf('store %03d', s) as store,
        printf('region %d', s % 8) as region, printf('sku %04d', k) as sku,
        greatest(0, round(8 + 4 * sin(d * 0.9) + hash(d * 1000003 + s * 1009 + k) % 9 - 4))::integer as units,
        round(1 + (k % 17) * 0.35, 2)::double as price, hash(d // 7 * 77 + k) % 10 = 0 as promotion
    from range({days}) t(d), range({stores}) u(s), range({products}) v(k) order by d, s, k
    """


def products_of(products: int) -> str:
    return f"""
    select printf('sku %04d', k) as sku, 'product ' || k as name, 'category ' || (k % {CATEGORIES}) as category
    from range({products}) v(k)
    """


_BARE: Final = """
select category, store, date, sum(units) as units, sum(price * units) as paid, avg(promotion::integer) as promotion
from read_parquet('{folder}/sales.parquet') join read_csv('{folder}/products.csv') using (sku) group by all
"""
"""What a panel needs at the least: no shelf, no check, no name looked at."""


class Reading(BaseModel):
    seconds: float
    cpu_seconds: float
    peak_mb: float
    """Of the whole process, the interpreter and its libraries included."""
    units: float
    """All of them, so that two readings can be compared."""


def write(folder: Path, stores: int = STORES, products: int = PRODUCTS, days: int = DAYS) -> float:
    """How many rows it wrote."""
    with duckdb.connect() as sql:
        sql.execute(f"copy ({sales_of(stores, products, days)}) to '{folder}/sales.parquet'")
        sql.execute(f"copy ({products_of(products)}) to '{folder}/products.csv' (header)")
    return float(stores * products * days)


def bare(folder: Path) -> float:
    with duckdb.connect() as sql:
        sql.execute(f"create temp table found as {_BARE.format(folder=folder)}")
        return float(sql.execute("select sum(units) from found").fetchall()[0][0])


def panel(folder: Path) -> float:
    sales = UserData.read(folder).sales
    return float(np.nansum(sales.panel(sales.last_day).units, dtype=np.float64))


def main(what: str, folder: Path) -> None:
    work: dict[str, Callable[[Path], float]] = {"write": write, "bare": bare, "panel": panel}
    began, cpu = time.perf_counter(), time.process_time()
    units = work[what](folder)
    print(
        Reading(
            seconds=time.perf_counter() - began,
            cpu_seconds=time.process_time() - cpu,
            peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            units=units,
        ).model_dump_json()
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
