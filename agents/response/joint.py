"""One fit of effectiveness and saturation over all lessons.

A group of stores on which x_c pounds a store and day are spent by channel gains the relative lift

    L = sum over c of beta_c (1 - exp(-x_c / s_c)),    ln s_c = sigma_c + gamma ln(daily sales / reference)

with beta by cell (channel x audience x category), sigma by channel and gamma for all: a category's effectiveness is
its own, while how a channel saturates is learned over all of them. Lessons without groups say `observed = exposures .
beta + noise`, as they always did. The posterior is Gaussian about its mode, found by Newton's steps, with the expected
information for its precision (Bishop 2006, section 4.4; Gelman et al. 2013, section 4.1): each lesson adds J' W J, so
that lessons commute and withdrawing one is leaving it out.
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
_FARTHEST = 30.0
"""How far a step may move the log of a scale: where nearly everything or nothing is saturated, the objective is so flat
that Newton's step goes to where no number holds the scale."""
_CHANNELS = len(Channel)
SHAPES = _CHANNELS + 1
"""Log scales of the channels, and the exponent they grow with."""


@dataclass(frozen=True, slots=True, eq=False)
class JointFit:
    """The mode `mean` [m + SHAPES] of the effectiveness of m cells, then of the shapes, and the lower Cholesky root of
    the precision there."""

    problem: "_Problem"
    mean: Vector
    root: Matrix

    def covariance(self, columns: Places) -> Matrix:
        """The covariance of all parameters with those at `columns` [N, n]."""
        from scipy.linalg import cho_solve

        chosen = np.zeros((len(self.mean), len(columns)))
        chosen[columns, np.arange(len(columns))] = 1.0
        return np.asarray(cho_solve((self.root, True), chosen, check_finite=False))

    def newest_groups(self, most: int) -> tuple[Places, Matrix, Matrix, Cube, Cube, Vector, Vector]:
        """Of the `most` newest lessons with groups: where their parameters lie `own` [l, K], their groups' lifts as
        measured and as fitted [l, G], the `jacobian` [l, G, K] of the latter, which `white` [l, G, G] has made white,
        the lessons' weights [l] and those of their experiments [l]. A channel that a lesson does not speak of has a
        jacobian of 0, and the place 0."""
        problem, groups = self.problem, self.problem.evidence.groups
        newest = np.argsort(-problem.evidence.learned_on, kind="stable")
        rows = newest[(groups.white[newest] != 0).any(axis=(1, 2))][:most] if groups.white.size else newest[:0]
        at = _looked(problem, self.mean)
        fitted = _over_channels(at.beta * (1 - at.left))[rows]
        # A weight that has faded to nothing divides nothing.
        weight = np.maximum(problem.weight[rows], np.finfo(np.float64).tiny)
        own = problem.own[rows]
        nowhere = own == len(self.mean)
        jacobian = at.jacobian[rows] / np.sqrt(weight)[:, None, None] * ~nowhere[:, None, :]
        of_experiment = weight * problem.evidence.repeats[rows]
        return np.where(nowhere, 0, own), groups.lift[rows], fitted, jacobian, groups.white[rows], weight, of_experiment

    def influence(self, covariance: Matrix) -> Matrix:
        """How far each lesson moved, from the prior, the means of the cells of whose `covariance` [N, n] with all
        parameters is given [L, n]; over the lessons they sum to the whole move."""
        problem, across = self.problem, np.vstack([covariance, np.zeros(covariance.shape[1])])
        at = _looked(problem, self.mean)
        own = problem.own
        surprise = at.off + np.einsum("lgk,lk->lg", at.jacobian, np.append(self.mean - problem.prior_mean, 0.0)[own])
        moved = np.einsum("lk,lkn->ln", np.einsum("lgk,lg->lk", at.jacobian, surprise), across[own])
        before = np.append(problem.prior_mean, 0.0)[problem.exposed]
        told = problem.evidence.observed - (problem.evidence.exposures * before).sum(axis=1)
        weight = problem.evidence.exposures * (problem.precision * told)[:, None]
        return np.asarray(moved + np.einsum("lk,lkn->ln", weight, across[problem.exposed]))


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """The lessons on m cells, N = m + SHAPES parameters: `exposed` [L, K] and `places` [L, C] are their cells among the
    N (N: none), `own` [L, 2C + 1] where the columns of a lesson's Jacobian lie; `precision` [L] of lessons without
    groups, `weight` [L] of those with them."""

    evidence: Evidence
    cells: tuple[str, ...]
    exposed: Places
    places: Places
    own: Places
    precision: Vector
    weight: Vector
    prior_mean: Vector
    prior_precision: Matrix
    order: Places
    alike: Places
    """The lessons by their cells [L], and where each run of those of the same cells begins among them, with the end."""
    linear: Matrix
    shift: Vector
    """What the lessons without groups add to precision and shift."""


