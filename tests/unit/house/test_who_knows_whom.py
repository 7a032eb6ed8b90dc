"""Inside the rooms: agents do not know each other, and one file alone knows which world and which seller are used."""

import pytest

from tests.unit.house.conftest import Plant
from tests.unit.house.house import House, Import, python_house

SHARED_BY_AGENTS = ("agents.response", "agents.asking", "agents.ports")
"""What agents have in common: the model of response, the way a model is asked, and what they need from outside."""

BETWEEN_AGENTS = {
    ("creative", "agents.compliance.case"): "an ad is drawn for where and when it runs",
    ("creative", "agents.compliance.printed"): "what is printed on an ad is held to the rules its words are held to",
    ("strategy", "agents.compliance.goods.eligibility"): "only what may be advertised is planned for",
    ("strategy", "agents.compliance.goods.goods"): "what is sold to adults is shown to adults",
    ("strategy", "agents.creative.edits"): "a person's edit of plan and copy is checked as one answer",
}
"""Where one agent knows a piece of another's knowledge, and why."""

WORLD_IN_THE_OPEN = ("world.ports", "world.references")
"""What everyone may know of the world outside: its ports, and how a reference to it is resolved."""

KNOWS_CONCRETE_WORLDS = ("runtime.wiring", "runtime.worlds", "bench")
KNOWS_THE_SIMULATOR = ("world.simulated", "world.adcp.seller.__main__")
"""The simulator itself, and the seller of its media, a process of its own. Sources to come are real until said here."""


def lies_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def between_agents(house: House) -> list[Import]:
    """Imports from one agent's folder into another's, and of any agent by what agents share."""
    return [
        one
        for one in house.imports
        if lies_in(one.importer, "agents")
        and lies_in(one.name, "agents")
        and one.importer.split(".")[1:2] != one.name.split(".")[1:2]
        and not lies_in(one.name, *SHARED_BY_AGENTS)
    ]


def strangers_to_agents(house: House) -> list[str]:
    return [str(one) for one in between_agents(house) if (one.importer.split(".")[1], one.name) not in BETWEEN_AGENTS]


def concrete_worlds(house: House) -> list[str]:
    """Imports of a world, a source or a seller by one who should know only the ports."""
    return [
        str(one)
        for one in house.imports
        if lies_in(one.name, "world")
        and not lies_in(one.name, *WORLD_IN_THE_OPEN)
        and not lies_in(one.importer, "world", *KNOWS_CONCRETE_WORLDS)
    ]


def simulated_answers(house: House) -> list[str]:
    """Imports of the simulator by a real source, a real seller, or the ports they share."""
    return [
        str(one)
        for one in house.imports
        if lies_in(one.importer, "world")
        and lies_in(one.name, "world.simulated")
        and not lies_in(one.importer, *KNOWS_THE_SIMULATOR)
    ]


def test_agents_know_each_other_only_where_it_is_said_why() -> None:
    assert strangers_to_agents(python_house()) == []


def test_every_door_between_agents_is_in_use() -> None:
    used = {(one.importer.split(".")[1], one.name) for one in between_agents(python_house())}
    assert set(BETWEEN_AGENTS) - used == set()


def test_only_the_wiring_and_benchmarks_know_a_concrete_world() -> None:
    assert concrete_worlds(python_house()) == []


def test_real_sources_know_nothing_of_the_simulator() -> None:
    assert simulated_answers(python_house()) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("agents/strategy/plan.py", "from agents.learning.lift import lift"),
        ("agents/learning/agent.py", "def late() -> None:\n    from agents.strategy import plan"),
        ("agents/strategy/plan.py", "from agents.compliance.case import Case"),
        ("agents/response/curves.py", "from agents.strategy.plan import CampaignPlan"),
        ("agents/asking.py", "from agents.creative.agent import CreativeAgent"),
    ],
)
def test_an_agent_that_knows_another_is_found(path: str, source: str, plant: Plant) -> None:
    house = python_house(plant({path: source}))
    assert [one.split(":")[0] for one in strangers_to_agents(house)] == [path]


def test_what_agents_share_is_open_to_all(plant: Plant) -> None:
    files = {"agents/strategy/plan.py": "from agents.response.curves import Curve\nimport agents.asking"}
    assert strangers_to_agents(python_house(plant(files))) == []


@pytest.mark.parametrize("room", ["agents", "graph", "runtime", "api", "cli"])
@pytest.mark.parametrize("world", ["world.simulated.market.market", "world.files.world", "world.adcp.buyer.buyer"])
def test_one_who_knows_a_concrete_world_is_found(room: str, world: str, plant: Plant) -> None:
    house = python_house(plant({f"{room}/one.py": f"def late() -> None:\n    import {world}"}))
    assert concrete_worlds(house) == [f"{room}/one.py:2 imports {world}"]


@pytest.mark.parametrize(
    "path", ["world/files/world.py", "world/adcp/buyer/buyer.py", "world/ports.py", "world/open_meteo.py"]
)
def test_a_real_source_that_knows_the_simulator_is_found(path: str, plant: Plant) -> None:
    ways = "from world.simulated import truth\ndef late() -> None:\n    from world import simulated\n"
    files = {path: ways, "world/simulated/__init__.py": "", "world/simulated/truth.py": ""}
    assert simulated_answers(python_house(plant(files))) == [
        f"{path}:1 imports world.simulated.truth",
        f"{path}:3 imports world.simulated",
    ]
