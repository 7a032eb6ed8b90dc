"""Every source of data behind one door: the simulated grocer, Complete Journey, or a person's own files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from domain.context import WorldRef
from domain.errors import BadInput, near_miss
from world.complete_journey.world import CompleteJourneyWorlds
from world.files.world import FilesWorlds
from world.open_meteo.weather import OpenMeteoWeather
from world.ports import Retailer, Retailers, World

Opened = TypeVar("Opened", bound=World)
Opens = TypeVar("Opens", bound=World, covariant=True)


class Grocer(Protocol[Opens]):
    """Opens the simulated grocer, with shoppers who answer to ads or without."""

    def open(self, ref: WorldRef) -> Opens: ...


def real_sources(cache: Path, *, played_out: bool, weather: OpenMeteoWeather | None = None) -> Mapping[str, Retailers]:
    """By the name a ref gives them: `NAME`, or `NAME:` where a place follows.

    `played_out`: whether they have sales for days yet to come, by which only a simulated flight may be measured.
    `weather`: whose is joined to a person's own files; none by default.
    """
    return {
        "complete-journey": CompleteJourneyWorlds(cache),
        "files:": FilesWorlds(played_out=played_out, weather=weather),
    }


class Sources(Generic[Opened]):
    """Implements `Worlds` by the source a ref names."""

    def __init__(self, simulated: Grocer[Opened], real: Mapping[str, Retailers]) -> None:
        self._simulated = simulated
        self._real = real

    def open(self, ref: WorldRef) -> Opened | Retailer:
        """Raises BadInput for an unknown source (with the near miss), and what the source itself raises."""
        name, colon, _ = ref.source.partition(":")
        if ref.source == "simulated":
            return self._simulated.open(ref)
        if name + colon in self._real:
            return self._real[name + colon].open(ref)
        known = ["simulated", *(f"{source}DIR" if source.endswith(":") else source for source in self._real)]
        raise BadInput(f"There is no source {ref.source!r}", remedy=near_miss(ref.source, known), field="source")
