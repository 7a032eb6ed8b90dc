"""Real weather from Open-Meteo: what was observed and what is forecast, as the panel has it.

Two endpoints of https://open-meteo.com/en/docs, without a key: the archive for past days, the forecast for the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import httpx
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import BadInput, DataFault, TransientFailure

ARCHIVE_URL = "https://archive-api.open-meteo.com"
FORECAST_URL = "https://api.open-meteo.com"
_DAILY = "temperature_2m_mean,precipitation_sum"
_TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Place:
    """A region by a point in it."""

    region: str
    latitude: float
    longitude: float


class _Daily(BaseModel):
    time: list[date]
    temperature: list[float | None] = Field(alias="temperature_2m_mean")
    rain: list[float | None] = Field(alias="precipitation_sum")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    daily: _Daily


class OpenMeteo:
    """A client. The base URLs are settings, so that a mirror or a test server can stand in."""

    def __init__(
        self, client: httpx.AsyncClient, *, archive_url: str = ARCHIVE_URL, forecast_url: str = FORECAST_URL
    ) -> None:
        self._client = client
        self._archive = archive_url.rstrip("/")
        self._forecast = forecast_url.rstrip("/")

    async def observed(self, places: Sequence[Place], start: date, end: date) -> dict[str, NDArray[np.float32]]:
        """`temperature_c` (daily mean) and `rain_mm` (daily total) by region and day, each [R, days]; missing is NaN.

        Raises BadInput for reversed days or no place, TransientFailure when worth another try, DataFault otherwise.
        """
        if end < start:
            raise BadInput(f"Weather cannot be read from {start} to {end}", remedy="give the earlier day first")
        query = {"start_date": start.isoformat(), "end_date": end.isoformat()}
        return await self._read(f"{self._archive}/v1/archive", places, query, start, (end - start).days + 1)

    async def forecast(self, places: Sequence[Place], today: date, days: int = 7) -> dict[str, NDArray[np.float32]]:
        """The same names for the `days` days after `today`, each [R, days]. Raises as `observed` does."""
        if not 1 <= days <= 16:
            raise BadInput(f"Open-Meteo forecasts no {days} days", remedy="ask for 1 to 16")
        first = today + timedelta(days=1)
        query = {"start_date": first.isoformat(), "end_date": (first + timedelta(days=days - 1)).isoformat()}
        return await self._read(f"{self._forecast}/v1/forecast", places, query, first, days)

    async def _read(
        self, url: str, places: Sequence[Place], query: dict[str, str], first: date, days: int
    ) -> dict[str, NDArray[np.float32]]:
        if not places:
            raise BadInput("Weather was asked for no place", remedy="give at least one region with its coordinates")
        points = {
            "latitude": ",".join(str(place.latitude) for place in places),
            "longitude": ",".join(str(place.longitude) for place in places),
        }
        answers = await self._ask(url, {**points, **query, "daily": _DAILY, "timezone": "Europe/London"})
        if len(answers) != len(places):
            raise DataFault(f"Open-Meteo answered for {len(answers)} places where {len(places)} were asked")
        temperature = np.full((len(places), days), np.nan, dtype=np.float32)
        rain = np.full((len(places), days), np.nan, dtype=np.float32)
        for row, answer in enumerate(answers):
            for when, degrees, millimetres in zip(
                answer.daily.time, answer.daily.temperature, answer.daily.rain, strict=False
            ):
                column = (when - first).days
                if 0 <= column < days:
                    temperature[row, column] = np.nan if degrees is None else degrees
                    rain[row, column] = np.nan if millimetres is None else millimetres
        return {"temperature_c": temperature, "rain_mm": rain}

    async def _ask(self, url: str, query: dict[str, str]) -> list[_Answer]:
        try:
            response = await self._client.get(url, params=query, timeout=_TIMEOUT_SECONDS)
        except httpx.HTTPError as error:
            raise TransientFailure(
                f"Open-Meteo at {url} could not be reached ({type(error).__name__})", remedy="try again, or go without"
            ) from error
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.status_code >= 500:
            raise TransientFailure(f"Open-Meteo answered {response.status_code}", remedy="try again in a minute")
        if response.is_error:
            raise DataFault(f"Open-Meteo answered {response.status_code}: {response.text[:120]}")
        try:
            # One place is answered with an object, several with a list.
            found = response.json()
            return [_Answer.model_validate(item) for item in (found if isinstance(found, list) else [found])]
        except (ValueError, ValidationError) as error:
            raise DataFault(
                f"Open-Meteo at {url} answered something that is no daily weather", remedy="check the base URL"
            ) from error
