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
- **Sign.** Ads are taken not to lose sales: decisions are made on the likeliest effectiveness that is nowhere below
  zero (`Posterior.effect`), and draws below zero read as zero (`nonnegative`). The Gaussian itself is not truncated,
  because truncated evidence would no longer add.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from agents.response.curves import ResponseCurves, channel_of
from agents.response.evidence import Evidence, evidence_of
from agents.response.group_rows import CHANNELS, REFERENCE_SALES
from agents.response.joint import JointFit, fit
from agents.response.priors import PRIOR_SPREAD, prior_mean, shape_prior
from agents.response.priors import prior as prior
from agents.response.scatter import scatter_of
from domain.lesson import Belief, Lesson

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

HALF_LIFE_DAYS = 90.0
"""A quarter: long enough to carry a season's campaigns, short enough to follow a change of shoppers' habits."""

_INFLUENCE = 0.02
"""A lesson is cited for a cell when it moved the cell's mean by this share of its prior deviation."""


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Joint belief about n cells. `mean` [n], `covariance` [n, n]; `influence` [L, n] is how far each lesson moved
    each cell's mean from the prior; over the lessons it sums to the whole move."""

    cells: tuple[str, ...]
    mean: Vector
    covariance: Matrix
    lessons: tuple[Lesson, ...]
    influence: Matrix
    shapes: Vector
    """Mean of the log scales of all channels, pounds a store and day, and of the exponent they grow with [C + 1]."""
    joint: Matrix
    """Covariance of effectiveness and shapes together [n + C + 1, n + C + 1]."""
    scatter: float = 0.0
    """Standard deviation of a campaign's effect as a share of what is believed of it (`agents.response.scatter`)."""

    @property
    def effect(self) -> Vector:
        """The effectiveness to decide by [n]: the likeliest under which no ad loses sales.

        Where the mean of one cell is below zero, those it is confounded with are too high for it: cutting it off alone
        would promise sales that nothing was seen of. The mode of the Gaussian over nonnegative effectiveness moves them
        together (Gelfand, Smith & Lee 1992, on constrained parameters).
        """
        if (self.mean >= 0).all():
            return self.mean
        from scipy.optimize import nnls

        root = np.linalg.inv(np.linalg.cholesky(self.covariance))
        return np.asarray(nnls(root, root @ self.mean)[0], dtype=np.float64)

    @property
    def deviation(self) -> Vector:
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def curves(self, baseline: float, store_days: float) -> ResponseCurves:
        """The curves of the cells, as believed, where treated stores would sell `baseline` pounds in `store_days`."""
        return ResponseCurves(baseline, store_days * np.exp(self.log_scale(baseline / store_days)), store_days)

    def log_scale(self, daily_sales: float) -> Vector:
        """Mean log of each cell's scale [n], pounds a store and day, where a store sells `daily_sales` pounds a day."""
        return np.asarray(self._by_shape(daily_sales) @ self.shapes)

    def local(self, daily_sales: float) -> Matrix:
        """Covariance [2n, 2n] of the effectiveness and then of the log scales of the cells, at `daily_sales`."""
        reading = self._reading(daily_sales)
        return np.asarray(reading @ self.joint @ reading.T)

    def sales_covariance(self, curves: ResponseCurves, spend: Vector) -> Matrix:
        """Covariance [n, n] of the cells' incremental sales at `spend` [n], pounds: by the delta method, from what is
        not known of effectiveness and of scale."""
        slope = self._sales_slope(curves, spend, self.mean)
        return np.asarray(slope @ self.joint @ slope.T)

    def told(self, curves: ResponseCurves, spend: Vector) -> float:
        """The share of the prior variance of the sales at `spend` [n] that lessons have taken away, be they about these
        cells or about others that share their prior; 0 at no spend.

        The smaller of two readings. In pounds, at what is believed now: so that a mean that has risen is not taken for
        evidence. And relative to the sales expected, before and now: so that a mean that has fallen is not either.
        """
        hoped, effect_variance = prior(self.cells)
        n = len(self.cells)
        before = np.zeros_like(self.joint)
        before[:n, :n] = effect_variance
        before[n:, n:] = np.diag(shape_prior()[1])
        now = self._sales_slope(curves, spend, self.mean).sum(axis=0)
        then = self._sales_slope(curves, spend, hoped).sum(axis=0)
        left, sales = float(now @ self.joint @ now), float(curves.sales(spend, self.effect).sum())
        if not float(now @ before @ now) > 0 or not sales > 0:
            return 0.0
        in_pounds = 1 - left / float(now @ before @ now)
        relative = 1 - (left / sales**2) / (float(then @ before @ then) / float(curves.sales(spend, hoped).sum()) ** 2)
        return min(in_pounds, relative)

    def _sales_slope(self, curves: ResponseCurves, spend: Vector, effect: Vector) -> Matrix:
        """How each cell's sales change with effectiveness and shapes, at `effect` [n, n + C + 1]."""
        n = len(self.cells)
        slope = np.zeros((n, 2 * n))
        slope[:, :n] = np.diag(curves.exposure(spend))
        slope[:, n:] = np.diag(curves.by_log_scale(spend, nonnegative(effect)))
        return np.asarray(slope @ self._reading(curves.daily_sales))

    def _reading(self, daily_sales: float) -> Matrix:
        """How effectiveness and log scales read off effectiveness and shapes [2n, n + C + 1]."""
        n = len(self.cells)
        reading = np.zeros((2 * n, len(self.joint)))
        reading[:n, :n] = np.eye(n)
        reading[n:, n:] = self._by_shape(daily_sales)
        return reading

    def _by_shape(self, daily_sales: float) -> Matrix:
        """How each cell's log scale reads off the shapes [n, C + 1]."""
        reading = np.zeros((len(self.cells), len(self.shapes)))
        reading[np.arange(len(self.cells)), [CHANNELS.index(channel_of(cell)) for cell in self.cells]] = 1.0
        reading[:, -1] = np.log(max(daily_sales, 1.0) / REFERENCE_SALES)
        return reading

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
        prior_deviation = PRIOR_SPREAD * np.array([prior_mean(self.cells[column]) for column in columns])
        weight = np.abs(self.influence[:, columns] / prior_deviation).max(axis=1)
        telling = np.flatnonzero(weight >= _INFLUENCE).tolist()
        return [self.lessons[row] for row in sorted(telling, key=lambda row: (-weight[row], str(self.lessons[row].id)))]


