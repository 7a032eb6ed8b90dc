"""What sensing sees of a day: fitted once, whatever is asked of it and however strictly."""

from dataclasses import dataclass

from agents.sensing.alarms.alarms import DayTests, all_tests
from agents.sensing.alarms.deviations import Deviations, measure_deviations
from agents.sensing.baseline.baseline import Baseline, fit_baseline
from agents.sensing.feed import FeedFaults, find_feed_faults
from agents.sensing.telling.beyond_history import with_the_weather_shared
from domain.panel import Panel


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A panel, what was expected of it, and every test that was made on its newest day. No threshold is in it."""

    panel: Panel
    baseline: Baseline
    faults: FeedFaults
    deviations: Deviations
    tests: DayTests


def take_sight(panel: Panel) -> Sight:
    """Fit, and test every series and category of the panel's newest day."""
    baseline = fit_baseline(panel)
    faults = find_feed_faults(panel, baseline)
    learned = measure_deviations(baseline, faults.unreliable)
    shared = with_the_weather_shared(panel, baseline, learned)
    deviations = learned if shared is baseline else measure_deviations(shared, faults.unreliable)
    return Sight(panel, shared, faults, deviations, all_tests(shared, deviations))
