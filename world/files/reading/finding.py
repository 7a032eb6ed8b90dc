"""Which files of a folder hold which table."""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from domain.errors import BadInput

MAPPING = "mapping.toml"
_ENDINGS = (".parquet", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".xlsx", ".xls", ".ods")
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

_MOST_NAMED = 6


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
    or a name that well-known exports have. Raises BadInput where a named file is missing, and for a table in two forms.
    """
    if named:
        return list(dict.fromkeys(path for pattern in named for path in _matching(folder, pattern)))
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
    present = [path.name for path in _maybe_sales(_tables_in(folder))]
    if len(present) > 1:
        near = (
            f"if {_listed(present)} are the sales, begin their names with sales, as {f'sales {present[0]}'!r}, and all "
            f'are read; if some are, name those in {MAPPING}, as in [sales] files = ["{present[0]}"]'
        )
    else:
        files = sorted(_shown(entry.name) for entry in folder.iterdir() if entry.is_file())
        close = difflib.get_close_matches("sales.csv", files, n=1, cutoff=0.5)
        near = f"rename {close[0]} if that is it" if close else "put sales.csv or sales.parquet there"
    return BadInput(f"The folder {folder} has no table of sales", remedy=near, field="source")


def beside_sales(folder: Path, read: Collection[str]) -> str:
    """What is to be said of tables that are not `read`, and whose names say nothing else either: a second file of sales
    may be among them. Empty where there are none."""
    left = [path.name for path in _maybe_sales(_tables_in(folder)) if path.name not in read]
    if not left:
        return ""
    are, them = ("is", "it is") if len(left) == 1 else ("are", "they are")
    return (
        f"{_listed(left)} {are} not read: where {them} sales too, begin the name with sales, as "
        f"{f'sales {left[0]}'!r}, or name every file of sales in {MAPPING}"
    )


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:_MOST_NAMED], *([f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else [])]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


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
    """Raises BadInput for a table whose name is no text."""
    return _in_text(
        path for path in folder.iterdir() if path.is_file() and ending_of(path) and not path.name.startswith((".", "~"))
    )


def _in_text(paths: Iterable[Path]) -> list[Path]:
    """Sorted. Raises BadInput for a name whose bytes are no UTF-8: it could be neither shown nor handed on."""
    found = sorted(paths, key=_in_order)
    foreign = next((path for path in found if _shown(path.name) != path.name), None)
    if foreign is not None:
        raise BadInput(
            f"The name of the file {_shown(foreign.name)} is not UTF-8",
            remedy="rename it in plain letters, or take it out of the folder",
            field="source",
        )
    return found


def _shown(name: str) -> str:
    """A name with the bytes that are no text as \\xe9."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_part(stem: str, table: str) -> bool:
    rest = stem.removeprefix(table)
    return stem != rest and (rest[:1] in ("-", "_", ".", " ") or rest[:1].isdigit())


def _matching(folder: Path, pattern: str) -> list[Path]:
    found = _in_text(path for path in folder.glob(pattern) if path.is_file())
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
    """The files, of which none is another in a second form. Raises BadInput where two differ in nothing but their
    ending: whether they say the same, or each a part, only who put them there knows."""
    kept: dict[tuple[Path, str], Path] = {}
    for path in paths:
        first = kept.setdefault((path.parent, stem_of(path)), path)
        if first is not path:
            raise BadInput(
                f"{first.name} and {path.name} are one table in two forms",
                remedy=f'take one away, or say in {MAPPING} which are read, as in files = ["{first.name}"]',
                field="source",
            )
    return paths


def _the_only_one(present: list[Path]) -> list[Path]:
    """The one table that is none of those that stand beside sales: it can be nothing else, unless it nearly has a name
    that would say so."""
    left = _maybe_sales(present)
    return left if len(left) == 1 else []


def _maybe_sales(present: Sequence[Path]) -> list[Path]:
    """Those whose names do not say that they are something else."""
    others = {*_TABLES, *_NEVER_SALES, *(alias for table in _TABLES for alias in _ALIASES.get(table, ()))}
    return [path for path in present if stem_of(path) not in others]
