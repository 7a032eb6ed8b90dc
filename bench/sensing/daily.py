"""What sensing says of every series, of days it has not been fitted on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import one_day_tests
from agents.sensing.alarms.calibration import benjamini_hochberg
from agents.sensing.alarms.deviations import measure_deviations
from agents.sensing.alarms.persistence import log_odds_of_event
from agents.sensing.baseline.baseline import fit_baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.feed import find_feed_faults
from bench.sensing.panels import Made, until

Floats = NDArray[np.float64]


class Told(NamedTuple):
    """Of each series and judged day, both [S, judged]."""

    q: Floats
    """Corrected p-value of the day alone."""
    log_odds: Floats
    """That something is going on, given the days up to it."""


def one_day(made: Made, judged: int) -> Told:
    """Fitted once a week, on the days before that week."""
    series, days = made.panel.units.shape
    p_value, z = np.ones((series, judged)), np.zeros((series, judged))
    for end in range(days, days - judged, -JUDGED_DAYS):
        panel = until(made.panel, end - 1)
        baseline = fit_baseline(panel)
        faults = find_feed_faults(panel, baseline)
        tests = one_day_tests(baseline, measure_deviations(baseline, faults.unreliable).unexplained)
        last = end - (days - judged)
        first = max(last - JUDGED_DAYS, 0)
        for all_days, week in zip((p_value, z), tests, strict=True):
            all_days[:, first:last] = week[:, JUDGED_DAYS - (last - first) :]
    q = np.stack([benjamini_hochberg(day) for day in p_value.T], axis=1)
    return Told(q, log_odds_of_event(p_value, z))
