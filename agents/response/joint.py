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

import numpy as np
from numpy.typing import NDArray

from agents.response.evidence import Evidence
from agents.response.priors import prior, shape_prior
from domain.channel import Channel

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Cube = NDArray[np.float64]
Places = NDArray[np.int64]

_STEPS = 30
_SETTLED = 1e-12
"""A step that promises to lower the objective by less than this is the last."""
_CHANNELS = len(Channel)
SHAPES = _CHANNELS + 1
"""Log scales of the channels, and the exponent they grow with."""


@dataclass(frozen=True, slots=True, eq=False)
class JointFit:
    """`mean` [m + SHAPES] and `covariance` of the effectiveness of m cells, then of the shapes; `influence` [L, m] is
    how far each lesson moved each cell's mean from the prior."""

    mean: Vector
    covariance: Matrix
    influence: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """The lessons on m cells: exposures `rows` [L, m] with `observed`; `places` [L, C] of cells among the m (m: none);
    `precision` [L] of the first, `weight` [L] of the second kind."""

    evidence: Evidence
    rows: Matrix
    places: Places
    precision: Vector
    weight: Vector
    prior_mean: Vector
    prior_precision: Matrix


def fit(evidence: Evidence, cells: tuple[str, ...], fading: Vector) -> JointFit:
    """The joint posterior of `cells` [m], all those the evidence speaks of among them.

    `fading` [L] is what is left of each lesson's weight. The mode is found from the prior's mean on, so that the same
    lessons give the same numbers whatever was asked before.
    """
    problem = _problem(evidence, cells, fading)
    theta = problem.prior_mean.copy()
    linear, moved = _linear(problem)
    for _ in range(_STEPS):
        off, jacobian = _residuals(problem, theta)
        precision = problem.prior_precision + linear + _gathered(problem, jacobian, len(theta))
        gradient = (
            problem.prior_precision @ (problem.prior_mean - theta)
            + moved
            - linear @ theta
            + _pulled(problem, jacobian, off, len(theta)).sum(axis=0)
        )
        step = np.linalg.solve(precision, gradient)
        if float(gradient @ step) < _SETTLED:
            break
        theta = _descended(problem, theta, step, linear, moved)
    covariance = np.linalg.inv(precision)
    covariance = (covariance + covariance.T) / 2
    return JointFit(theta, covariance, _influence(problem, theta, covariance, len(cells)))


def share_given(spend: Cube, size: Matrix, log_scale: Vector, growth: float) -> tuple[Cube, Cube]:
    """The share of its effectiveness each channel has given [L, G, C], and how that changes with the log of its scale.

    `spend` [L, G, C] is pounds a store and day, `size` [L, G] the log of daily sales over the reference.
    """
    ratio = spend * np.exp(-log_scale - growth * size[..., None])
    left = np.exp(-ratio)
    return 1 - left, -ratio * left


def _problem(evidence: Evidence, cells: tuple[str, ...], fading: Vector) -> _Problem:
    column = {cell: index for index, cell in enumerate(cells)}
    place = np.array([*(column[cell] for cell in evidence.cells), len(cells)])
    effect_mean, effect_covariance = prior(cells)
    shape_mean, shape_variance = shape_prior()
    count = len(cells)
    precision = np.zeros((count + SHAPES, count + SHAPES))
    precision[:count, :count] = np.linalg.inv(effect_covariance)
    precision[count:, count:] = np.diag(1 / shape_variance)
    told = fading / evidence.repeats
    return _Problem(
        evidence=evidence,
        rows=evidence.exposures(cells),
        places=place[evidence.places],
        precision=told / evidence.error**2,
        weight=told,
        prior_mean=np.concatenate([effect_mean, shape_mean]),
        prior_precision=precision,
    )


def _linear(problem: _Problem) -> tuple[Matrix, Vector]:
    """What the lessons without groups add to precision and shift."""
    count = problem.rows.shape[1]
    precision, shift = np.zeros((count + SHAPES, count + SHAPES)), np.zeros(count + SHAPES)
    weighted = problem.rows * problem.precision[:, None]
    precision[:count, :count] = weighted.T @ problem.rows
    shift[:count] = weighted.T @ problem.evidence.observed
    return precision, shift


def _residuals(problem: _Problem, theta: Vector) -> tuple[Matrix, Cube]:
    """Residuals [L, G], whitened and weighted, and their Jacobian by a lesson's cells and the shapes [L, G, 2C + 1]."""
    groups, count = problem.evidence.groups, problem.rows.shape[1]
    beta = np.append(theta[:count], 0.0)[problem.places][:, None, :]
    share, by_scale = share_given(groups.spend, groups.size, theta[count:-1], float(theta[-1]))
    slope = beta * by_scale
    jacobian = np.concatenate([share, slope, (slope.sum(axis=2) * groups.size)[..., None]], axis=2)
    off = groups.lift - (beta * share).sum(axis=2)
    white = groups.white * np.sqrt(problem.weight)[:, None, None]
    return np.einsum("lgh,lh->lg", white, off), white @ jacobian


def _own(problem: _Problem, size: int) -> Places:
    """Where each column of a lesson's Jacobian lies among the parameters [L, 2C + 1]; `size` is nowhere."""
    count = size - SHAPES
    shapes = np.broadcast_to(np.arange(count, size), (len(problem.places), SHAPES))
    return np.concatenate([np.where(problem.places < count, problem.places, size), shapes], axis=1)


def _gathered(problem: _Problem, jacobian: Cube, size: int) -> Matrix:
    own = _own(problem, size)
    parts = np.swapaxes(jacobian, 1, 2) @ jacobian
    at = own[:, :, None] * (size + 1) + own[:, None, :]
    summed = np.bincount(at.ravel(), weights=parts.ravel(), minlength=(size + 1) ** 2)
    return np.asarray(summed.reshape(size + 1, size + 1)[:size, :size])


def _pulled(problem: _Problem, jacobian: Cube, off: Matrix, size: int) -> Matrix:
    """J' W (residual) of each lesson with groups [L, size]."""
    pulled = np.zeros((len(off), size + 1))
    np.put_along_axis(pulled, _own(problem, size), np.einsum("lgk,lg->lk", jacobian, off), axis=1)
    return pulled[:, :size]


def _descended(problem: _Problem, theta: Vector, step: Vector, linear: Matrix, moved: Vector) -> Vector:
    """`theta` after as much of the step as lowers the objective."""

    def objective(at: Vector) -> float:
        off, _ = _residuals(problem, at)
        away = at - problem.prior_mean
        data = float((off**2).sum()) + float(at @ linear @ at - 2 * moved @ at)
        return float(away @ problem.prior_precision @ away) + data

    start, share = objective(theta), 1.0
    while share > 1e-6 and objective(theta + share * step) > start:
        share /= 2
    return theta + share * step


def _influence(problem: _Problem, theta: Vector, covariance: Matrix, count: int) -> Matrix:
    """Each lesson's part in the move of the means from prior to posterior [L, m]; they sum to the whole move."""
    away = theta - problem.prior_mean
    off, jacobian = _residuals(problem, theta)
    padded = np.append(away, 0.0)[_own(problem, len(theta))]
    surprise = off + np.einsum("lgk,lk->lg", jacobian, padded)
    pulled = _pulled(problem, jacobian, surprise, len(theta))
    told = problem.evidence.observed - problem.rows @ problem.prior_mean[:count]
    pulled[:, :count] += problem.rows * (problem.precision * told)[:, None]
    return np.asarray(pulled @ covariance[:, :count])
