"""What a person says of their own files: `mapping.toml`, read and written."""

import difflib
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from domain.errors import BadInput, DataFault, near_miss, shown
from domain.money import MOST
from world.files.columns.fields import TABLES, TableSpec
from world.files.reading.finding import MAPPING

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "dates": ("day first", "month first", "year first"),
    "decimal": ("point", "comma"),
    "price_in": ("pounds", "pence"),
    "money_in": ("pounds", "pence"),
    "rows": ("lines", "totals"),
}
"""What is settled by the data unless it is said: the order of dates, the decimal mark, what prices and money count, and
whether
rows of one day, store and category add up or replace each other."""
FIXED: Final = ("store", "category", "region", "price")
"""What may be said once for every row of the sales."""
REGIONS: Final = "regions"
"""The table of mapping.toml that says where regions are."""
COUNTRY: Final = "country"
_ONE_LETTER: Final = 0.5
"""How alike two codes of two letters are that have one in common."""
_AS_REGIONS: Final = '"North" = [54.97, -1.61] under [regions]'


@dataclass(frozen=True, slots=True)
class TableMapping:
    files: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field to their column."""
    choices: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderMapping:
    tables: Mapping[str, TableMapping] = field(default_factory=dict)
    regions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Latitude and longitude of a point in each, in degrees."""
    country: str = ""
    """Two letters, as in GB; empty where it is not said."""

    def of(self, spec: TableSpec) -> TableMapping:
        return self.tables.get(spec.name, TableMapping())


def read_mapping(folder: Path) -> FolderMapping:
    """The folder's mapping, empty where it has none. Raises DataFault for a file that is no TOML, with its line, and
    BadInput for a name that is none of ours, with the near miss, and for a value that cannot be, with its key."""
    path = folder / MAPPING
    if not path.is_file():
        return FolderMapping()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataFault(f"{MAPPING} cannot be read ({error})", remedy="repair that line", field="source") from error
    known = {spec.name: spec for spec in TABLES}
    tables = {}
    for name, table in content.items():
        if name in (REGIONS, COUNTRY):
            continue
        if name not in known or not isinstance(table, dict):
            names = [*known, REGIONS, COUNTRY]
            raise BadInput(f"{MAPPING} has no use for {shown(name)}", remedy=near_miss(name, names), field="source")
        tables[name] = _table(known[name], table)
    return FolderMapping(tables, _regions(content.get(REGIONS, {})), _country(content.get(COUNTRY, "")))


def _regions(table: object) -> dict[str, tuple[float, float]]:
    if not isinstance(table, dict):
        raise BadInput(f"{MAPPING}: {REGIONS} is no table", remedy=f"write {_AS_REGIONS}", field="source")
    return {str(name): _point(str(name), value) for name, value in table.items()}


def _point(name: str, value: object) -> tuple[float, float]:
    figures = [float(one) for one in value if type(one) in (int, float)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(value) != 2 or len(figures) != 2:
        raise BadInput(
            f"{MAPPING}: [{REGIONS}] {shown(name)} is {shown(value)}, not a latitude and a longitude",
            remedy=f"write {_AS_REGIONS}",
            field="source",
        )
    latitude, longitude = figures
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise BadInput(
            f"{MAPPING}: [{REGIONS}] {shown(name)} is at {latitude:g}, {longitude:g}, which is nowhere",
            remedy="give degrees, the latitude (-90 to 90) first, then the longitude (-180 to 180)",
            field="source",
        )
    return latitude, longitude


def _country(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{2}|", value.strip()):
        raise BadInput(
            f"{MAPPING}: {COUNTRY} is {shown(value)}",
            remedy='write its two letters, as in country = "GB"',
            field="source",
        )
    country = value.strip().upper()
    if country:
        import holidays

        known = [code for code in holidays.list_supported_countries() if len(code) == len(country)]
        if country not in known:
            close = difflib.get_close_matches(country, known, cutoff=_ONE_LETTER)
            meant = f"did you mean {' or '.join(map(repr, close))}? Otherwise " if close else ""
            raise BadInput(
                f"{MAPPING}: {COUNTRY} is {shown(value)}, of which no public holidays are known",
                remedy=f"{meant}give the two letters of ISO 3166, or leave it out",
                field="source",
            )
    return country


def _table(spec: TableSpec, table: Mapping[str, object]) -> TableMapping:
    fields = [one.name for one in spec.fields]
    columns, choices, fixed = {}, {}, {}
    for name, value in table.items():
        where = f"{MAPPING}: [{spec.name}] {name}"
        if name in fields:
            columns[name] = _string(value, where)
        elif name in CHOICES:
            choices[name] = _choice(_string(value, where), CHOICES[name], where)
        elif name == "fixed" and isinstance(value, dict):
            for one, said in value.items():
                _choice(one, FIXED, f"{MAPPING}: [{spec.name}.fixed]")
                fixed[one] = _fixed(one, said, f"{MAPPING}: [{spec.name}.fixed] {one}")
        elif name not in ("files", "ignore"):
            raise BadInput(
                f"{MAPPING}: [{spec.name}] has no use for {shown(name)}",
                remedy=near_miss(name, [*fields, *CHOICES, "files", "ignore", "fixed"]),
                field="source",
            )
    twice = [column for column in columns.values() if list(columns.values()).count(column) > 1]
    if twice:
        raise BadInput(
            f"{MAPPING}: [{spec.name}] gives the column {shown(twice[0])} to two fields",
            remedy="keep one",
            field="source",
        )
    return TableMapping(
        files=_inside(_strings(table.get("files", ()), f"{MAPPING}: [{spec.name}] files"), f"{MAPPING}: [{spec.name}]"),
        columns=columns,
        choices=choices,
        fixed=fixed,
        ignored=_strings(table.get("ignore", ()), f"{MAPPING}: [{spec.name}] ignore"),
    )


def _fixed(name: str, value: object, where: str) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise BadInput(f"{where} is {shown(value)}", remedy="write one text or number", field="source")
    if name == "price":
        try:
            price = float(value)
        except (ValueError, OverflowError):  # Refused below, with whatever else is no price.
            price = math.nan
        if not 0 < price <= MOST:
            raise BadInput(
                f"{where} is {shown(value)}", remedy="write pounds above 0, as in price = 2.50", field="source"
            )
    return str(value)


def _inside(patterns: tuple[str, ...], where: str) -> tuple[str, ...]:
    """The patterns, none of which leaves its folder. Raises BadInput."""
    for pattern in patterns:
        parts = re.split(r"[/\\]", pattern)
        if not parts[0] or ".." in parts or ":" in parts[0] or not pattern.isprintable():
            raise BadInput(
                f"{where} files has {shown(pattern)}, outside its folder",
                remedy='put the file into the folder and give its name, as in files = ["sales.csv"]',
                field="source",
            )
        if any("**" in part and part != "**" for part in parts):
            raise BadInput(f"{where} files has {shown(pattern)}", remedy="write one * in a name", field="source")
    return patterns


def _string(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{where} is no text", remedy='write it in quotes, as in units = "Qty"', field="source")
    return value.strip()


def _strings(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Sequence):
        raise BadInput(f"{where} is no list", remedy='write ["one", "two"]', field="source")
    return tuple(_string(one, where) for one in value)


def _choice(value: str, known: Sequence[str], where: str) -> str:
    if value not in known:
        raise BadInput(f"{where} is {shown(value)}", remedy=near_miss(value, known), field="source")
    return value
