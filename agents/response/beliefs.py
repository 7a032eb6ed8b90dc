"""What we believe each cell's effectiveness to be: a Gaussian posterior whose evidence simply adds.

Effectiveness beta is the relative lift a cell gives at saturation (see `agents.response.curves`). One lesson says
`observed = exposures . beta + noise`, so in natural parameters (precision L, shift e = L mean) it contributes
x x' / se^2 and x observed / se^2 (Bishop 2006, section 3.3). Sums commute: any worker may add a lesson, in any order,
and withdrawing one is leaving it out of the fold. Nothing is ever overwritten.

- **Pooling.** Cells share what is common: the prior covariance between two cells grows with what they have in common
  (channel, category, audience), so a first soup campaign already says something about email for pies.
- **Forgetting.** A lesson's precision halves with every `HALF_LIFE_DAYS` between it and the day asked about
  (the power prior of Ibrahim & Chen 2000). The distance counts both ways: a lesson learned later than the day
  asked about, as when an old day is run again, is as far off as one learned that much earlier.
- **Sign.** Ads are taken not to lose sales: means and draws below zero are read as zero when they are used to decide
  (`nonnegative`). The Gaussian itself is not truncated, because truncated evidence would no longer add.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from agents.response.channels import response_of
from agents.response.evidence import Evidence, evidence_of
from domain.channel import Channel
from domain.lesson import Belief, Lesson

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

HALF_LIFE_DAYS = 90.0
"""A quarter: long enough to carry a season's campaigns, short enough to follow a change of shoppers' habits."""

PRIOR_SPREAD = 0.6
"""Prior standard deviation as a share of the mean: weak enough that one well measured campaign can halve it."""

_SHARED_MARKET, _SHARED_CHANNEL, _SHARED_CATEGORY, _SHARED_AUDIENCE, _OWN = 0.30, 0.21, 0.31, 0.07, 0.11
"""Parts of a cell's prior variance shared with cells of the same category, whatever the channel, since a category that
answers to no ad on one channel is likely to answer to none on another; of the same channel; of the same channel and
category; of the same channel and audience; and its own. They sum to one."""
_INFLUENCE = 0.02
"""A lesson is cited for a cell when it moved the cell's mean by this share of its prior deviation."""


@dataclass(frozen=True, slots=True, eq=False)
class NaturalParameters:
    """Evidence about n cells: `precision` [n, n] and `shift` [n]. Evidence adds."""

    precision: Matrix
    shift: Vector

    def __add__(self, other: "NaturalParameters") -> "NaturalParameters":
        return NaturalParameters(self.precision + other.precision, self.shift + other.shift)

    def moments(self) -> tuple[Vector, Matrix]:
        """Mean [n] and covariance [n, n]. Needs a proper prior among what was added."""
        covariance = np.linalg.inv(self.precision)
        covariance = (covariance + covariance.T) / 2
        return covariance @ self.shift, covariance


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Joint belief about n cells. `mean` [n], `covariance` [n, n]; `influence` [L, n] is how far each lesson moved
    each cell's mean from the prior; over the lessons it sums to the whole move."""

    cells: tuple[str, ...]
    mean: Vector
    covariance: Matrix
    lessons: tuple[Lesson, ...]
    influence: Matrix

    @property
    def deviation(self) -> Vector:
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def draw(self, rng: np.random.Generator, scale: float = 1.0) -> Vector:
        """One Thompson draw [n] of the joint posterior, its spread multiplied by `scale`; not yet made nonnegative."""
        root = np.linalg.cholesky(self.covariance)
        return np.asarray(self.mean + scale * (root @ rng.standard_normal(len(self.cells))))

    def beliefs(self) -> list[Belief]:
        """One belief a cell, naming the lessons behind it, most telling first."""
        return [
            Belief(cell=cell, mean=float(m), sd=float(s), lessons=[lesson.id for lesson in self.cited([cell])])
            for cell, m, s in zip(self.cells, self.mean, self.deviation, strict=True)
        ]

    def cited(self, cells: Sequence[str]) -> list[Lesson]:
        """The lessons that moved the belief about any of `cells`, most telling first."""
        columns = [self.cells.index(cell) for cell in cells]
        if not self.lessons or not columns:
            return []
        prior_deviation = PRIOR_SPREAD * np.array([_prior_mean(self.cells[column]) for column in columns])
        weight = np.abs(self.influence[:, columns] / prior_deviation).max(axis=1)
        telling = np.flatnonzero(weight >= _INFLUENCE).tolist()
        return [self.lessons[row] for row in sorted(telling, key=lambda row: (-weight[row], str(self.lessons[row].id)))]


def nonnegative(effectiveness: Vector) -> Vector:
    """Effectiveness [n] as it is used to decide: below zero reads as zero."""
    return np.asarray(np.maximum(effectiveness, 0.0))


