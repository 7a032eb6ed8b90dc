"""The weather of some places up to a day, and what was forecast on it: kept, asked for where it is not, or said to be
missing."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.errors import DataFault, TransientFailure
from world.open_meteo.client import NAMES, Days, OpenMeteo, Place
from world.open_meteo.kept import Kept

Floats = NDArray[np.float32]

HORIZON: Final = 7
_ARCHIVE_LAG: Final = 6
"""Days: the archive's reanalysis is about five days behind, its documentation says, and now and then a day more."""
_FORECAST_BACK: Final = 90
"""Days back that the forecast service still knows; it says 92."""
_USUAL: Final = timedelta(days=1)
"""Tills are read on the morning after."""
_LATE: Final = timedelta(days=3)
"""Days that tills may be behind the calendar while a forecast still is one for them. A day further back is looked at
again, and what came since was not known then."""
_PAUSE_SECONDS: Final = 600.0
"""After a failure the network is let alone, so that not every question waits for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Arrays by name; places in the order they were asked for."""

    observed: Mapping[str, Floats]
    """[P, T]; NaN where nothing is known."""
    forecast: Mapping[str, Floats]
    """[P, HORIZON], the days after the last; empty where no forecast of that day is there."""
    forecast_made_on: date | None
    failure: str = ""
    """Why the network gave nothing, where it was asked, or the disk kept nothing; empty otherwise."""

    @property
    def places_known(self) -> NDArray[np.bool_]:
        """Places of which any day is known, [P]."""
        known: NDArray[np.bool_] = np.any(
            [np.isfinite(values).any(axis=1) for values in self.observed.values()], axis=0
        )
        return known


@dataclass(frozen=True, slots=True)
class _Failure:
    said: str
    silent_until: float


