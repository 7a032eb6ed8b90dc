"""Where the sales went that a category lost: to a neighbour on promotion, or to the days before.

Both are told only where the category's own past, or the size of what went before, bears it out: that a neighbour is on
promotion, or that a promotion ended, is true of some category in every week, and explains nothing by itself.
"""

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.deviations import pool
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import robust_scale, window_mean
from agents.sensing.telling.diagnosis import Decomposition
from agents.sensing.telling.insight import Elsewhere
from agents.sensing.telling.scene import Rows, Scene
from domain.opportunity import Cause

Floats = NDArray[np.float64]

_SURE = 5.0
"""Standard errors the past has to bear a link out by, as it is asked of every pair of categories."""
_MOST = 0.5
"""The part of the loss that has to be accounted for."""
_TOO_MUCH = 2.0
"""A loss of more than this many times what accounts for it has another reason."""
_LASTS = 7.0
"""Days in a row that are alike, as promotions are: so many fewer days tell something of their own."""
_SURGE = 0.2
"""Log sales above the expected, on average over `_SURGE_DAYS` days, from which on shoppers are said to stock up."""
_SURGE_DAYS = 2
_DAYS_AFTER = 10


def find_elsewhere(scene: Scene, rows: Rows, window: int, decomposition: Decomposition) -> Elsewhere | None:
    """Of a fall that nothing explains over the series `rows` and the newest `window` days; `None` of anything else."""
    if decomposition.cause is not Cause.UNEXPLAINED or decomposition.total >= 0:
        return None
    loss = -decomposition.effects[Cause.UNEXPLAINED]
    return _bought_early(scene, rows, window, loss) or _gone_to_a_neighbour(scene, rows, window, loss)


def _bought_early(scene: Scene, rows: Rows, window: int, loss: float) -> Elsewhere | None:
    """A surge in the same series that ended just before, and was as large in units as what is missing since."""
    before = slice(-(window + _DAYS_AFTER), -window)
    expected = np.exp(scene.baseline.expected[rows])
    above = np.nan_to_num(scene.deviations.observed[rows])
    weight = expected[:, before].sum(axis=1)
    by_day = (above[:, before] * weight[:, None]).sum(axis=0) / weight.sum()
    if window_mean(by_day[None], _SURGE_DAYS)[0, _SURGE_DAYS - 1 :].max(initial=0.0) < _SURGE:
        return None
    gained = float((expected[:, before] * np.expm1(np.maximum(by_day, 0.0))).sum())
    missing = float(expected[:, -window:].sum() * -np.expm1(-loss))
    part = gained / max(missing, 1e-9)
    category = scene.baseline.categories[scene.baseline.category_of[rows[0]]]
    return Elsewhere("earlier", category, min(part, 1.0)) if part >= _MOST else None


def _gone_to_a_neighbour(scene: Scene, rows: Rows, window: int, loss: float) -> Elsewhere | None:
    """The category whose promotions have cost this one sales before, and is on promotion in the same regions now."""
    baseline = scene.baseline
    mine = int(baseline.category_of[rows[0]])
    fitted = scene.panel.days - JUDGED_DAYS
    lost = np.clip(scene.deviations.unexplained, *_reach(scene.deviations.unexplained[:, :fitted]))
    own = pool(lost, baseline)[mine, :fitted]
    shares = pool(np.nan_to_num(scene.panel.promotion.astype(np.float64)), baseline)
    known = np.isfinite(own)
    own = np.where(known, own - own[known].mean(), 0.0) if known.any() else np.zeros(fitted)
    past = (shares[:, :fitted] - shares[:, :fitted].mean(axis=1)[:, None]) * known
    size = np.maximum((past**2).sum(axis=1), 1e-9)
    slope = past @ own / size
    error = np.sqrt(own.var() * _LASTS / size)
    regions = baseline.region_of[rows]
    here = np.isin(baseline.region_of, regions)
    promotion = np.nan_to_num(scene.panel.promotion.astype(np.float64))
    # What is always on promotion takes no more than it always did.
    newest = promotion[:, -window:].mean(axis=1) - np.median(promotion[:, :fitted], axis=1)
    best: Elsewhere | None = None
    for other in np.flatnonzero(slope < -_SURE * error):
        theirs = baseline.category_of == other
        if other == mine or not (theirs & here).any():
            continue
        now = float(newest[theirs & here].mean())
        elsewhere = newest[theirs & ~here]
        if elsewhere.size and elsewhere.mean() > now / 2 and len(regions) < (baseline.category_of == mine).sum() / 2:
            continue
        part = float(-slope[other] * now / loss)
        if 1 / _TOO_MUCH <= part <= _TOO_MUCH and (best is None or part > best.part):
            best = Elsewhere("neighbour", baseline.categories[other], min(part, 1.0))
    return best


def _reach(values: Floats) -> tuple[Floats, Floats]:
    """Four robust standard deviations of each series, below and above."""
    reach = 4 * robust_scale(values)[:, None]
    return -reach, reach
