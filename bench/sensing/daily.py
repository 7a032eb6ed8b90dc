"""What sensing says of every series, of days it has not been fitted on."""

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import one_day_q
from agents.sensing.alarms.deviations import measure_deviations
from agents.sensing.baseline.baseline import fit_baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.feed import find_feed_faults
from bench.sensing.panels import Made, until

Floats = NDArray[np.float64]


def one_day(made: Made, judged: int) -> Floats:
    """Corrected p-value of each day alone, [S, judged]: fitted once a week, on the days before that week."""
    series, days = made.panel.units.shape
    found = np.ones((series, judged))
    for end in range(days, days - judged, -JUDGED_DAYS):
        panel = until(made.panel, end - 1)
        baseline = fit_baseline(panel)
        faults = find_feed_faults(panel, baseline)
        week = one_day_q(baseline, measure_deviations(baseline, faults.unreliable).unexplained)
        last = end - (days - judged)
        first = max(last - JUDGED_DAYS, 0)
        found[:, first:last] = week[:, JUDGED_DAYS - (last - first) :]
    return found
