"""A shock that a group of series shares, across categories: neither all series, nor those of a region, nor categories
as wholes, each of which has a story of its own, as what a spell of weather makes people want."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_FAR = 3.0
_MANY = 0.05
"""A group is looked for on a day on which this share of series lies `_FAR` scales from the expected: ten times what
chance gives. Fewer are stories of their own."""
_FEWEST_SERIES = 20
_BY_CHANCE = 0.01
"""How rarely a random group may be so unevenly spread over categories, if it is to pass for one: what a category does
is that category's story."""
_ALIKE = 0.25
"""How much members may differ beyond chance, as a share of what they have in common."""
_FREEDOM = 5.0
"""Degrees of freedom of the t distribution that deviations have in their scales: tails as heavy as those of sales."""
_ROUNDS = 25
_STARTS = np.concatenate([-np.geomspace(0.05, 1.2, 14), np.geomspace(0.05, 1.2, 14)])


@dataclass(frozen=True, slots=True, eq=False)
class GroupShock:
    """Series that moved by one common amount on a day."""

    members: Flags
    """[S]."""
    size: float
    """Log effect."""
    share: float
    """Of the series that are known."""
    p_value: float
    """At most: the likelihood of one group over that of two, times the number of series for what was fitted to them
    (Markov's inequality; two parameters by Schwarz's criterion)."""


def find_group(deviation: Floats, scale: Floats, category_of: NDArray[np.int64]) -> GroupShock | None:
    """The group of a day, by a mixture of two: series that did as expected, and series that moved by one amount.

    `deviation` [S] in log units, NaN where unknown, `scale` [S]. Fitted by expectation and maximisation from the most
    likely of a few sizes. None where no group is, and where it is no larger than a story of its own.
    """
    known = np.isfinite(deviation)
    count = int(known.sum())
    far = np.abs(deviation[known]) > _FAR * scale[known]
    if count < _FEWEST_SERIES or far.mean() < _MANY:
        return None
    d, s = deviation[known], scale[known]
    alone = _log_density(d, s)
    likelihood = [np.logaddexp(alone, _moved(d, s, size) + np.log(_MANY)).sum() for size in _STARTS]
    size, share = float(_STARTS[int(np.argmax(likelihood))]), _MANY
    for _ in range(_ROUNDS):
        moved = _moved(d, s, size)
        belongs = 1 / (1 + np.exp(np.clip(alone - moved + np.log((1 - share) / share), -500, 500)))
        # A t distribution is a normal one whose variance varies: what lies far out weighs less.
        width = np.hypot(s, _ALIKE * size)
        weight = belongs * (_FREEDOM + 1) / (_FREEDOM + ((d - size) / width) ** 2) / width**2
        size = float((weight * d).sum() / max(weight.sum(), 1e-12))
        share = float(np.clip(belongs.mean(), 1e-6, 1 - 1e-6))
    both = np.logaddexp(alone + np.log(1 - share), _moved(d, s, size) + np.log(share))
    members = np.zeros(len(deviation), dtype=np.bool_)
    members[known] = belongs > 0.5
    members &= ~_of_whole_categories(members, known, category_of)
    if members.sum() < max(_FEWEST_SERIES, _MANY * count) or _follow_categories(members, known, category_of):
        return None
    gain = float((both - alone).sum()) - np.log(count)
    return GroupShock(members, size, float(members.sum()) / count, float(np.exp(-np.clip(gain, 0.0, 450.0))))


def _log_density(miss: Floats, scale: Floats) -> Floats:
    """Of Student's t without the constant that all share."""
    density: Floats = -(_FREEDOM + 1) / 2 * np.log1p((miss / scale) ** 2 / _FREEDOM) - np.log(scale)
    return density


def _moved(deviation: Floats, scale: Floats, size: float) -> Floats:
    return _log_density(deviation - size, np.hypot(scale, _ALIKE * size))


def _of_whole_categories(members: Flags, known: Flags, category_of: NDArray[np.int64]) -> Flags:
    """Members in categories of which more moved than of any category by chance, [S] (binomial, Bonferroni)."""
    from scipy.special import bdtrc

    moved, size = _count(category_of, members), _count(category_of, known)
    share = members.sum() / known.sum()
    chance = np.where(moved > 0, bdtrc(np.maximum(moved - 1, 0), np.maximum(size, 1), share), 1.0)
    whole: Flags = (chance < _BY_CHANCE / len(size))[category_of] & members
    return whole


def _follow_categories(members: Flags, known: Flags, category_of: NDArray[np.int64]) -> bool:
    """Whether members keep to some categories more than a random group would (Pearson's chi-squared)."""
    from scipy.special import chdtrc

    moved, size = _count(category_of, members), _count(category_of, known)
    share = members.sum() / known.sum()
    asked = size > 0
    uneven = ((moved - size * share)[asked] ** 2 / (size[asked] * share * (1 - share))).sum()
    return bool(chdtrc(max(int(asked.sum()) - 1, 1), uneven) < _BY_CHANCE)


def _count(category_of: NDArray[np.int64], chosen: Flags) -> NDArray[np.int64]:
    """Chosen series by category, [G]."""
    return np.bincount(category_of[chosen], minlength=int(category_of.max()) + 1)
