from pathlib import Path

import pytest

from domain.booking import MediaBuy
from domain.context import WorldRef
from domain.errors import BadInput
from world.complete_journey.world import CompleteJourneyWorld
from world.simulated.market.market import SimulatedWorld, SimulatedWorlds
from world.sources import AllWorlds


class NoBuys:
    async def add(self, buy: MediaBuy) -> MediaBuy:
        return buy

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        return None

    async def of_world(self, world_id: str) -> list[MediaBuy]:
        return []


@pytest.fixture
def worlds(tmp_path: Path) -> AllWorlds:
    return AllWorlds(SimulatedWorlds(NoBuys()), tmp_path, NoBuys())


def test_each_source_opens_its_own_world(worlds: AllWorlds) -> None:
    assert isinstance(worlds.open(WorldRef()), SimulatedWorld)
    assert isinstance(worlds.open(WorldRef(source="complete-journey")), CompleteJourneyWorld)


def test_opening_the_complete_journey_reads_nothing_yet(worlds: AllWorlds, tmp_path: Path) -> None:
    worlds.open(WorldRef(source="complete-journey"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("source", "near"), [("complete-jorney", "complete-journey"), ("simulation", "simulated")])
def test_an_unknown_source_names_the_near_miss(worlds: AllWorlds, source: str, near: str) -> None:
    with pytest.raises(BadInput, match=f"did you mean '{near}'"):
        worlds.open(WorldRef(source=source))
