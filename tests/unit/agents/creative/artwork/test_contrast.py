"""Words are read on what is really behind them: the drawing without its words, as it is painted."""

import re
from functools import cache

import pytest

from agents.creative.artwork.composing import compose
from agents.creative.artwork.drawing import draw
from agents.creative.artwork.layout import Box
from agents.creative.artwork.marks import Marks
from agents.creative.artwork.pieces import Text
from agents.creative.artwork.raster import png
from domain.channel import AdFormat, Channel
from domain.creative import Creative
from llm_mocks.image import PALETTES, FakeImageModel, Palette
from llm_mocks.prompt_parser import Weather
from tests.unit.agents.creative.artwork.ads import ALCOHOL, OFFERED, SHOP, an_ad, wordings
from tests.unit.agents.creative.artwork.pixels import contrast, decoded

DESCRIPTIONS: dict[Weather, str] = {
    "rain": "a bowl by a window with rain running down",
    "heat": "bright sun and a clear sky",
    "cold": "snow and frost outside",
    "none": "a kitchen table",
}
EVERY_PALETTE = [(weather, palette) for weather, palettes in PALETTES.items() for palette in palettes]
SHAPES = [
    (Channel.ONSITE_DISPLAY, "display_320x50"),
    (Channel.ONSITE_DISPLAY, "display_728x90"),
    (Channel.ONSITE_DISPLAY, "display_970x250"),
    (Channel.ONSITE_DISPLAY, "display_300x250"),
    (Channel.IN_STORE_SCREEN, "screen_1920x1080"),
    (Channel.IN_STORE_SCREEN, "screen_1080x1080"),
    (Channel.ONSITE_DISPLAY, "display_160x600"),
    (Channel.IN_STORE_SCREEN, "screen_1080x1920"),
]
"""One of each frame, and the screens, whose call to action stands on the scene itself."""
WIDEST = 60
"""Pixels of a piece looked at; the drawing is painted that small."""
INKS = {"white": "#ffffff", "night": "#15212c"}


@cache
def seed_of(weather: Weather, palette: Palette) -> int:
    """A seed at which the illustrator takes this palette for the lager."""
    shown = (DESCRIPTIONS[weather], ALCOHOL.category, ALCOHOL.product_name)
    return next(seed for seed in range(200) if FakeImageModel(seed).compose(*shown).palette == palette)


def behind(svg: str, box: Box) -> list[tuple[int, int, int]]:
    """The colours under a box once the words are taken away."""
    bare = re.sub(r"<text .*?</text>", "", svg)
    scale = min(1.0, WIDEST / box.width)
    width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    crop = f'viewBox="{box.x:.2f} {box.y:.2f} {box.width:.2f} {box.height:.2f}"'
    view = f'preserveAspectRatio="none" width="{width}" height="{height}" {crop}'
    cropped = re.sub(r'width="\d+" height="\d+" viewBox="[^"]*"', view, bare, count=1)
    rows = decoded(png(cropped))
    return [(row[x], row[x + 1], row[x + 2]) for row in rows for x in range(0, len(row), 4)]


def worst(text: Text, svg: str, palette: Palette) -> float:
    ink = INKS.get(text.ink) or {"ink": palette.ink, "paper": palette.top, "action_ink": palette.action_ink}[text.ink]
    return min(contrast(ink, f"#{r:02x}{g:02x}{b:02x}") for r, g, b in set(behind(svg, text.box)))


def an_ad_on(channel: Channel, form: str, weather: Weather) -> Creative:
    words = next(wordings(channel, 1))
    return an_ad(AdFormat.of_type(form), channel, image_description=DESCRIPTIONS[weather], **words)


@pytest.mark.parametrize(("weather", "palette"), EVERY_PALETTE, ids=lambda value: getattr(value, "top", value))
def test_every_word_on_the_scene_stands_out_from_what_is_painted_behind_it(weather: Weather, palette: Palette) -> None:
    for channel, form in SHAPES:
        ad = an_ad_on(channel, form, weather)
        svg = draw(ad, ALCOHOL, SHOP, seed=seed_of(weather, palette))
        for text in compose(ad, ALCOHOL, SHOP, is_mock=True).texts:
            if text.on is None:
                assert worst(text, svg, palette) >= 4.5, f"{text.part} on {form}"


@pytest.mark.parametrize(("weather", "palette"), EVERY_PALETTE, ids=lambda value: getattr(value, "top", value))
@pytest.mark.parametrize("marks", [ALCOHOL, OFFERED], ids=["alcohol", "offer"])
def test_every_word_on_a_plate_stands_out_from_it(weather: Weather, palette: Palette, marks: Marks) -> None:
    colours = {"paper": palette.top, "ground": palette.bottom, "action": palette.action, "ink": palette.ink, **INKS}
    inks = {"ink": palette.ink, "paper": palette.top, "action_ink": palette.action_ink, **INKS}
    for channel, form in SHAPES:
        for text in compose(an_ad_on(channel, form, weather), marks, SHOP, is_mock=True).texts:
            if text.on is not None:
                assert contrast(inks[text.ink], colours[text.on]) >= 4.5, f"{text.part} on {form}"


def test_a_plate_is_painted_in_its_own_colour_behind_its_words() -> None:
    """Nothing painted later covers a plate: what is behind the words of one is one colour."""
    for channel, form in SHAPES:
        ad = an_ad_on(channel, form, "none")
        svg = draw(ad, ALCOHOL, SHOP)
        for text in compose(ad, ALCOHOL, SHOP, is_mock=True).texts:
            if text.on is not None and not text.part.startswith("told"):
                inner = Box(text.box.x + 1, text.box.y + 1, text.box.width - 2, text.box.height - 2)
                colours = set(behind(svg, inner))
                assert max(max(one) - min(one) for one in zip(*colours, strict=True)) <= 3, f"{text.part} on {form}"
