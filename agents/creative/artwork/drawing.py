"""Draws an ad: a scene, the words set to fit, and the labels the law and honesty ask for."""

from collections.abc import Sequence
from html import escape
from uuid import UUID

from agents.creative.artwork.lato import Weight
from agents.creative.artwork.layout import Box, Layout, layout_for
from agents.creative.artwork.typesetting import Setting, fit, width_of
from domain.creative import Creative
from llm_mocks.image import FakeImageModel, Scene

_FONTS = "Lato, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"
_WEIGHTS: dict[Weight, int] = {"regular": 400, "bold": 700, "black": 900}
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_CAP_HEIGHT = 0.72
"""Of Lato, as a share of the type size."""


def artwork_of(ads: Sequence[Creative], product_name: str, category: str) -> dict[UUID, str | None]:
    """The drawing of every ad by its id; None for an ad without a picture."""
    return {ad.id: draw(ad, product_name, category) if ad.format.picture else None for ad in ads}


def draw(creative: Creative, product_name: str = "", category: str = "", seed: int = 7) -> str:
    """The ad as SVG, in the size its type names (`display_300x250`); every line of text fits its box.

    Pure: the same creative gives the same drawing. Raises ValueError for an ad of words alone.
    """
    size = creative.format.picture
    if size is None:
        raise ValueError(f"{creative.type} names no size to draw")
    width, height = size.width, size.height
    scene = FakeImageModel(seed).compose(creative.image_description, category)
    layout = layout_for(width, height)
    palette = scene.palette
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="t d" font-family="{_FONTS}">',
        f'<title id="t">{_text(creative.headline)}</title>',
        f'<desc id="d">{_text(_described(creative, product_name))}</desc>',
        f'<defs><linearGradient id="sky" x1="0" y1="0" x2="0.25" y2="1"><stop stop-color="{palette.top}"/>'
        f'<stop offset="1" stop-color="{palette.bottom}"/></linearGradient>'
        f'<radialGradient id="glow"><stop stop-color="{palette.glow}" stop-opacity=".85"/>'
        f'<stop offset="1" stop-color="{palette.glow}" stop-opacity="0"/></radialGradient>',
        _quiet(scene, layout),
        "</defs>",
        f'<rect width="{width}" height="{height}" fill="url(#sky)"/>',
        scene.backdrop(width, height),
        f'<rect width="{width}" height="{height}" fill="url(#quiet)"/>',
        _picture(scene, layout.picture),
        *_words(creative, scene, layout),
        _labels(scene, layout, width, height, is_mock=creative.is_mock or scene.is_mock),
        "</svg>",
    ]
    return "".join(parts)


def _quiet(scene: Scene, layout: Layout) -> str:
    """A veil of the sky's own colour behind the words, so that rain does not run through them."""
    across = 'x2="0" y2="1"' if layout.words_above else 'x2="1" y2="0.12"'
    stops = (
        ((0, 0.92), (0.3, 0.85), (0.5, 0), (0.72, 0), (0.82, 0.5), (1, 0.5))
        if layout.words_above
        else ((0, 0.9), (0.42, 0.78), (0.8, 0))
    )
    return (
        f'<linearGradient id="quiet" {across}>'
        + "".join(
            f'<stop offset="{at}" stop-color="{scene.palette.top}" stop-opacity="{opacity}"/>' for at, opacity in stops
        )
        + "</linearGradient>"
    )


def _picture(scene: Scene, box: Box) -> str:
    """The subject in a pool of light."""
    cx, cy, radius = box.x + box.width / 2, box.y + box.height * 0.56, box.width * 0.68
    return (
        f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:.1f}" fill="url(#glow)"/>'
        f'<g transform="translate({box.x:.1f} {box.y:.1f}) scale({box.width / 200:.4f})">{scene.subject}</g>'
    )


