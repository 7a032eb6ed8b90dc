"""The weather of Open-Meteo joined to a person's sales, by the coordinates of their regions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from domain.panel import FloatArray, Panel
from domain.provenance import Kind
from world.files.reading.finding import MAPPING
from world.files.user_data import UserData
from world.open_meteo.client import NAMES
from world.open_meteo.weather import Found, OpenMeteoWeather

_NAMED: Final = 3


class RegionalWeather:
    """One folder's. A region that has weather in the folder itself keeps that; one without coordinates has none."""

    def __init__(self, source: OpenMeteoWeather, data: UserData) -> None:
        self._source = source
        self._data = data
        self._found: Found | None = None

    def joined(self, panel: Panel) -> Panel:
        """The panel with weather up to its last day, and with the forecast made then. Asks the network where it must,
        and goes on without it."""
        found = self._source.of(self._data.places, panel.start, panel.last_day)
        self._found = found
        return replace(
            panel,
            weather=self._merged(panel, panel.weather, found.observed),
            forecast=self._merged(panel, panel.forecast, found.forecast),
            is_provisional=bool(found.failure),
        )

    @property
    def kind(self) -> Kind:
        return "real" if self._data.sales.weather or self._last.places_known.any() else "none"

    @property
    def said(self) -> str:
        """What came of it, as a part of the source's name."""
        found, regions = self._last, self._data.sales.regions
        known = int(found.places_known.sum())
        unplaced = self._data.unplaced
        parts = []
        if found.failure and not known:
            parts.append(f"weather: none, {found.failure}")
        elif known:
            parts.append(f"weather of {known} of {len(regions)} regions from Open-Meteo")
            if found.forecast_made_on is None:
                parts.append("no forecast of it, as none was asked for on that day")
            if found.failure:
                parts.append(f"as kept, {found.failure}")
        if unplaced:
            named = ", ".join(unplaced[:_NAMED]) + (" and others" if len(unplaced) > _NAMED else "")
            parts.append(
                f'no weather of {named}: write "{unplaced[0]}" = [latitude, longitude] under [regions] in {MAPPING}'
            )
        return "".join(f"; {part}" for part in parts)

    @property
    def _last(self) -> Found:
        """What was joined last, or what is kept: telling asks nobody."""
        if self._found is None:
            sales = self._data.sales
            self._found = self._source.kept_only(self._data.places, sales.start, sales.last_day)
        return self._found

    def _merged(
        self, panel: Panel, own: Mapping[str, FloatArray], found: Mapping[str, FloatArray]
    ) -> dict[str, FloatArray]:
        """By series: `own` [S, D] of the regions that have weather in the folder, `found` [P, D] of the others. A name
        of which nothing is known is left out."""
        regions = self._data.sales.regions
        merged = {}
        for name in NAMES:
            days = max([values[name].shape[1] for values in (own, found) if name in values], default=0)
            values = np.full((len(regions), days), np.nan, dtype=np.float32)
            if name in found:
                for row, place in enumerate(self._data.places):
                    values[regions.index(place.region)] = found[name][row]
            if name in panel.weather:
                has_own = np.isfinite(panel.weather[name][: len(regions)]).any(axis=1)
                values[has_own] = own[name][: len(regions)][has_own] if name in own else np.nan
            if np.isfinite(values).any():
                merged[name] = np.tile(values, (len(self._data.sales.categories), 1))
        return merged