def fit(evidence: Evidence, cells: tuple[str, ...], fading: Vector, near: Vector | None = None) -> JointFit:
    """The joint posterior of `cells` [m], all those the evidence speaks of among them.

    `fading` [L] is what is left of each lesson's weight. The mode is sought from `near` [m + SHAPES] on, the prior's
    mean unless told; from the mode of nearly the same lessons it is the same to 1e-9. Few and very exact lessons have
    other modes far away.
    """
    from scipy.linalg import cho_solve

    problem = _problem(evidence, cells, fading)
    theta = problem.prior_mean.copy() if near is None else near
    at = _looked(problem, theta)
    for _ in range(_STEPS):
        told, pull = _gathered(problem, at)
        information = problem.prior_precision + problem.linear + told
        gradient = (
            problem.prior_precision @ (problem.prior_mean - theta) + problem.shift - problem.linear @ theta + pull
        )
        step = cho_solve((_root(information - _bend(problem, at), information), True), gradient, check_finite=False)
        # Where the objective can no longer tell better from worse, the steps only go round.
        if float(gradient @ step) < max(_SETTLED, _BLUR * abs(at.objective)):
            theta = theta + step
            break
        share = _FARTHEST / max(_reach(problem, step), _FARTHEST)
        while (trial := _looked(problem, theta + share * step)).objective > at.objective and share > _SMALLEST_SHARE:
            share /= 2
        theta, at = theta + share * step, trial
    return JointFit(problem, theta, np.asarray(np.linalg.cholesky(information), dtype=np.float64))


def _reach(problem: _Problem, step: Vector) -> float:
    """How far a step may move the log of any lesson's scale."""
    largest = np.abs(problem.evidence.groups.size).max(initial=0.0)
    return float(np.abs(step[-SHAPES:-1]).max() + np.abs(step[-1]) * largest)


