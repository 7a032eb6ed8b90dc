"""Figures that may be a thousand times others: settled by their column, or asked about."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.world.files.shop import HEADER, Row, put, truth, units_of, written
from world.files.user_data import UserData, understand


def dotted(value: object) -> str:
    return f"{value:,}".replace(",", ".")


def thousands_up() -> list[Row]:
    return [{**row, "units": int(str(row["units"])) + 1_000} for row in truth()]


def all_units(data: UserData) -> float:
    sales = data.sales
    return float(sales.units.sum())


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_dotted_thousands_beside_hundreds_are_thousands_whatever_parts_the_cells(
    delimiter: str, tmp_path: Path
) -> None:
    written(delimiter=delimiter, form={"units": dotted})(tmp_path)
    data, told, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert all_units(data) == sum(units_of(truth()).values())
    assert data.average_price("bread") == pytest.approx(1.2)
    assert any("points part thousands in units" in said for said in told.settled)


@pytest.mark.parametrize(
    ("rows", "form"),
    [
        (thousands_up, {"units": dotted}),
        (truth, {"price": lambda price: f"{price:.3f}"}),
        (truth, {"units": dotted, "price": lambda price: f"{price:.3f}"}),
    ],
    ids=["only thousands", "prices of three decimals", "either"],
)
def test_what_nothing_tells_is_asked(
    rows: Callable[[], list[Row]], form: dict[str, Callable[[object], object]], tmp_path: Path
) -> None:
    written(rows, form=form)(tmp_path)
    _, _, refusal = understand(tmp_path)
    assert refusal is not None
    assert "may be thousands or have decimals" in str(refusal)


def test_a_decimal_comma_that_is_said_is_not_said_of_columns_with_points(tmp_path: Path) -> None:
    written(thousands_up, form={"units": dotted})(tmp_path)
    put(tmp_path / "mapping.toml", b'[sales]\ndecimal = "comma"\n')
    data, _, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert all_units(data) == sum(units_of(thousands_up()).values())
    assert data.average_price("soup") == pytest.approx(1.85)


def test_three_decimals_among_others_are_decimals(tmp_path: Path) -> None:
    rows = [{**row, "units": 100 if place % 9 else 1.125 + place / 1000} for place, row in enumerate(truth())]
    rows[0]["units"] = 1.5
    written(lambda: rows, header=HEADER)(tmp_path)
    data, _, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert all_units(data) == pytest.approx(sum(float(str(row["units"])) for row in rows), rel=1e-6)


def test_grams_of_three_decimals_are_not_asked_about(tmp_path: Path) -> None:
    sold = [{**row, "sku": row["category"]} for row in truth()]
    written(lambda: sold, header=(*HEADER[:3], "sku", *HEADER[4:]))(tmp_path)
    listed = "".join(f"{name},{name},{name},1.125,200\n" for name in ("bread", "cheese", "fruit", "soup", "tea"))
    put(tmp_path / "products.csv", f"sku,name,category,salt_g,energy_kj\n{listed}".encode())
    data, _, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert data.shelf("soup")
