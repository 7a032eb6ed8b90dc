"""Every source of data behind one door: simulated, Complete Journey, or a person's own files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.context import WorldRef
from domain.errors import BadInput
from world.complete_journey.world import CompleteJourneyWorlds
from world.files.world import FilesWorlds
from world.ports import MediaBuyLog
from world.simulated.market.catalogue import near_miss
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.sellable import Sellable

SOURCES: Final[Sequence[str]] = ("simulated", "complete-journey", "files:DIR")


class AllWorlds:
    """Implements `Worlds` by the source a ref names."""

    def __init__(self, simulated: SimulatedWorlds, cache: Path, log: MediaBuyLog) -> None:
        self._simulated = simulated
        self._journey = CompleteJourneyWorlds(cache, log)
        self._files = FilesWorlds(log)

    def open(self, ref: WorldRef) -> Sellable:
        """Raises BadInput for an unknown source (with the near miss), and what the source itself raises."""
        if ref.source == "simulated":
            return self._simulated.open(ref)
        if ref.source == "complete-journey":
            return self._journey.open(ref)
        if ref.source.startswith("files:"):
            return self._files.open(ref)
        raise BadInput(f"There is no source {ref.source!r}", remedy=near_miss(ref.source, SOURCES), field="source")
