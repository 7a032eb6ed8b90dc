"""Where a live world's sales come from, by the names under which HTTP may speak of them: never by a path."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.context import live_world_of
from domain.errors import BadInput, near_miss, shown

SIMULATED = "simulated"
FILES = "files:"


@dataclass(frozen=True, slots=True)
class NamedSource:
    """One source. `name` is how it is shown and asked for, `source` how worlds open it."""

    name: str
    source: str

    @property
    def is_folder(self) -> bool:
        return self.source.startswith(FILES)

    @property
    def world_id(self) -> str:
        """Of the live world over it. Two folders of one name are two worlds, and so is a folder that has moved."""
        if self.source == SIMULATED:
            return live_world_of()
        if not self.is_folder:
            return live_world_of(self.name)
        return live_world_of(f"{self.name}-{hashlib.sha256(self.source.encode()).hexdigest()[:8]}")


def source_named(given: str, uploads: Path | None = None) -> NamedSource:
    """What a person at the command line means: of a folder its whole path, and its last part as the name. A folder that
    was dropped into `uploads` may be called by its name alone.

    Raises BadInput for a folder without a name.
    """
    if not given.startswith(FILES):
        return NamedSource(given, given)
    meant = Path(given.removeprefix(FILES).strip()).expanduser()
    if uploads is not None and not meant.is_dir() and len(meant.parts) == 1 and (uploads / meant).is_dir():
        meant = uploads / meant
    folder = meant.absolute().resolve()
    if not folder.name:
        raise BadInput(f"{shown(given)} names no folder", remedy="give one, as in files:./data", field="source")
    return NamedSource(f"{FILES}{folder.name}", f"{FILES}{folder}")


class Sources:
    """The sources that may be asked for by name: the one that is served, those of the settings, and the folders whose
    files came through the dashboard."""

    def __init__(self, served: NamedSource, others: Sequence[NamedSource], uploads: Path) -> None:
        """Raises BadInput where two folders go by one name."""
        self.served = served
        self._uploads = uploads
        self._named: dict[str, NamedSource] = {}
        for one in (served, *others):
            known = self._named.setdefault(one.name, one)
            if known != one:
                raise BadInput(
                    f"two folders are called {one.name!r}: {known.source} and {one.source}",
                    remedy="rename one of them",
                    field="sources",
                )

    def known(self) -> Mapping[str, NamedSource]:
        """By name. A folder that the settings name keeps its name from one that was dropped."""
        dropped = {}
        if self._uploads.is_dir():
            found = sorted(entry for entry in self._uploads.iterdir() if entry.is_dir() and entry.name[0] != ".")
            dropped = {one.name: one for one in (source_named(f"{FILES}{folder}") for folder in found)}
        return {**dropped, **self._named}

    def refuse_a_second(self, name: str) -> None:
        """Raises BadInput where a folder dropped under that name would not be the one that is opened by it."""
        known = self._named.get(f"{FILES}{name}")
        if known is not None and known != source_named(f"{FILES}{self._uploads / name}"):
            raise BadInput(
                f"two folders are called {known.name!r}: one of the settings, and this one",
                remedy="drop the files under another name",
                field="name",
            )

    def called(self, name: str) -> NamedSource:
        """Raises BadInput for anything that is not registered, a path for example."""
        known = self.known()
        if name not in known:
            raise BadInput(
                f"there is no source {shown(name)} here", remedy=near_miss(name, list(known)), field="source"
            )
        return known[name]
