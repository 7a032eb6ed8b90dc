"""Draws an ad: a scene, the words set to fit, and the marks the shop, the law and honesty ask for."""

from html import escape

from agents.creative.artwork.composing import Composition, compose
from agents.creative.artwork.lato import Weight
from agents.creative.artwork.layout import CAP_HEIGHT, Box, Fade
from agents.creative.artwork.marks import NO_SHOP, NOTHING_MORE, Marks, Shop
from agents.creative.artwork.pieces import Colour, Plate, Text
from agents.creative.artwork.typesetting import width_of
from domain.creative import Creative
from llm_mocks.image import FakeImageModel, Palette, Scene

_FONTS = "Lato, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"
_WEIGHTS: dict[Weight, int] = {"regular": 400, "bold": 700, "black": 900}
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 65534, 65535))
_NIGHT = "#15212c"
_BASKET = (
    '<path d="M3 10h18l-2.200 10a2 2 0 0 1-2 1.500H7.200a2 2 0 0 1-2-1.500z" fill="#15212c"/>'
    '<path d="M6.500 10l4-7M17.500 10l-4-7" stroke="#15212c" stroke-width="2" stroke-linecap="round"/>'
    '<path d="M8.500 13v5M12 13v5M15.500 13v5" stroke="#fff" stroke-width="1.500" stroke-linecap="round"/>'
)
"""On a square of 24."""


def draw(creative: Creative, marks: Marks = NOTHING_MORE, shop: Shop = NO_SHOP, seed: int = 7) -> str:
    """The ad as SVG, in the size its type names (`display_300x250`); every line of text fits its box.

    Pure: the same creative and marks give the same drawing. Raises ValueError for an ad of words alone.
    """
    scene = FakeImageModel(seed).compose(creative.image_description, marks.category, marks.product_name)
    made = compose(creative, marks, shop, is_mock=creative.is_mock or scene.is_mock)
    width, height, palette = made.canvas.width, made.canvas.height, scene.palette
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img" aria-labelledby="t d" font-family="{_FONTS}">',
            f'<title id="t">{_text(creative.headline)}</title>',
            f'<desc id="d">{_text(_described(creative, marks))}</desc>',
            f'<defs><linearGradient id="sky" x1="0" y1="0" x2="0.25" y2="1"><stop stop-color="{palette.top}"/>'
            f'<stop offset="1" stop-color="{palette.bottom}"/></linearGradient>'
            f'<radialGradient id="glow"><stop stop-color="{palette.glow}" stop-opacity=".9"/>'
            f'<stop offset="1" stop-color="{palette.glow}" stop-opacity="0"/></radialGradient>',
            *(_mask(number, fade, width, height) for number, fade in enumerate(made.frame.fades)),
            "</defs>",
            f'<rect width="{width}" height="{height}" fill="url(#sky)"/>',
            _faded(scene.backdrop(width, height), len(made.frame.fades)),
            _picture(scene, marks, made.frame.picture),
            *(_plate(plate, palette) for plate in made.plates),
            _emblem(shop, made),
            *(_set(text, palette) for text in made.texts),
            "</svg>",
        )
    )


def _mask(number: int, fade: Fade, width: int, height: int) -> str:
    """From black, where nothing of the weather is seen, to white."""
    x, y = (fade.end, 0.0) if fade.axis == "x" else (0.0, fade.end)
    x1, y1 = (fade.start, 0.0) if fade.axis == "x" else (0.0, fade.start)
    return (
        f'<linearGradient id="fade{number}" gradientUnits="userSpaceOnUse" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x:.1f}" '
        f'y2="{y:.1f}"><stop stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient>'
        f'<mask id="mask{number}" maskUnits="userSpaceOnUse" x="0" y="0" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="url(#fade{number})"/></mask>'
    )


def _faded(drawing: str, masks: int) -> str:
    for number in range(masks):
        drawing = f'<g mask="url(#mask{number})">{drawing}</g>'
    return drawing


def _picture(scene: Scene, marks: Marks, box: Box) -> str:
    """The pack, or a drawing of what it holds, in a pool of light."""
    cx, cy, radius = box.x + box.width / 2, box.y + box.height * 0.54, box.width * 0.56
    glow = f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:.1f}" fill="url(#glow)"/>'
    if marks.pack_shot:
        inset = Box(box.x + box.width * 0.06, box.y + box.height * 0.06, box.width * 0.88, box.height * 0.88)
        return glow + _image(marks.pack_shot, inset, "xMidYMid")
    # Steam rises a little above the square it is drawn on.
    x, y, scale = box.x + box.width * 0.03, box.y + box.height * 0.055, box.width * 0.94 / 200
    return f'{glow}<g transform="translate({x:.1f} {y:.1f}) scale({scale:.4f})">{scene.subject}</g>'


def _image(address: str, box: Box, align: str) -> str:
    return (
        f'<image href="{escape(address, quote=True)}" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" preserveAspectRatio="{align} meet"/>'
    )


def _emblem(shop: Shop, made: Composition) -> str:
    box = made.emblem
    if box is None:
        return ""
    if shop.logo:
        return _image(shop.logo.address, box, "xMidYMid")
    return f'<g transform="translate({box.x:.1f} {box.y:.1f}) scale({box.width / 24:.4f})" fill="none">{_BASKET}</g>'


def _colour(name: Colour, palette: Palette) -> str:
    match name:
        case "ink":
            return palette.ink
        case "paper":
            return palette.top
        case "ground":
            return palette.bottom
        case "action":
            return palette.action
        case "action_ink":
            return palette.action_ink
        case "white":
            return "#ffffff"
        case "night":
            return _NIGHT


def _plate(plate: Plate, palette: Palette) -> str:
    box, colour = plate.box, _colour(plate.fill, palette)
    fill = f'fill="{colour}"'
    ring = f'fill="none" stroke="{colour}" stroke-width="{box.height * 0.09:.2f}"'
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'rx="{plate.radius:.1f}" {ring if plate.is_ring else fill}/>'
    )


def _set(text: Text, palette: Palette) -> str:
    """Lines of text from the top of their box. Each carries its width, so no viewer can run it over the edge."""
    setting, box = text.setting, text.box
    baseline = box.y + setting.leading / 2 + setting.size * CAP_HEIGHT / 2
    spans = []
    for index, line in enumerate(setting.lines):
        across = width_of(line, setting.size, setting.weight)
        x = box.x + (box.width - across) / 2 if text.centred else box.x
        spans.append(
            f'<tspan x="{x:.2f}" y="{baseline + index * setting.leading:.2f}" textLength="{across:.2f}" '
            f'lengthAdjust="spacingAndGlyphs">{_text(line)}</tspan>'
        )
    style = (
        f'font-size="{setting.size:.2f}" font-weight="{_WEIGHTS[setting.weight]}" fill="{_colour(text.ink, palette)}"'
    )
    return f"<text {style}>{''.join(spans)}</text>"


def _described(creative: Creative, marks: Marks) -> str:
    """For whoever hears the ad instead of seeing it: all that is printed, and what is shown."""
    told = "".join(f"{text}. " for text in marks.texts)
    return f"{told}{creative.body} {creative.call_to_action}. Picture: {creative.image_description}"


def _text(text: str) -> str:
    """Escaped for XML, without the control characters XML forbids."""
    return escape(text.translate(_FORBIDDEN), quote=True)
