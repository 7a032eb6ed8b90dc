"""Daily weather from Open-Meteo's two services: the archive for past days, the forecast for newer ones and the next.

https://open-meteo.com/en/docs and /en/docs/historical-weather-api. Neither asks for a key; both answer an object for
one place, a list for several, null where a day is not known, and `reason` where they refuse.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import BadInput, DataFault, TransientFailure

ARCHIVE_URL: Final = "https://archive-api.open-meteo.com"
FORECAST_URL: Final = "https://api.open-meteo.com"
NAMES: Final = ("temperature_c", "rain_mm")
"""Daily mean of the temperature, and the day's total of rain, snow melted."""
_DAILY: Final = "temperature_2m_mean,precipitation_sum"
_SILENCE_SECONDS: Final = 10.0
_LONGEST_SECONDS: Final = 30.0
"""Of one answer, however slowly it comes."""
_LARGEST_BYTES: Final = 50_000_000
_AT_ONCE: Final = 50
"""Places in one question: each has some twenty letters in its address."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region by a point in it, in degrees."""

    region: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Days:
    """Weather of one place, day after day from `start`; None where it is not known. All lists are of one length."""

    start: date
    temperature_c: list[float | None]
    rain_mm: list[float | None]

    @property
    def end(self) -> date:
        """The last day."""
        return self.start + timedelta(days=len(self.temperature_c) - 1)

    def of(self, name: str) -> list[float | None]:
        return self.temperature_c if name == "temperature_c" else self.rain_mm


class _Daily(BaseModel):
    time: list[date]
    temperature: list[float | None] = Field(alias="temperature_2m_mean")
    rain: list[float | None] = Field(alias="precipitation_sum")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    daily: _Daily


class OpenMeteo:
    """A client. `url` is a server that answers to both services' paths, in place of Open-Meteo's own two."""

    def __init__(self, url: str = "", *, longest_seconds: float = _LONGEST_SECONDS) -> None:
        self._archive = (url or ARCHIVE_URL).rstrip("/") + "/v1/archive"
        self._forecast = (url or FORECAST_URL).rstrip("/") + "/v1/forecast"
        self._longest = longest_seconds

    def archive(self, places: Sequence[Place], start: date, end: date) -> list[Days]:
        """What past days were like, by place; the newest five or so are not known yet.

        Raises BadInput for reversed days or no place, TransientFailure when worth another try, DataFault otherwise.
        """
        return self._read(self._archive, places, start, end)

    def forecast(self, places: Sequence[Place], start: date, end: date) -> list[Days]:
        """What days up to 92 back were like, as far as is known, and what the next 15 will be. Raises as `archive`."""
        return self._read(self._forecast, places, start, end)

    def _read(self, url: str, places: Sequence[Place], start: date, end: date) -> list[Days]:
        if not places:
            raise BadInput("Weather was asked for no place", remedy="give at least one region with its coordinates")
        if end < start:
            raise BadInput(f"Weather cannot be read from {start} to {end}", remedy="give the earlier day first")
        found: list[Days] = []
        for first in range(0, len(places), _AT_ONCE):
            asked = places[first : first + _AT_ONCE]
            answers = self._ask(url, _query(asked, start, end))
            if len(answers) != len(asked):
                raise DataFault(f"Open-Meteo answered for {len(answers)} places where {len(asked)} were asked")
            found += [_days(answer.daily, start, end) for answer in answers]
        return found

    def _ask(self, url: str, query: dict[str, str]) -> list[_Answer]:
        try:
            status, body = self._answer(url, query)
        except httpx.HTTPError as error:
            raise TransientFailure(
                f"Open-Meteo at {httpx.URL(url).host} could not be reached ({type(error).__name__})",
                remedy="try again, or go without weather",
            ) from error
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
            raise TransientFailure(f"Open-Meteo answered {status}", remedy="try again in some minutes")
        if status >= 400:
            raise DataFault(f"Open-Meteo answered {status}: {_reason(body)}", remedy="check days and coordinates")
        try:
            found = json.loads(body)
            return [_Answer.model_validate(item) for item in (found if isinstance(found, list) else [found])]
        except (ValueError, ValidationError) as error:
            raise DataFault(
                f"Open-Meteo at {httpx.URL(url).host} answered something that is no daily weather",
                remedy="check its address",
            ) from error

    def _answer(self, url: str, query: dict[str, str]) -> tuple[int, bytes]:
        """Status and body. An answer that drips is given up as one that never came."""
        began, body = time.monotonic(), bytearray()
        with httpx.stream("GET", url, params=query, timeout=_SILENCE_SECONDS) as response:
            for part in response.iter_bytes():
                body += part
                if time.monotonic() - began > self._longest or len(body) > _LARGEST_BYTES:
                    raise httpx.ReadTimeout("the answer did not come to its end", request=response.request)
            return response.status_code, bytes(body)


def _query(places: Sequence[Place], start: date, end: date) -> dict[str, str]:
    return {
        "latitude": ",".join(f"{place.latitude:g}" for place in places),
        "longitude": ",".join(f"{place.longitude:g}" for place in places),
        "start_date": start.isoformat(),
        "end_date": end.isoformat(),
        "daily": _DAILY,
        # Each place's own: a day of the tills is one there.
        "timezone": "auto",
    }


def _days(daily: _Daily, start: date, end: date) -> Days:
    """All the days asked for, whatever days the answer has; one without a figure is None."""
    length = (end - start).days + 1
    found: tuple[list[float | None], list[float | None]] = [None] * length, [None] * length
    for values, told in zip(found, (daily.temperature, daily.rain), strict=True):
        for when, value in zip(daily.time, told, strict=False):
            if start <= when <= end:
                values[(when - start).days] = value
    return Days(start, *found)


def _reason(body: bytes) -> str:
    """Why it refuses, as it says."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    reason = said.get("reason") if isinstance(said, dict) else None
    return str(reason or body[:120].decode(errors="replace") or "it gave no reason")[:200]
