"""`tescosense data`: what a person is told of their own files, and the mapping they start from."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from domain.errors import Conflict
from domain.folder_check import FolderCheck
from tests.conftest import CommandLine
from tests.unit.world.files.shapes import doubtful, favorita, online_retail, rossmann
from tests.unit.world.files.shop import HEADER, Writer, put, table, text_of, truth, written
from world.files.check import check_folder, write_mapping
from world.files.columns.mapping import read_mapping
from world.files.sample import write_sample


def unmapped(shape: Writer) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        shape(folder)
        (folder / "mapping.toml").unlink(missing_ok=True)

    return write


def alone(shape: Writer) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        shape(folder)
        (folder / "products.csv").unlink()

    return write


@pytest.mark.parametrize("shape", [unmapped(rossmann), unmapped(favorita), doubtful, alone(online_retail)])
def test_the_mapping_that_is_written_leads_to_a_panel(shape: Writer, tmp_path: Path) -> None:
    shape(tmp_path)
    first = check_folder(tmp_path)

    write_mapping(first)
    second = check_folder(tmp_path)

    assert second.accepted, second.problem
    assert second.categories
    assert any("mapping.toml says so" in column.why for column in second.columns)
    with pytest.raises(Conflict, match="exists already"):
        write_mapping(second)


def test_a_stranger_is_led_out_of_names_nobody_knows(tmp_path: Path) -> None:
    rows = [[row["date"], row["store"], row["category"], row["units"], row["price"]] for row in truth()]
    put(tmp_path / "sales.csv", text_of(["Datum der Kasse", "Laden", "Sorte", "Stk", "Preis"], rows).encode())
    named: set[str] = set()
    lines = ["[sales]"]
    theirs = {"date": "Datum der Kasse", "store": "Laden", "category": "Sorte", "units": "Stk", "price": "Preis"}
    while not (check := check_folder(tmp_path)).accepted:
        (field,) = [name for name in theirs if f"no column '{name}'" in check.problem or f"no {name}" in check.problem]
        assert field not in named, "it asks for each once"
        assert not [name for name in named if f'"{theirs[name]}" under' in check.problem], "it names no column taken"
        named.add(field)
        lines.append(f'{field} = "{theirs[field]}"')
        (tmp_path / "mapping.toml").write_text("\n".join(lines))
    assert named == set(theirs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sales\n", "mapping.toml cannot be read"),
        ("[sale]\n", "did you mean 'sales'"),
        ('[sales]\nunit = "units"\n', "did you mean 'units'"),
        ('[sales]\ndates = "days first"\n', "did you mean 'day first'"),
        ("[sales]\nunits = 3\n", "is no text"),
        ('[sales]\nfiles = ["sale.csv"]\n', "did you mean 'sales.csv'"),
        ('[sales]\nfiles = ["../*.csv"]\n', "outside its folder"),
        ('[sales]\nunits = "units"\nprice = "units"\n', "gives the column 'units' to two fields"),
    ],
)
def test_a_mapping_that_cannot_be_is_one_clear_sentence(text: str, said: str, tmp_path: Path) -> None:
    written()(tmp_path / "shop")
    put(tmp_path / "other.csv", b"a,b\n")
    (tmp_path / "shop" / "mapping.toml").write_text(text)
    check = check_folder(tmp_path / "shop")
    assert said in check.problem
    assert "\n" not in check.problem


def test_what_is_settled_may_be_said(tmp_path: Path) -> None:
    written(form={"date": lambda day: f"{day:%d/%m/%Y}" if isinstance(day, date) else day})(tmp_path)
    (tmp_path / "mapping.toml").write_text('[sales]\ndates = "month first"\n')
    assert (
        "must be a date such as 2026-11-23, from 1990 to 2100; the column is month first"
        in check_folder(tmp_path).problem
    )


def test_the_check_says_all_there_is_to_say_in_eighty_columns(tescosense: CommandLine, tmp_path: Path) -> None:
    rows = [*truth(), truth()[-1], {**truth()[0], "store": "TOTAL"}]
    put(tmp_path / "shop" / "sales.csv", table(rows, (*HEADER, "price")).replace("price,price", "price,cost").encode())

    done = tescosense("data", "check", str(tmp_path / "shop"))

    assert done.exit_code == 0, done.err
    assert max(map(len, done.out.splitlines())) <= 80
    said = " ".join(done.out.split())
    assert "sales.csv: 1,422 rows of sales (UTF-8, commas)" in said
    assert "cost not used" in said
    assert "1 row, 1,3" in said or "1 row," in said
    assert f"sales.csv, line {len(rows) + 1}: {truth()[0]['date']} TOTAL bread" in said
    assert "1,420 of 1,422 rows" in said


def test_the_check_is_one_object_of_json_and_fails_where_a_run_would(tescosense: CommandLine, tmp_path: Path) -> None:
    written(header=HEADER[:5])(tmp_path / "shop")
    done = tescosense("data", "check", str(tmp_path / "shop"), "--json", "--write-mapping")
    check = FolderCheck.model_validate(json.loads(done.out))
    assert (done.exit_code, check.accepted) == (1, False)
    assert "has no price" in check.problem
    assert read_mapping(tmp_path / "shop").tables["sales"].columns["units"] == "units"
    run = tescosense("run", "--source", f"files:{tmp_path / 'shop'}")
    assert check.problem in run.err


def test_the_sample_is_valid_and_something_is_found_in_it(tescosense: CommandLine, tmp_path: Path) -> None:
    written_to = json.loads(tescosense("data", "sample", str(tmp_path / "shop"), "--json").out)["written"]
    assert [Path(path).name for path in written_to] == ["sales.csv", "products.csv"]
    done = tescosense("run", "--source", f"files:{tmp_path / 'shop'}", "--json")
    assert done.exit_code == 0, done.err
    assert done.summary["status"] == "COMPLETED"
    again = tescosense("data", "sample", str(tmp_path / "shop"))
    assert again.exit_code == 1
    assert "exists already" in again.err


def halves(folder: Path, first: str, second: str) -> tuple[str, str]:
    """A sample whose sales are cut into two files of equal length."""
    write_sample(folder, date(2026, 9, 30))
    header, *lines = (folder / "sales.csv").read_text().splitlines(keepends=True)
    (folder / "sales.csv").unlink()
    middle = len(lines) // 2
    for name, part in ((first, lines[:middle]), (second, lines[middle:])):
        (folder / name).write_text(header + "".join(part))
    return first, second


def test_two_files_that_begin_with_sales_are_both_read(tmp_path: Path) -> None:
    write_sample(tmp_path / "whole", date(2026, 9, 30))
    halves(tmp_path / "parts", "sales week 1.csv", "sales week 2.csv")
    whole, parts = check_folder(tmp_path / "whole"), check_folder(tmp_path / "parts")
    assert (parts.rows_used, parts.units_used, parts.settled) == (whole.rows_used, whole.units_used, ())


def test_a_second_file_that_is_not_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    first, second = halves(tmp_path, "sales.csv", "june.csv")
    check = check_folder(tmp_path)
    assert check.accepted
    [said] = check.settled
    assert said.startswith(f"{second} is not read: where it is sales too, begin the name with sales")
    (tmp_path / second).rename(tmp_path / "sales june.csv")
    both = check_folder(tmp_path)
    assert (both.settled, both.rows_used) == ((), 2 * check.rows_used)
    (tmp_path / "sales june.csv").rename(tmp_path / second)
    (tmp_path / "mapping.toml").write_text(f'[sales]\nfiles = ["{first}"]\n')
    assert check_folder(tmp_path).settled == (), "whoever names the files has left out the others"


def test_two_files_of_any_names_are_refused_by_both_and_never_by_a_table_beside_them(tmp_path: Path) -> None:
    halves(tmp_path, "leeds.csv", "york.csv")
    problem = check_folder(tmp_path).problem
    assert "if leeds.csv and york.csv are the sales, begin their names with sales, as 'sales leeds.csv'" in problem
    assert "products.csv" not in problem
    for name in ("leeds.csv", "york.csv"):
        (tmp_path / name).rename(tmp_path / f"sales {name}")
    assert check_folder(tmp_path).accepted


def test_a_sample_is_taken_without_a_word(tmp_path: Path) -> None:
    write_sample(tmp_path, date(2026, 9, 30))
    check = check_folder(tmp_path)
    assert (check.accepted, check.not_as_written, check.settled) == (True, (), ())
    assert (check.last_day, len(check.stores), len(check.categories)) == (date(2026, 9, 30), 12, 6)
