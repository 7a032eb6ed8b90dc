"""`tescosense data`: a retailer's own files before they are run on."""

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.folder_check import CheckedColumn, FolderCheck, NotAsWritten

app = typer.Typer(help="See what is understood of your own files.", no_args_is_help=True)

_WIDEST = 80
_LISTED = 12


@app.callback()
def data() -> None:
    """See what is understood of your own files."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="the folder with sales.csv, or whatever it is called")],
    write_mapping: Annotated[
        bool, typer.Option("--write-mapping", help="write DIR/mapping.toml to start from")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """What a run would understand of a folder, and what it would leave out. Exit code 1 where it would be refused."""
    from runtime.worlds import check_files

    checked, written = check_files(folder, write=write_mapping)
    if as_json:
        print(checked.model_dump_json())
    else:
        _show(checked)
        if written:
            print(f"\nWrote {written}: correct it, then check again.")
    raise typer.Exit(0 if checked.accepted else 1)


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="where to; it is made if it is not there")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Write a small folder of invented sales in the form that needs no mapping, up to yesterday."""
    import json
    from datetime import date, timedelta

    from runtime.worlds import sample_files

    written = [str(path) for path in sample_files(folder, date.today() - timedelta(days=1))]
    if as_json:
        print(json.dumps({"written": written}))
    else:
        print(*(f"Wrote {path}" for path in written), sep="\n")
        print(f"Now: tescosense data check {folder}, tescosense run --source files:{folder}")


def _show(checked: "FolderCheck") -> None:
    for file in checked.files:
        _say(f"{file.file}: {file.rows:,} rows of {file.table} ({file.read_as})")
    by_file: dict[tuple[str, str], list[CheckedColumn]] = {}
    for column in checked.columns:
        by_file.setdefault((column.table, column.file), []).append(column)
    for (_, name), columns in by_file.items():
        print(f"\nColumns of {name}")
        for column in columns:
            for line in _column(column):
                print(line)
    if checked.settled:
        print("\nSettled by the data")
        for said in checked.settled:
            _say(said, 2)
    if checked.not_as_written:
        print("\nNot taken as written")
        for entry in checked.not_as_written:
            _entry(entry)
    if checked.accepted:
        print("\nUnderstood as")
        for line in _understood(checked):
            _say(line, 2)
    else:
        print()
        _say(f"Refused: {checked.problem}")


def _column(column: "CheckedColumn") -> "Iterator[str]":
    became = column.field or "not used"
    empty = f"; {column.empty:,} empty" if column.empty else ""
    head = f"  {_cut(column.column, 24):24}  {became:22}"
    yield from textwrap.wrap(f"{column.why}{empty}", _width(), initial_indent=head, subsequent_indent=" " * 50)


def _entry(entry: "NotAsWritten") -> None:
    rows = f"{entry.rows:,} {'row' if entry.rows == 1 else 'rows'}"
    _say(f"{rows}, {entry.units:,.0f} units, {entry.fate}: {entry.said}", 2)
    for one in entry.examples:
        _say(f"{one.where}: {one.text}", 6)


def _understood(checked: "FolderCheck") -> "Iterator[str]":
    yield f"{checked.rows_used:,} of {checked.rows:,} rows, {checked.units_used:,.0f} units"
    yield f"the days from {checked.first_day} to {checked.last_day}"
    for names, one, many in (
        (checked.stores, "store", "stores"),
        (checked.regions, "region", "regions"),
        (checked.categories, "category", "categories"),
    ):
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        yield f"{len(names):,} {one if len(names) == 1 else many}: {', '.join(names[:_LISTED])}{more}"
    without = checked.without_coordinates
    placed = f"{len(checked.regions) - len(without):,} of {len(checked.regions):,} regions have coordinates"
    hint = f", {', '.join(without[:_LISTED])} none: write them under [regions] in mapping.toml" if without else ""
    yield f"{placed} for --weather open-meteo{hint}"
    if checked.country:
        yield f"public holidays are those of {checked.country}"
    else:
        yield 'no country, so public holidays are not known: write country = "GB", or another, in mapping.toml'


def _say(text: str, indent: int = 0) -> None:
    print(textwrap.fill(text, _width(), initial_indent=" " * indent, subsequent_indent=" " * (indent + 2)))


def _width() -> int:
    return min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
