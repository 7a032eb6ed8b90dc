"""Whose ads these are: the settings of the retailer's mark."""

from pathlib import Path

import pytest

from domain.errors import BadInput, DataFault
from runtime.opening import open_artist
from runtime.settings import Settings
from tests.examples import a_creative, a_plan


async def test_the_retailer_s_name_is_on_every_ad() -> None:
    ad = a_creative()
    svg = (await open_artist(Settings(retailer_name=" Corner Shop ")))([ad], a_plan(), None)[ad.id]
    assert svg is not None
    assert ">Corner Shop</tspan>" in svg


async def test_a_name_the_typeface_cannot_draw_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot draw the retailer's name"):
        await open_artist(Settings(retailer_name="食料品店"))


async def test_a_logo_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match=r"logo\.png cannot be read"):
        await open_artist(Settings(retailer_logo=tmp_path / "logo.png"))
