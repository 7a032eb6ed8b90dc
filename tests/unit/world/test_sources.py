from pathlib import Path

import pytest

from domain.context import WorldRef
from domain.errors import BadInput
from world.complete_journey.world import CompleteJourneyWorld
from world.simulated.market.market import SimulatedWorld, SimulatedWorlds
from world.sources import Sources, real_sources


@pytest.fixture
def worlds(tmp_path: Path) -> Sources[SimulatedWorld]:
    return Sources(SimulatedWorlds(), real_sources(tmp_path, played_out=True))


def test_each_source_opens_its_own_world(worlds: Sources[SimulatedWorld]) -> None:
    assert isinstance(worlds.open(WorldRef()), SimulatedWorld)
    assert isinstance(worlds.open(WorldRef(source="complete-journey")), CompleteJourneyWorld)


def test_opening_the_complete_journey_reads_nothing_yet(worlds: Sources[SimulatedWorld], tmp_path: Path) -> None:
    worlds.open(WorldRef(source="complete-journey"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("source", "near"), [("complete-jorney", "complete-journey"), ("simulation", "simulated")])
def test_an_unknown_source_names_the_near_miss(worlds: Sources[SimulatedWorld], source: str, near: str) -> None:
    with pytest.raises(BadInput, match=f"did you mean '{near}'"):
        worlds.open(WorldRef(source=source))
