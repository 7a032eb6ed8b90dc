"""What Open-Meteo has said, on disk: past days by place, and each forecast as it was on the day it was made."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from world.open_meteo.client import NAMES, Days, Place

_FORECASTS_KEPT: Final = 400
"""Of a place: a year of days may be looked at again as they were forecast."""
_DAYS: Final = TypeAdapter(Days)


class Kept:
    """Files of a folder. Each is written beside and renamed, so that a reader never meets half of one; one that is
    damaged counts as not there. What the disk does not take is held in memory, and `failure` says why."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[Path, Days] = {}
        self.failure = ""

    def archive(self, place: Place) -> Days | None:
        """All past days that are known of a place, without a gap between the first and the last."""
        path = self._archive_of(place)
        return self._held.get(path) or _read(path)

    def add_archive(self, place: Place, days: Days) -> Days | None:
        """What is kept with `days` joined to it. Days at the end that nothing is known of are left to be asked for
        again, and days that would leave a gap are not kept."""
        kept = self.archive(place)
        if kept is not None and not _touch(kept, days):
            return kept
        settled = _without_unknown_end(days if kept is None else _joined(kept, days))
        if settled is not None:
            self._write(self._archive_of(place), settled)
        return settled

    def forecasts(self, place: Place) -> Mapping[date, Days]:
        """By the day it was made on, the earliest first."""
        found = {}
        folder = self._forecasts_of(place)
        held = {path for path in self._held if path.parent == folder}
        for path in sorted({*folder.glob("*.json"), *held}):
            days = self._held.get(path) or _read(path)
            if days is not None:
                found[date.fromisoformat(path.stem)] = days
        return found

    def add_forecast(self, place: Place, made_on: date, days: Days) -> None:
        folder = self._forecasts_of(place)
        if self._write(folder / f"{made_on.isoformat()}.json", days):
            for old in sorted(folder.glob("*.json"))[:-_FORECASTS_KEPT]:
                old.unlink(missing_ok=True)

    def _write(self, path: Path, days: Days) -> bool:
        try:
            _write(path, days)
        except OSError as error:
            self._held[path] = days
            self.failure = f"The weather cannot be kept in {self._folder} ({error.strerror or error})"
            return False
        self._held.pop(path, None)
        self.failure = ""
        return True

    def _archive_of(self, place: Place) -> Path:
        return self._folder / "archive" / f"{_name(place)}.json"

    def _forecasts_of(self, place: Place) -> Path:
        return self._folder / "forecast" / _name(place)


def _name(place: Place) -> str:
    return f"{place.latitude:g}_{place.longitude:g}"


def _read(path: Path) -> Days | None:
    try:
        days = _DAYS.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return days if len(days.temperature_c) == len(days.rain_mm) > 0 else None


def _write(path: Path, days: Days) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid4().hex}.draft")
    try:
        with draft.open("wb") as file:
            file.write(json.dumps(_DAYS.dump_python(days, mode="json")).encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _without_unknown_end(days: Days) -> Days | None:
    known = [any(days.of(name)[place] is not None for name in NAMES) for place in range(len(days.rain_mm))]
    if True not in known:
        return None
    length = len(known) - known[::-1].index(True)
    return Days(days.start, days.temperature_c[:length], days.rain_mm[:length])


def _touch(one: Days, other: Days) -> bool:
    day = timedelta(days=1)
    return one.start - day <= other.end and other.start - day <= one.end


def _joined(earlier: Days, later: Days) -> Days:
    """Both; of a day that both have, the later word where it has one."""
    start, end = min(earlier.start, later.start), max(earlier.end, later.end)
    length = (end - start).days + 1
    return Days(start, *(_laid(start, length, (earlier.of(name), earlier.start), (later.of(name), later.start))
                         for name in NAMES))  # fmt: skip


def _laid(start: date, length: int, *pieces: tuple[Sequence[float | None], date]) -> list[float | None]:
    values: list[float | None] = [None] * length
    for piece, first in pieces:
        for place, value in enumerate(piece, (first - start).days):
            values[place] = values[place] if value is None else value
    return values
