"""`releases.yaml`: the labels of each prompt as pointers to its releases, and who released what, when and why."""

import fcntl
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.errors import BadInput
from domain.prompting import CANDIDATE, PRODUCTION

FILE = "releases.yaml"
LONGEST_WHY = 500
LONGEST_BY = 80
_HEAD = """\
# Which release of each prompt is in use, and the history of all of them. Written by `tescosense prompts promote` and
# `rollback`; the texts are in released/. A weight is the share of campaigns that are given the release.
"""
_NEARLY = 1e-6
SMALLEST_WEIGHT = 1e-6

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
Label = Literal["production", "candidate"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Share(_Strict):
    """A release in production, and the share of campaigns that are given it."""

    hash: Hash
    weight: float = Field(gt=0, le=1)


class Labels(_Strict):
    """Pointers. A candidate is given to no campaign: it is run, tested and compared by name."""

    production: tuple[Share, ...] = ()
    candidate: Hash | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.production and abs(sum(share.weight for share in self.production) - 1) > _NEARLY:
            raise ValueError("the weights of production must add up to 1")
        if len({share.hash for share in self.production}) < len(self.production):
            raise ValueError("production names the same release twice")
        return self


class Entry(_Strict):
    """One line of a prompt's history."""

    version: int = Field(ge=1)
    hash: Hash
    action: Literal["promote", "rollback"]
    label: Label
    weight: float | None = Field(default=None, gt=0, le=1, description="its share of campaigns from then on")
    by: str = Field(min_length=1, max_length=LONGEST_BY)
    at: AwareDatetime
    why: str = Field(min_length=1, max_length=LONGEST_WHY)
    tests: int = Field(ge=0, description="how many of its cases passed; those that were skipped are not counted")


class PromptReleases(_Strict):
    """Everything released of one prompt. Versions count from 1, and a hash keeps the version it was given first."""

    labels: Labels = Labels()
    history: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = {entry.hash for entry in self.history}
        lost = [one for one in self.pointed_to if one not in known]
        if lost:
            raise ValueError(f"a label points to {lost[0]}, which is not in the history")
        pairs = {(entry.version, entry.hash) for entry in self.history}
        versions, hashes = (Counter(pair[place] for pair in pairs) for place in (0, 1))
        if twice := [version for version, times in versions.items() if times > 1]:
            raise ValueError(f"version {twice[0]} is two releases: give the newer of them the next free number")
        if twins := [release for release, times in hashes.items() if times > 1]:
            raise ValueError(f"release {twins[0]} has two versions: a release keeps the first it was given")
        return self

    @property
    def pointed_to(self) -> list[str]:
        candidate = [self.labels.candidate] if self.labels.candidate else []
        return [*(share.hash for share in self.labels.production), *candidate]

    @property
    def hashes(self) -> list[str]:
        """Every release, oldest first."""
        return list(dict.fromkeys(entry.hash for entry in self.history))

    def version_of(self, release: str) -> int | None:
        """The version of a hash; None for what was never released."""
        return next((entry.version for entry in self.history if entry.hash == release), None)

    def hash_of(self, version: int) -> str | None:
        return next((entry.hash for entry in self.history if entry.version == version), None)

    @property
    def next_version(self) -> int:
        return max((entry.version for entry in self.history), default=0) + 1

    @property
    def leading(self) -> str | None:
        """The release most campaigns are given; None where nothing is in production."""
        heaviest = max(self.labels.production, key=lambda share: share.weight, default=None)
        return heaviest.hash if heaviest else None

    def labels_of(self, release: str) -> list[str]:
        named = [PRODUCTION] if any(share.hash == release for share in self.labels.production) else []
        return [*named, CANDIDATE] if self.labels.candidate == release else named

    def weight_of(self, release: str) -> float | None:
        return next((share.weight for share in self.labels.production if share.hash == release), None)

    def promoted(self, entry: Entry) -> "PromptReleases":
        """With the entry's release under its label. In production it takes `weight` of the campaigns, and the others
        share the rest as they did before; one whose share is then nothing leaves."""
        history = (*self.history, entry)
        if entry.label == CANDIDATE:
            labels = Labels(production=self.labels.production, candidate=entry.hash)
        else:
            weight = entry.weight or 1.0
            # What becomes production is a candidate no longer.
            candidate = None if self.labels.candidate == entry.hash else self.labels.candidate
            production = (
                *_sharing(self.labels.production, entry.hash, 1 - weight),
                Share(hash=entry.hash, weight=weight),
            )
            labels = Labels(production=production, candidate=candidate)
        return PromptReleases(labels=labels, history=history)

    def before_the_last(self) -> str | None:
        """What to go back to: the release that production had before its newest; None where there was none. What has
        been gone back from is not come back to."""
        led: list[str] = []
        for entry in self.history:
            if entry.label == PRODUCTION:
                at = led.index(entry.hash) if entry.action == "rollback" and entry.hash in led else len(led)
                led = [*(one for one in led[:at] if one != entry.hash), entry.hash]
        return led[-2] if len(led) > 1 else None


def _sharing(shares: Sequence[Share], but: str, rest: float) -> Iterator[Share]:
    others = [share for share in shares if share.hash != but]
    whole = sum(share.weight for share in others)
    if rest <= _NEARLY:
        return
    weights = {share.hash: round(share.weight / whole * rest, 6) for share in others}
    kept = {release: weight for release, weight in weights.items() if weight > 0}
    # Rounding must not make the whole more or less than one.
    heaviest = max(kept, key=lambda release: kept[release])
    kept[heaviest] = round(kept[heaviest] + rest - sum(kept.values()), 6)
    yield from (Share(hash=release, weight=weight) for release, weight in kept.items())


def text_path(folder: Path, name: str, release: str) -> Path:
    """Where the text of a release is kept."""
    return folder / "released" / name / f"{release}.prompty"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time over every process of this machine: whoever reads the record to write it again."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_record(folder: Path, record: Mapping[str, PromptReleases]) -> None:
    told = {name: _plain(releases) for name, releases in sorted(record.items())}
    text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110)
    replace_file(folder / FILE, _HEAD + text)


def replace_file(path: Path, text: str) -> None:
    """Put a text in a file's place, whole or not at all. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # Readable as the other files of the tree are, whatever this process keeps to itself.
        beside.chmod(0o644)
        beside.replace(path)
        _keep_names(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """The new name in a folder is on the disk only when the folder is: a record must not outlive the texts it names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unwritable(folder: Path, error: OSError) -> BadInput:
    return BadInput(
        f"the prompts in {folder} cannot be written ({error.strerror})", remedy="use a folder of prompts that can be"
    )


def _plain(releases: PromptReleases) -> dict[str, object]:
    """As the file has it: what is not set is left out."""
    labels: dict[str, object] = {"production": [dict(share) for share in releases.labels.production]}
    if releases.labels.candidate:
        labels["candidate"] = releases.labels.candidate
    history = [{key: value for key, value in entry if value is not None} for entry in releases.history]
    return {"labels": labels, "history": [dict(entry, at=_seconds(entry["at"])) for entry in history]}


def _seconds(at: object) -> object:
    return at.replace(microsecond=0) if isinstance(at, datetime) else at
