"""The artwork: well-formed, inside its boxes, labelled, and visible as PNG."""

import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from html import escape
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.creative.artwork.drawing import artwork_of, draw
from agents.creative.artwork.lato import Weight, undrawable
from agents.creative.artwork.layout import layout_for
from agents.creative.artwork.raster import png
from agents.creative.artwork.typesetting import fit, width_of
from domain.channel import AdFormat, Channel, PictureSize
from domain.creative import Creative
from domain.errors import BadInput
from llm_mocks.image import PALETTES, FakeImageModel, Palette
from tests.examples import a_creative

SVG = "{http://www.w3.org/2000/svg}"
SCENES = {
    "soup": ("a bowl of soup with steam rising, rain running down a window behind it", "soup"),
    "ice": ("an ice lolly with one bite gone, bright sun and a clear sky", "ice cream"),
}
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(str.strip)


DRAWN = [channel for channel in Channel if channel.record.format.picture is not None]
ELSEWHERE = ("160x600", "120x600", "300x600", "1080x1920", "970x250", "728x90", "970x90", "1200x628", "468x120")
"""Sizes other sellers sell."""
CANVASES = [*(channel.record.format for channel in DRAWN), *(AdFormat.of_type(f"display_{size}") for size in ELSEWHERE)]
canvas = pytest.mark.parametrize("form", CANVASES, ids=lambda form: form.type)


def size_of(form: AdFormat) -> PictureSize:
    assert form.picture is not None
    return form.picture


def an_ad(form: AdFormat = Channel.EMAIL.record.format, **changes: object) -> Creative:
    return a_creative().model_copy(update={"type": form.type, **changes})


@given(headline=texts, body=texts, form=st.sampled_from(CANVASES))
def test_any_words_give_well_formed_xml_with_the_words_in_it(headline: str, body: str, form: AdFormat) -> None:
    root = ET.fromstring(draw(an_ad(form, headline=headline, body=body)))
    assert root.findtext(f"{SVG}title") == headline.replace("\r", "\n")


def test_markup_in_the_words_stays_words() -> None:
    svg = draw(an_ad(headline='Soup & <script>alert("x")</script>'))
    assert "<script" not in svg
    assert not list(ET.fromstring(svg).iter(f"{SVG}script"))


@settings(max_examples=150)
@given(headline=texts, form=st.sampled_from(CANVASES))
def test_a_headline_is_never_wider_or_taller_than_its_box(headline: str, form: AdFormat) -> None:
    size = size_of(form)
    layout = layout_for(size.width, size.height)
    box = layout.headline
    setting = fit(headline, "black", box.width, box.height, largest=layout.headline_size, smallest=15 * layout.unit)
    assert all(width_of(line, setting.size, "black") <= box.width for line in setting.lines)
    assert setting.height <= box.height
    assert " ".join(setting.lines) == " ".join(headline.split())


@settings(max_examples=60)
@given(headline=texts, body=st.text("abcdefgh WM", min_size=3, max_size=160).filter(str.strip), call=texts)
def test_every_line_drawn_lies_inside_the_canvas(headline: str, body: str, call: str) -> None:
    for form in CANVASES:
        size = size_of(form)
        root = ET.fromstring(draw(an_ad(form, headline=headline, body=body, call_to_action=call[:24])))
        for line in root.iter(f"{SVG}tspan"):
            assert float(line.attrib["x"]) + float(line.attrib["textLength"]) <= size.width
            assert 0 < float(line.attrib["y"]) < size.height


