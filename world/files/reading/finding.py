"""Which files of a folder hold which table."""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from domain.errors import BadInput

MAPPING = "mapping.toml"
_ENDINGS = (".parquet", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".xlsx", ".xls", ".ods")
"""Of one table in several forms, the first is read."""
_ALIASES = {
    "sales": ("sale", "train", "tills", "transactions"),
    "products": ("product", "items", "articles"),
    "stores": ("store", "shops", "branches"),
    "prices": ("sell_prices",),
}
"""What well-known exports call them."""
_TABLES = ("products", "stores", "prices", "calendar", "weather", "search", "offers", "past_prices")
"""Whatever is beside the sales."""
_NEVER_SALES = ("test", "sample_submission", "oil", "holidays_events", "features")
"""What stands beside the sales of well-known exports."""


def find_folder(source: str) -> Path:
    """The folder of a source `files:DIR`. Raises BadInput when there is none."""
    given = source.removeprefix("files:").strip()
    folder = Path(given).expanduser()
    if not given or not folder.is_dir():
        raise BadInput(
            f"There is no folder {given!r} to read sales from",
            remedy="give one that holds sales.csv or sales.parquet, as in files:./data",
            field="source",
        )
    return folder


def find_files(folder: Path, table: str, named: Sequence[str] = ()) -> list[Path]:
    """The files of a table in the order of their names, by which a later one corrects an earlier.

    `named`: file names or patterns of mapping.toml. Else `sales.csv`, `sales-2026-01.csv`, all in a folder `sales`,
    or a name that well-known exports have. Raises BadInput where a named file is missing.
    """
    if named:
        return [path for pattern in named for path in _matching(folder, pattern)]
    present = _tables_in(folder)
    exact = [path for path in present if stem_of(path) == table]
    inside = _tables_in(folder / table) if (folder / table).is_dir() else []
    parts = [path for path in present if table == "sales" and _is_part(stem_of(path), table)]
    if exact or inside or parts:
        return _one_form([*exact, *sorted({*inside, *parts}, key=_in_order)])
    for alias in _ALIASES.get(table, ()):
        called = [path for path in present if stem_of(path) == alias]
        if called:
            return _one_form(called)
    return _the_only_one(present) if table == "sales" else []


def no_sales(folder: Path) -> BadInput:
    """The error for a folder without a table of sales, with the near miss."""
    present = [path.name for path in _tables_in(folder)]
    if len(present) > 1:
        near = (
            f'say which it is in {MAPPING}, as in [sales] files = ["{present[0]}"]; it holds {", ".join(present[:8])}'
        )
    else:
        files = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
        close = difflib.get_close_matches("sales.csv", files, n=1, cutoff=0.5)
        near = f"rename {close[0]} if that is it" if close else "put sales.csv or sales.parquet there"
    return BadInput(f"The folder {folder} has no table of sales", remedy=near, field="source")


def ending_of(path: Path) -> str:
    """The ending that says how a file is read, in small letters; empty where it says nothing."""
    return _ending(path.name)


def _in_order(path: Path) -> list[str | int]:
    """As people count: sales_10 comes after sales_2. Text and numbers take turns, so that like meets like."""
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"(\d+)", path.name.lower()))]


def stem_of(path: Path) -> str:
    return stem_of_name(path.name)


def stem_of_name(name: str) -> str:
    """A file's name in small letters without the ending that says how it is read."""
    return name.lower().removesuffix(_ending(name))


def _ending(file: str) -> str:
    name = file.lower()
    return next((ending for ending in sorted(_ENDINGS, key=len, reverse=True) if name.endswith(ending)), "")


def _tables_in(folder: Path) -> list[Path]:
    return sorted(
        (
            path
            for path in folder.iterdir()
            if path.is_file() and ending_of(path) and not path.name.startswith((".", "~"))
        ),
        key=_in_order,
    )


def _is_part(stem: str, table: str) -> bool:
    rest = stem.removeprefix(table)
    return stem != rest and (rest[:1] in ("-", "_", ".", " ") or rest[:1].isdigit())


def _matching(folder: Path, pattern: str) -> list[Path]:
    found = sorted((path for path in folder.glob(pattern) if path.is_file()), key=_in_order)
    if not found:
        present = [path.name for path in _tables_in(folder)]
        close = difflib.get_close_matches(pattern, present, n=1, cutoff=0.5)
        raise BadInput(
            f"{MAPPING} names the file {pattern!r}, and {folder.name} has none",
            remedy=f"did you mean {close[0]!r}?" if close else f"it has {', '.join(present) or 'no tables'}",
            field="source",
        )
    outside = [path for path in found if not path.resolve().is_relative_to(folder.resolve())]
    if outside:
        raise BadInput(
            f"{MAPPING} names {pattern!r}, outside its folder", remedy="put the file into it", field="source"
        )
    return found


def _one_form(paths: list[Path]) -> list[Path]:
    """Of files that differ in nothing but their ending, the first form."""
    kept: dict[tuple[Path, str], Path] = {}
    for path in paths:
        key = (path.parent, stem_of(path))
        if key not in kept or _ENDINGS.index(ending_of(path)) < _ENDINGS.index(ending_of(kept[key])):
            kept[key] = path
    return list(kept.values())


def _the_only_one(present: list[Path]) -> list[Path]:
    """The one table that is none of those that stand beside sales: it can be nothing else, unless it nearly has a name
    that would say so."""
    others = {*_TABLES, *_NEVER_SALES, *(alias for table in _TABLES for alias in _ALIASES.get(table, ()))}
    left = [path for path in present if stem_of(path) not in others]
    return left if len(left) == 1 else []
