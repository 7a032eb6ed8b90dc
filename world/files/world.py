"""A person's own sales, from CSV or Parquet files in a folder."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np

from domain.catalogue import Product, Store
from domain.context import WorldRef, is_live_world
from domain.errors import BadInput
from domain.panel import Panel
from domain.provenance import Kind, Provenance
from world.files.products import MARGIN_RATE
from world.files.reading.finding import find_folder
from world.files.user_data import UserData
from world.files.weather import RegionalWeather
from world.open_meteo.weather import OpenMeteoWeather
from world.ports import StoreSales

_REPEATED_DAYS: Final = 28
_SOLD_AHEAD: Final = 365

Stamp = tuple[tuple[str, int, int], ...]
_Read = tuple[Stamp, UserData, RegionalWeather | None]


class FilesWorld:
    """Implements `Retailer` over `files:DIR`."""

    def __init__(
        self, ref: WorldRef, data: UserData, *, played_out: bool, weather: RegionalWeather | None = None
    ) -> None:
        self._ref = ref
        self._data = data
        self._played_out = played_out
        self._weather = weather

    @property
    def ref(self) -> WorldRef:
        return self._ref

    @property
    def provenance(self) -> Provenance:
        sales = self._data.sales
        margin = "" if self._data.has_margins else f"; assumed: a margin of {MARGIN_RATE:.0%}"
        counted = "; a unit is £1 of sales" if self._data.counted_in_pounds else ""
        ahead = "; later days repeat the last four weeks" if self._played_out else ""
        own: Kind = "real" if sales.weather else "none"
        joined = "" if self._weather is None else self._weather.said
        return Provenance(
            sales="real",
            weather=own if self._weather is None else self._weather.kind,
            search="real" if np.isfinite(sales.search).any() else "none",
            ad_response="real",
            source=f"Your files in {self._data.folder.name} "
            f"({sales.rows:,} rows to {sales.last_day}{margin}{counted}{ahead}{joined})",
        )

    @property
    def stores(self) -> Sequence[Store]:
        return self._data.stores

    def sensing_day(self) -> date:
        """The newest day with sales, of those that have come."""
        last = self._data.sales.last_day
        return last if self._ref.through is None else min(last, self._ref.through)

    def panel(self, today: date) -> Panel:
        """Category by region from the first day on. Weather of the folder after the last day with sales is taken as its
        forecast. Where Open-Meteo's is to be joined, this may ask the network, and takes what that takes.

        Raises BadInput for a day outside the sales.
        """
        panel = self._data.sales.panel(today)
        return panel if self._weather is None else self._weather.joined(panel)

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        """The products table's, or one product that stands for the category. Raises NotFound with the near miss."""
        self._data.place(category)
        return self._data.shelf(category)

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        """The units of the files. Days after the last are not counted yet (NaN), unless the world is played out.

        Raises NotFound for a category, BadInput for days before the data or reversed.
        """
        place, sales = self._data.place(category), self._data.sales
        if end < start:
            raise BadInput(f"Sales cannot be read from {start} to {end}", remedy="give the earlier day first")
        first = sales.day(start)
        days = np.arange(first, first + (end - start).days + 1)
        known = sales.day(self.sensing_day()) + 1
        repeated = known - min(_REPEATED_DAYS, known) + (days - known) % min(_REPEATED_DAYS, known)
        units = sales.units[place][:, np.where(days < known, days, repeated)]
        if not self._played_out:
            units[:, days >= known] = np.nan
        return StoreSales(start, sales.stores, units)

    def average_price(self, category: str, day: date) -> float:
        """Pounds per unit, over all days, from the sales or else the products. Raises BadInput where neither says."""
        return self._data.average_price(category)

    def daily_sales(self, category: str) -> float:
        """Pounds a day the category sells in an average store."""
        daily = float(np.nanmean(self._data.sales.units[self._data.place(category)]))
        return daily * self.average_price(category, self._data.sales.last_day)

    @property
    def categories(self) -> Sequence[str]:
        return self._data.sales.categories

    @property
    def first_day(self) -> date:
        return self._data.sales.start

    @property
    def last_day(self) -> date:
        """The last day that can be sold on: flights run on days that have not come yet."""
        return self._data.sales.last_day + timedelta(days=_SOLD_AHEAD)


class FilesWorlds:
    """Opens worlds over folders; a folder is read again when one of its files has changed, unless it is asked for at
    the version that was read.

    A world that is played out goes on after its last day by repeating its last four weeks, so that a simulated flight
    can be measured at once. Real ads, and flights of a live world, are measured by what the tills have really counted.
    """

    def __init__(self, *, played_out: bool, weather: OpenMeteoWeather | None = None) -> None:
        """`weather`: whose weather is joined to the sales, beside what a folder has itself; none by default."""
        self._played_out = played_out
        self._weather = weather
        self._held: dict[str, _Read] = {}
        """At the version last asked for, which somebody goes by whatever the files have become."""
        self._newest: dict[str, _Read] = {}
        self._reading = Lock()

    def open(self, ref: WorldRef) -> FilesWorld:
        """Raises BadInput for a missing folder, table or column, DataFault for a bad file with its line."""
        if ref.scenarios:
            raise BadInput(
                f"The scenario {ref.scenarios[0].name!r} cannot happen in your own files",
                remedy="leave the scenario out, or choose the source 'simulated'",
                field="scenario",
            )
        known = self._held.get(ref.source)
        if known is None or not ref.version or _version(known[0]) != ref.version:
            folder = find_folder(ref.source)
            # One at a time; who asks for what has been read waits for nobody.
            with self._reading:
                known = self._as_it_is(ref.source, folder)
                if ref.version == _version(known[0]):
                    self._held[ref.source] = known
        played_out = self._played_out and not is_live_world(ref.world_id)
        return FilesWorld(ref, known[1], played_out=played_out, weather=known[2])

    def _as_it_is(self, source: str, folder: Path) -> _Read:
        stamp = _stamp(folder)
        for known in (self._newest.get(source), self._held.get(source)):
            if known is not None and known[0] == stamp:
                return known
        data = UserData.read(folder)
        read = stamp, data, RegionalWeather(self._weather, data) if self._weather else None
        self._newest[source] = read
        return read


def version_of(source: str) -> str:
    """What changes whenever a file of the folder `files:DIR` does; empty where there is no such folder."""
    try:
        return _version(_stamp(find_folder(source)))
    except (BadInput, OSError):  # Whoever opens it is told; a file may also go while it is looked at.
        return ""


def is_folder_of_files(source: str) -> bool:
    """Whether there is such a folder, whatever is in it."""
    try:
        find_folder(source)
    except BadInput:
        return False
    return True


def _version(stamp: Stamp) -> str:
    return hashlib.sha256(repr(stamp).encode()).hexdigest()[:12]


def _stamp(folder: Path) -> Stamp:
    """Name, time and size of every file, so that an edited file is read again."""
    inside = [*folder.iterdir(), *(folder / "sales").glob("*")]
    entries = [(str(entry), entry.stat()) for entry in sorted(inside) if entry.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in entries)
