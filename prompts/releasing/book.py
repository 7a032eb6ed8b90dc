"""The releases of a folder as campaigns use them: read once, read again when the record changes.

A record that breaks while the system runs changes nothing: the last good one stays in use until it is mended. What is
wrong with one prompt's part of it, or with one release's text, stops nothing else.
"""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from domain.errors import BadInput, DataFault, NotFound, TescoSenseError
from domain.errors import shown as quoted
from domain.prompting import DRAFT, PRODUCTION, PromptChoice
from prompts.diagnostic import did_you_mean
from prompts.releasing.assignment import assigned, position
from prompts.releasing.reading import read_parts
from prompts.releasing.record import FILE, PromptReleases
from prompts.releasing.text import load_release
from prompts.template import PromptTemplate


class Chosen(NamedTuple):
    """What a campaign asks with, and what it keeps in mind of it."""

    template: PromptTemplate
    choice: PromptChoice


class Released(NamedTuple):
    """A release as it is kept."""

    version: int
    source: str
    template: PromptTemplate


class ReleaseBook:
    """With `watched`, look-ups never touch the disk, and whoever watches calls `refresh`."""

    def __init__(self, folder: Path, *, watched: bool = False) -> None:
        self._folder = folder
        self._watched = watched
        self._stamp: tuple[int, int] | None = None
        self._record: dict[str, PromptReleases] | None = None
        self._texts: dict[tuple[str, str], tuple[str, PromptTemplate]] = {}
        self._lost: dict[tuple[str, str], TescoSenseError] = {}
        """Releases whose text cannot be had."""
        self._faults: dict[str, TescoSenseError] = {}
        """By prompt, why its part of the newest record is not in use."""
        self._problem: TescoSenseError | None = None
        self._reading = Lock()

    @property
    def problem(self) -> str:
        """Why the newest record is not in use, or not all of it; empty when it is."""
        if not self._watched or self._record is None:
            self.refresh()
        return " ".join(str(one) for one in self._complaints())

    def refresh(self) -> None:
        """Read the record again if it has changed, and every release that is new in it. What is wrong with it is kept
        in `problem`, and the last good one in use."""
        with self._reading:
            stamp = self._stamped()
            if stamp == self._stamp and not self._complaints():
                return
            try:
                record, faults = read_parts(self._folder)
                if self._record and not record and not faults:
                    raise DataFault(
                        f"{FILE} is gone, or empty; the last releases are in use",
                        remedy="restore it from version control",
                    )
            except TescoSenseError as error:
                self._problem = error
                return
            self._adopt(record, dict[str, TescoSenseError](faults))
            self._problem, self._stamp = None, stamp

    def _adopt(self, record: dict[str, PromptReleases], faults: dict[str, TescoSenseError]) -> None:
        texts, lost = dict(self._texts), dict[tuple[str, str], TescoSenseError]()
        for name, releases in record.items():
            for release in releases.hashes:
                if (name, release) not in texts:
                    try:
                        texts[(name, release)] = load_release(self._folder, name, release)
                    except TescoSenseError as error:
                        lost[(name, release)] = error
        before = self._record or {}
        for name, releases in record.items():
            missing = next((lost[(name, one)] for one in releases.pointed_to if (name, one) in lost), None)
            if missing and name in before:
                faults[name] = missing
        kept = {name: before[name] for name in faults if name in before}
        # Texts first: whoever sees the new record without a lock finds each of its texts.
        self._texts, self._lost, self._faults = texts, lost, faults
        self._record = {**record, **kept}

    def _complaints(self) -> list[TescoSenseError]:
        if self._problem:
            return [self._problem]
        # One text that is lost is one complaint, whoever misses it.
        return list({str(one): one for one in (*self._faults.values(), *self._lost.values())}.values())

    def all(self) -> Mapping[str, PromptReleases]:
        """Prompt name to its releases, without those whose part of the record was never good. Raises DataFault for a
        record that was never good."""
        return self._current()

    def of(self, name: str) -> PromptReleases:
        """The releases of one prompt, none where nothing of it was released. Raises DataFault as `all` does, and for a
        prompt whose part of the record was never good."""
        found = self._current().get(name)
        if found is None and name in self._faults:
            raise self._faults[name]
        return found or PromptReleases()

    def released(self, name: str, release: str) -> Released:
        """One release by its hash. Raises NotFound, and DataFault for one whose text is lost."""
        version = self.of(name).version_of(release)
        if version is None:
            raise NotFound(
                f"prompt '{name}' has no release {quoted(release)}",
                remedy="`tescosense prompts list` names those it has",
                field="prompt",
            )
        kept = self._texts.get((name, release))
        if kept is None:
            raise self._lost.get((name, release)) or DataFault(
                f"the text of release {release} of '{name}' is being read again", remedy="try again"
            )
        return Released(version, *kept)

    def production(self, name: str) -> PromptTemplate:
        """The release most campaigns are given. Raises BadInput where nothing is in production."""
        leading = self.of(name).leading
        if leading is None:
            known = list(self._current())
            raise BadInput(
                f"prompt {quoted(name)} has no release in production{did_you_mean(name, known)}",
                remedy=f"release it with `tescosense prompts promote {name} --why ...`",
                field="prompt",
            )
        return self.released(name, leading).template

    def choose(self, name: str, campaign_id: UUID, known: PromptChoice | None) -> Chosen:
        """The release of a campaign: the one it has already, or the one its id falls on among those in production.

        Raises BadInput where nothing is in production, NotFound where the campaign's own is not kept any more.
        """
        if known is not None and known.label != DRAFT:
            return Chosen(self.released(name, known.hash).template, known)
        self.production(name)
        releases = self.of(name)
        share = assigned(releases.labels.production, position(campaign_id, name))
        found = self.released(name, share.hash)
        choice = PromptChoice(
            prompt=name, hash=share.hash, version=found.version, label=PRODUCTION, propensity=share.weight
        )
        return Chosen(found.template, choice)

    def texts_of(self, name: str, known: PromptChoice | None) -> set[str]:
        """The bodies that are no wording of one's own: those in production, and the one a campaign keeps to."""
        hashes = [share.hash for share in self.of(name).labels.production]
        if known is not None and known.label != DRAFT:
            hashes.append(known.hash)
        kept = (self._texts.get((name, release)) for release in hashes)
        return {one[1].text for one in kept if one}

    def _current(self) -> Mapping[str, PromptReleases]:
        if not self._watched or self._record is None:
            self.refresh()
        if self._record is None:
            raise self._problem or DataFault(f"{FILE} has not been read", remedy="try again")
        return self._record

    def _stamped(self) -> tuple[int, int]:
        try:
            stat = (self._folder / FILE).stat()
        except OSError:
            # Reading it says what is wrong.
            return (0, 0)
        return (stat.st_mtime_ns, stat.st_size)