@canvas
def test_the_parts_of_an_ad_do_not_overlap(form: AdFormat) -> None:
    size = size_of(form)
    layout = layout_for(size.width, size.height)
    for box in (layout.headline, layout.body, layout.call, layout.picture):
        assert min(box.x, box.y) >= 0
        assert box.x + box.width <= size.width
        assert box.y + box.height <= size.height
    for one, other in combinations((layout.headline, layout.body, layout.call), 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_an_ad_says_that_it_is_one_and_that_its_picture_is_a_mock() -> None:
    words = "".join(ET.fromstring(draw(an_ad())).itertext())
    assert "Ad" in words
    assert "mock artwork" in words


def test_the_same_ad_is_drawn_the_same_and_rain_unlike_sun() -> None:
    rain, sun = (draw(an_ad(image_description=text), category=kind) for text, kind in SCENES.values())
    assert rain == draw(an_ad(image_description=SCENES["soup"][0]), category="soup")
    assert rain != sun


@pytest.mark.parametrize("palette", [palette for palettes in PALETTES.values() for palette in palettes])
def test_words_can_be_read_on_every_palette(palette: Palette) -> None:
    pairs = [(palette.ink, palette.top), (palette.ink, palette.bottom), (palette.action_ink, palette.action)]
    assert all(contrast(*pair) >= 4.5 for pair in pairs)


@canvas
def test_a_png_has_the_ad_s_own_size(form: AdFormat) -> None:
    size = size_of(form)
    assert struct.unpack(">II", png(draw(an_ad(form)))[16:24]) == (size.width, size.height)


@pytest.mark.parametrize("scene", SCENES)
@canvas
def test_the_words_are_visible_in_the_png(scene: str, form: AdFormat) -> None:
    """Drawn small, so that reading the pixels stays quick."""
    size = size_of(form)
    description, category = SCENES[scene]
    scale = max(150 / size.width, 60 / size.height)
    svg = draw(an_ad(form, image_description=description), category=category)
    own, small = (
        f'width="{size.width}" height="{size.height}"',
        f'width="{size.width * scale}" height="{size.height * scale}"',
    )
    pixels = decoded(png(svg.replace(own, small, 1)))
    ink = rgb(FakeImageModel().compose(description, category).palette.ink)
    box = layout_for(size.width, size.height).headline
    region = [
        pixels[y][x * 4 : x * 4 + 3]
        for y in range(int(box.y * scale), int((box.y + box.height) * scale))
        for x in range(int(box.x * scale), int((box.x + box.width) * scale))
    ]
    inked = sum(max(abs(a - b) for a, b in zip(pixel, ink, strict=True)) < 40 for pixel in region)
    assert 0.02 < inked / len(region) < 0.6


def test_an_ad_of_words_alone_is_not_drawn() -> None:
    script = an_ad(AdFormat("podcast_script", None))
    assert artwork_of([script, an_ad()], "Soup", "soup")[script.id] is None
    with pytest.raises(ValueError, match="podcast_script names no size"):
        draw(script)


@pytest.mark.parametrize("weight", ["regular", "bold", "black"])
@pytest.mark.parametrize("letter", ["W", "i", "£", "é", "ß", "Ł", "½", "…"])
def test_a_line_is_as_wide_as_the_picture_draws_it(letter: str, weight: Weight) -> None:
    drawn = inked_to(letter * 11, weight) - inked_to(letter, weight)
    assert drawn == pytest.approx(width_of(letter * 10, 40, weight), abs=1.5)


SIGNS = "àéïöüçñøßÆŁ£€$½¼¾“”‘’«»–—…•°²×&@%+©®™"


def test_what_the_typeface_is_said_to_have_is_drawn_and_never_as_an_empty_box() -> None:
    assert undrawable(f"Crème brûlée {SIGNS}") == []
    missing = {character: pixels_of(character) for character in "漢⅓₿"}
    assert undrawable("漢 ⅓ ₿ \u202e\x00\u00ad") == ["漢", "⅓", "₿", "\u202e", "\x00", "\u00ad"]
    assert len(set(missing.values())) == 1, "all that is missing looks the same"
    nothing = pixels_of(" ")
    for sign in SIGNS:
        assert pixels_of(sign) not in {nothing, *missing.values()}, sign


def pixels_of(text: str) -> bytes:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><text x="10" y="45" font-family="Lato" '
        f'font-size="40" font-weight="900">{escape(text)}</text></svg>'
    )
    return b"".join(decoded(png(svg)))


def test_an_ad_kept_without_a_call_to_action_is_drawn_without_a_button() -> None:
    assert ET.fromstring(draw(an_ad(call_to_action=" "))).findtext(f"{SVG}title")


def test_the_artwork_is_imported_without_reading_a_font() -> None:
    code = "import agents.creative.artwork.drawing, sys; raise SystemExit('fontTools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def inked_to(text: str, weight: Weight) -> int:
    """The last column with ink in it, of a text 40 pixels high set as wide as its letters are."""
    faces = {"regular": 400, "bold": 700, "black": 900}
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="60"><text x="10" y="45" font-family="Lato" '
        f'font-size="40" font-weight="{faces[weight]}" font-kerning="none">{text}</text></svg>'
    )
    return max(x for row in decoded(png(svg)) for x in range(640) if row[x * 4 + 3] > 127)


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(BadInput, match="not a drawing"):
        png("<p>hello</p>")


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""

    def luminance(colour: str) -> float:
        channels = [value / 255 for value in rgb(colour)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def decoded(data: bytes) -> list[bytes]:
    """The RGBA rows of an 8-bit PNG, by the specification."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, compressed, width, height = 8, b"", 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        chunk = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
            assert (depth, colour) == (8, 6)
        elif kind == b"IDAT":
            compressed += chunk
        at += 12 + length
    raw, stride, rows = zlib.decompress(compressed), width * 4, []
    previous = bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        previous = unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), previous)
        rows.append(bytes(previous))
    return rows


def unfiltered(kind: int, row: bytearray, above: bytearray) -> bytearray:
    for i in range(len(row)) if kind else ():
        left, up, corner = (row[i - 4], above[i], above[i - 4]) if i >= 4 else (0, above[i], 0)
        if kind == 1:
            row[i] = (row[i] + left) & 255
        elif kind == 2:
            row[i] = (row[i] + up) & 255
        elif kind == 3:
            row[i] = (row[i] + (left + up) // 2) & 255
        else:
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
            row[i] = (row[i] + nearest[2]) & 255
    return row
