"""Which column of a file holds which field: as mapping.toml says, or by its name, each once and with a reason."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import BadInput
from world.files.columns.fields import Field, TableSpec
from world.files.columns.mapping import TableMapping
from world.files.reading.finding import MAPPING

_NEAR: Final = 0.6
_LISTED: Final = 8


@dataclass(frozen=True, slots=True)
class Claim:
    """A field found in a file: the place of its column, its name there, and why."""

    place: int
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class Columns:
    claims: Mapping[str, Claim]
    unused: tuple[str, ...]
    """Columns that say nothing that is asked, known by their names or ignored by mapping.toml."""
    unknown: tuple[tuple[int, str], ...]
    """The rest, with their places: they may tell rows of one day, store and category apart."""


def bare(name: str) -> str:
    """A column's name in small letters, without anything between them or in brackets."""
    return re.sub(r"[\W_]+", "", re.sub(r"\(.*?\)", "", name.lower())) or re.sub(r"[\W_]+", "", name.lower())


def claim_columns(file: str, header: Sequence[str], spec: TableSpec, mapping: TableMapping) -> Columns:
    """Gives every field its column, never one column to two.

    What mapping.toml says comes first, then columns called as the field is, then the other names, the likeliest first.
    Raises BadInput for a column of mapping.toml that the file has not, and for a required field without a column; the
    near miss it names is a column that no field has.
    """
    claims = _given(file, header, mapping)
    taken = {claim.place for claim in claims.values()} | _ignored(header, mapping)
    for field in spec.fields:
        _claim(field, (field.name,), header, claims, taken, "it is called so")
    for field in spec.fields:
        _claim(field, field.also, header, claims, taken, "a usual name of it")
    for field in spec.fields:
        if field.required and field.name not in claims and field.name not in mapping.fixed:
            raise missing_column(file, header, field, spec, taken)
    left = [(place, column) for place, column in enumerate(header) if place not in taken]
    unused = [column for place, column in left if bare(column) in spec.unused]
    ignored = [column for place, column in enumerate(header) if place in _ignored(header, mapping)]
    return Columns(
        claims, (*unused, *ignored), tuple((place, column) for place, column in left if column not in unused)
    )


def missing_column(
    file: str, header: Sequence[str], field: Field, spec: TableSpec, taken: set[int] | frozenset[int]
) -> BadInput:
    """What to say of a field without a column: the nearest column nobody has, and the line that would give it."""
    free = [column for place, column in enumerate(header) if place not in taken]
    near = nearest(field, free)
    if near:
        remedy = (
            f'did you mean its column {near!r}? Then write {field.name} = "{near}" under [{spec.name}] in {MAPPING}'
        )
    elif free:
        remedy = (
            f'say which it is in {MAPPING}, as in {field.name} = "{free[0]}" under [{spec.name}]; '
            f"{'it has' if len(free) == len(header) else 'no field has'} {', '.join(free[:_LISTED])}"
        )
    else:
        remedy = f"add it; every column of the file is another field: {', '.join(header[:_LISTED])}"
    return BadInput(f"{file} has no column {field.name!r}", remedy=remedy, field="source")


def _given(file: str, header: Sequence[str], mapping: TableMapping) -> dict[str, Claim]:
    places = {column.lower(): place for place, column in enumerate(header)}
    claims = {}
    for name, column in mapping.columns.items():
        place = places.get(" ".join(column.split()).lower())
        if place is None:
            close = difflib.get_close_matches(column.lower(), list(places), n=1, cutoff=_NEAR)
            near = f"did you mean {header[places[close[0]]]!r}?" if close else f"it has {', '.join(header[:_LISTED])}"
            raise BadInput(
                f"{MAPPING} says that {name} is the column {column!r}, and {file} has none", remedy=near, field="source"
            )
        claims[name] = Claim(place, header[place], f"{MAPPING} says so")
    return claims


def _ignored(header: Sequence[str], mapping: TableMapping) -> set[int]:
    names = {column.lower() for column in mapping.ignored}
    return {place for place, column in enumerate(header) if column.lower() in names}


def _claim(
    field: Field, names: Sequence[str], header: Sequence[str], claims: dict[str, Claim], taken: set[int], why: str
) -> None:
    if field.name in claims:
        return
    for name in names:
        for place, column in enumerate(header):
            if place not in taken and bare(column) == bare(name):
                claims[field.name] = Claim(place, column, why)
                taken.add(place)
                return


def nearest(field: Field, free: Sequence[str]) -> str:
    """Of the columns nobody has, the one called most like the field; empty where none is."""
    by_name = {bare(column): column for column in free}
    for name in (field.name, *field.also):
        close = difflib.get_close_matches(bare(name), list(by_name), n=1, cutoff=_NEAR if name == field.name else 0.8)
        if close:
            return by_name[close[0]]
    return ""
