"""One fit of effectiveness and saturation over all lessons.

A group of stores on which x_c pounds a store and day are spent by channel gains the relative lift

    L = sum over c of beta_c (1 - exp(-x_c / s_c)),    ln s_c = sigma_c + gamma ln(daily sales / reference)

with beta by cell (channel x audience x category), sigma by channel and gamma for all: a category's effectiveness is
its own, while how a channel saturates is learned over all of them. Lessons without groups say `observed = exposures .
beta + noise`, as they always did. The posterior is Gaussian about its mode, found by Gauss-Newton steps (Bishop 2006,
section 4.4; Gelman et al. 2013, section 4.1): each lesson adds J' W J to the precision, so that lessons commute and
withdrawing one is leaving it out.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agents.response.evidence import Evidence
from agents.response.priors import prior, shape_prior
from domain.channel import Channel

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Cube = NDArray[np.float64]
Places = NDArray[np.int64]

_STEPS = 50
_SETTLED = 1e-20
"""A step that promises to lower the objective by less than this is the last: 1e-10 deviations from the mode."""
_SMALLEST_SHARE, _BLUR = 1e-6, 1e-17
_CHANNELS = len(Channel)
SHAPES = _CHANNELS + 1
"""Log scales of the channels, and the exponent they grow with."""


@dataclass(frozen=True, slots=True, eq=False)
class JointFit:
    """`mean` [m + SHAPES] and `covariance` of the effectiveness of m cells, then of the shapes, at the mode of a
    problem."""

    problem: "_Problem"
    mean: Vector
    covariance: Matrix

    def influence(self, cells: Places) -> Matrix:
        """How far each lesson moved the means of `cells` [n] from the prior [L, n]; over the lessons they sum to the
        whole move."""
        problem, covariance = self.problem, np.vstack([self.covariance, np.zeros(len(self.mean))])[:, cells]
        off, jacobian = _residuals(problem, self.mean)
        own = problem.own
        surprise = off + np.einsum("lgk,lk->lg", jacobian, np.append(self.mean - problem.prior_mean, 0.0)[own])
        moved = np.einsum("lk,lkn->ln", np.einsum("lgk,lg->lk", jacobian, surprise), covariance[own])
        before = np.append(problem.prior_mean, 0.0)[problem.exposed]
        told = problem.evidence.observed - (problem.evidence.exposures * before).sum(axis=1)
        weight = problem.evidence.exposures * (problem.precision * told)[:, None]
        return np.asarray(moved + np.einsum("lk,lkn->ln", weight, covariance[problem.exposed]))


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """The lessons on m cells, N = m + SHAPES parameters: `exposed` [L, K] and `places` [L, C] are their cells among the
    N (N: none), `own` [L, 2C + 1] where the columns of a lesson's Jacobian lie; `precision` [L] of lessons without
    groups, `weight` [L] of those with them."""

    evidence: Evidence
    exposed: Places
    places: Places
    own: Places
    precision: Vector
    weight: Vector
    prior_mean: Vector
    prior_precision: Matrix
    linear: Matrix
    shift: Vector
    """What the lessons without groups add to precision and shift."""


def fit(evidence: Evidence, cells: tuple[str, ...], fading: Vector) -> JointFit:
    """The joint posterior of `cells` [m], all those the evidence speaks of among them.

    `fading` [L] is what is left of each lesson's weight. The mode is found from the prior's mean on, so that the same
    lessons give the same numbers whatever was asked before.
    """
    problem = _problem(evidence, cells, fading)
    theta = problem.prior_mean.copy()
    off, jacobian = _residuals(problem, theta)
    objective = _objective(problem, theta, off)
    for _ in range(_STEPS):
        precision = problem.prior_precision + problem.linear + _gathered(problem, jacobian)
        gradient = (
            problem.prior_precision @ (problem.prior_mean - theta)
            + problem.shift
            - problem.linear @ theta
            + _pulled(problem, jacobian, off)
        )
        step = np.linalg.solve(precision, gradient)
        # Where the objective can no longer tell better from worse, the steps only go round.
        if float(gradient @ step) < max(_SETTLED, _BLUR * abs(objective)):
            break
        share = 1.0
        while True:
            trial = theta + share * step
            off, jacobian = _residuals(problem, trial)
            reached = _objective(problem, trial, off)
            if reached <= objective or share < _SMALLEST_SHARE:
                break
            share /= 2
        theta, objective = trial, min(reached, objective)
    covariance = np.linalg.inv(precision)
    return JointFit(problem, theta, (covariance + covariance.T) / 2)


def share_given(spend: Cube, size: Matrix, log_scale: Vector, growth: float) -> tuple[Cube, Cube]:
    """The share of its effectiveness each channel has given [L, G, C], and how that changes with the log of its scale.

    `spend` [L, G, C] is pounds a store and day, `size` [L, G] the log of daily sales over the reference.
    """
    ratio = spend * np.exp(-log_scale - growth * size[..., None])
    left = np.exp(-ratio)
    return 1 - left, -ratio * left


@lru_cache(maxsize=4)
def _prior(cells: tuple[str, ...]) -> tuple[Vector, Matrix]:
    """Mean and precision of all parameters."""
    effect_mean, effect_covariance = prior(cells)
    shape_mean, shape_variance = shape_prior()
    count = len(cells)
    precision = np.zeros((count + SHAPES, count + SHAPES))
    precision[:count, :count] = np.linalg.inv(effect_covariance)
    precision[count:, count:] = np.diag(1 / shape_variance)
    return np.concatenate([effect_mean, shape_mean]), precision


def _problem(evidence: Evidence, cells: tuple[str, ...], fading: Vector) -> _Problem:
    column = {cell: index for index, cell in enumerate(cells)}
    size = len(cells) + SHAPES
    place = np.array([*(column[cell] for cell in evidence.cells), size])
    exposed, places = place[evidence.exposed], place[evidence.places]
    shapes = np.broadcast_to(np.arange(len(cells), size), (len(places), SHAPES))
    mean, precision = _prior(cells)
    told = fading / evidence.repeats
    certain = told / evidence.error**2
    weighted = evidence.exposures * certain[:, None]
    return _Problem(
        evidence=evidence,
        exposed=exposed,
        places=places,
        own=np.concatenate([places, shapes], axis=1),
        precision=certain,
        weight=told,
        prior_mean=mean,
        prior_precision=precision,
        linear=_summed(exposed, weighted[:, :, None] * evidence.exposures[:, None, :], size),
        shift=_added(exposed, weighted * evidence.observed[:, None], size),
    )


def _residuals(problem: _Problem, theta: Vector) -> tuple[Matrix, Cube]:
    """Residuals [L, G], whitened and weighted, and their Jacobian by a lesson's cells and the shapes [L, G, 2C + 1]."""
    groups = problem.evidence.groups
    beta = np.append(theta, 0.0)[problem.places][:, None, :]
    share, by_scale = share_given(groups.spend, groups.size, theta[-SHAPES:-1], float(theta[-1]))
    slope = beta * by_scale
    jacobian = np.concatenate([share, slope, (slope.sum(axis=2) * groups.size)[..., None]], axis=2)
    off = groups.lift - (beta * share).sum(axis=2)
    white = groups.white * np.sqrt(problem.weight)[:, None, None]
    return np.einsum("lgh,lh->lg", white, off), white @ jacobian


