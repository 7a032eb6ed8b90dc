"""Working copies as files: read with a mark of what was read, and written only over what was read."""

import hashlib
import os
from pathlib import Path
from typing import Final, NamedTuple

from domain.errors import BadInput, Conflict, NotFound, near_miss
from domain.errors import shown as quoted
from prompts.checking.files import LARGEST_FILE, partial_files, read_plain
from prompts.checking.names import PROMPT_NAMES, well_formed
from prompts.releasing.record import alone, replace_file, unwritable

LONGEST_SOURCE: Final = 60_000
"""Characters of a prompt file: three times the longest body."""
PARTIALS: Final = "partials/"


class Draft(NamedTuple):
    """The text of a working copy. `mark` changes with every character of it."""

    source: str
    mark: str


def mark_of(source: str) -> str:
    return hashlib.sha256(source.encode(errors="surrogatepass")).hexdigest()[:16]


def misnamed(name: str) -> BadInput:
    return BadInput(f"{quoted(name)} cannot be a prompt's name", remedy=PROMPT_NAMES, field="name")


def read_draft(folder: Path, name: str) -> Draft | None:
    """The working copy; None where there is none. Raises BadInput for one that is no text."""
    if not well_formed(name):
        return None
    return _read(folder / f"{name}.prompty", f"{name}.prompty")


def is_partial(name: str) -> bool:
    """Whether a name is that of a partial, `partials/house_style.md`, there or not. No prompt has such a name."""
    return name.startswith(PARTIALS)


def partial_at(folder: Path, name: str) -> Path:
    """The file of a partial, links followed. Raises NotFound for one there is not: no name leads anywhere else."""
    # Not `resolve`, which raises where links lead round.
    home = os.path.realpath(folder / PARTIALS)
    known = {
        path.relative_to(folder).as_posix(): Path(os.path.realpath(path))
        for path in partial_files(folder)
        if Path(os.path.realpath(path)).is_relative_to(home)
    }
    if name not in known:
        remedy = near_miss(name, list(known)) if known else "the folder has none"
        raise NotFound(f"there is no partial {quoted(name)}", remedy=remedy, field="name")
    return known[name]


def read_partial(folder: Path, name: str) -> Draft:
    """The text of a partial. Raises NotFound for one there is not, BadInput for one that is no text."""
    found = _read(partial_at(folder, name), name)
    if found is None:
        raise NotFound(f"there is no partial {quoted(name)} any more", remedy="read the list again", field="name")
    return found


def save_draft(folder: Path, name: str, source: str, *, read: str | None) -> Draft:
    """Write a working copy over the one that was `read`, by its mark; None for a prompt there is not yet.

    Raises BadInput for a name or a text that cannot be, NotFound for a mark of a prompt that is gone, Conflict where
    the working copy has changed since it was read.
    """
    if not well_formed(name):
        raise misnamed(name)
    _require_text(source)
    with alone(folder):
        now = read_draft(folder, name)
        if now is None and read is not None:
            raise NotFound(
                f"there is no prompt {quoted(name)} any more", remedy="save it as a new one", field="If-Match"
            )
        if now is not None and now.mark != read:
            raise _overtaken(f"the working copy of '{name}'", f"a prompt '{name}'", read)
        path = folder / f"{name}.prompty"
        try:
            if not path.resolve().is_relative_to(folder.resolve()):
                raise BadInput(f"{name}.prompty leads out of the folder of prompts", remedy="remove the link")
            path.parent.mkdir(exist_ok=True)
            replace_file(path, source)
        except OSError as error:
            raise unwritable(folder, error) from error
    return Draft(source, mark_of(source))


def save_partial(folder: Path, name: str, source: str, *, read: str | None) -> Draft:
    """Write a partial over the text that was `read`, by its mark. A new one is made in the folder, by hand.

    Raises BadInput for a text that cannot be, NotFound for a partial there is not, Conflict where it has changed since
    it was read.
    """
    _require_text(source)
    with alone(folder):
        now, path = read_partial(folder, name), partial_at(folder, name)
        if now.mark != read:
            raise _overtaken(f"the partial '{name}'", f"a partial '{name}'", read)
        try:
            replace_file(path, source)
        except OSError as error:
            raise unwritable(folder, error) from error
    return Draft(source, mark_of(source))


def _read(path: Path, shown: str) -> Draft | None:
    try:
        # As bytes, so that line ends are what they are.
        source = read_plain(path, LARGEST_FILE).decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise BadInput(f"{shown} is not UTF-8 text (byte {error.start})", remedy="save it as UTF-8") from error
    except OSError as error:
        raise BadInput(
            f"{shown} cannot be read ({error.strerror})", remedy="see to its permissions and links"
        ) from error
    return Draft(source, mark_of(source))


def _require_text(source: str) -> None:
    if "\0" in source or any("\ud800" <= character <= "\udfff" for character in source):
        raise BadInput(
            "the text holds a character that is none (NUL, or half of a pair)", remedy="remove it", field="source"
        )
    if len(source) > LONGEST_SOURCE:
        raise BadInput(f"the text has {len(source)} characters", remedy=f"use at most {LONGEST_SOURCE}", field="source")


def _overtaken(changed: str, there: str, read: str | None) -> Conflict:
    return Conflict(
        f"{changed} has been changed since it was read" if read is not None else f"there is {there} already",
        remedy="read it again, and save your change of it with its mark",
        field="If-Match",
    )
