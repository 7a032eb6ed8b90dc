"""From bytes to UTF-8 text: the encoding settled by every byte, a bad one named with its line."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, cast

from domain.errors import DataFault

_CHUNK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TOLD: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
_NUL_SHARE: Final = 0.3
"""Of every second byte: more are zero in UTF-16 of Western text, and none in a file of one byte a letter."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file as UTF-8 text at `path`: the file itself where it is that already, or a copy."""

    path: Path
    encoding: str
    newlines: int


def as_utf8(path: Path, copies: Path) -> Text:
    """The text of a file, plain or packed with gzip; a copy, where one is needed, lies in the folder `copies`.

    UTF-8 and UTF-16 are told by their marks or their bytes; what is neither is Windows-1252. Raises DataFault for a
    byte that is no text, with its line: a bad one in what is UTF-8 elsewhere is damage, not another encoding.
    """
    try:
        with _opened(path) as stream:
            encoding = _encoding(stream, path)
        packed = path.name.lower().endswith(".gz")
        if encoding in ("utf-8", "utf-8-sig") and not packed:
            return Text(path, _TOLD[encoding], _newlines(path))
        copy = copies / f"{len(list(copies.iterdir()))}.csv"
        return Text(copy, _TOLD[encoding] + (", gzip" if packed else ""), _copied(path, encoding, copy))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataFault(
            f"{path.name}: cannot be unpacked ({error})", remedy="export it again, or unpack it", field="source"
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if path.name.lower().endswith(".gz"):
        with gzip.open(path, "rb") as packed:
            yield cast(BinaryIO, packed)
    else:
        with path.open("rb") as plain:
            yield plain


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _encoding(stream: BinaryIO, path: Path) -> str:
    head = stream.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[start::2]
        if half and half.count(0) > _NUL_SHARE * len(half):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    foreign = wrong = 0
    line = 1
    first_wrong: tuple[int, int] | None = None
    for chunk in chain([head], _chunks(stream)):
        if b"\0" in chunk:
            at = chunk.index(b"\0")
            raise _bad_byte(path, 0, line + chunk.count(b"\n", 0, at))
        if not chunk.isascii():
            text = decoder.decode(chunk)
            bad = [place for place, letter in enumerate(text) if "\udc80" <= letter <= "\udcff"]
            wrong += len(bad)
            foreign += sum(letter > "\x7f" for letter in text)
            if bad and first_wrong is None:
                first_wrong = ord(text[bad[0]]) - 0xDC00, line + text.count("\n", 0, bad[0])
        line += chunk.count(b"\n")
    if first_wrong is None:
        return "utf-8"
    if foreign > wrong:
        raise _bad_byte(path, *first_wrong)
    return "cp1252"


def _newlines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in _chunks(stream))


def _copied(path: Path, encoding: str, copy: Path) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    newlines = 0
    with _opened(path) as stream, copy.open("w", encoding="utf-8", newline="") as text:
        for chunk in (*_chunks(stream), b""):
            try:
                decoded = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = error.object[: error.start].decode(encoding, errors="ignore").count("\n")
                raise _bad_byte(path, error.object[error.start], newlines + at + 1) from error
            decoded = decoded.removeprefix("\ufeff") if newlines == 0 else decoded
            newlines += decoded.count("\n")
            text.write(decoded)
    return newlines


def _bad_byte(path: Path, byte: int, line: int) -> DataFault:
    return DataFault(
        f"{path.name}, line {line}: the byte 0x{byte:02X} is no text",
        remedy="export it again as UTF-8, or repair that line",
        field="source",
    )
