"""Twelve shops, six categories, 400 days: seven folders that were once misread, and what is right."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from agents.sensing.telling.insights import sense
from domain.context import WorldRef
from domain.errors import BadInput
from tests.unit.world.files.shop import as_workbook, put, text_of
from world.files.user_data import UserData, understand
from world.files.world import FilesWorlds

LAST, DAYS, SHOPS = date(2026, 10, 14), 400, 12
USUAL = {"bread": 90, "cheese": 40, "fruit": 70, "salad": 45, "soup": 60, "tea": 50}
HEADER = ("date", "store", "category", "units", "price", "in_stock")
Line = tuple[date, str, str, int, float, int]


def sold(falls: str = "", to: float = 1.0, shops: int = SHOPS, shelf: int = 1) -> Iterator[Line]:
    """Lines of the shops; in the first `shops` a category sells but `to` of its units on the last three days."""
    draw = np.random.default_rng(3)
    for category, usual in USUAL.items():
        for shop in range(SHOPS):
            for back in range(DAYS - 1, -1, -1):
                day = LAST - timedelta(days=back)
                units = round(usual * (1.3 if day.weekday() >= 5 else 1.0) * draw.uniform(0.9, 1.1))
                hit = category == falls and back < 3 and shop < shops
                yield day, f"s{shop:02}", category, round(units * to) if hit else units, 2.0, shelf if hit else 1


def region_of(store: str) -> str:
    return "North" if store < "s03" else "South"


def read(folder: Path, header: Sequence[str], rows: Iterator[Sequence[object]]) -> UserData:
    put(folder / "sales.csv", text_of(header, rows).encode())
    data, _, refusal = understand(folder)
    assert data is not None, refusal
    return data


def last_three(data: UserData, category: str) -> float:
    """What a category sold on its last three days, of the same days a week before."""
    units = data.sales.units[data.place(category)]
    return float(np.nanmean(units[:, -3:]) / np.nanmean(units[:, -10:-7]))


def test_an_empty_shelf_keeps_its_weight_and_is_the_cause(tmp_path: Path) -> None:
    read(tmp_path, HEADER, sold("soup", 0, shops=6, shelf=0))
    world = FilesWorlds(played_out=True).open(WorldRef(source=f"files:{tmp_path}"))
    panel = world.panel(world.sensing_day())
    (soup,) = [row for row, key in enumerate(panel.series) if key.category == "soup"]
    assert panel.in_stock[soup, -3:] == pytest.approx(0.5, abs=0.01)
    assert panel.in_stock[soup, :-3] == pytest.approx(1.0)
    assert not any(found.advertisable for found in sense(panel, 3.0) if found.category == "soup")


def test_counts_of_stock_are_shelves_that_have_some(tmp_path: Path) -> None:
    rows = ((*line[:5], 40 * line[5]) for line in sold("soup", 0, shops=6, shelf=0))
    data = read(tmp_path, (*HEADER[:5], "stock on hand"), rows)
    assert data.sales.in_stock[data.place("soup"), 0, -3:] == pytest.approx(0.5, abs=0.01)


def test_weeks_are_refused_with_their_grain(tmp_path: Path) -> None:
    weeks: dict[tuple[date, str, str], int] = {}
    for day, store, category, units, *_ in sold():
        key = day - timedelta(days=day.weekday()), store, category
        weeks[key] = weeks.get(key, 0) + units
    put(tmp_path / "sales.csv", text_of(HEADER[:4], ([*key, units] for key, units in weeks.items())).encode())
    with pytest.raises(BadInput, match="The table of sales is weekly: every store has one day a week, mostly a Monday"):
        UserData.read(tmp_path)


def test_years_of_two_digits_are_settled_by_the_whole_column(tmp_path: Path) -> None:
    data = read(tmp_path, HEADER[:5], ((f"{line[0]:%d-%m-%y}", *line[1:5]) for line in sold()))
    assert (data.sales.start, data.sales.last_day) == (LAST - timedelta(days=DAYS - 1), LAST)


def test_a_late_region_is_missing_and_the_other_is_read(tmp_path: Path) -> None:
    rows = (
        (*line[:5], region_of(line[1]))
        for line in sold("bread", 0.6)
        if not (line[0] == LAST and region_of(line[1]) == "North")
    )
    data = read(tmp_path, (*HEADER[:5], "region"), rows)
    north = np.array([home == "North" for home in data.sales.region_of_store])
    assert np.isnan(data.sales.units[:, north, -1]).all()
    assert np.isfinite(data.sales.units[:, ~north, -1]).all()
    assert last_three(data, "bread") == pytest.approx(0.6, abs=0.05)


def test_rows_of_totals_and_a_day_twice_change_nothing(tmp_path: Path) -> None:
    plain = read(tmp_path / "plain", HEADER[:5], (line[:5] for line in sold("bread", 0.6)))
    lines = [line[:5] for line in sold("bread", 0.6)]
    total = [(day, "TOTAL", *rest) for day, _, *rest in lines]
    twice = [line for line in lines if line[0] == LAST]
    for name, more in (("total", total), ("twice", twice)):
        data = read(tmp_path / name, HEADER[:5], iter([*lines, *more]))
        assert data.sales.stores == plain.sales.stores
        assert np.array_equal(data.sales.units, plain.sales.units)
    assert last_three(plain, "bread") == pytest.approx(0.6, abs=0.05)


def test_no_price_is_refused_and_never_a_pound(tmp_path: Path) -> None:
    put(tmp_path / "sales.csv", text_of(HEADER[:4], (line[:4] for line in sold("bread", 0.6))).encode())
    with pytest.raises(BadInput, match="has no price, and nothing is planned without one"):
        UserData.read(tmp_path)


@pytest.mark.parametrize("goods", [("soup",), ("soup", "tea"), tuple(USUAL)], ids=len)
@pytest.mark.parametrize(
    "more",
    [
        lambda line: line[0] == LAST and line[1] < "s05" and (LAST + timedelta(days=1), *line[1:]),
        lambda line: line[:3] == (LAST, "s00", "soup") and (LAST + timedelta(days=15), *line[1:]),
        lambda line: line[:3] == (LAST, "s00", "soup") and (LAST + timedelta(days=364), *line[1:]),
        lambda line: line[0] == LAST and (LAST + timedelta(days=1), *line[1:3], line[3] // 4, *line[4:]),
    ],
    ids=["five of twelve shops", "a row 15 days ahead", "a row a year ahead", "a quarter of each shop's units"],
)
def test_the_beginning_of_a_day_is_no_newest_day(
    more: Callable[[Line], Line | bool], goods: tuple[str, ...], tmp_path: Path
) -> None:
    lines = [line for line in sold() if line[2] in goods]
    added = [made for line in lines if not isinstance(made := more(line), bool)]
    put(tmp_path / "sales.csv", text_of(HEADER[:5], (line[:5] for line in [*lines, *added])).encode())
    data, told, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert data.sales.last_day == LAST
    entries = [entry for entry in told.tally.entries if entry.kind in ("unfinished", "half day")]
    assert sum(entry.rows for entry in entries) == len(added)


def test_a_newest_day_of_half_the_shops_and_a_whole_one_after_a_gap_are_counted(tmp_path: Path) -> None:
    lines = [line[:5] for line in sold()]
    gap = [(LAST + timedelta(days=9), *line[1:]) for line in lines if line[0] == LAST - timedelta(days=5)]
    half = [(LAST + timedelta(days=10), *line[1:]) for line in lines if line[0] == LAST - timedelta(days=4)]
    data = read(tmp_path, HEADER[:5], iter([*lines, *gap, *(line for line in half if line[1] < "s06")]))
    assert data.sales.last_day == LAST + timedelta(days=10)


@pytest.mark.parametrize("numbers_below", [0, 960], ids=["all text", "half of it numbers"])
def test_a_workbooks_dotted_thousands_are_thousands_beside_prices_with_points(
    numbers_below: int, tmp_path: Path
) -> None:
    lines = [(*line[:3], line[3] * 11, 1.6) for line in sold()][:4000]
    cells = [
        [*line[:3], line[3] if line[3] < numbers_below else f"{line[3]:,}".replace(",", "."), 1.6] for line in lines
    ]
    as_workbook(tmp_path / "sales.xlsx", {"sales": [list(HEADER[:5]), *cells]})
    data, _, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert data.sales.units[np.isfinite(data.sales.units)].sum() == sum(line[3] for line in lines)
    assert data.average_price("bread") == pytest.approx(1.6)
