"""A mapping as the text of mapping.toml."""

import json
from collections.abc import Mapping
from pathlib import Path

from world.files.columns.mapping import COUNTRY, REGIONS, FolderMapping, TableMapping, read_mapping
from world.files.reading.finding import MAPPING


def mapping_text(mapping: FolderMapping) -> str:
    """What `read_mapping` reads as the same mapping."""
    lines = [
        "# Which column holds which field; `tescosense data check DIR` says what comes of it.",
        *country_of(mapping),
    ]
    for name, table in mapping.tables.items():
        lines += ["", f"[{name}]", *_table(table)]
        if table.fixed:
            lines += ["", f"[{name}.fixed]", *_pairs(table.fixed)]
    points = points_of(mapping)
    return "\n".join([*lines, *(["", f"[{REGIONS}]", *points] if points else []), ""])


def country_of(mapping: FolderMapping) -> list[str]:
    return ["", f"{COUNTRY} = {json.dumps(mapping.country)}"] if mapping.country else []


def points_of(mapping: FolderMapping) -> list[str]:
    """A line for each region that has coordinates."""
    named = ((json.dumps(name, ensure_ascii=False), point) for name, point in mapping.regions.items())
    return [f"{name} = [{latitude:g}, {longitude:g}]" for name, (latitude, longitude) in named]


def replace_mapping(folder: Path, mapping: FolderMapping) -> None:
    """Write the folder's mapping, once it is known to be read as it is meant. Raises what `read_mapping` does, and the
    one there was stays."""
    part = folder / f".{MAPPING}.part"
    trial = folder / ".mapping-to-be"
    trial.mkdir(exist_ok=True)
    try:
        (trial / MAPPING).write_text(mapping_text(mapping), encoding="utf-8")
        read_mapping(trial)
        (trial / MAPPING).replace(part)
        part.replace(folder / MAPPING)
    finally:
        (trial / MAPPING).unlink(missing_ok=True)
        trial.rmdir()


def _table(table: TableMapping) -> list[str]:
    lists = {name: list(given) for name, given in (("files", table.files), ("ignore", table.ignored)) if given}
    return [
        *(f"{name} = {json.dumps(values, ensure_ascii=False)}" for name, values in lists.items()),
        *_pairs(table.columns),
        *_pairs(table.choices),
    ]


def _pairs(pairs: Mapping[str, str]) -> list[str]:
    """A string of JSON is one of TOML."""
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in pairs.items()]
