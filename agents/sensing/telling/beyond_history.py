"""What weather that no fitted day had does beyond the learned response: as much of it as other categories share."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.deviations import Deviations
from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import robust_scale
from agents.sensing.conditions import days_outside_history
from domain.opportunity import Cause
from domain.panel import Panel

Floats = NDArray[np.float64]

OWN_MISS = 0.5
"""How far a category's own response to such weather may lie from its learned one, as a share of it (one sd)."""
_STRETCH = 1.0
"""How far all responses together may lie from the learned ones, as a share of them (one sd)."""
_ENOUGH = 5
"""Categories with fewer of which nothing can be said to be shared."""
_HUBER = 1.5
_ROUNDS = 3


def with_the_weather_shared(panel: Panel, baseline: Baseline, deviations: Deviations) -> Baseline:
    """The baseline with the judged days' weather effects stretched as far as the categories of a region agree.

    On a day whose weather is outside history the remainders of a region's categories are regressed on their learned
    weather effects: where all that like warmth sell more than their curve says, and all that do not sell less, the
    curves were too flat. Each category is given what the others show, so that a story of its own is never its weather.
    """
    stretched = _stretches(panel, baseline, deviations.unexplained)
    if not stretched:
        return baseline
    judged = slice(panel.days - JUDGED_DAYS, panel.days)
    parts = {driver: effect.copy() for driver, effect in baseline.weather_parts.items()}
    weather, residual = baseline.effects[Cause.WEATHER].copy(), baseline.residual.copy()
    for driver, more in stretched.items():
        parts[driver][:, judged] += more
        weather[:, judged] += more
        residual[:, judged] -= more
    effects = {**baseline.effects, Cause.WEATHER: weather}
    return replace(baseline, effects=effects, residual=residual, weather_parts=parts)


def _stretches(panel: Panel, baseline: Baseline, unexplained: Floats) -> dict[str, Floats]:
    """What is to be added to each of the weather's drivers on the judged days, [S, J] each; empty in usual weather."""
    if panel.days <= JUDGED_DAYS or not baseline.weather_parts:
        return {}
    outside = days_outside_history(panel, baseline)
    more = {driver: np.zeros((len(panel.series), JUDGED_DAYS)) for driver in baseline.weather_parts}
    noise = robust_scale(unexplained[:, :-JUDGED_DAYS])
    for region in np.flatnonzero(outside.any(axis=1)):
        rows = np.flatnonzero(baseline.region_of == region)
        categories, place = np.unique(baseline.category_of[rows], return_inverse=True)
        if len(categories) < _ENOUGH:
            continue
        each = np.bincount(place)
        usual = np.sqrt(np.bincount(place, noise[rows] ** 2)) / each
        for offset in np.flatnonzero(outside[region]):
            day = panel.days - JUDGED_DAYS + offset
            learned = np.stack([effect[rows, day] for effect in baseline.weather_parts.values()], axis=1)
            mean = np.stack([np.bincount(place, column) / each for column in learned.T], axis=1)
            remainder = np.bincount(place, unexplained[rows, day]) / each
            stretch = stretch_by_others(remainder, mean, usual)
            for number, driver in enumerate(more):
                more[driver][rows, offset] = stretch[place, number] * learned[:, number]
    return more if any(values.any() for values in more.values()) else {}


def stretch_by_others(remainder: Floats, learned: Floats, noise: Floats) -> Floats:
    """By how much of itself each learned effect falls short, as all categories but the one itself show, [G, K].

    `remainder` [G] is what the learned effects [G, K] leave, NaN where unknown, `noise` [G] its usual standard
    deviation. A regression through the origin with a normal prior around 0, robust (Huber) against single stories.
    """
    known = np.isfinite(remainder)
    target = np.where(known, remainder, 0.0)
    deviation = np.hypot(noise, OWN_MISS * np.abs(learned).sum(axis=1))
    weight = known / deviation**2
    prior = np.eye(learned.shape[1]) / _STRETCH**2
    coefficients = np.zeros(learned.shape[1])
    for _ in range(_ROUNDS):
        gram = learned.T @ (weight[:, None] * learned) + prior
        coefficients = np.linalg.solve(gram, learned.T @ (weight * target))
        miss = np.abs(target - learned @ coefficients) / deviation
        weight = known * np.minimum(1.0, _HUBER / np.maximum(miss, 1e-9)) / deviation**2
    own = weight[:, None, None] * learned[:, :, None] * learned[:, None, :]
    own_cross = (weight * target)[:, None] * learned
    others = own.sum(axis=0) + prior - own
    stretch: Floats = np.linalg.solve(others, (own_cross.sum(axis=0) - own_cross)[:, :, None])[:, :, 0]
    return stretch
