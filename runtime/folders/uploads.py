"""Folders of files that came over HTTP: one for each name below the data directory, and nothing outside it."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pydantic import BaseModel

from domain.errors import BadInput, Conflict, NotFound, StorageUnavailable, shown
from runtime.worlds import is_table_file

MOST_FOLDERS = 50
MOST_FILES = 500
"""In one folder: more than a year of daily exports."""
MOST_BYTES_OF_A_NAME = 200
"""File systems take 255."""
MEGABYTE = 1_000_000
_FOLDER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FILE_NAME = re.compile(r"[\w(][\w .()&+-]{0,119}")
_PART = ".part-"


class UploadedFile(BaseModel):
    name: str
    size: int
    """Bytes."""


class UploadTooLarge(BadInput):
    title = "Content too large"
    http_status = 413


class Uploads:
    """A file is written beside its place and put there whole: nobody reads half of one, a crash leaves none."""

    def __init__(self, place: Path, *, megabytes: int) -> None:
        """`megabytes` is the most all files of one folder may have together."""
        self._place = place
        self._most = megabytes * MEGABYTE

    def names(self) -> list[str]:
        if not self._place.is_dir():
            return []
        return sorted(entry.name for entry in self._place.iterdir() if _FOLDER_NAME.fullmatch(entry.name))

    def folder(self, name: str) -> Path:
        """Raises NotFound for a folder there is not, BadInput for a name that can be none."""
        folder = self._place / _checked(name, _FOLDER_NAME, "name", "use small letters, digits, - and _, at most 40")
        if not folder.is_dir():
            raise NotFound(f"there is no folder {shown(name)}", remedy="put a file into it first", field="name")
        return folder

    def files(self, name: str) -> list[UploadedFile]:
        """The tables in it. Raises as `folder` does."""
        found = (entry for entry in self.folder(name).iterdir() if entry.is_file() and is_table_file(entry.name))
        return [UploadedFile(name=entry.name, size=entry.stat().st_size) for entry in sorted(found)]

    async def save(self, name: str, file: str, chunks: AsyncIterator[bytes], *, declared: int = 0) -> UploadedFile:
        """Keep a file under its name, in place of one of that name. `declared` is how many bytes are announced.

        Raises BadInput for a name that can be none and a kind of file that is not read, UploadTooLarge above the limit
        as soon as it is passed, Conflict where there are too many folders or files.
        """
        target = await asyncio.to_thread(self._target, name, file)
        room = self._most - await asyncio.to_thread(self._held, target)
        part = target.with_name(f"{_PART}{uuid4().hex}")
        try:
            with part.open("xb") as out:
                size = 0
                if declared > room:
                    raise self._too_large()
                async for chunk in chunks:
                    size += len(chunk)
                    if size > room:
                        raise self._too_large()
                    await asyncio.to_thread(out.write, chunk)
                await asyncio.to_thread(_put, out, part, target)
        except OSError as error:
            raise StorageUnavailable(
                f"the file {shown(file)} cannot be kept ({error.strerror})", remedy="make room in the data directory"
            ) from error
        finally:
            part.unlink(missing_ok=True)
        return UploadedFile(name=target.name, size=size)

    def remove(self, name: str, file: str) -> None:
        """Raises NotFound for a file there is not."""
        path = self.folder(name) / _file_name(file)
        if not path.is_file():
            raise NotFound(f"there is no file {shown(file)} in {name}", remedy="look at the list", field="file")
        path.unlink()

    def _target(self, name: str, file: str) -> Path:
        folder = self._place / _checked(name, _FOLDER_NAME, "name", "use small letters, digits, - and _, at most 40")
        target = folder / _file_name(file)
        if not folder.is_dir() and len(self.names()) >= MOST_FOLDERS:
            raise Conflict(f"there are {MOST_FOLDERS} folders already", remedy="use one of them", field="name")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not target.exists() and len(self.files(name)) >= MOST_FILES:
            raise Conflict(f"{name} has {MOST_FILES} files already", remedy="join some of them", field="file")
        return target

    def _held(self, besides: Path) -> int:
        """Bytes the folder's other files have, those on their way included."""
        others = (entry for entry in besides.parent.iterdir() if entry.is_file() and entry.name != besides.name)
        return sum(entry.stat().st_size for entry in others)

    def _too_large(self) -> UploadTooLarge:
        return UploadTooLarge(
            f"a folder holds at most {self._most // MEGABYTE} megabytes",
            remedy="compress the file as .csv.gz or .parquet, or raise TESCOSENSE_UPLOAD_MEGABYTES",
            field="file",
        )


def _file_name(given: str) -> str:
    name = _checked(given, _FILE_NAME, "file", "use letters, digits, spaces and . - _ ( ), at most 120, and no path")
    if not is_table_file(name):
        raise BadInput(
            f"{shown(name)} is no table that is read",
            remedy="drop .csv, .tsv, .txt (each also with .gz), .xlsx, .xls, .ods or .parquet",
            field="file",
        )
    return name


def _checked(given: str, form: re.Pattern[str], field: str, remedy: str) -> str:
    is_too_long = len(given.encode("utf-8", "surrogatepass")) > MOST_BYTES_OF_A_NAME
    if not form.fullmatch(given) or given != given.strip() or given.endswith(".") or is_too_long:
        raise BadInput(f"{shown(given)} can be no {field} here", remedy=remedy, field=field)
    return given


def _put(out: BinaryIO, part: Path, target: Path) -> None:
    out.flush()
    os.fsync(out.fileno())
    part.replace(target)
