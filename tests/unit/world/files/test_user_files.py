"""What comes of the folders people have: understood as, left out, said."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.unit.world.files.faults import FAULTS
from tests.unit.world.files.forms import FORMS
from tests.unit.world.files.misread import MISREAD, PENCE_BY_NAME, POUNDS_BY_NAME
from tests.unit.world.files.shapes import SHAPES
from tests.unit.world.files.shop import HOMES, PRICES, Case, put, units_of, written
from world.files.columns.fields import SALES
from world.files.columns.guessing import bare
from world.files.understanding import Understanding
from world.files.user_data import UserData, understand

CASES = [*FORMS, *FAULTS, *MISREAD, *SHAPES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_folder_is_understood_as_what_it_says(case: Case, tmp_path: Path) -> None:
    case.files(tmp_path)

    data, told, refusal = understand(tmp_path)

    if case.refused:
        assert refusal is not None
        assert re.search(case.refused, str(refusal)), refusal
        assert "\n" not in str(refusal)
        return
    assert data is not None, refusal
    assert units_read(data) == pytest.approx(units_meant(case), nan_ok=True)
    counted: dict[str, int] = {}
    for entry in told.tally.entries:
        counted[entry.kind] = counted.get(entry.kind, 0) + entry.rows
    assert counted == dict(case.dropped)
    for words in case.said:
        assert words in everything_told(told)
    if case.regions:
        homes = {str(row["store"]): str(row["region"]) for row in case.right()}
        assert dict(zip(data.sales.stores, data.sales.region_of_store, strict=True)) == homes
    if case.priced:
        assert {category: round(data.average_price(category), 2) for category in PRICES} == PRICES


def units_read(data: UserData) -> dict[str, float]:
    sales = data.sales
    assert set(sales.stores) >= set(HOMES)
    return {
        f"{category} {store} {day}": float(sales.units[c, n, day])
        for c, category in enumerate(sales.categories)
        for n, store in enumerate(sales.stores)
        for day in range(sales.units.shape[2])
    }


def units_meant(case: Case) -> dict[str, float]:
    rows = case.right()
    first = min(row["date"] for row in rows if isinstance(row["date"], date))
    known = units_of({**row, "units": np.nan if row["units"] is None else row["units"]} for row in rows)
    return {f"{category} {store} {(day - first).days}": units for (category, store, day), units in known.items()}


def everything_told(told: Understanding) -> str:
    return "\n".join(
        [
            *(file.read_as for file in told.files),
            *(column.why for column in told.columns),
            *told.settled,
            *told.tally.notes,
            *(entry.said for entry in told.tally.entries),
        ]
    )


def test_every_case_has_a_name_of_its_own_and_there_are_enough() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 40


def test_every_name_of_a_price_has_a_case() -> None:
    (price,) = [field for field in SALES.fields if field.name == "price"]
    assert {bare(name) for name in (*POUNDS_BY_NAME, *PENCE_BY_NAME)} >= {price.name, *price.also}


def test_past_prices_are_in_pence_where_the_mapping_says_so(tmp_path: Path) -> None:
    written(called={"category": "sku"})(tmp_path)
    put(tmp_path / "products.csv", b"sku,category,price\ntea,tea,2.75\n")
    put(tmp_path / "past_prices.csv", b"sku,price,starts,ends\ntea,299,2026-07-20,2026-08-20\n")
    put(tmp_path / "mapping.toml", b'[past_prices]\nprice_in = "pence"\n[sales.fixed]\ncategory = "tea"\n')
    data, _, refusal = understand(tmp_path)
    assert data is not None, refusal
    (tea,) = data.shelf("tea")
    assert tea.evidence is not None
    assert [past.price for past in tea.evidence.past_prices] == [Decimal("2.99")]
