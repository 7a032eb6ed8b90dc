"""The artwork: well-formed, with all the words in it, labelled, and visible as PNG."""

import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.creative.artwork.drawing import draw
from agents.creative.artwork.lato import Weight, undrawable
from agents.creative.artwork.marks import Marks, Shop
from agents.creative.artwork.raster import png
from agents.creative.artwork.typesetting import width_of
from domain.channel import AdFormat, Channel
from domain.errors import BadInput
from tests.unit.agents.creative.artwork.ads import ALCOHOL, FORMS, MARKS, OFFERED, SHOP, an_ad, composed, size_of
from tests.unit.agents.creative.artwork.pixels import decoded

SVG = "{http://www.w3.org/2000/svg}"
SCENES = {
    "soup": ("a bowl of soup with steam rising, rain running down a window behind it", "soup"),
    "ice": ("an ice lolly with one bite gone, bright sun and a clear sky", "ice cream"),
}
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(str.strip)
every_form = pytest.mark.parametrize(
    ("channel", "form"), FORMS, ids=[f"{channel}-{form.type}" for channel, form in FORMS]
)


@settings(max_examples=30)
@given(headline=texts, body=texts, form=st.sampled_from(FORMS))
def test_any_words_give_well_formed_xml_with_the_words_in_it(
    headline: str, body: str, form: tuple[Channel, AdFormat]
) -> None:
    root = ET.fromstring(draw(an_ad(form[1], form[0], headline=headline, body=body), MARKS, SHOP))
    assert root.findtext(f"{SVG}title") == headline.replace("\r", "\n")


def test_markup_in_the_words_stays_words() -> None:
    hostile = 'Soup & <script>alert("x")</script>'
    marks = replace(MARKS, product_name=hostile, brand=hostile, offer=(hostile,), pack_shot='x" onload="alert(1)')
    svg = draw(an_ad(headline=hostile), marks, Shop(hostile))
    assert "<script" not in svg
    root = ET.fromstring(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]


@settings(max_examples=30)
@given(headline=texts, body=st.text("abcdefgh WM", min_size=3, max_size=160).filter(str.strip), call=texts)
def test_every_line_drawn_lies_inside_the_canvas(headline: str, body: str, call: str) -> None:
    for channel, form in FORMS[::5]:
        size = size_of(form)
        root = ET.fromstring(draw(an_ad(form, channel, headline=headline, body=body, call_to_action=call[:24]), MARKS))
        for line in root.iter(f"{SVG}tspan"):
            assert float(line.attrib["x"]) + float(line.attrib["textLength"]) <= size.width
            assert 0 < float(line.attrib["y"]) < size.height


@every_form
def test_headline_and_call_are_on_every_size_and_the_body_where_it_can_be_read(
    channel: Channel, form: AdFormat
) -> None:
    made = composed(an_ad(form, channel))
    said = {text.part: " ".join(text.setting.lines) for text in made.texts}
    assert said["headline"] == "Rain outside, soup inside"
    assert said["call"] == "Add to basket"
    assert said.get("body") == ("A warm bowl for a wet day." if made.frame.has_body else None)
    assert made.frame.has_body or made.canvas.is_small


@pytest.mark.parametrize("marks", [MARKS, OFFERED, ALCOHOL])
def test_what_is_printed_is_told_to_whoever_hears_the_ad(marks: Marks) -> None:
    described = ET.fromstring(draw(an_ad(), marks)).findtext(f"{SVG}desc")
    assert described is not None
    assert all(text in described for text in marks.texts)


def test_an_ad_says_that_it_is_one_and_that_its_picture_is_a_mock() -> None:
    words = "".join(ET.fromstring(draw(an_ad())).itertext())
    assert "Ad" in words
    assert "mock artwork" in words


def test_the_same_ad_is_drawn_the_same_and_rain_unlike_sun() -> None:
    rain, sun = (draw(an_ad(image_description=text), Marks(category=kind)) for text, kind in SCENES.values())
    assert rain == draw(an_ad(image_description=SCENES["soup"][0]), Marks(category="soup"))
    assert rain != sun


@pytest.mark.parametrize(("channel", "form"), FORMS[::4])
def test_a_png_has_the_ad_s_own_size(channel: Channel, form: AdFormat) -> None:
    size = size_of(form)
    assert struct.unpack(">II", png(draw(an_ad(form, channel)))[16:24]) == (size.width, size.height)


def test_an_ad_of_words_alone_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="podcast_script names no size"):
        draw(an_ad(AdFormat("podcast_script", None)))


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
