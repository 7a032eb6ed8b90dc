"""Where words and picture go on each size of canvas."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the canvas, pixels from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things go on one size of canvas. `unit` scales small type and margins."""

    headline: Box
    body: Box
    call: Box
    picture: Box
    unit: float
    headline_size: float
    body_size: float
    """The largest type sizes, pixels."""
    words_above: bool = False
    """Whether the words stand above the picture rather than to its left."""


def layout_for(width: int, height: int) -> Layout:
    """Wide canvases put the words beside the picture, square and tall ones above it."""
    shape = width / height
    if shape > 4.5:
        return _strip(width, height)
    if shape > 2:
        return _banner(width, height)
    if shape > 1.1:
        return _side_by_side(width, height)
    if shape > 0.75:
        return _square(width, height)
    return _tower(width, height) if shape > 0.45 else _skyscraper(width, height)


def _strip(width: int, height: int) -> Layout:
    """A leaderboard: the button stands beside the words, for there is no room beneath them."""
    margin = height * 0.16
    picture = Box(width - height * 1.1, height * 0.04, height * 0.94, height * 0.94)
    call = Box(picture.x - height * 1.95, height * 0.33, height * 1.8, height * 0.36)
    text_width = call.x - margin * 2
    return Layout(
        headline=Box(margin, height * 0.24, text_width, height * 0.36),
        body=Box(margin, height * 0.64, text_width, height * 0.28),
        call=call,
        picture=picture,
        unit=height / 110,
        headline_size=height * 0.30,
        body_size=height * 0.17,
    )


def _banner(width: int, height: int) -> Layout:
    margin = height * 0.11
    picture = Box(width - height * 1.04, height * 0.06, height * 0.94, height * 0.94)
    text_width = picture.x - margin * 1.4
    return Layout(
        headline=Box(margin, height * 0.20, text_width, height * 0.27),
        body=Box(margin, height * 0.50, text_width, height * 0.22),
        call=Box(margin, height * 0.755, text_width, height * 0.165),
        picture=picture,
        unit=height / 200,
        headline_size=height * 0.185,
        body_size=height * 0.092,
    )


def _side_by_side(width: int, height: int) -> Layout:
    margin = height * 0.065
    side = min(width * 0.48, height * 0.74)
    picture = Box(width - side, height - side * 1.04, side, side)
    text_width = picture.x - margin * 1.2
    return Layout(
        headline=Box(margin, height * 0.15, text_width, height * 0.36),
        body=Box(margin, height * 0.53, text_width, height * 0.27),
        call=Box(margin, height * 0.83, text_width, height * 0.115),
        picture=picture,
        unit=height / 250,
        headline_size=height * 0.15,
        body_size=height * 0.066,
    )


def _square(width: int, height: int) -> Layout:
    margin = width * 0.07
    side = width * 0.56
    return Layout(
        headline=Box(margin, height * 0.115, width * 0.80, height * 0.26),
        body=Box(margin, height * 0.46, width * 0.36, height * 0.36),
        call=Box(margin, height * 0.86, width * 0.5, height * 0.075),
        picture=Box(width - side - width * 0.02, height * 0.95 - side, side, side),
        unit=width / 420,
        headline_size=width * 0.125,
        body_size=width * 0.042,
    )


def _tower(width: int, height: int) -> Layout:
    margin = width * 0.08
    side = width * 0.80
    return Layout(
        headline=Box(margin, height * 0.085, width - 2 * margin, height * 0.235),
        body=Box(margin, height * 0.775, width - 2 * margin, height * 0.095),
        call=Box(margin, height * 0.895, width - 2 * margin, height * 0.058),
        picture=Box((width - side) / 2, height * 0.315, side, side),
        unit=width / 420,
        headline_size=width * 0.15,
        body_size=width * 0.058,
        words_above=True,
    )


def _skyscraper(width: int, height: int) -> Layout:
    margin = width * 0.08
    side = width * 0.92
    return Layout(
        headline=Box(margin, height * 0.08, width - 2 * margin, height * 0.24),
        body=Box(margin, height * 0.64, width - 2 * margin, height * 0.22),
        call=Box(margin, height * 0.885, width - 2 * margin, height * 0.055),
        picture=Box((width - side) / 2, height * 0.34, side, side),
        unit=width / 220,
        headline_size=width * 0.19,
        body_size=width * 0.095,
        words_above=True,
    )
