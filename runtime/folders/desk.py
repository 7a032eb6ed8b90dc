"""A dropped folder on its way to being sensed: what is understood of it, and what a person says of its columns."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import BadInput, near_miss
from domain.folder_check import FolderCheck
from runtime.folders.uploads import UploadedFile, Uploads
from runtime.live.sources import FILES, Sources
from runtime.worlds import (
    CHOICES,
    FIXED,
    TABLES,
    FolderMapping,
    TableMapping,
    check_files,
    mapping_of,
    read_mapping,
    replace_mapping,
)

_LONGEST = 200


class TableWanted(BaseModel):
    """Of one table: which column is which field, what the data cannot settle, and what is said once for every row."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, str] = Field(default_factory=dict, max_length=60, description="our field: their column")
    ignore: list[str] = Field(default_factory=list, max_length=500, description="columns that are not read")
    choices: dict[str, str] = Field(default_factory=dict, max_length=20, description="`dates`, `decimal`, ...")
    fixed: dict[str, str] = Field(default_factory=dict, max_length=20, description="`store`, `category`, ...")


class TableFields(BaseModel):
    """What the columns of a table can be."""

    fields: list[str]
    choices: dict[str, list[str]]
    fixed: list[str]


class DroppedFolder(BaseModel):
    """One folder. `source` is the name it is asked for by, in GET /trends?source= for example."""

    name: str
    source: str
    files: list[UploadedFile]
    is_served: bool = Field(description="whether the live world runs on it")


class DroppedCheck(BaseModel):
    folder: DroppedFolder
    check: FolderCheck
    tables: dict[str, TableFields]
    mapping: dict[str, TableWanted] = Field(description="what is said of it in its mapping.toml")


class FolderDesk:
    def __init__(self, uploads: Uploads, sources: Sources) -> None:
        self._uploads = uploads
        self._sources = sources
        self._one_at_a_time = asyncio.Lock()

    def folders(self) -> Sequence[DroppedFolder]:
        return [self._shown(name) for name in self._uploads.names()]

    def known(self, name: str) -> str:
        """The name of a folder there is. Raises NotFound, or BadInput for a name that can be none."""
        return self._uploads.folder(name).name

    async def save(self, name: str, file: str, chunks: AsyncIterator[bytes], *, declared: int = 0) -> DroppedFolder:
        """Raises what `Uploads.save` does, and BadInput for a name that another source has."""
        self._sources.refuse_a_second(name)
        await self._uploads.save(name, file, chunks, declared=declared)
        return self._shown(name)

    async def remove(self, name: str, file: str) -> DroppedFolder:
        """Raises NotFound for a file there is not."""
        await asyncio.to_thread(self._uploads.remove, name, file)
        return self._shown(name)

    async def check(self, name: str) -> DroppedCheck:
        """What a run would make of it. Raises NotFound for a folder there is not."""
        folder = self._uploads.folder(name)
        async with self._one_at_a_time:  # Each may take seconds of work and much memory.
            return await asyncio.to_thread(self._check, folder)

    async def map_columns(self, name: str, wanted: dict[str, TableWanted]) -> DroppedCheck:
        """Write its mapping, and check again. Raises BadInput for what no table, field or choice is called, with the
        near miss, and for one column given to two fields."""
        folder = self._uploads.folder(name)
        async with self._one_at_a_time:
            await asyncio.to_thread(_map, folder, wanted)
            return await asyncio.to_thread(self._check, folder)

    def _shown(self, name: str) -> DroppedFolder:
        served = self._sources.served
        source = f"{FILES}{name}"
        here = f"{FILES}{self._uploads.folder(name).resolve()}"
        return DroppedFolder(name=name, source=source, files=self._uploads.files(name), is_served=served.source == here)

    def _check(self, folder: Path) -> DroppedCheck:
        check, _ = check_files(folder)
        shown = {"folder": folder.name, "problem": check.problem.replace(str(folder), folder.name)}
        mapping = mapping_of(folder)
        return DroppedCheck(
            folder=self._shown(folder.name),
            check=check.model_copy(update=shown),
            tables={
                spec.name: TableFields(
                    fields=[field.name for field in spec.fields],
                    choices={name: list(values) for name, values in CHOICES.items()} if spec.name == "sales" else {},
                    fixed=list(FIXED) if spec.name == "sales" else [],
                )
                for spec in TABLES
            },
            mapping={
                name: TableWanted(
                    columns=dict(table.columns),
                    ignore=list(table.ignored),
                    choices=dict(table.choices),
                    fixed=dict(table.fixed),
                )
                for name, table in mapping.tables.items()
            },
        )


def _map(folder: Path, wanted: dict[str, TableWanted]) -> None:
    known = read_mapping(folder)  # Raises for one that cannot be read: what a person wrote is not written over.
    tables = dict(known.tables)
    fields = {spec.name: [field.name for field in spec.fields] for spec in TABLES}
    for name, table in wanted.items():
        _refuse_unknown([name], list(fields), "table")
        _refuse_unknown(table.columns, fields[name], f"field of {name}")
        _refuse_unknown(table.choices, list(CHOICES), "choice")
        _refuse_unknown(table.fixed, FIXED, "fixed value")
        tables[name] = TableMapping(
            files=known.tables[name].files if name in known.tables else (),
            columns=table.columns,
            choices=table.choices,
            fixed=table.fixed,
            ignored=tuple(table.ignore),
        )
    # What it says of places is nothing the form asks for, and stays.
    replace_mapping(folder, FolderMapping(tables, known.regions, known.country))


def _refuse_unknown(given: Sequence[str] | dict[str, str], known: Sequence[str], kind: str) -> None:
    """Raises BadInput with the near miss: nothing else is written into a file."""
    for one in given:
        if one not in known:
            short = one[:_LONGEST]
            raise BadInput(f"there is no {kind} {short!r}", remedy=near_miss(short, known), field="tables")
