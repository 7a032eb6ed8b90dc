"""One ridge regression per category, by normal equations in which no column is repeated for series that share it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.regressors import Regressors
from domain.opportunity import Cause

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

_ROUNDS = 3
_HUBER = 1.5
_FIRST_NOISE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The columns of N series of one category. Those that are not own are held by place."""

    fixed: Floats
    """The shared columns and those of the place, [P, D, F]."""
    place: Numbers
    """Row of `fixed` of each series, [N]."""
    own: Floats
    """[N, T, O]."""
    is_own: NDArray[np.bool_]
    """Of all K = F + O columns, [K]."""

    def effect(self, coefficients: Floats, columns: list[int]) -> Floats:
        """The part of the prediction that comes from some columns with coefficients [K], [N, D]."""
        chosen = np.zeros(len(self.is_own), dtype=np.bool_)
        chosen[columns] = True
        fixed, own = chosen[~self.is_own], chosen[self.is_own]
        made: Floats = (self.fixed[:, :, fixed] @ coefficients[chosen & ~self.is_own])[self.place]
        if own.any():
            made[:, : self.own.shape[1]] += self.own[:, :, own] @ coefficients[chosen & self.is_own]
        return made

    def searched_in_weather(self, regressors: Regressors, searched: Floats, weight: Floats) -> Floats:
        """Log effect of the interest that the forecast weather raises, [N, H].

        Nobody knows what will be searched for, but what was searched for in such weather: the effect of search on the
        fitted days, [N, fitted], is regressed on their weather, as days count by `weight`.
        """
        days, fitted = regressors.own.basis.shape[0], searched.shape[1]
        columns = regressors.of(Cause.WEATHER)
        if not columns or not searched.any():
            return np.zeros((len(searched), self.fixed.shape[1] - days))
        chosen = np.zeros(len(self.is_own), dtype=np.bool_)
        chosen[columns] = True
        weather = self.fixed[:, :, chosen[~self.is_own]]
        of_place = _sum_by(weight, self.place, len(weather))
        gram = _product(weather[:, :fitted] * of_place[:, :, None], weather[:, :fitted])
        wanted = _sum_by(weight * searched, self.place, len(weather))
        cross = _product(weather[:, :fitted], wanted[:, :, None])[:, 0]
        noise = max(float((searched**2).mean(axis=1).sum()), 1e-8)
        precision = np.array([1 / regressors.columns[column].sd ** 2 for column in columns])
        found = np.linalg.solve(gram + noise * np.diag(precision), cross)
        ahead: Floats = (weather[:, days:] @ found)[self.place]
        return ahead


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What a category's regression found."""

    coefficients: Floats
    """[K]."""
    intercept: Floats
    """[N]."""
    weight: Floats
    """The last robust weights of the fitted days, 0 where nothing is known, [N, fitted]."""


def fit_category(
    design: Design, regressors: Regressors, log_units: Floats, seen: NDArray[np.bool_], fitted: int
) -> Fitted:
    """Iterated reweighting (Huber, k = 1.5) of a ridge regression with an intercept for each series.

    `log_units` and `seen` are [N, T]. Products over all series of a category are taken together, so that they cost a
    pass over the own columns and one over the days of each place, whatever the number of columns.
    """
    is_own = design.is_own
    fixed, own = design.fixed[:, :fitted], design.own[:, :fitted]
    places, by_place = np.unique(design.place, return_inverse=True)
    fixed = fixed[places]
    known = seen[:, :fitted].astype(np.float64)
    target = np.where(seen[:, :fitted], log_units[:, :fitted], 0.0)
    centre = target.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    target = np.where(known > 0, target - centre[:, None], 0.0)
    prior = np.array([column.mean for column in regressors.columns])
    precision = np.array([1 / column.sd**2 for column in regressors.columns])
    columns = len(prior)
    weight, noise = known, _FIRST_NOISE
    coefficients, offset = np.zeros(columns), np.zeros(len(target))
    for _ in range(_ROUNDS):
        mass = np.maximum(weight.sum(axis=1), 1e-9)
        gram, cross, mean = np.zeros((columns, columns)), np.zeros(columns), np.zeros((len(target), columns))
        weighted_own = own * weight[:, :, None]
        weighted_target = weight * target
        of_place = _sum_by(weight, by_place, len(places))
        own_of_place = _sum_by(weighted_own, by_place, len(places))
        gram[np.ix_(~is_own, ~is_own)] = _product(fixed * of_place[:, :, None], fixed)
        gram[np.ix_(is_own, ~is_own)] = _product(own_of_place, fixed)
        gram[np.ix_(~is_own, is_own)] = gram[np.ix_(is_own, ~is_own)].T
        gram[np.ix_(is_own, is_own)] = _product(weighted_own, own)
        cross[~is_own] = _product(fixed, _sum_by(weighted_target, by_place, len(places))[:, :, None])[:, 0]
        cross[is_own] = _product(weighted_own, target[:, :, None])[:, 0]
        mean[:, ~is_own] = _by_series(weight, fixed, by_place)
        mean[:, is_own] = weighted_own.sum(axis=1)
        mean /= mass[:, None]
        target_mean = weighted_target.sum(axis=1) / mass
        gram -= (mean * mass[:, None]).T @ mean
        cross -= (mass * target_mean) @ mean
        coefficients = np.linalg.solve(gram + noise * np.diag(precision), cross + noise * precision * prior)
        offset = target_mean - mean @ coefficients
        miss = target - offset[:, None] - (fixed @ coefficients[~is_own])[by_place] - own @ coefficients[is_own]
        spread = np.maximum(1.2533 * (np.abs(miss) * weight).sum(axis=1) / mass, 1e-3)
        weight = known * np.minimum(1.0, _HUBER * spread[:, None] / np.maximum(np.abs(miss), 1e-9))
        noise = float((spread**2).mean())
    return Fitted(coefficients, centre + offset, weight)


def _product(one: Floats, other: Floats) -> Floats:
    """The sum over rows and days of the products of columns: [N, T, K] and [N, T, L] give [K, L].

    A product for each row: they are too small for a library of linear algebra to spread over threads, which costs many
    times what it saves where the machine has other work.
    """
    total: Floats = np.matmul(one.transpose(0, 2, 1), other).sum(axis=0)
    return total


def _sum_by(values: Floats, group: Numbers, groups: int) -> Floats:
    """Sum [N, ...] over the rows of each group, [G, ...]."""
    if groups == len(values) and (group == np.arange(groups)).all():
        return values
    total = np.zeros((groups, *values.shape[1:]))
    np.add.at(total, group, values)
    return total


def _by_series(weight: Floats, fixed: Floats, place: Numbers) -> Floats:
    """The weighted sum over days of the columns [P, T, F] at the place of each series, [N, F]."""
    made = np.empty((len(weight), fixed.shape[2]))
    for number in range(len(fixed)):
        rows = place == number
        made[rows] = weight[rows] @ fixed[number]
    return made