def _objective(problem: _Problem, at: Vector, off: Matrix) -> float:
    """Squared distance from the prior and from the lessons, up to a constant."""
    away = at - problem.prior_mean
    data = float((off**2).sum()) + float(at @ problem.linear @ at - 2 * problem.shift @ at)
    return float(away @ problem.prior_precision @ away) + data


def _gathered(problem: _Problem, jacobian: Cube) -> Matrix:
    return _summed(problem.own, np.swapaxes(jacobian, 1, 2) @ jacobian, len(problem.prior_mean))


def _pulled(problem: _Problem, jacobian: Cube, off: Matrix) -> Vector:
    """J' W (residual), summed over the lessons with groups [N]."""
    return _added(problem.own, np.einsum("lgk,lg->lk", jacobian, off), len(problem.prior_mean))


def _summed(own: Places, parts: Cube, size: int) -> Matrix:
    """The lessons' small matrices `parts` [L, K, K] added up where their columns lie [N, N]; place N is nowhere."""
    at = own[:, :, None] * (size + 1) + own[:, None, :]
    summed = np.bincount(at.ravel(), weights=parts.ravel(), minlength=(size + 1) ** 2)
    return np.asarray(summed.reshape(size + 1, size + 1)[:size, :size])


def _added(own: Places, parts: Matrix, size: int) -> Vector:
    return np.asarray(np.bincount(own.ravel(), weights=parts.ravel(), minlength=size + 1)[:size])
