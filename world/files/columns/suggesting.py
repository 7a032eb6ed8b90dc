"""A mapping.toml to start from: what was guessed as lines to correct, and what could not be guessed as questions."""

import json
from collections.abc import Sequence
from dataclasses import replace

from world.files.columns.fields import SALES, TableSpec
from world.files.columns.guessing import Columns, claim_columns, nearest
from world.files.columns.mapping import REGIONS, FolderMapping
from world.files.columns.writing import country_of, points_of
from world.files.reading.finding import stem_of_name
from world.files.values.names import folded

Header = tuple[TableSpec, str, tuple[str, ...]]


def suggested_mapping(headers: Sequence[Header], mapping: FolderMapping, regions: Sequence[str] = ()) -> str:
    """The text of a mapping.toml. Of several files of one table the first speaks. `regions`: those of the sales."""
    lines = ["# Which column holds which field; `tescosense data check DIR` says what comes of it."]
    lines += country_of(mapping)
    seen: set[str] = set()
    for spec, file, header in headers:
        if spec.name in seen:
            continue
        seen.add(spec.name)
        optional = replace(spec, fields=tuple(replace(field, required=False) for field in spec.fields))
        columns = claim_columns(file, header, optional, mapping.of(spec))
        lines += ["", f"[{spec.name}]", *_files(spec, file), *_claims(spec, columns)]
        if spec is SALES:
            lines += _open_questions(columns)
    return "\n".join([*lines, *_places(mapping, regions), ""])


def _places(mapping: FolderMapping, regions: Sequence[str]) -> list[str]:
    """Where regions are, as far as that is said, and questions for the others."""
    said = {folded(name) for name in mapping.regions}
    lines = points_of(mapping)
    open_ = [f"# {_quoted(region)} = [latitude, longitude]" for region in regions if folded(region) not in said]
    head = f"[{REGIONS}]  # a point in each, in degrees, for --weather open-meteo"
    return ["", head, *lines, *open_] if lines or open_ else []


def _files(spec: TableSpec, file: str) -> list[str]:
    return [] if stem_of_name(file).startswith(spec.name) else [f"files = [{_quoted(file)}]"]


def _claims(spec: TableSpec, columns: Columns) -> list[str]:
    lines = []
    for field in spec.fields:
        claim = columns.claims.get(field.name)
        if claim and field.name == "sales" and not {"units", "money"} & set(columns.claims):
            lines.append(f"money = {_quoted(claim.column)}  # or, with a price: units = {_quoted(claim.column)}")
        elif claim:
            lines.append(f"{field.name} = {_quoted(claim.column)}")
        elif field.required:
            lines.append(
                _question(field.name, [column for _, column in columns.unknown], nearest(field, _free(columns)))
            )
    if columns.unknown:
        listed = ", ".join(_quoted(column) for column in _free(columns))
        lines.append(f"# ignore = [{listed}]  # no field has them")
    return lines


def _open_questions(columns: Columns) -> list[str]:
    claimed = set(columns.claims)
    lines, fixed = [], []
    if not claimed & {"units", "money", "sales"}:
        units = next(field for field in SALES.fields if field.name == "units")
        lines.append(_question("units", _free(columns), nearest(units, _free(columns))))
    if "category" not in claimed:
        fixed.append('category = "all goods"  # unless a column or products.csv says more')
    if not claimed & {"price", "money"}:
        fixed.append("# price = 2.50  # pounds a unit, where neither sales nor products have one")
    return [*lines, *(["", "[sales.fixed]", *fixed] if fixed else [])]


def _question(name: str, free: Sequence[str], near: str) -> str:
    if near:
        return f"{name} = {_quoted(near)}  # by its name the nearest: is it?"
    return f"# {name} = {_quoted(free[0]) if free else '...'}  # which one? {', '.join(free[:8])}"


def _free(columns: Columns) -> list[str]:
    return [column for _, column in columns.unknown]


def _quoted(text: str) -> str:
    """A string of JSON is one of TOML."""
    return json.dumps(text, ensure_ascii=False)