@dataclass(slots=True)
class OpenMeteoWeather:
    """Safe for several threads: one asks at a time, and the others find what it kept."""

    client: OpenMeteo
    kept: Kept
    today: Callable[[], date] = date.today
    _failures: dict[str, _Failure] = field(default_factory=dict)
    """By service."""
    _asked: dict[date, set[tuple[Place, date, date]]] = field(default_factory=dict)
    """Spans of the archive that were asked for today: what it has not now it will not have within the hour."""
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def opened(cls, cache: Path, url: str = "") -> "OpenMeteoWeather":
        return cls(OpenMeteo(url), Kept(cache / "open-meteo"))

    def of(self, places: Sequence[Place], start: date, last: date) -> Found:
        """The days from `start` to `last`, and the forecast as it was on `last` or up to three days later.

        Nothing that came to be known later is in the forecast: for a day further back it is there only where it was
        asked for at the time. What the network does not give is missing, with its reason; nothing is raised.
        """
        with self._lock:
            archives = [self.kept.archive(place) for place in places]
            self._ask_archive(places, archives, start, last)
            self._ask_forecast(places, archives, start, last)
            return self._found(places, start, last)

    def kept_only(self, places: Sequence[Place], start: date, last: date) -> Found:
        """The same without asking anybody."""
        with self._lock:
            return self._found(places, start, last)

    def _ask_archive(self, places: Sequence[Place], archives: list[Days | None], start: date, last: date) -> None:
        """Asks once for all places that lack the same days."""
        today = self.today()
        asked_today = self._asked.setdefault(today, set())
        missing: dict[tuple[date, date], list[int]] = {}
        for number, kept in enumerate(archives):
            for span in _missing(kept, start, min(last, today - timedelta(days=_ARCHIVE_LAG))):
                if not any(place == places[number] and a <= span[0] and span[1] <= b for place, a, b in asked_today):
                    missing.setdefault(span, []).append(number)
        for (first, final), numbers in missing.items():
            asked = [places[number] for number in numbers]
            answers = self._answers("archive", partial(self.client.archive, asked, first, final))
            for number, days in zip(numbers, answers, strict=False):
                asked_today.add((places[number], first, final))
                archives[number] = self.kept.add_archive(places[number], days)

    def _ask_forecast(self, places: Sequence[Place], archives: Sequence[Days | None], start: date, last: date) -> None:
        """Once a day: for the days that the archive has not yet, and for those to come where `last` is new enough."""
        today = self.today()
        oldest = today - timedelta(days=_FORECAST_BACK)
        if not oldest <= last <= today:
            return
        wanted: list[Place] = []
        first = today
        for place, kept in zip(places, archives, strict=True):
            begins = max(oldest, start if kept is None else min(kept.end + timedelta(days=1), today))
            mine = self.kept.forecasts(place)
            has_gap = (kept is None or kept.end < last) and not any(
                days.start <= begins and made_on >= last for made_on, days in mine.items()
            )
            is_new = today not in mine and (
                today == last + _USUAL or (today - last <= _LATE and _made_for(last, mine) is None)
            )
            if has_gap or is_new:
                wanted.append(place)
                first = min(first, begins)
        if wanted:
            ask = partial(self.client.forecast, wanted, first, today + timedelta(days=HORIZON))
            for place, days in zip(wanted, self._answers("forecast", ask), strict=False):
                self.kept.add_forecast(place, today, days)

    def _answers(self, service: str, ask: Callable[[], list[Days]]) -> list[Days]:
        """None where the service gives none, with the reason kept."""
        failure = self._failures.get(service)
        if failure is not None and time.monotonic() < failure.silent_until:
            return []
        try:
            answers = ask()
        except (TransientFailure, DataFault) as error:
            self._failures[service] = _Failure(error.problem, time.monotonic() + _PAUSE_SECONDS)
            return []
        self._failures.pop(service, None)
        return answers

    def _found(self, places: Sequence[Place], start: date, last: date) -> Found:
        days = (last - start).days + 1
        observed = {name: np.full((len(places), days), np.nan, dtype=np.float32) for name in NAMES}
        forecast = {name: np.full((len(places), HORIZON), np.nan, dtype=np.float32) for name in NAMES}
        made: list[date] = []
        for row, place in enumerate(places):
            mine = self.kept.forecasts(place)
            for told_on, told in mine.items():
                _lay(observed, row, start, told, until=min(told_on, last))
            archive = self.kept.archive(place)
            if archive is not None:
                _lay(observed, row, start, archive, until=last)
            made_on = _made_for(last, mine)
            if made_on is not None:
                made.append(made_on)
                tomorrow = last + timedelta(days=1)
                _lay(forecast, row, tomorrow, mine[made_on], until=last + timedelta(days=HORIZON))
        return Found(
            observed,
            forecast if made else {},
            max(made, default=None),
            next((one.said for one in self._failures.values()), self.kept.failure),
        )


def _made_for(last: date, forecasts: Mapping[date, Days]) -> date | None:
    """The forecast made on the morning after a day, or else on the day itself, or else soon after."""
    soon = [last + _USUAL, last, *(last + timedelta(days=back) for back in range(2, _LATE.days + 1))]
    return next((made_on for made_on in soon if made_on in forecasts), None)


def _missing(kept: Days | None, start: date, end: date) -> list[tuple[date, date]]:
    """Spans of days from `start` to `end` that are not kept."""
    if end < start:
        return []
    if kept is None:
        return [(start, end)]
    day = timedelta(days=1)
    before = [(start, kept.start - day)] if start < kept.start else []
    after = [(kept.end + day, end)] if kept.end < end else []
    return [*before, *after]


def _lay(arrays: Mapping[str, Floats], row: int, start: date, days: Days, until: date) -> None:
    """Writes what is known of `days` up to `until` into row `row` of arrays that begin on `start`."""
    for name, values in arrays.items():
        told = np.array([np.nan if value is None else value for value in days.of(name)], dtype=np.float32)
        places = (days.start - start).days + np.arange(len(told))
        inside = (places >= 0) & (places <= (until - start).days) & (places < values.shape[1]) & np.isfinite(told)
        values[row, places[inside]] = told[inside]