def _words(creative: Creative, scene: Scene, layout: Layout) -> list[str]:
    ink, unit = scene.palette.ink, layout.unit
    headline = fit(
        creative.headline,
        "black",
        layout.headline.width,
        layout.headline.height,
        largest=layout.headline_size,
        smallest=15 * unit,
        leading=1.06,
    )
    body = fit(
        creative.body,
        "regular",
        layout.body.width,
        layout.body.height,
        largest=min(layout.body_size, headline.size * 0.62),
        smallest=10 * unit,
        leading=1.28,
    )
    beneath = layout.headline.y + headline.height + 9 * unit
    top = layout.body.y if layout.words_above else max(beneath, layout.body.y - 26 * unit)
    return [
        _set(headline, layout.headline.x, layout.headline.y, ink),
        _set(body, layout.body.x, min(top, layout.body.y), ink, opacity=0.94),
        _button(creative.call_to_action, scene, layout),
    ]


def _set(setting: Setting, x: float, y: float, ink: str, *, opacity: float = 1) -> str:
    """Lines of text from the top of their box. Each carries its width, so no viewer can run it over the edge."""
    baseline = y + setting.leading / 2 + setting.size * _CAP_HEIGHT / 2
    lines = "".join(
        f'<tspan x="{x:.1f}" y="{baseline + index * setting.leading:.1f}" '
        f'textLength="{width_of(line, setting.size, setting.weight):.1f}" lengthAdjust="spacingAndGlyphs">'
        f"{_text(line)}</tspan>"
        for index, line in enumerate(setting.lines)
    )
    faded = f' opacity="{opacity}"' if opacity < 1 else ""
    style = f'font-size="{setting.size:.2f}" font-weight="{_WEIGHTS[setting.weight]}" fill="{ink}"{faded}'
    return f"<text {style}>{lines}</text>"


def _button(text: str, scene: Scene, layout: Layout) -> str:
    box, palette = layout.call, scene.palette
    padding = box.height * 0.55
    if not text.strip():
        return ""  # An ad kept from before calls to action were bounded.
    label = fit(text, "bold", box.width - 2 * padding, box.height, largest=box.height * 0.47, smallest=8 * layout.unit)
    width = max(width_of(line, label.size, "bold") for line in label.lines) + 2 * padding
    top = box.y + (box.height - label.height) / 2
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{width:.1f}" height="{box.height:.1f}" '
        f'rx="{box.height / 2:.1f}" fill="{palette.action}"/>'
        f"{_set(label, box.x + padding, top, palette.action_ink)}"
    )


def _labels(scene: Scene, layout: Layout, width: int, height: int, *, is_mock: bool) -> str:
    """`Ad`, because an ad must be recognisable as one; `mock artwork`, because no one should take it for real."""
    size, ink = 9 * layout.unit, scene.palette.ink
    x, y = layout.headline.x, layout.headline.y - size * 2.25
    across = width_of("Ad", size, "bold") + size * 1.1
    label = (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{across:.1f}" height="{size * 1.5:.1f}" rx="{size * 0.35:.1f}" '
        f'fill="none" stroke="{ink}" stroke-width="{size * 0.1:.1f}" opacity=".85"/>'
        f'<text x="{x + size * 0.55:.1f}" y="{y + size * 1.1:.1f}" font-size="{size:.1f}" font-weight="700" '
        f'fill="{ink}">Ad</text>'
    )
    if not is_mock:
        return label
    note, small = "mock artwork", 7.5 * layout.unit
    right = width - small - width_of(note, small, "regular")
    place = f'x="{right:.1f}" y="{height - small * 0.8:.1f}" font-size="{small:.1f}"'
    return f'{label}<text {place} fill="{ink}" opacity=".8">{note}</text>'


def _described(creative: Creative, product_name: str) -> str:
    about = f"{product_name}. " if product_name else ""
    return f"{about}{creative.body} {creative.call_to_action}. Picture: {creative.image_description}"


def _text(text: str) -> str:
    """Escaped for XML, without the control characters XML forbids."""
    return escape(text.translate(_FORBIDDEN), quote=True)
