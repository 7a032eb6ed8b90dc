"""The files of a folder of prompts: which there are, and their text, or why it cannot be had."""

import codecs
import errno
import os
import re
import stat
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from prompts.diagnostic import Fault

LARGEST_FILE = 200_000
"""Bytes. The longest template of four bytes a character, its front matter, and as much again."""
_STRAY = (".*", "*~", "#*#", "*.swp", "*.tmp", "thumbs.db", "desktop.ini")
"""What editors and file managers leave behind: no prompt, and nothing to complain of."""
_BREAKS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROL = re.compile(f"[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f{_BREAKS}\ufeff\ud800-\udfff]")
_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def is_stray(name: str) -> bool:
    """Whether a file of this name is one that an editor or a file manager has left there."""
    return any(fnmatch(name.lower(), pattern) for pattern in _STRAY)


def prompt_files(folder: Path) -> list[Path]:
    """The prompt files of a folder, in order of name. What editors leave beside them is none, nor is what has been
    released: that is past checking."""
    return [path for path in _kept(folder, "*.prompty") if path.relative_to(folder).parts[0] != "released"]


def partial_files(folder: Path) -> list[Path]:
    """The partials of a folder of prompts, in order of name."""
    return [path for path in _kept(folder / "partials", "*") if not path.is_dir()]


def _kept(folder: Path, pattern: str) -> list[Path]:
    found = folder.rglob(pattern)
    return sorted(path for path in found if not any(is_stray(part) for part in path.relative_to(folder).parts))


def read_plain(path: Path, most: int) -> bytes:
    """The bytes of an ordinary file. Raises OSError for anything else, a pipe for example, whose reader waits for a
    writer that never comes, and for more than `most` bytes."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        code = errno.EISDIR if stat.S_ISDIR(about.st_mode) else errno.EINVAL
        raise OSError(code, "it is a folder" if code == errno.EISDIR else "it is no ordinary file", os.fspath(path))
    if about.st_size > most:
        raise OSError(errno.EFBIG, f"it has {about.st_size} bytes, and {most} are read", os.fspath(path))
    return path.read_bytes()


def as_read(source: str) -> str:
    """A text as it is checked and loaded: its line ends those of Unix, and without a byte order mark."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def text_of(path: Path) -> tuple[str, list[Fault]]:
    """The text of a file, its line ends those of Unix and without a byte order mark; or what is wrong with it."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            kind = "a folder" if stat.S_ISDIR(about.st_mode) else "no ordinary file"
            return "", [Fault(1, "unreadable", f"this is {kind}: put a text file in its place, or take it away")]
        if about.st_size > LARGEST_FILE:
            return "", [Fault(1, "too-big", f"the file has {about.st_size} bytes: use at most {LARGEST_FILE}")]
        raw = path.read_bytes()
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its links lead round in a circle"
        return "", [Fault(1, "unreadable", f"it cannot be read ({reason}): see to its permissions and links")]
    if misfit := _wrong_encoding(raw):
        return "", [misfit]
    text = as_read(raw.decode("utf-8"))
    return text, list(control_characters(text))


def control_characters(text: str) -> Iterator[Fault]:
    """Every line that holds a character no one can see: none of them is meant."""
    if _CONTROL.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        found = _CONTROL.search(line)
        if found:
            name = "NUL" if found[0] == "\0" else f"U+{ord(found[0]):04X}"
            what = "an invisible line break" if found[0] in _BREAKS else "a control character"
            yield Fault(number, "control-character", f"{what} ({name}) at character {found.start() + 1}: remove it")


def _wrong_encoding(raw: bytes) -> Fault | None:
    name = next((name for mark, name in _OTHER_ENCODINGS.items() if raw.startswith(mark)), "")
    if not name and len(raw) > 1 and max(raw[0::2].count(0), raw[1::2].count(0)) * 5 > len(raw):
        name = "UTF-16"
    if name:
        return Fault(1, "encoding", f"the file is {name}: save it as UTF-8")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        # What Windows puts where Latin-1 has control characters: curly quotes, dashes, the euro.
        old = "Windows-1252" if any(0x80 <= byte <= 0x9F for byte in raw[error.start :]) else "Latin-1"
        return Fault(
            line, "encoding", f"not UTF-8 (byte 0x{raw[error.start]:02X}; it looks like {old}): save it as UTF-8"
        )
    return None
