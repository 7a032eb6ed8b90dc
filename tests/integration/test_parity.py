"""A campaign is the same in this process, over our own API, in LangGraph's server and on Aegra, at every checkpoint."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from langgraph_sdk import get_client

from runtime.settings import Settings
from runtime.wiring import open_system
from tests.integration.aegra import AEGRA, aegras_server
from tests.integration.conftest import langgraphs_server
from tests.integration.golden import GOLDEN, SHORT, Door, Golden, InProcess, OverHttp, Story, Studio, differing
from tests.integration.serving import serving
from tests.patience import PATIENCE

pytestmark = pytest.mark.xdist_group("parity")
KEPT = 200
"""Checkpoints: more than any of these campaigns has."""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Door]:
    async with open_system(Settings(data_dir=tmp_path / "here", checkpoints_kept=KEPT)) as system:
        yield InProcess(system)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Door]:
    with serving(tmp_path / "served", TESCOSENSE_CHECKPOINTS_KEPT=str(KEPT)) as server, server.http() as http:
        yield OverHttp(http)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Door]:
    # A server of each test's own, as the other two are: what its campaigns have taught, the next ones know.
    with langgraphs_server(tmp_path) as url:
        yield Studio(get_client(url=url, timeout=PATIENCE))


@pytest.fixture
def on_aegra(tmp_path: Path) -> Iterator[tuple[Door, Door]]:
    """Our own server beside it, on the same Python: sums of floats are rounded otherwise from 3.12 on."""
    if not AEGRA.exists():
        pytest.skip("Aegra is not installed: make parity")
    kept = str(KEPT)
    with (
        serving(tmp_path / "beside", python=str(AEGRA), TESCOSENSE_CHECKPOINTS_KEPT=kept) as server,
        server.http() as http,
        aegras_server(tmp_path) as url,
    ):
        yield OverHttp(http), Studio(get_client(url=url, timeout=PATIENCE))


async def lived(door: Door, campaigns: tuple[Golden, ...]) -> dict[str, Story]:
    """One after the other, as what one has taught the next one knows."""
    return {golden.name: await door.live(golden) for golden in campaigns}


def same(ours: dict[str, Story], theirs: dict[str, Story], where: str) -> None:
    for name, story in ours.items():
        assert len(story) > 1, name
        assert [after for after, _ in theirs[name]] == [after for after, _ in story], f"{name}: nodes of {where}"
        assert list(differing(story, theirs[name])) == [], f"{name}: state of {where}"


async def test_both_gates_and_a_fork_are_the_same_in_process_over_http_and_in_langgraphs_server(
    here: Door, served: Door, there: Door
) -> None:
    ours = await lived(here, SHORT)
    same(ours, await lived(served, SHORT), "tescosense serve")
    same(ours, await lived(there, SHORT), "langgraph dev")


@pytest.mark.long
async def test_every_golden_campaign_is_the_same_in_process_over_http_and_in_langgraphs_server(
    here: Door, served: Door, there: Door
) -> None:
    assert len(GOLDEN) >= 12
    ours = await lived(here, GOLDEN)
    same(ours, await lived(served, GOLDEN), "tescosense serve")
    same(ours, await lived(there, GOLDEN), "langgraph dev")


@pytest.mark.long
async def test_every_golden_campaign_is_the_same_over_http_and_on_aegra(on_aegra: tuple[Door, Door]) -> None:
    ours, theirs = on_aegra
    same(await lived(ours, GOLDEN), await lived(theirs, GOLDEN), "aegra serve")


async def test_a_story_that_differs_in_one_figure_is_told_by_its_place() -> None:
    one: Story = [(["strategy"], {"plan": {"budget": 5000.0, "allocations": [{"budget": 1.0}]}})]
    other: Story = [(["strategy"], {"plan": {"budget": 5000.0, "allocations": [{"budget": 1.01}]}})]
    assert list(differing(one, other)) == ["[0][1].plan.allocations[0].budget: 1.0 | 1.01"]
    assert list(differing(one, one)) == []
