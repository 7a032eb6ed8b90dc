"""A campaign's ads are drawn with what is on file for their product, and for their shop."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from agents.creative.artist import Artist
from agents.creative.artwork.marks import Shop
from agents.creative.artwork.pictures import LARGEST_BYTES, embedded, picture_on_file
from agents.creative.artwork.raster import png
from domain.catalogue import Product
from domain.channel import AdFormat
from domain.creative import Creative
from domain.errors import DataFault
from tests.examples import a_creative, a_plan
from tests.unit.agents.corner_shop import product
from tests.unit.agents.creative.artwork.pixels import decoded

SVG = "{http://www.w3.org/2000/svg}"


def drawn(ad: Creative, given: Product | None, shop: Shop = Shop()) -> ET.Element:  # noqa: B008
    svg = Artist(shop)([ad], a_plan(), given)[ad.id]
    assert svg is not None
    return ET.fromstring(svg)


def lines(root: ET.Element) -> list[str]:
    return [line.text or "" for line in root.iter(f"{SVG}tspan")]


def a_picture(path: Path, colour: tuple[int, ...] = (255, 0, 255), size: tuple[int, int] = (64, 64)) -> Path:
    """A picture in one colour, as the file's name says it."""
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(path)
    return path


def test_an_ad_shows_name_price_and_whose_shop_it_is() -> None:
    said = lines(drawn(a_creative(), product(), Shop("Corner Shop")))
    assert {"Tomato Soup 400g", "£1.25", "£3.13 per kg", "Corner Shop"} <= set(said)


def test_a_product_that_has_left_the_shelf_has_no_price_on_its_ad() -> None:
    assert not [line for line in lines(drawn(a_creative(), None)) if "£" in line]


def test_an_ad_of_words_alone_has_no_drawing() -> None:
    script = a_creative().model_copy(update={"type": AdFormat("podcast_script", None).type})
    assert Artist(Shop())([script], a_plan(), product()) == {script.id: None}


def test_letters_the_typeface_lacks_are_left_out_of_a_name() -> None:
    said = lines(drawn(a_creative(), product(name="漢 Tomato Soup 400g").model_copy(update={"brand": "漢"})))
    assert "Tomato Soup 400g" in said


def test_a_letter_keeps_its_place_without_the_accent_the_typeface_lacks() -> None:
    said = " ".join(lines(drawn(a_creative(), product(name="Caws Gŵydd â Llŷr 350g"))))
    assert "Caws Gwydd â Llyr 350g" in said


def test_a_name_in_letters_the_typeface_lacks_leaves_what_kind_of_goods_it_is() -> None:
    assert "Soup" in lines(drawn(a_creative(), product(name="حساء")))


def test_a_brand_is_said_once() -> None:
    own = product().model_copy(update={"brand": "Tomato"})
    other = product().model_copy(update={"brand": "Oak Farm"})
    assert "Tomato Soup 400g" in lines(drawn(a_creative(), own))
    assert "Oak Farm Tomato Soup 400g" in " ".join(lines(drawn(a_creative(), other)))


def test_a_pack_shot_on_file_takes_the_drawing_s_place(tmp_path: Path) -> None:
    photographed = product().model_copy(update={"picture": str(a_picture(tmp_path / "soup.png"))})
    svg = Artist(Shop())([ad := a_creative()], a_plan(), photographed)[ad.id]
    assert svg is not None
    (image,) = ET.fromstring(svg).iter(f"{SVG}image")
    assert image.attrib["href"].startswith("data:image/png;base64,")
    small = svg.replace('width="600" height="400"', 'width="60" height="40"', 1)
    colours = {row[x : x + 3] for row in decoded(png(small)) for x in range(0, len(row), 4)}
    assert b"\xff\x00\xff" in colours


def test_a_logo_takes_the_place_of_the_retailer_s_name(tmp_path: Path) -> None:
    root = drawn(a_creative(), product(), Shop("Corner Shop", picture_on_file(str(a_picture(tmp_path / "logo.png")))))
    assert "Corner Shop" not in lines(root)
    assert len(list(root.iter(f"{SVG}image"))) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither PNG, JPEG nor WebP"),
        (b"GIF89a", "neither PNG, JPEG nor WebP"),
        (b"", "neither PNG, JPEG nor WebP"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * LARGEST_BYTES, "more than 1000 kB"),
        (None, "cannot be read"),
    ],
    ids=["svg", "gif", "empty", "large", "missing"],
)
def test_a_picture_that_cannot_be_shown_is_one_clear_sentence(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "pack.png"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataFault, match=said):
        embedded(str(file))
