"""Where words and picture go on each size of canvas: five frames, by the canvas's shape."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

AD_CAPITALS: Final = 0.03
"""How high the capitals of the `Ad` mark are at least, as a share of the canvas's height."""
CAP_HEIGHT: Final = 0.72
"""Of Lato, as a share of the type size."""
_SMALL_PRINT: Final = 9.0
"""Pixels: nothing is meant to be set smaller, but on the smallest canvases."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the canvas, pixels from the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def meets(self, other: "Box") -> bool:
        """Whether they share more than an edge."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > 0.01 and down > 0.01


@dataclass(frozen=True, slots=True)
class Fade:
    """Where the weather begins, so that it never runs through words: from nothing at `start` to all of it at `end`,
    pixels along the axis."""

    axis: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things go on one size of canvas."""

    shop: Box
    """The retailer's mark."""
    ad: Box
    """The word `Ad`; its type size follows from its height."""
    words: Box
    """Headline and body, one beneath the other."""
    call: Box
    picture: Box
    ticket: Box
    """What it is and what it costs."""
    headline_size: float
    body_size: float
    """The largest type sizes, pixels."""
    fades: tuple[Fade, ...]
    has_body: bool = True
    names_product: bool = True
    """Whether the ticket has room for the product's name beside its price."""
    ticket_centred: bool = True
    centred: bool = False
    """Whether the call to action stands in the middle of its box rather than at the left."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """A size, and the type that can be read on it."""

    width: int
    height: int

    @property
    def is_tiny(self) -> bool:
        """Whether there is room for a headline alone."""
        return self.height < 80

    @property
    def is_small(self) -> bool:
        """Whether a second sentence could not be read beside a headline."""
        return self.is_tiny or self.width * self.height < 40_000

    @property
    def small_print(self) -> float:
        """The least type size, pixels. Larger canvases are shown scaled down, or read from afar."""
        if self.is_small:
            return 7.5 if self.is_tiny else 8.0
        return max(_SMALL_PRINT, 0.02 * sqrt(self.width * self.height))

    @property
    def ad_size(self) -> float:
        """The type size of the `Ad` mark, pixels."""
        return max(self.small_print, 1.03 * AD_CAPITALS * self.height / CAP_HEIGHT)

    @property
    def margin(self) -> float:
        return max(5.0 if self.is_tiny else 8.0, 0.045 * min(self.width, self.height))


def frame_for(canvas: Canvas, foot: float) -> Frame:
    """The frame of a canvas whose lowest `foot` pixels are kept for what must be told in small print."""
    shape = canvas.width / canvas.height
    if shape > 4.5 or canvas.is_tiny:
        return _strip(canvas, foot)
    if shape > 2:
        return _banner(canvas, foot)
    if shape > 1.1:
        return _side_by_side(canvas, foot)
    return _square(canvas, foot) if shape > 0.75 else _tower(canvas, foot)


def _top_bar(canvas: Canvas) -> tuple[Box, Box]:
    """The retailer's mark at the left, `Ad` at the right."""
    margin, size = canvas.margin, canvas.ad_size
    height = max(size * 1.45, canvas.small_print * 1.9)
    ad = Box(canvas.width - margin - size * 2.15, margin, size * 2.15, size * 1.45)
    return Box(margin, margin, ad.x - 2 * margin, height), ad


def _strip(canvas: Canvas, foot: float) -> Frame:
    """A leaderboard: everything stands in a row, for there is no room beneath anything."""
    width, height, margin = canvas.width, canvas.height - foot, canvas.margin
    side = height - 2 * margin * 0.6
    picture = Box(margin, margin * 0.6, side, side)
    last = 0.245 * width if canvas.is_tiny else max(0.15 * width, 1.3 * canvas.height)
    end = Box(width - margin - last, margin, last, height - margin * 1.4)
    priced = 0.19 * width
    ticket = Box(end.x - priced - margin, margin, priced, height - 1.5 * margin)
    words_x = picture.right + margin * (1 if canvas.is_tiny else 1.4)
    size = canvas.ad_size
    bar = size * 1.45
    ad = Box(end.right - size * 2.15, end.y, size * 2.15, bar)
    call_top = end.y + bar + margin * 0.6
    return Frame(
        shop=Box(end.x, end.y, ad.x - end.x - margin * 0.5, bar),
        ad=ad,
        words=Box(words_x, margin * 0.8, ticket.x - words_x - margin, height - margin * 1.3),
        call=Box(end.x, call_top, end.width, end.bottom - call_top),
        picture=picture,
        ticket=ticket,
        headline_size=height * (0.36 if canvas.is_tiny else 0.33),
        body_size=height * 0.18,
        fades=(Fade("x", width, width),),
        has_body=not canvas.is_small,
        names_product=not canvas.is_small,
        centred=True,
    )