def prior(cells: Sequence[str]) -> tuple[Vector, Matrix]:
    """Mean [n] and covariance [n, n] of `cells` before any lesson. Cells must differ from one another."""
    parts = [cell.split("|") for cell in cells]
    channel, audience, category = (np.array([part[i] for part in parts]) for i in range(3))
    same_channel = channel[:, None] == channel[None, :]
    same_category = category[:, None] == category[None, :]
    shared = (
        _SHARED_MARKET * same_category
        + _SHARED_CHANNEL * same_channel
        + _SHARED_CATEGORY * (same_channel & same_category)
        + _SHARED_AUDIENCE * (same_channel & (audience[:, None] == audience[None, :]))
        + _OWN * np.eye(len(cells))
    )
    mean = np.array([_prior_mean(cell) for cell in cells])
    deviation = PRIOR_SPREAD * mean
    return mean, shared * np.outer(deviation, deviation)


def posterior(lessons: Sequence[Lesson], cells: Sequence[str], as_of: date) -> Posterior:
    """The joint belief about `cells` on `as_of`: the fold of every lesson not withdrawn.

    The same set of lessons gives the same posterior, to the last bit, in whatever order they come.
    """
    return _fold(_regression(evidence_of(lessons), cells, as_of), len(cells))


def before_and_after(
    lesson: Lesson, earlier: Sequence[Lesson], cells: Sequence[str], as_of: date
) -> tuple[Posterior, Posterior]:
    """The joint belief about `cells`, all those `lesson` speaks of among them, without the lesson and with it."""
    regression = _regression(evidence_of(earlier).with_lesson(lesson), cells, as_of)
    return _fold(regression.without(lesson), len(cells)), _fold(regression, len(cells))


def beliefs_of(lessons: Sequence[Lesson], as_of: date | None = None) -> list[Belief]:
    """The belief about every cell a lesson speaks of, by name; on the day of the newest lesson unless told."""
    told = [lesson for lesson in lessons if not lesson.withdrawn]
    cells = sorted({exposure.cell for lesson in told for exposure in lesson.exposures})
    if not cells:
        return []
    return posterior(told, cells, as_of or max(lesson.learned_on for lesson in told)).beliefs()


@dataclass(frozen=True, slots=True, eq=False)
class _Regression:
    """What the lessons say: exposures `rows` [L, n], `observed` incremental sales [L] and, after forgetting, their
    `precision` [L]."""

    lessons: tuple[Lesson, ...]
    cells: tuple[str, ...]
    rows: Matrix
    observed: Vector
    precision: Vector

    def without(self, lesson: Lesson) -> "_Regression":
        told = [row for row, known in enumerate(self.lessons) if known.id == lesson.id]
        lessons = tuple(known for row, known in enumerate(self.lessons) if row not in told)
        return _Regression(
            lessons,
            self.cells,
            np.delete(self.rows, told, axis=0),
            np.delete(self.observed, told),
            np.delete(self.precision, told),
        )

    def influence(self, prior_mean: Vector, covariance: Matrix) -> Matrix:
        """Each lesson's part in the move of the means from prior to posterior [L, n]; they sum to the whole move."""
        surprise = self.observed - self.rows @ prior_mean
        return np.asarray((self.rows @ covariance) * (self.precision * surprise)[:, None])


def _regression(evidence: Evidence, cells: Sequence[str], as_of: date) -> _Regression:
    """Of all the evidence, on `cells` and after them whatever other cells it speaks of."""
    everything = (*cells, *sorted(set(evidence.cells).difference(cells)))
    age = np.abs(as_of.toordinal() - evidence.learned_on)
    precision = 0.5 ** (age / HALF_LIFE_DAYS) / (evidence.error**2 * evidence.repeats)
    return _Regression(evidence.lessons, everything, evidence.exposures(everything), evidence.observed, precision)


def _fold(regression: _Regression, n: int) -> Posterior:
    """The posterior of the first `n` cells."""
    mean, covariance = prior(regression.cells)
    start = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
    weighted = regression.rows * regression.precision[:, None]
    evidence = NaturalParameters(np.asarray(weighted.T @ regression.rows), np.asarray(weighted.T @ regression.observed))
    posterior_mean, posterior_covariance = (NaturalParameters(start, np.asarray(start @ mean)) + evidence).moments()
    return Posterior(
        cells=regression.cells[:n],
        mean=posterior_mean[:n],
        covariance=posterior_covariance[:n, :n],
        lessons=regression.lessons,
        influence=regression.influence(mean, posterior_covariance)[:, :n],
    )


def _prior_mean(cell: str) -> float:
    return response_of(Channel(cell.split("|", 1)[0])).prior_lift
