"""The contact sheet shows every size of every scenario, drawn by what draws the ads that run."""

import struct
from pathlib import Path

from agents.creative.artwork.marks import Shop
from bench.contact_sheet import SCENES, SIZES, laid_out, page, written
from world.simulated.market.scenarios import scenario_names


def test_every_scenario_is_on_it() -> None:
    assert {scene.scenario for scene in SCENES} == set(scenario_names())


async def test_a_product_is_shown_in_every_size_with_its_offer(tmp_path: Path) -> None:
    drawings = await written(SCENES[1], True, Shop("Our shop"), tmp_path)
    assert set(drawings) == {kind for row in SIZES for column in row for kind in column}
    assert all("Save 29p" in svg for svg in drawings.values())
    sheet = laid_out(drawings, 300, "soup")
    assert struct.unpack(">II", page([("Soup", [sheet])], 300)[16:24])[0] == 320
