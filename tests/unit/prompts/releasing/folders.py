"""A folder of prompts of one's own: the shipped ones, to be edited and released."""

from datetime import UTC, datetime
from pathlib import Path

from prompts import FOLDER
from prompts.copies import copy_prompts
from prompts.library import PromptLibrary
from prompts.releasing.reading import read_record
from prompts.releasing.record import Entry
from prompts.releasing.text import keep_release, self_contained

AD_COPY = "creative/ad_copy"
_RELEASES = read_record(FOLDER)[AD_COPY]
SHIPPED = _RELEASES.leading or ""
VERSION = _RELEASES.version_of(SHIPPED) or 0
NEXT = _RELEASES.next_version


def a_folder(place: Path) -> Path:
    copy_prompts(FOLDER, place / "prompts")
    return place / "prompts"


def edit(folder: Path, before: str, after: str, name: str = AD_COPY) -> str:
    """Change the working copy, and its new hash."""
    path = folder / f"{name}.prompty"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return PromptLibrary(folder).get(name).hash


def release(folder: Path, weight: float = 1.0) -> str:
    """Release the working copy without trying it."""
    library = PromptLibrary(folder)
    template = library.get(AD_COPY)
    record = read_record(folder)
    entry = Entry(
        version=record[AD_COPY].next_version,
        hash=template.hash,
        action="promote",
        label="production",
        weight=weight,
        by="somebody",
        at=datetime(2026, 11, 26, tzinfo=UTC),
        why="a drill",
        tests=0,
    )
    source = (folder / f"{AD_COPY}.prompty").read_text(encoding="utf-8")
    releases = {**record, AD_COPY: record[AD_COPY].promoted(entry)}
    keep_release(folder, AD_COPY, template.hash, self_contained(source, template), releases)
    return template.hash