def _banner(canvas: Canvas, foot: float) -> Frame:
    width, height, margin = canvas.width, canvas.height, canvas.margin
    shop, ad = _top_bar(canvas)
    floor = height - foot - margin * 0.7
    side = min(0.27 * width, floor - ad.bottom - margin * 0.4)
    picture = Box(width - margin - side, floor - side, side, side)
    ticket_x = (0.46 if canvas.is_small else 0.53) * width
    ticket_width = picture.x - margin - ticket_x
    call_height = max(canvas.small_print * 2.1, 0.17 * height)
    top = shop.bottom + margin * 0.7
    return Frame(
        shop=Box(shop.x, shop.y, ticket_x - 2 * margin, shop.height),
        ad=ad,
        words=Box(margin, top, ticket_x - 2.4 * margin, floor - top),
        call=Box(ticket_x, floor - call_height, ticket_width, call_height),
        picture=picture,
        ticket=Box(ticket_x, margin, ticket_width, floor - call_height - margin * 1.7),
        headline_size=height * 0.2,
        body_size=height * 0.098,
        has_body=not canvas.is_small,
        names_product=not canvas.is_small,
        fades=(Fade("x", 0.5 * width, 0.72 * width),),
        centred=True,
    )


def _side_by_side(canvas: Canvas, foot: float) -> Frame:
    width, height, margin = canvas.width, canvas.height, canvas.margin
    shop, ad = _top_bar(canvas)
    floor = height - foot - margin * 0.6
    column = 0.51 * width - margin
    right = Box(0.545 * width, max(ad.bottom + margin * 0.4, shop.bottom), 0.455 * width - margin, 0)
    is_box = width * height < 100_000
    ticket_height = (0.4 if canvas.is_small else 0.35 if is_box else 0.27) * (floor - right.y)
    side = min(right.width, floor - ticket_height - margin * 0.5 - right.y)
    picture = Box(right.x + (right.width - side) / 2, floor - ticket_height - margin * 0.5 - side, side, side)
    call_height = max(canvas.small_print * 2.3, 0.105 * height)
    top = shop.bottom + margin * 0.9
    return Frame(
        shop=shop,
        ad=ad,
        words=Box(margin, top, column, floor - call_height - margin * 0.9 - top),
        call=Box(margin, floor - call_height, column, call_height),
        picture=picture,
        ticket=Box(right.x, floor - ticket_height, right.width, ticket_height),
        headline_size=height * 0.135,
        body_size=height * 0.062,
        has_body=not canvas.is_small,
        names_product=not canvas.is_small,
        fades=(Fade("x", 0.5 * width, 0.66 * width),),
    )


def _square(canvas: Canvas, foot: float) -> Frame:
    width, height, margin = canvas.width, canvas.height, canvas.margin
    shop, ad = _top_bar(canvas)
    floor = height - foot - margin * 0.7
    top = shop.bottom + margin
    words = Box(margin, top, width - 2 * margin, 0.41 * height - 0.4 * top)
    low = words.bottom + margin * 0.6
    side = min(0.54 * width, floor - low)
    picture = Box(width - margin * 0.8 - side, floor - side, side, side)
    column = picture.x - 2 * margin
    call_height = max(canvas.small_print * 2.3, 0.075 * height)
    ticket_bottom = floor - call_height - margin * 0.8
    ticket_height = min(0.26 * height, ticket_bottom - low)
    return Frame(
        shop=shop,
        ad=ad,
        words=words,
        call=Box(margin, floor - call_height, column, call_height),
        picture=picture,
        ticket=Box(margin, ticket_bottom - ticket_height, column, ticket_height),
        headline_size=width * 0.115,
        body_size=width * 0.05,
        ticket_centred=False,
        fades=(Fade("y", words.bottom, words.bottom + 0.1 * height), Fade("x", column + margin, picture.x + margin)),
    )


def _tower(canvas: Canvas, foot: float) -> Frame:
    """A skyscraper's retailer and `Ad` stand one beneath the other, for there is no room beside each other."""
    width, height, margin = canvas.width, canvas.height, canvas.margin
    shop, ad = _top_bar(canvas)
    if width < 8 * canvas.ad_size:
        shop = Box(margin, margin, width - 2 * margin, canvas.small_print * 2.4)
        ad = Box(margin, shop.bottom + margin * 0.8, ad.width, ad.height)
    floor = height - foot - margin * 0.7
    call_height = max(canvas.small_print * 2.4, 0.052 * height)
    ticket_height = max(0.125 * height, canvas.small_print * 7)
    ticket = Box(margin, floor - call_height - margin * 0.8 - ticket_height, width - 2 * margin, ticket_height)
    top = max(shop.bottom, ad.bottom) + margin
    free = ticket.y - margin * 0.6 - top
    side = min(width - 1.2 * margin, 0.56 * free)
    picture = Box((width - side) / 2, ticket.y - margin * 0.5 - side, side, side)
    words = Box(margin, top, width - 2 * margin, picture.y - margin * 0.4 - top)
    return Frame(
        shop=shop,
        ad=ad,
        words=words,
        call=Box(margin, floor - call_height, width - 2 * margin, call_height),
        picture=picture,
        ticket=ticket,
        headline_size=min(width * 0.17, height * 0.08),
        body_size=min(width * 0.1, height * 0.036),
        fades=(
            Fade("y", words.bottom, words.bottom + 0.1 * height),
            Fade("y", ticket.bottom, ticket.bottom - 0.1 * height),
        ),
        centred=True,
    )
