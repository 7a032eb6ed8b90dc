"""Folders whose files nobody can tell apart, or whose mapping says what cannot be: refused by name."""

import os
from pathlib import Path

import pytest

from tests.unit.world.files.shop import HEADER, as_workbook, put, table, truth, units_of
from world.files.check import check_folder
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
