"""The fake image model: a scene for an ad from a description and a seed. It knows weather, palettes, foods.

It draws by rule, not by learning, and says so: `Scene.is_mock` is true, and the artwork made of it carries a label.
"""

from dataclasses import dataclass
from functools import lru_cache

from llm_mocks.copywriter import seeded_generator
from llm_mocks.fixtures.illustrations import drawing_of
from llm_mocks.prompt_parser import Weather, weather_of

FAKE_IMAGE_MODEL = "fake:illustrator"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as `#rrggbb`. `ink` reads on `top` and `bottom`, `action_ink` on `action`, each at 4.5 to 1 or better."""

    top: str
    bottom: str
    ink: str
    action: str
    action_ink: str
    glow: str


PALETTES: dict[Weather, tuple[Palette, ...]] = {
    "rain": (
        Palette("#16293d", "#36566f", "#ffffff", "#f6b042", "#1c2530", "#ffb45a"),
        Palette("#1d2b3a", "#3a4f66", "#ffffff", "#ffd166", "#1c2530", "#ff9f5a"),
        Palette("#12303a", "#2f5f68", "#ffffff", "#ffc857", "#14262b", "#ffb86b"),
    ),
    "heat": (
        Palette("#7fd3f7", "#fff1c4", "#0b2d4d", "#c81f4a", "#ffffff", "#fff3a6"),
        Palette("#ffd873", "#ffb38a", "#47160d", "#8f1d3f", "#ffffff", "#fff6c9"),
        Palette("#8ee3d6", "#fff4c9", "#06353a", "#b3261e", "#ffffff", "#fffbd0"),
    ),
    "cold": (
        Palette("#1b2150", "#47568f", "#ffffff", "#ffc857", "#1b2150", "#ffb066"),
        Palette("#172a46", "#3f5f86", "#ffffff", "#ffd9a0", "#172a46", "#ffbd80"),
        Palette("#2a1f4f", "#584f8c", "#ffffff", "#ffcf70", "#2a1f4f", "#ffad75"),
    ),
    "none": (
        Palette("#fff6e3", "#ffe0ae", "#143d2c", "#17593b", "#ffffff", "#ffc766"),
        Palette("#eef7ef", "#cfe8d0", "#123a2a", "#0f5a47", "#ffffff", "#8fcb98"),
        Palette("#fdeee6", "#f8cdb8", "#4a1f14", "#96351d", "#ffffff", "#ee9d7c"),
        Palette("#e6f1fb", "#bcd9f2", "#0f2c4a", "#14508f", "#ffffff", "#7fb4e3"),
        Palette("#123f4a", "#23636a", "#ffffff", "#ffd166", "#14262b", "#6fc3b5"),
        Palette("#4d1730", "#7a2848", "#ffffff", "#ffd166", "#3a0f20", "#e88aa5"),
    ),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What an ad's picture is made of. `subject` is SVG in a 200 x 200 box standing on y = 176."""

    weather: Weather
    palette: Palette
    subject: str
    seed: int
    model: str = FAKE_IMAGE_MODEL
    is_mock: bool = True

    def backdrop(self, width: int, height: int) -> str:
        """Weather over the whole ad, SVG without a background of its own."""
        return _backdrop(self.weather, self.palette, width, height, self.seed)


class FakeImageModel:
    """Composes scenes; the same description, category, product and seed give the same scene."""

    def __init__(self, seed: int = 7) -> None:
        self._seed = seed

    def compose(self, description: str, category: str = "", product: str = "") -> Scene:
        """A scene for what the description shows; the product's name and category decide the subject where given."""
        weather = weather_of(description)
        # One product's ads have the same colours, whatever each of them describes.
        rng = seeded_generator(self._seed, "scene", product or description, category)
        palettes = PALETTES[weather]
        return Scene(
            weather=weather,
            palette=palettes[int(rng.integers(len(palettes)))],
            subject=drawing_of(product, category, description),
            seed=int(rng.integers(64)),
        )


@lru_cache(maxsize=512)
def _backdrop(weather: Weather, palette: Palette, width: int, height: int, seed: int) -> str:
    if weather == "rain":
        return _rain(width, height, seed)
    if weather == "heat":
        return _sun(palette, width, height)
    return _snow(width, height, seed) if weather == "cold" else _hills(width, height)


def _rain(width: int, height: int, seed: int) -> str:
    """Slanting streaks in two depths, and drops upon the pane."""
    rng = seeded_generator(seed, "rain", f"{width}x{height}")
    unit = min(width, height)
    count = 26 + int(34 * max(width, height) / unit / 2)
    x, y, size = rng.random(count) * width * 1.1, rng.random(count) * height, 0.04 + 0.07 * rng.random(count)
    near = "".join(
        f"M{a:.0f} {b:.0f}l{-s * unit * 0.28:.1f} {s * unit:.1f}" for a, b, s in zip(x, y, size, strict=True)
    )
    far = "".join(
        f"M{(a * 1.7 + 31) % width:.0f} {(b * 1.3 + 17) % height:.0f}l{-s * unit * 0.2:.1f} {s * unit * 0.7:.1f}"
        for a, b, s in zip(x, y, size, strict=True)
    )
    stroke = unit / 150
    return (
        f'<path d="{far}" stroke="#cfe3f2" stroke-width="{stroke * 0.6:.2f}" stroke-linecap="round" opacity=".22"/>'
        f'<path d="{near}" stroke="#e4f1fb" stroke-width="{stroke:.2f}" stroke-linecap="round" opacity=".30"/>'
    )


def _sun(palette: Palette, width: int, height: int) -> str:
    """A sun in the corner with broad rays, and a low hill."""
    unit = min(width, height)
    radius, cx, cy = unit * 0.13, width - unit * 0.03, unit * 0.02
    lengths = [radius * (1.75 if turn % 2 else 1.58) for turn in range(12)]
    rays = "".join(
        f'<path d="M0 {-radius * 1.28:.1f}V{-length:.1f}" transform="rotate({turn * 30})"/>'
        for turn, length in enumerate(lengths)
    )
    halo = f'<circle r="{radius * 2.6:.1f}" fill="{palette.glow}" opacity=".35"/>'
    stroke = f'stroke="#ffd23f" stroke-width="{unit / 45:.1f}" stroke-linecap="round"'
    disc = f'<circle r="{radius:.1f}" fill="#ffd23f"/><g {stroke}>{rays}</g>'
    return f'<g transform="translate({cx:.1f} {cy:.1f})">{halo}{disc}</g>{_hills(width, height)}'


def _snow(width: int, height: int, seed: int) -> str:
    rng = seeded_generator(seed, "snow", f"{width}x{height}")
    unit = min(width, height)
    count = 46
    x, y, size = rng.random(count) * width, rng.random(count) * height, (0.004 + 0.008 * rng.random(count)) * unit
    flakes = "".join(f'<circle cx="{a:.0f}" cy="{b:.0f}" r="{s:.1f}"/>' for a, b, s in zip(x, y, size, strict=True))
    return f'<g fill="#fff" opacity=".5">{flakes}</g>'


def _hills(width: int, height: int) -> str:
    rise, low = min(width, height) * 0.1, height - min(width, height) * 0.13
    curve = (
        f"M0 {low:.0f}C{width * 0.25:.0f} {low - rise:.0f} {width * 0.45:.0f} {low + rise:.0f} "
        f"{width * 0.7:.0f} {low - rise * 0.3:.0f}S{width * 0.95:.0f} {low - rise * 0.7:.0f} {width} {low:.0f}"
    )
    return f'<path d="{curve}V{height}H0z" fill="#fff" opacity=".32"/>'
