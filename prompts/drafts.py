"""Working copies as files: read with a mark of what was read, and written only over what was read."""

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from domain.errors import BadInput, Conflict, NotFound
from domain.errors import shown as quoted
from prompts.checking.files import LARGEST_FILE, read_plain
from prompts.checking.names import PROMPT_NAMES, well_formed
from prompts.releasing.record import alone, replace_file, unwritable

LONGEST_SOURCE: Final = 60_000
"""Characters of a prompt file: three times the longest body."""


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
    path = folder / f"{name}.prompty"
    try:
        # As bytes, so that line ends are what they are.
        source = read_plain(path, LARGEST_FILE).decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}.prompty is not UTF-8 text (byte {error.start})", remedy="save it as UTF-8") from error
    except OSError as error:
        raise BadInput(
            f"{name}.prompty cannot be read ({error.strerror})", remedy="see to its permissions and links"
        ) from error
    return Draft(source, mark_of(source))


def save_draft(folder: Path, name: str, source: str, *, read: str | None) -> Draft:
    """Write a working copy over the one that was `read`, by its mark; None for a prompt there is not yet.

    Raises BadInput for a name or a text that cannot be, NotFound for a mark of a prompt that is gone, Conflict where
    the working copy has changed since it was read.
    """
    if not well_formed(name):
        raise misnamed(name)
    if "\0" in source or any("\ud800" <= character <= "\udfff" for character in source):
        raise BadInput(
            "the text holds a character that is none (NUL, or half of a pair)", remedy="remove it", field="source"
        )
    if len(source) > LONGEST_SOURCE:
        raise BadInput(f"the text has {len(source)} characters", remedy=f"use at most {LONGEST_SOURCE}", field="source")
    with alone(folder):
        now = read_draft(folder, name)
        if now is None and read is not None:
            raise NotFound(
                f"there is no prompt {quoted(name)} any more", remedy="save it as a new one", field="If-Match"
            )
        if now is not None and now.mark != read:
            raise Conflict(
                f"the working copy of '{name}' has been changed since it was read"
                if read is not None
                else f"there is a prompt '{name}' already",
                remedy="read it again, and save your change of it with its mark",
                field="If-Match",
            )
        path = folder / f"{name}.prompty"
        try:
            if not path.resolve().is_relative_to(folder.resolve()):
                raise BadInput(f"{name}.prompty leads out of the folder of prompts", remedy="remove the link")
            path.parent.mkdir(exist_ok=True)
            replace_file(path, source)
        except OSError as error:
            raise unwritable(folder, error) from error
    return Draft(source, mark_of(source))
