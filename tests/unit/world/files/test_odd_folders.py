"""Folders whose files nobody can tell apart, or whose mapping says what cannot be: refused by name."""

import json
import os
from pathlib import Path

import pytest

from domain.errors import BadInput
from tests.unit.world.files.shop import HEADER, HOMES, as_workbook, put, table, truth, units_of
from tests.unit.world.files.test_typed_parquet import as_parquet
from world.files.check import check_folder
from world.files.columns.mapping import read_mapping
from world.files.user_data import understand

TEXT = table(truth())


def refusal_of(folder: Path) -> str:
    data, _, refusal = understand(folder)
    assert data is None
    assert refusal is not None
    assert "\n" not in str(refusal)
    return str(refusal)


@pytest.mark.parametrize("other", ["sales.csv.gz", "sales.CSV", "Sales.csv", "sales.tsv", "sales.xlsx"])
def test_a_table_in_two_forms_is_refused_by_both_names(other: str, tmp_path: Path) -> None:
    put(tmp_path / "sales.csv", TEXT.encode())
    if other.endswith("xlsx"):
        as_workbook(tmp_path / other, {"sales": [list(HEADER), *([row[name] for name in HEADER] for row in truth())]})
    else:
        put(tmp_path / other, TEXT.encode())
    said = refusal_of(tmp_path)
    assert "sales.csv" in said
    assert other in said
    put(tmp_path / "mapping.toml", b'[sales]\nfiles = ["sales.csv", "sales.csv*"]\n')
    if not other.endswith("gz"):
        data, told, refusal = understand(tmp_path)
        assert data is not None, refusal
        assert [file.file for file in told.files] == ["sales.csv"]


@pytest.mark.parametrize("name", ["sales.CSV", "SALES.Csv.GZ"])
def test_endings_in_capitals_are_read(name: str, tmp_path: Path) -> None:
    put(tmp_path / "plain.csv.gz", TEXT.encode())
    packed = (tmp_path / "plain.csv.gz").read_bytes()
    (tmp_path / "plain.csv.gz").unlink()
    (tmp_path / name).write_bytes(packed if name.endswith("GZ") else TEXT.encode())
    data, _, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert data.sales.units.sum() == sum(units_of(truth()).values())


@pytest.mark.parametrize("mapping", [b"", b'[sales]\nfiles = ["sales*"]\n'])
def test_a_name_that_is_no_text_is_shown_escaped(mapping: bytes, tmp_path: Path) -> None:
    put(tmp_path / "sales.csv", TEXT.encode())
    if mapping:
        put(tmp_path / "mapping.toml", mapping)
    strange = os.fsencode(tmp_path) + b"/sales-caf\xe9.csv"
    Path(os.fsdecode(strange)).write_bytes(TEXT.encode())
    said = refusal_of(tmp_path)
    assert r"sales-caf\xe9.csv" in said
    check_folder(tmp_path).model_dump_json().encode()


@pytest.mark.parametrize(
    "price", ["nan", "inf", "1e400", "1e30", "-2.5", "0", '"cheap"', "[2.5]", "true", f"1{'0' * 400}"]
)
def test_a_fixed_price_that_is_none_is_refused_by_its_key(price: str, tmp_path: Path) -> None:
    put(tmp_path / "sales.csv", TEXT.encode())
    put(tmp_path / "mapping.toml", f"[sales.fixed]\nprice = {price}\n".encode())
    assert "mapping.toml: [sales.fixed] price is" in refusal_of(tmp_path)


@pytest.mark.parametrize(
    "pattern",
    ["/etc/passwd", "../sales.csv", "in/../../*.csv", "C:\\sales.csv", "..\\sales.csv", "sales**.csv", "a\0b"],
)
def test_patterns_that_leave_the_folder_are_refused_by_their_key(pattern: str, tmp_path: Path) -> None:
    put(tmp_path / "sales.csv", TEXT.encode())
    put(tmp_path / "mapping.toml", f"[sales]\nfiles = [{json.dumps(pattern)}]\n".encode())
    assert f"mapping.toml: [sales] files has {pattern!r}" in refusal_of(tmp_path)


@pytest.mark.parametrize(("country", "near"), [("XX", "did you mean"), ("BG", ""), ("zz", "did you mean"), ("uk", "")])
def test_a_country_that_is_none_is_refused_where_the_mapping_is_read(country: str, near: str, tmp_path: Path) -> None:
    put(tmp_path / "mapping.toml", f'country = "{country}"\n'.encode())
    if not near:
        assert read_mapping(tmp_path).country == country.upper()
        return
    with pytest.raises(BadInput, match=f"country is '{country}', of which no public holidays are known: {near}"):
        read_mapping(tmp_path)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_store_that_stands_twice_is_said_with_its_line_and_in_two_regions_refused(form: str, tmp_path: Path) -> None:
    header = [name for name in HEADER if name != "region"]
    put(tmp_path / "sales.csv", table(truth(), header).encode())
    if form == "parquet":
        as_parquet(tmp_path)
    stores = "".join(f"{store},{region}\n" for store, region in HOMES.items())
    put(tmp_path / "stores.csv", f"store,region\n{stores}S01 ,North\ns02,\n".encode())
    data, told, refusal = understand(tmp_path)
    assert data is not None, refusal
    assert "stores.csv, line 6 has the store s01 again, and 1 more do: one counts" in told.tally.notes
    assert dict(zip(data.sales.stores, data.sales.region_of_store, strict=True)) == HOMES
    put(tmp_path / "stores.csv", f"store,region\n{stores}s01,South\n".encode())
    assert "stores.csv, line 6: the store s01 is in South, and in North by stores.csv, line 2" in refusal_of(tmp_path)
