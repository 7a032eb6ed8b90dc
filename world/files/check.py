"""A folder of sales before it is run on: what was understood, what not, and the mapping to start from."""

from pathlib import Path
from typing import Final

from domain.errors import BadInput, Conflict, TescoSenseError
from domain.folder_check import CheckedRow, FolderCheck, NotAsWritten
from world.files.cleaning.tally import Entry
from world.files.columns.mapping import FolderMapping, read_mapping
from world.files.columns.suggesting import suggested_mapping
from world.files.reading.finding import MAPPING
from world.files.understanding import Understanding
from world.files.user_data import UserData, understand

_LONGEST_LIST: Final = 200
"""Names: more than these are counted."""


def check_folder(folder: Path) -> FolderCheck:
    """Reads a folder as a run would, and tells. Raises BadInput where there is no such folder."""
    if not folder.is_dir():
        raise BadInput(f"There is no folder {str(folder)!r}", remedy="give one that holds sales.csv", field="source")
    data, told, refusal = understand(folder)
    return _check(data, told, refusal)


def write_mapping(check: FolderCheck) -> Path:
    """Writes the mapping to start from. Raises Conflict where the folder has one already."""
    path = Path(check.folder) / MAPPING
    if path.exists():
        raise Conflict(f"{path} exists already", remedy="edit it, or delete it to have a new one", field="source")
    if not check.mapping:
        raise BadInput(f"{check.folder} has no table that could be read", remedy="put sales.csv there", field="source")
    path.write_text(check.mapping, encoding="utf-8")
    return path


def _check(data: UserData | None, told: Understanding, refusal: TescoSenseError | None) -> FolderCheck:
    sales = data.sales if data else None
    return FolderCheck(
        folder=str(told.folder),
        accepted=data is not None,
        problem="" if refusal is None else str(refusal),
        files=tuple(told.files),
        columns=tuple(told.columns),
        settled=(*told.settled, *told.tally.notes),
        not_as_written=tuple(_shown(entry) for entry in told.tally.entries),
        rows=sum(file.rows for file in told.files if file.table == "sales"),
        rows_used=told.rows_used,
        units_used=told.units_used,
        first_day=sales.start if sales else None,
        last_day=sales.last_day if sales else None,
        stores=sales.stores[:_LONGEST_LIST] if sales else (),
        regions=sales.regions if sales else (),
        country=sales.country if sales else "",
        without_coordinates=data.unplaced if data else (),
        categories=sales.categories[:_LONGEST_LIST] if sales else (),
        mapping=_mapping(told, sales.regions if sales else ()),
    )


def _shown(entry: Entry) -> NotAsWritten:
    return NotAsWritten(
        kind=entry.kind,
        fate=entry.fate,
        said=entry.said,
        rows=entry.rows,
        units=round(entry.units, 2),
        examples=tuple(CheckedRow(where=one.where, text=one.text) for one in entry.examples),
    )


def _mapping(told: Understanding, regions: tuple[str, ...]) -> str:
    """What the folder's own mapping says stays in it; one that cannot be read has no part in what is suggested."""
    if not told.headers:
        return ""
    try:
        return suggested_mapping(told.headers, read_mapping(told.folder), regions)
    except TescoSenseError:
        return suggested_mapping(told.headers, FolderMapping(), regions)