def _root(curvature: Matrix, information: Matrix) -> Matrix:
    """The Cholesky root of the curvature; of the information, which always has one, where the curvature bends away."""
    try:
        return np.asarray(np.linalg.cholesky(curvature), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.cholesky(information), dtype=np.float64)


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
    _, block = np.unique(places, axis=0, return_inverse=True)
    order = np.argsort(block, kind="stable")
    begins = np.flatnonzero(np.diff(block[order], prepend=-1))
    return _Problem(
        evidence=evidence,
        cells=cells,
        exposed=exposed,
        places=places,
        own=np.concatenate([places, shapes], axis=1),
        precision=certain,
        weight=told,
        prior_mean=mean,
        prior_precision=precision,
        order=order,
        alike=np.append(begins, len(order)),
        linear=_summed(exposed, weighted[:, :, None] * evidence.exposures[:, None, :], size),
        shift=_added(exposed, weighted * evidence.observed[:, None], size),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The lessons with groups seen from a point: residuals `off` [L, G] and their `jacobian` [L, G, 2C + 1], both made
    `white` and weighted; the effectiveness `beta` [L, 1, C], spend over scale `ratio` and `left`, exp(-ratio),
    [L, G, C] they come from; and the objective, the squared distance from the prior and from all lessons, up to a
    constant."""

    off: Matrix
    jacobian: Cube
    white: Cube
    beta: Cube
    ratio: Cube
    left: Cube
    objective: float


def _looked(problem: _Problem, theta: Vector) -> _Look:
    groups = problem.evidence.groups
    beta = np.append(theta, 0.0)[problem.places][:, None, :]
    ratio = groups.spend * np.exp(-theta[-SHAPES:-1] - theta[-1] * groups.size[..., None])
    left = np.exp(-ratio)
    slope = -beta * ratio * left
    reached = 1 - left
    jacobian = np.concatenate([reached, slope, (_over_channels(slope) * groups.size)[..., None]], axis=2)
    white = groups.white * np.sqrt(problem.weight)[:, None, None]
    off = np.einsum("lgh,lh->lg", white, groups.lift - _over_channels(beta * reached))
    away = theta - problem.prior_mean
    told = float((off**2).sum()) + float(theta @ problem.linear @ theta - 2 * problem.shift @ theta)
    objective = float(away @ problem.prior_precision @ away) + told
    return _Look(off, white @ jacobian, white, beta, ratio, left, objective)


def _over_channels(each: Cube) -> Matrix:
    """The sum over the last axis: channel by channel, which is quicker than along so short a row."""
    total = each[..., 0].copy()
    for channel in range(1, each.shape[2]):
        total += each[..., channel]
    return np.asarray(total)


def _gathered(problem: _Problem, at: _Look) -> tuple[Matrix, Vector]:
    """J' W J [N, N] and J' W (residual) [N], summed over the lessons with groups: those of the same cells at once."""
    size, columns = len(problem.prior_mean), at.jacobian.shape[2]
    count = len(problem.alike) - 1
    parts, pulls = np.zeros((count, columns, columns)), np.zeros((count, columns))
    jacobian, off = at.jacobian[problem.order], at.off[problem.order]
    for block in range(count):
        mine = slice(problem.alike[block], problem.alike[block + 1])
        rows = jacobian[mine].reshape(-1, columns)
        parts[block], pulls[block] = rows.T @ rows, rows.T @ off[mine].ravel()
    own = problem.own[problem.order[problem.alike[:-1]]]
    return _summed(own, parts, size), _added(own, pulls, size)


def _bend(problem: _Problem, at: _Look) -> Matrix:
    """What the curves' bending takes from the curvature [N, N]: residuals times the lifts' second derivatives. With it
    the steps are Newton's, of which a few suffice."""
    groups, size = problem.evidence.groups, len(problem.prior_mean)
    begins = problem.alike[:-1]
    if not len(begins):
        return np.zeros((size, size))
    pull = np.einsum("lgh,lg->lh", at.white, at.off)[..., None]
    faded = at.ratio * at.left
    mixed, twice = -pull * faded, pull * at.beta * faded * (1 - at.ratio)
    tall = groups.size[..., None]
    # By channel, of each lesson: those of the same cells are added up before their matrices are made.
    bends = np.concatenate([mixed, mixed * tall, twice, twice * tall, twice * tall**2], axis=2).sum(axis=1)
    alike = np.add.reduceat(bends[problem.order], begins, axis=0).reshape(len(begins), 5, _CHANNELS)
    channel = np.arange(_CHANNELS)
    parts = np.zeros((len(begins), 2 * _CHANNELS + 1, 2 * _CHANNELS + 1))
    parts[:, channel, _CHANNELS + channel] = alike[:, 0]
    parts[:, channel, -1] = alike[:, 1]
    parts[:, _CHANNELS + channel, -1] = alike[:, 3]
    parts += np.swapaxes(parts, 1, 2)
    parts[:, _CHANNELS + channel, _CHANNELS + channel] = alike[:, 2]
    parts[:, -1, -1] = alike[:, 4].sum(axis=1)
    return _summed(problem.own[problem.order[begins]], parts, size)


def _summed(own: Places, parts: Cube, size: int) -> Matrix:
    """The lessons' small matrices `parts` [L, K, K] added up where their columns lie [N, N]; place N is nowhere."""
    at = own[:, :, None] * (size + 1) + own[:, None, :]
    summed = np.bincount(at.ravel(), weights=parts.ravel(), minlength=(size + 1) ** 2)
    return np.asarray(summed.reshape(size + 1, size + 1)[:size, :size], dtype=np.float64)


def _added(own: Places, parts: Matrix, size: int) -> Vector:
    return np.asarray(np.bincount(own.ravel(), weights=parts.ravel(), minlength=size + 1)[:size], dtype=np.float64)
