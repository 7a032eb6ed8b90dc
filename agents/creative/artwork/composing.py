"""Puts an ad's words, marks and small print into the frame of its canvas, each at a size at which it fits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agents.creative.artwork.lato import Weight
from agents.creative.artwork.layout import Box, Canvas, Frame, frame_for
from agents.creative.artwork.marks import Marks, Shop
from agents.creative.artwork.pieces import Colour, Piece, Plate, Text, placed, shrunk
from agents.creative.artwork.ticket import ticket
from agents.creative.artwork.typesetting import Setting, broken_up, fit, set_at, width_of
from domain.creative import Creative

MOCK: Final = "mock artwork"
_WIDEST_ROUNDEL: Final = 0.6
"""As a share of the picture's side: more would hide what is sold."""


@dataclass(frozen=True, slots=True)
class Composition:
    """Everything of an ad but its scene."""

    canvas: Canvas
    frame: Frame
    plates: tuple[Plate, ...]
    texts: tuple[Text, ...]
    emblem: Box | None
    """Where the retailer's picture goes: its logo, or a basket."""

    def text_of(self, part: str) -> Text | None:
        return next((text for text in self.texts if text.part == part), None)


def compose(creative: Creative, marks: Marks, shop: Shop, *, is_mock: bool) -> Composition:
    """The ad on its own canvas. Raises ValueError for an ad of words alone."""
    size = creative.format.picture
    if size is None:
        raise ValueError(f"{creative.type} names no size to draw")
    canvas = Canvas(size.width, size.height)
    told = [*marks.small_print, *((MOCK,) if is_mock else ())]
    foot, rows = _foot(canvas, told)
    frame = frame_for(canvas, foot)
    emblem, shop_pieces = _shop_mark(shop, frame.shop, canvas)
    pieces: list[Piece] = [
        *_ad_mark(frame.ad, canvas),
        *shop_pieces,
        *_words(creative, frame, canvas),
        *_call(creative, frame, canvas),
    ]
    roundel = _roundel(marks.offer, frame.picture, canvas)
    pieces += [*ticket(marks, frame, canvas, tells_offer=bool(marks.offer) and not roundel), *roundel]
    pieces += _small_print(rows, foot, canvas, is_told=bool(marks.small_print))
    return Composition(
        canvas,
        frame,
        plates=tuple(piece for piece in pieces if isinstance(piece, Plate)),
        texts=tuple(piece for piece in pieces if isinstance(piece, Text)),
        emblem=emblem,
    )


def _ad_mark(box: Box, canvas: Canvas) -> Iterator[Piece]:
    yield Plate("ad", box, box.height * 0.22, "ink")
    yield placed("ad", _line("Ad", "bold", canvas.ad_size), box, "paper", "ink", centred=True)


def _line(text: str, weight: Weight, size: float) -> Setting:
    return Setting((text,), size, size * 1.2, weight)


def _shop_mark(shop: Shop, box: Box, canvas: Canvas) -> tuple[Box | None, list[Piece]]:
    """A tag with the retailer's logo, or with a basket and its name, no longer than they are. The tag is white; under
    a light logo without a ground of its own it is dark."""
    if shop.logo:
        pad = box.height * 0.12
        high = min(box.height - 2 * pad, (box.width - 4 * pad) / shop.logo.shape)
        logo = Box(box.x + 2 * pad, box.y + (box.height - high) / 2, high * shop.logo.shape, high)
        ground = Box(box.x, box.y, logo.width + 4 * pad, box.height)
        return logo, [Plate("shop", ground, box.height * 0.28, "night" if shop.logo.is_light else "white")]
    if not shop.name.strip():
        return None, []
    pad, glyph = box.height * 0.3, box.height * 0.72
    room = box.width - glyph - 2.6 * pad
    size = min(box.height * 0.56, canvas.small_print * 1.9)
    size = min(size, size * room / width_of(shop.name, size, "black")) if room > 0 else 0
    emblem = Box(box.x + pad, box.y + (box.height - glyph) / 2, glyph, glyph)
    if size < canvas.small_print * 0.8:
        return emblem, [Plate("shop", Box(box.x, box.y, glyph + 2 * pad, box.height), box.height * 0.28, "white")]
    across = width_of(shop.name, size, "black")
    tag = Plate("shop", Box(box.x, box.y, glyph + across + 2.6 * pad, box.height), box.height * 0.28, "white")
    name = Box(emblem.right + pad * 0.6, box.y, across, box.height)
    return emblem, [tag, placed("shop", _line(shop.name, "black", size), name, "night", "white", centred=False)]


def _words(creative: Creative, frame: Frame, canvas: Canvas) -> Iterator[Piece]:
    """Headline above body, as large as both can be together."""
    box, small = frame.words, canvas.small_print
    room = Box(box.x, box.y, max(box.width, 1), max(box.height, 1))
    body = creative.body if frame.has_body else ""
    least = {"headline": small * 1.45, "body": small * 1.08}
    title = broken_up(creative.headline, "black", room.width, least["headline"])
    body = broken_up(body, "regular", room.width, least["body"])
    gap = small * 0.75
    share = 1.0
    while True:
        headline_size = shrunk(frame.headline_size, least["headline"], share)
        body_size = min(shrunk(frame.body_size, least["body"], share), headline_size * 0.8)
        headline = set_at(title, "black", room.width, headline_size, 1.06)
        words = set_at(body, "regular", room.width, body_size, 1.26) if body.strip() else None
        total = (headline.height if headline else 0) + (gap + words.height if words else 0)
        fits = headline is not None and (words is not None or not body.strip())
        if headline and fits and total <= room.height:
            break
        share *= 0.96
    spare = (room.height - total) * 0.45 if frame.centred else 0
    at = Box(box.x, box.y + spare, room.width, headline.height)
    yield placed("headline", headline, at, "ink", centred=False)
    if words is not None:
        beneath = Box(box.x, at.bottom + gap, room.width, words.height)
        yield placed("body", words, beneath, "ink", centred=False)


