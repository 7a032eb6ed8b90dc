"""Whether sales that moved to a neighbour, or to the days before, are told from those a competitor took.

The panels are those of `panels`, in which nothing is cannibalised; to them is done what is to be found.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.sensing.telling.insights import sense
from bench.sensing.panels import Made, make
from domain.panel import Panel

Floats = NDArray[np.float64]

KINDS: Final = ("neighbour", "earlier", "competitor")
CATEGORIES: Final = 20
REGIONS: Final = 8
DAYS: Final = 500
THRESHOLD: Final = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A panel in which a category lost sales, and where they went."""

    kind: str
    panel: Panel
    category: str
    rows: NDArray[np.int64]
    window: int
    """Days the loss has lasted."""
    without: Floats
    """Units as they would have been, [S, T]."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a kind was told, of those where the category was told of at all."""

    precision: float
    """Of those said to have moved, the share that did, in that way."""
    recall: float
    """Of those that moved and were told of, the share said to have."""
    told: int
    """Panels of whose category anything was told."""
    panels: int


def make_moved(kind: str, seed: int) -> Moved:
    """A panel of 160 series, with random shares and sizes.

    `neighbour`: in the whole history a share of what another category's promotion sells on top is taken from this one,
    and such a promotion has begun. `earlier`: a surge is paid back by a share of it. `competitor`: sales fall.
    """
    rng = np.random.default_rng([KINDS.index(kind), seed, 7])
    made = make(CATEGORIES, REGIONS, 5_000 + seed, DAYS, judged=8)
    units = made.panel.units.astype(np.float64)
    quiet = np.where(made.event >= 0, made.expected, units)  # its own events are not wanted here
    window = int(rng.integers(1, 4))
    if kind == "neighbour":
        quiet, promotion, mine, theirs = _with_a_promotion_now(made, quiet, window, rng)
        factor = _taken_by(promotion, quiet, mine, theirs, float(rng.uniform(0.25, 0.6)))
        panel = replace(made.panel, promotion=promotion.astype(np.float32))
    else:
        mine = np.flatnonzero(np.repeat(np.arange(CATEGORIES), REGIONS) == int(rng.integers(CATEGORIES)))
        panel, factor = made.panel, np.ones_like(quiet)
        fall = float(rng.uniform(0.12, 0.3))
        factor[mine, -window:] = 1 - fall
        if kind == "earlier":
            length = int(rng.integers(2, 5))
            factor[mine, -window - length : -window] = 1 + fall * window / length / float(rng.uniform(0.4, 0.9)) + 0.2
    sold = np.rint(quiet * factor).astype(np.float32)
    name = panel.series[int(mine[0])].category
    return Moved(kind, replace(panel, units=sold), name, mine, window, quiet)


def judge(seeds: Sequence[int]) -> Judged:
    right = said = moved = told = 0
    for kind in KINDS:
        for seed in seeds:
            made = make_moved(kind, seed)
            found = next((one for one in sense(made.panel, THRESHOLD) if one.category == made.category), None)
            if found is None or found.change >= 0:
                continue
            told += 1
            named = found.elsewhere.kind if found.elsewhere is not None else "competitor"
            moved += kind != "competitor"
            said += named != "competitor"
            right += named == kind != "competitor"
    return Judged(right / max(said, 1), right / max(moved, 1), told, len(KINDS) * len(seeds))


def _with_a_promotion_now(
    made: Made, units: Floats, window: int, rng: np.random.Generator
) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Another category is put on promotion for the last days, and sells more by as much as its promotions do."""
    mine, theirs = (np.arange(number * REGIONS, (number + 1) * REGIONS) for number in rng.permutation(CATEGORIES)[:2])
    promotion = made.panel.promotion.astype(np.float64)
    units = units.copy()
    share = float(rng.uniform(0.4, 0.7))
    fresh = np.maximum(share - promotion[theirs, -window:], 0.0)
    units[theirs, -window:] *= 1 + fresh
    promotion[theirs, -window:] += fresh
    return units, promotion, mine, theirs


def _taken_by(
    promotion: Floats, units: Floats, mine: NDArray[np.int64], theirs: NDArray[np.int64], share: float
) -> Floats:
    """The factor on the sales of `mine`: the neighbour's promotion takes a share of what it sells on top, at most 40 %
    of what is sold here."""
    gained = units[theirs] * (1 - 1 / (1 + promotion[theirs]))
    factor = np.ones_like(units)
    factor[mine] = 1 - np.clip(share * gained / np.maximum(units[mine], 1.0), 0.0, 0.4)
    return factor
