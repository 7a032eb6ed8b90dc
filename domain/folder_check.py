"""What was understood of a person's own files, in words and figures that can be shown and sent."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class CheckedFile(BaseModel):
    model_config = ConfigDict(frozen=True)

    table: str
    file: str
    read_as: str = Field(description="encoding, what parts its cells, or the sheet")
    rows: int


class CheckedColumn(BaseModel):
    model_config = ConfigDict(frozen=True)

    table: str
    file: str
    column: str
    field: str = Field(description="what it is understood as; empty where it is not used")
    why: str
    empty: int = Field(default=0, description="cells of it that say nothing")


class CheckedRow(BaseModel):
    model_config = ConfigDict(frozen=True)

    where: str = Field(description="file and line")
    text: str


class NotAsWritten(BaseModel):
    """Rows that are not taken as they stand."""

    model_config = ConfigDict(frozen=True)

    kind: str
    fate: Literal["left out", "replaced", "changed", "unknown"]
    said: str
    rows: int
    units: float
    examples: tuple[CheckedRow, ...]


class FolderCheck(BaseModel):
    """The check of a folder. Where it is refused, `problem` says why, and the rest is what was understood by then."""

    model_config = ConfigDict(frozen=True)

    folder: str
    accepted: bool
    problem: str = ""
    files: tuple[CheckedFile, ...] = ()
    columns: tuple[CheckedColumn, ...] = ()
    settled: tuple[str, ...] = Field(default=(), description="what the data had to settle, and how")
    not_as_written: tuple[NotAsWritten, ...] = ()
    rows: int = Field(default=0, description="of the sales, as they were read")
    rows_used: int = 0
    units_used: float = 0.0
    first_day: date | None = None
    last_day: date | None = None
    stores: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    country: str = Field(default="", description="whose public holidays are known; empty where none are")
    without_coordinates: tuple[str, ...] = Field(
        default=(), description="regions that weather cannot be joined to, as mapping.toml has no coordinates of them"
    )
    categories: tuple[str, ...] = ()
    mapping: str = Field(default="", description="a mapping.toml to start from")
