"""Where a sentence names one of several, it is the same one every time: a group has no order of its own."""

from pathlib import Path

import pytest

from tests.unit.world.files.shop import HEADER, HOMES, LAST, PRICES, Row, truth, units_of, written
from tests.unit.world.files.test_typed_parquet import as_parquet
from world.files.user_data import understand

SEVERAL = sorted(f"{name} total" for name in ("overall", *HOMES, "North", "South", *PRICES))


def with_named_totals() -> list[Row]:
    """The last is written first."""
    sold = units_of(truth())
    whole = sum(units for (category, _, when), units in sold.items() if category == "tea" and when == LAST)
    total = {"date": LAST, "region": "North", "category": "tea", "units": int(whole), "price": 2.75}
    return [*({**total, "store": name} for name in reversed(SEVERAL)), *truth()]


def with_odd_dates() -> list[Row]:
    rows = truth()
    return [*rows[:9], *({**rows[0], "date": f"day {99 - number}"} for number in range(12)), *rows[9:]]


def with_odd_updates() -> list[Row]:
    rows = [{**row, "revision": f"draft {97 - place % 12}"} for place, row in enumerate(truth())]
    return [*({**row, "units": 3} for row in rows[:6]), *rows]


def at_home_in_many() -> list[Row]:
    rows = [row for row in truth() if row["store"] != "s01"]
    mine = [row for row in truth() if row["store"] == "s01"]
    regions = [f"Region {number}" for number in range(12)]
    at_last = [{**row, "date": LAST, "region": region} for row, region in zip(mine, regions, strict=False)]
    return [*rows, *(row for row in mine if row["date"] != LAST), *at_last]


@pytest.mark.parametrize("is_typed", [False, True], ids=["text", "typed"])
def test_one_of_several_totals(is_typed: bool, tmp_path: Path) -> None:
    written(with_named_totals)(tmp_path)
    if is_typed:
        as_parquet(tmp_path)
    _, told, refusal = understand(tmp_path)
    assert not refusal
    assert [one.said for one in told.tally.entries] == ["store is called 'North total': a total of others"]


def test_the_first_of_several_odd_dates(tmp_path: Path) -> None:
    written(with_odd_dates)(tmp_path)
    _, _, refusal = understand(tmp_path)
    assert str(refusal).startswith("sales.csv, line 11: date is 'day 99'"), refusal


def test_one_of_several_odd_updates(tmp_path: Path) -> None:
    written(with_odd_updates, (*HEADER, "revision"))(tmp_path)
    _, told, _ = understand(tmp_path)
    assert "updated is no number and no date ('draft 86'): the later file, then the later row counts" in (
        told.tally.notes
    )


def test_one_of_several_regions_of_a_newest_day(tmp_path: Path) -> None:
    written(at_home_in_many)(tmp_path)
    data, told, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert data.sales.region_of_store[data.sales.stores.index("s01")] == "Region 9"
    assert [one.said for one in told.tally.entries if one.kind == "moved"] == [
        "store 's01' is in 'Region 9' on its newest day, and so are its earlier ones"
    ]
