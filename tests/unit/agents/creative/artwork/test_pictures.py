"""Pack shots and logos as they come: each is shown as every viewer shows it, or is refused in a sentence."""

import base64
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from agents.creative.artwork.composing import Composition
from agents.creative.artwork.drawing import draw
from agents.creative.artwork.marks import Marks, Shop
from agents.creative.artwork.pictures import MOST_PIXELS, Picture, embedded, picture_on_file
from agents.creative.artwork.raster import png
from domain.channel import AdFormat, Channel
from domain.errors import DataFault
from tests.unit.agents.creative.artwork.ads import FORMS, an_ad, composed
from tests.unit.agents.creative.artwork.test_layout import check_apart

RED = (220, 20, 20)
every_form = pytest.mark.parametrize(
    ("channel", "form"), FORMS, ids=[f"{channel}-{form.type}" for channel, form in FORMS]
)


def shown(address: str) -> Image.Image:
    """What is in a `data:` address."""
    return Image.open(BytesIO(base64.b64decode(address.partition(",")[2])))


def on_an_ad(address: str) -> Image.Image:
    """An ad with the pack shot, as it is painted."""
    svg = draw(an_ad(), Marks(pack_shot=address))
    return Image.open(BytesIO(png(svg))).convert("RGB")


def share_of(colour: tuple[int, int, int], picture: Image.Image) -> float:
    """How much of a picture has about that colour."""
    away = np.abs(np.asarray(picture.convert("RGB")).astype(int) - colour).sum(axis=-1)
    return float((away < 60).mean())


def saved(path: Path, picture: Image.Image, **how: Any) -> str:
    picture.save(path, **how)
    return str(path)


@pytest.mark.parametrize("name", ["pack.png", "pack.jpg", "pack.webp"])
def test_a_usual_picture_is_taken_as_it_is_and_seen_on_the_ad(tmp_path: Path, name: str) -> None:
    file = saved(tmp_path / name, Image.new("RGB", (120, 120), RED))
    address = embedded(file)
    assert base64.b64decode(address.partition(",")[2]) == Path(file).read_bytes()
    assert share_of(RED, on_an_ad(address)) > 0.1


def test_what_a_picture_is_called_says_nothing(tmp_path: Path) -> None:
    picture = Image.new("RGB", (120, 120), RED)
    file = saved(tmp_path / "pack.png", picture, format="JPEG")
    assert embedded(file).startswith("data:image/jpeg;")


def test_the_colours_of_a_printer_become_those_of_a_screen(tmp_path: Path) -> None:
    file = saved(tmp_path / "pack.jpg", Image.new("RGB", (120, 120), RED).convert("CMYK"))
    address = embedded(file)
    assert shown(address).mode == "RGB"
    assert share_of(RED, on_an_ad(address)) > 0.1


@pytest.mark.parametrize("name", ["pack.png", "pack.webp"])
def test_of_an_animation_the_first_picture_is_shown(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (120, 120), colour) for colour in (RED, (20, 20, 220), (20, 220, 20))]
    file = saved(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], duration=50)
    address = embedded(file)
    assert getattr(shown(address), "n_frames", 1) == 1
    assert share_of(RED, shown(address)) > 0.9


def test_a_picture_is_upright_as_the_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = picture_on_file(saved(tmp_path / "pack.jpg", Image.new("RGB", (200, 100), RED), exif=exif))
    assert shown(found.address).size == (100, 200)
    assert found.shape == 0.5


def bomb(side: int) -> bytes:
    """A PNG of that many pixels across and down, all of one colour, in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    squeezer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    packed = b"".join(squeezer.compress(row) for _ in range(side)) + squeezer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def of(picture: Image.Image, kind: str) -> bytes:
    into = BytesIO()
    picture.save(into, kind)
    return into.getvalue()


CHEQUERED = Image.effect_noise((200, 200), 80)
BROKEN = {
    "bomb": (bomb(20_000), "more than 16 million pixels"),
    "smaller bomb": (bomb(4_008), "more than 16 million pixels"),
    "dot": (of(Image.new("RGB", (1, 1)), "PNG"), "only 1 by 1 pixels"),
    "hair": (of(Image.new("RGB", (4_000, 2)), "PNG"), "only 4000 by 2 pixels"),
    "half a png": (of(CHEQUERED, "PNG")[:9_000], "damaged"),
    "half a jpeg": (of(CHEQUERED, "JPEG")[:3_000], "damaged"),
    "half a webp": (of(CHEQUERED, "WEBP")[:3_000], "damaged"),
    "a head alone": (b"\xff\xd8\xff\xe0", "damaged"),
    "empty": (b"", "neither PNG, JPEG nor WebP"),
    "nothing to see": (of(Image.new("RGBA", (90, 90), (9, 9, 9, 0)), "PNG"), "transparent all over"),
    "script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "neither PNG"),
    "entity": (b"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>", "neither"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_picture_that_could_not_be_shown_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    content, said = BROKEN[kind]
    file = tmp_path / "pack.png"
    file.write_bytes(content)
    with pytest.raises(DataFault, match=said) as refused:
        embedded(str(file))
    assert str(file) in refused.value.problem
    assert refused.value.remedy


def test_the_largest_picture_there_may_be_is_taken(tmp_path: Path) -> None:
    file = saved(tmp_path / "pack.png", Image.new("1", (4_000, MOST_PIXELS // 4_000)))
    assert embedded(file)


def a_logo(path: Path, size: tuple[int, int], ink: tuple[int, int, int], ground: tuple[int, ...] = ()) -> Picture:
    picture = Image.new("RGBA", size, ground or (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((2, 2, size[0] - 2, size[1] - 2), fill=ink)
    return picture_on_file(saved(path, picture))


def plate_of(made: Composition) -> str:
    return next(plate.fill for plate in made.plates if plate.part == "shop")


@pytest.mark.parametrize("size", [(600, 40), (40, 600), (200, 200)], ids=["wide", "tall", "square"])
@every_form
def test_a_logo_of_any_shape_stands_on_its_tag_and_over_nothing(
    tmp_path: Path, channel: Channel, form: AdFormat, size: tuple[int, int]
) -> None:
    made = composed(an_ad(form, channel), shop=Shop("Shop", a_logo(tmp_path / "logo.png", size, RED)))
    check_apart(made)
    assert made.emblem is not None
    assert made.emblem.width / made.emblem.height == pytest.approx(size[0] / size[1])
    (tag,) = [plate.box for plate in made.plates if plate.part == "shop"]
    assert tag.x <= made.emblem.x
    assert tag.y <= made.emblem.y
    assert made.emblem.right <= tag.right <= made.frame.shop.right + 0.01
    assert made.emblem.bottom <= tag.bottom <= made.frame.shop.bottom + 0.01
    assert max(made.emblem.width / made.frame.shop.width, made.emblem.height / made.frame.shop.height) > 0.55


@pytest.mark.parametrize(
    ("ink", "ground", "plate"),
    [
        ((255, 255, 255), (), "night"),
        ((20, 30, 90), (), "white"),
        ((255, 255, 255), (200, 20, 20, 255), "white"),
    ],
    ids=["light", "dark", "with a ground of its own"],
)
def test_a_transparent_logo_has_a_ground_it_is_seen_on(
    tmp_path: Path, ink: tuple[int, int, int], ground: tuple[int, ...], plate: str
) -> None:
    logo = a_logo(tmp_path / "logo.png", (200, 80), ink, ground)
    assert plate_of(composed(an_ad(), shop=Shop("", logo))) == plate
