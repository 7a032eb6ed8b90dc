"""Folders of files that came over HTTP: one for each name below the data directory, and nothing outside it."""

import asyncio
import os
import re
import time
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
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
_DEAD_SECONDS = 600.0
"""Nothing was added to a file on its way for so long: a piece may take half a minute, so its process has died."""


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
        self._one_at_a_time = Lock()
        for name in self.names():
            _clear(place / name)

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
        sizes = _sizes(self.folder(name))
        return [UploadedFile(name=file, size=size) for file, size in sorted(sizes.items()) if is_table_file(file)]

    async def save(self, name: str, file: str, chunks: AsyncIterator[bytes], *, declared: int = 0) -> UploadedFile:
        """Keep a file under its name, in place of one of that name. `declared` is how many bytes are announced.

        Raises BadInput for a name that can be none and a kind of file that is not read, UploadTooLarge above the limit
        as soon as it is passed, Conflict where there are too many folders or files.
        """
        target, part, out = await asyncio.to_thread(self._begin, name, file)
        try:
            with out:
                size, room = 0, self._most - await asyncio.to_thread(_held, target)
                if declared > room:
                    raise self._too_large()
                async for chunk in chunks:
                    size += len(chunk)
                    if size > room:
                        raise self._too_large()
                    await asyncio.to_thread(out.write, chunk)
                await asyncio.to_thread(self._put, out, size, part, target)
        except OSError as error:
            raise _cannot_be_kept(file, error) from error
        finally:
            self._end(part)
        return UploadedFile(name=target.name, size=size)

    def remove(self, name: str, file: str) -> None:
        """Raises NotFound for a file there is not."""
        path = self.folder(name) / _file_name(file)
        try:
            path.unlink()
        except FileNotFoundError:  # Asked of the disk and not beforehand: two may take it out at once.
            raise NotFound(
                f"there is no file {shown(file)} in {name}", remedy="look at the list", field="file"
            ) from None

    def _begin(self, name: str, file: str) -> tuple[Path, Path, BinaryIO]:
        """Where the file goes, where it is written until it is whole, and that one opened. The folder is not empty from
        then on, so that nobody takes it away."""
        folder = self._place / _checked(name, _FOLDER_NAME, "name", "use small letters, digits, - and _, at most 40")
        target = folder / _file_name(file)
        part = target.with_name(f"{_PART}{uuid4().hex}")
        with self._one_at_a_time:
            if not folder.is_dir() and len(self.names()) >= MOST_FOLDERS:
                raise Conflict(f"there are {MOST_FOLDERS} folders already", remedy="use one of them", field="name")
            self._refuse_too_many(target)
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _clear(folder)
                return target, part, part.open("xb")
            except OSError as error:
                raise _cannot_be_kept(file, error) from error

    def _put(self, out: BinaryIO, size: int, part: Path, target: Path) -> None:
        """Put it there whole. Others may have come meanwhile: what they have taken up of the folder is counted now."""
        out.flush()
        os.fsync(out.fileno())
        with self._one_at_a_time:
            if size + _held(target) > self._most:
                raise self._too_large()
            self._refuse_too_many(target)
            part.replace(target)

    def _end(self, part: Path) -> None:
        with self._one_at_a_time:
            part.unlink(missing_ok=True)
            with suppress(OSError):  # It has files in it, and stays.
                part.parent.rmdir()

    def _refuse_too_many(self, target: Path) -> None:
        if not target.exists() and len(_sizes(target.parent)) >= MOST_FILES:
            raise Conflict(f"{target.parent.name} has {MOST_FILES} files already", remedy="join some", field="file")

    def _too_large(self) -> UploadTooLarge:
        return UploadTooLarge(
            f"a folder holds at most {self._most // MEGABYTE} megabytes",
            remedy="compress the file as .csv.gz or .parquet, or raise TESCOSENSE_UPLOAD_MEGABYTES",
            field="file",
        )


def _file_name(given: str) -> str:
    # Some systems write an accent as a letter of its own: the same name is one file.
    given = unicodedata.normalize("NFC", given)
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


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of each file by its name, but for those on their way; none of a folder that is not there."""
    sizes = {}
    for entry in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # Somebody took it out at this moment.
            if entry.is_file() and not entry.name.startswith(_PART):
                sizes[entry.name] = entry.stat().st_size
    return sizes


def _held(besides: Path) -> int:
    """Bytes the folder's other files have."""
    return sum(size for name, size in _sizes(besides.parent).items() if name != besides.name)


def _clear(folder: Path) -> None:
    """Take away what processes that died have left."""
    for part in folder.glob(f"{_PART}*"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > _DEAD_SECONDS:
                part.unlink()


def _cannot_be_kept(file: str, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"the file {shown(file)} cannot be kept ({error.strerror})", remedy="make room in the data directory"
    )
