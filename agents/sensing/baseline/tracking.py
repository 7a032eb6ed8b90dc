"""Level and scale that follow a series, exponentially weighted, each day knowing only days well before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALF_LIFE_DAYS = 28.0
PRIOR_DAYS = 5.0
_CLIPPED_SCALES = 4.0
_SCALE_RANGE = (0.5, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """An exponentially weighted mean of C values of S series that waits some days before it believes a day."""

    total: Floats
    """[C, S]."""
    mass: Floats
    """[S]."""
    waiting: tuple[Floats, ...]
    """Values times weights of the newest lag - 1 days, the oldest first, [C, S] each."""
    waiting_weight: tuple[Floats, ...]
    """[S] each."""

    def after(self, values: Floats, weight: Floats, half_life: float | Floats = HALF_LIFE_DAYS) -> "Following":
        """With a day more, of values [C, S] and weights [S]. NaN needs weight 0."""
        keep = 0.5 ** (1 / np.asarray(half_life, dtype=np.float64))
        waiting = (*self.waiting, np.where(weight > 0, values * weight, 0.0))
        waiting_weight = (*self.waiting_weight, weight)
        return Following(
            total=keep * self.total + waiting[0],
            mass=np.maximum(keep * self.mass + waiting_weight[0], 1e-9),
            waiting=waiting[1:],
            waiting_weight=waiting_weight[1:],
        )

    @property
    def level(self) -> Floats:
        """What the day that comes next is set against, [C, S]."""
        level: Floats = self.total / self.mass
        return level


def followed(values: Floats, weight: Floats, lag: int, half_life: float | Floats = HALF_LIFE_DAYS) -> Following:
    """Where `follow_level` stands after the last of the days of [C, S, T]: its level is the next day's, if no value of
    the next `lag` - 1 days is believed yet. `half_life` may be each series' own, [S]."""
    keep = 0.5 ** (1 / np.asarray(half_life, dtype=np.float64))
    believed = max(values.shape[2] - lag + 1, 0)
    by_day = np.where(weight > 0, values * weight, 0.0)
    fade = np.broadcast_to(keep, weight.shape[:1])[:, None] ** np.arange(believed)[::-1]
    return Following(
        total=(by_day[:, :, :believed] * fade).sum(axis=2),
        mass=(weight[:, :believed] * fade).sum(axis=1) + PRIOR_DAYS * keep**believed,
        # Copies: a view would keep all days for the sake of a few.
        waiting=tuple(by_day[:, :, day].copy() for day in range(believed, values.shape[2])),
        waiting_weight=tuple(weight[:, day].copy() for day in range(believed, values.shape[2])),
    )


def follow_level(values: Floats, weight: Floats, lag: int, half_life: float = HALF_LIFE_DAYS) -> Floats:
    """The exponentially weighted mean of [C, S, T] up to `lag` days before each day, [C, S, T]. Half-lives are in days.

    `weight` [S, T] is shared by all C components, so levels of parts sum to the level of the sum. The prior is a
    level of 0 worth `PRIOR_DAYS` days. NaN needs weight 0.
    """
    keep = 0.5 ** (1 / half_life)
    components, series, days = values.shape
    by_day = np.ascontiguousarray(np.where(weight > 0, values * weight, 0.0).transpose(2, 0, 1))
    weight_by_day = np.ascontiguousarray(weight.T)
    levels = np.zeros((days, components, series))
    total = np.zeros((components, series))
    mass = np.full(series, PRIOR_DAYS)
    for day in range(days):
        if day >= lag:
            total = keep * total + by_day[day - lag]
            mass = np.maximum(keep * mass + weight_by_day[day - lag], 1e-9)
            levels[day] = total / mass
    return levels.transpose(1, 2, 0)


def follow_scale(values: Floats, lag: int, fitted: int | None = None) -> Floats:
    """A robust standard deviation of [S, T] that follows the series, known `lag` days before each day, [S, T].

    Exponentially weighted mean absolute deviation, clipped at 4 static scales so that one event does not hide the
    next, and kept between a half and twice the static scale (1.4826 x median absolute value), which the first `fitted`
    days give, so that no judged day has a part in the measure it is judged by.
    """
    static = robust_scale(values[:, :fitted])
    clipped, known = clipped_deviation(values, static[:, None])
    level = follow_level(clipped[None], known.astype(np.float64), lag)[0]
    return scale_of(level, static[:, None])


def clipped_deviation(values: Floats, static: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """What the scale follows: the absolute deviation beyond what the static scale leads one to expect, 0 where it is
    not known, and where it is."""
    clipped = np.minimum(np.abs(values), _CLIPPED_SCALES * static)
    known = np.isfinite(clipped)
    return np.where(known, clipped - static / 1.2533, 0.0), known


def scale_of(level: Floats, static: Floats) -> Floats:
    """The scale that belongs to the level of `clipped_deviation`."""
    least, most = _SCALE_RANGE
    scale: Floats = np.clip(1.2533 * level + static, least * static, most * static)
    return scale


def robust_scale(values: Floats) -> Floats:
    """1.4826 x the median absolute value along the last axis, ignoring NaN; never 0. [S, T] gives [S]."""
    absolute = np.abs(values)
    known = np.isfinite(absolute)
    filled = np.sort(np.where(known, absolute, np.inf), axis=-1)
    middle = np.maximum((known.sum(axis=-1) - 1) // 2, 0)
    median = np.take_along_axis(filled, middle[..., None], axis=-1)[..., 0]
    return np.maximum(1.4826 * np.where(np.isfinite(median), median, 0.0), 1e-3)


def worth(usual: Floats, unsure: Floats) -> Floats:
    """What a deviation counts for whose expectation is `unsure`, beside those of the `usual` scale; both are standard
    deviations in log units. 1 where the expectation is sure."""
    share: Floats = usual / np.hypot(usual, unsure)
    return share


def window_mean(values: Floats, days: int) -> Floats:
    """Mean of the `days` days ending at each day, over the days known, NaN where none is. [..., T] gives the same."""
    known = np.isfinite(values)
    if days == 1:
        return np.where(known, values, np.nan)
    padding = [(0, 0)] * (values.ndim - 1) + [(days, 0)]
    total = np.cumsum(np.pad(np.where(known, values, 0.0), padding), axis=-1)
    count = np.cumsum(np.pad(known.astype(np.float64), padding), axis=-1)
    found = count[..., days:] - count[..., :-days]
    summed = total[..., days:] - total[..., :-days]
    return np.where(found > 0, summed / np.maximum(found, 1), np.nan)