def _call(creative: Creative, frame: Frame, canvas: Canvas) -> Iterator[Piece]:
    """A button where it can be pressed; on a screen nobody can press, words."""
    text, box = creative.call_to_action, frame.call
    if not text.strip():
        return  # An ad kept from before calls to action were bounded.
    smallest = canvas.small_print
    if not creative.channel.record.is_clickable:
        label = fit(text, "black", box.width, box.height, largest=box.height * 0.55, smallest=smallest, leading=1.1)
        yield placed("call", label, box, "ink", centred=frame.centred and canvas.width < canvas.height)
        return
    padding = min(box.height * 0.5, box.width * 0.08)
    label = fit(
        text,
        "bold",
        box.width - 2 * padding,
        box.height * 0.9,
        largest=box.height * 0.46,
        smallest=smallest,
        leading=1.1,
    )
    width = max(width_of(line, label.size, "bold") for line in label.lines) + 2 * padding
    button = box if frame.centred else Box(box.x, box.y, width, box.height)
    yield Plate("call", button, min(button.height / 2, canvas.small_print * 1.2), "action")
    yield placed("call", label, button, "action_ink", "action", centred=True)


def _roundel(offer: Sequence[str], picture: Box, canvas: Canvas) -> list[Piece]:
    """The offer in a disc on the picture's upper right corner; nothing where it could not be read there."""
    side = min(picture.width, picture.height)
    for share in (0.47, 0.5, 0.55, _WIDEST_ROUNDEL) if offer else ():
        across = share * side
        disc = Box(picture.right - across, picture.y, across, across)
        loud = across * 0.27
        while loud * 0.48 >= canvas.small_print * 0.95:
            lines = [
                set_at(text, "black" if n == 0 else "bold", across * 0.78, loud if n == 0 else loud * 0.48, 1.08)
                for n, text in enumerate(offer)
            ]
            piled = list(_piled("offer", lines, disc, "action_ink", "action"))
            if all(lines) and all(_is_within(text.box, disc) for text in piled):
                return [Plate("offer", disc, across / 2, "action"), *piled]
            loud *= 0.94
    return []


def _is_within(box: Box, disc: Box) -> bool:
    """Whether all four corners of a box lie on a disc, with a rim left around them."""
    x, y, radius = disc.x + disc.width / 2, disc.y + disc.height / 2, 0.46 * disc.width
    across, down = max(abs(box.x - x), abs(box.right - x)), max(abs(box.y - y), abs(box.bottom - y))
    return across**2 + down**2 <= radius**2


def _piled(part: str, lines: Iterable[Setting | None], box: Box, ink: Colour, on: Colour) -> Iterator[Text]:
    """Settings one beneath the other, in the middle of a box."""
    known = [line for line in lines if line is not None]
    top = box.y + (box.height - sum(line.height for line in known)) / 2
    for number, line in enumerate(known):
        at = Box(box.x, top, box.width, line.height)
        yield placed(part if number == 0 else f"{part} {number}", line, at, ink, on, centred=True)
        top += line.height


def _foot(canvas: Canvas, told: Sequence[str]) -> tuple[float, list[list[str]]]:
    """The height of the small print, and what stands in each of its rows."""
    size = canvas.small_print
    room = canvas.width - 2 * canvas.margin
    rows: list[list[str]] = []
    used = room
    for text in told:
        across = width_of(text, size, "bold")
        if rows and used + size * 1.2 + across <= room:
            rows[-1].append(text)
            used += size * 1.2 + across
        else:
            rows.append([text])
            used = across
    return (len(rows) * size * 1.4 + size * 0.2 if rows else 0.0), rows


def _small_print(rows: Sequence[Sequence[str]], foot: float, canvas: Canvas, *, is_told: bool) -> Iterator[Piece]:
    if not rows:
        return
    size, margin = canvas.small_print, canvas.margin
    ink: Colour = "white" if is_told else "ink"
    on: Colour = "night" if is_told else "ground"
    yield Plate("foot", Box(0, canvas.height - foot, canvas.width, foot), 0, on)
    top = canvas.height - foot + size * 0.1
    for row in rows:
        x = margin
        for text in row:
            setting = Setting((text,), size, size * 1.4, "bold" if text != MOCK else "regular")
            across = setting.width
            if text == MOCK:
                x = canvas.width - margin - across
            part = "note" if text == MOCK else f"told {text}"
            if text.endswith("+"):
                ring = Box(x - size * 0.4, top + size * 0.1, across + size * 0.8, size * 1.2)
                yield Plate("age", ring, ring.height / 2, ink, is_ring=True)
            yield Text(part, setting, Box(x, top, across, setting.height), ink, on)
            x += across + size * 1.2
        top += size * 1.4