def nonnegative(effectiveness: Vector) -> Vector:
    """Effectiveness [n] as it is used to decide: below zero reads as zero."""
    return np.asarray(np.maximum(effectiveness, 0.0))


def posterior(lessons: Sequence[Lesson], cells: Sequence[str], as_of: date) -> Posterior:
    """The joint belief about `cells` on `as_of`: the fold of every lesson not withdrawn.

    The same set of lessons gives the same posterior in whatever order they come: to the last bit, or to 1e-9 where
    there are hundreds and a fit begins where the last one ended.
    """
    return posterior_of(evidence_of(lessons), cells, as_of)


def before_and_after(
    lesson: Lesson, earlier: Sequence[Lesson], cells: Sequence[str], as_of: date
) -> tuple[Posterior, Posterior]:
    """The joint belief about `cells`, all those `lesson` speaks of among them, without the lesson and with it."""
    known = evidence_of(earlier)
    return posterior_of(known, cells, as_of), posterior_of(known.with_lesson(lesson), cells, as_of)


def posterior_of(evidence: Evidence, cells: Sequence[str], as_of: date) -> Posterior:
    """The posterior of `cells`, from all the evidence, on them and on whatever other cells it speaks of."""
    everything = tuple(sorted({*cells, *evidence.cells}))
    found = _newest_fits.of(evidence, everything, as_of)
    asked = np.searchsorted(everything, cells)
    kept = np.append(asked, np.arange(len(everything), len(found.mean)))
    covariance = found.covariance(kept)
    joint = covariance[kept]
    joint = (joint + joint.T) / 2
    n = len(asked)
    return Posterior(
        cells=tuple(cells),
        mean=found.mean[asked],
        covariance=joint[:n, :n],
        lessons=evidence.lessons,
        influence=found.influence(covariance[:, :n]),
        shapes=found.mean[len(everything) :],
        joint=joint,
        scatter=scatter_of(found),
    )


class _NewestFits:
    """The fits last asked for: campaigns of one day ask for the same, whichever of its cells they plan on, and that of
    a lesson more or a day later is near the last."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, tuple[str, ...], date], tuple[Evidence, JointFit]] = {}
        self._one_at_a_time = Lock()

    def of(self, evidence: Evidence, cells: tuple[str, ...], as_of: date) -> JointFit:
        # Whoever asks for a fit that another thread is at waits for it, as both would take as long.
        with self._one_at_a_time:
            return self._of(evidence, cells, as_of)

    def _of(self, evidence: Evidence, cells: tuple[str, ...], as_of: date) -> JointFit:
        key = id(evidence), cells, as_of
        known = self._kept.get(key)
        if known is not None and known[0] is evidence:
            return known[1]
        age = np.abs(as_of.toordinal() - evidence.learned_on)
        found = fit(evidence, cells, np.asarray(0.5 ** (age / HALF_LIFE_DAYS)), self._near(evidence, cells))
        self._kept[key] = evidence, found
        while len(self._kept) > _FITS:
            self._kept.pop(next(iter(self._kept)), None)
        return found

    def _near(self, evidence: Evidence, cells: tuple[str, ...]) -> Vector | None:
        """The mode of the newest fit of the same world about the same cells; None where starting anew is quick."""
        if len(evidence.lessons) < _MANY:
            return None
        for known, found in reversed(tuple(self._kept.values())):
            same = found.problem.cells == cells and known.lessons
            if same and known.lessons[0].learned_in == evidence.lessons[0].learned_in:
                return found.mean
        return None


_FITS = 4
_MANY = 500
"""From so many lessons on a fit begins where the last one ended; the mode it finds is the same to 1e-9."""
_newest_fits = _NewestFits()
