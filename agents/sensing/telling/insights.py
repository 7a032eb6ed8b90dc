"""From alarms to findings: one per category, with its regions, causes, value, and the weather to come."""

from statistics import NormalDist

import numpy as np

from agents.sensing.alarms.alarms import ALARM_Q, Alarm, alarms_above, shock_alarms
from agents.sensing.alarms.deviations import SALES_SCOPES
from agents.sensing.baseline.baseline import Baseline
from agents.sensing.feed import FeedFaults
from agents.sensing.telling.assembling import assemble, of_several
from agents.sensing.telling.beyond_history import OWN_MISS
from agents.sensing.telling.diagnosis import Decomposition
from agents.sensing.telling.insight import Insight, ranked
from agents.sensing.telling.scene import Rows, Scene
from agents.sensing.telling.sight import Sight, take_sight
from domain.opportunity import Cause
from domain.panel import Panel

_ALARM_SCORE = -NormalDist().inv_cdf(ALARM_Q / 2)
_WORTH_SAYING = 0.03
"""Log effects smaller than this are not findings, however certain."""
_BESIDE_WORTH_SAYING = 0.05
_FORECAST_WORTH_SAYING = 0.1
"""Of what has not happened yet more is asked: ordinary weather moves ice cream by 5 % every other week."""
_NEARLY_ALL = 0.75
"""Share of a region's series without data that makes its whole feed the fault."""
_FEWER_CAUSES = 1.25
"""The weather moves some regions and not others, so an alarm without it says better where something happened: it is
told unless the one with the weather in it is clearer by this."""


def sense(panel: Panel, threshold: float) -> list[Insight]:
    """Every finding of the panel's newest day whose score exceeds the threshold, in the order to act on them."""
    return findings_of(take_sight(panel), threshold)


def findings_of(sight: Sight, threshold: float) -> list[Insight]:
    """The same of a day that is seen already."""
    return sense_and_see(sight, threshold)[0]


def sense_and_see(sight: Sight, threshold: float) -> tuple[list[Insight], list[Insight]]:
    """The findings above the threshold, and what is seen below it: an alarm of `ALARM_Q` of a category without any."""
    baseline, faults, deviations = sight.baseline, sight.faults, sight.deviations
    scene = Scene(sight.panel, baseline, deviations, faults)
    failed = [_of_each_category(scene, alarms) for alarms in _fault_alarms(faults, baseline, threshold)]
    several: dict[int, Rows] = {}
    lost = [
        finding for findings in failed for finding in _one_for_the_feed(findings, len(baseline.categories), several)
    ]
    shocks = shock_alarms(baseline, deviations, _largest(baseline), threshold)
    common = []
    for shock in shocks:
        if (finding := _finding(scene, shock.category, [shock])) is not None:
            several[id(finding)] = scene.rows_of_all(shock)
            common.append(finding)
    alarms = alarms_above(sight.tests, min(threshold, _ALARM_SCORE))
    found = ranked([*lost, *_of_each_category(scene, [one for one in alarms if one.score > threshold]), *common])
    # Those of several categories are ranked as the one that stands for them: that all fell hides none that fell alone.
    found = [
        of_several(scene, finding, several[id(finding)]) if id(finding) in several else finding for finding in found
    ]
    told = {finding.category for finding in found if not finding.across}
    faint = _of_each_category(scene, [one for one in alarms if baseline.categories[one.category] not in told])
    return found, ranked(faint)


def _one_for_the_feed(findings: list[Insight], categories: int, several: dict[int, Rows]) -> list[Insight]:
    """When most categories lost their data, that is one finding: the most valuable of them stands for the others, and
    the series of all go to `several` by its id."""
    if len(findings) <= categories / 2 or categories == 1:
        return findings
    most = max(findings, key=lambda finding: finding.value)
    several[id(most)] = np.array(sorted({row for finding in findings for row in finding.rows}), dtype=np.int64)
    return [most]


def _largest(baseline: Baseline) -> int:
    return int(np.argmax(np.bincount(baseline.category_of, weights=np.exp(baseline.expected[:, -1]))))


def _fault_alarms(faults: FeedFaults, baseline: Baseline, threshold: float) -> list[list[Alarm]]:
    """One alarm for each series whose feed has failed, those together whose category, or whose region, failed whole."""
    failed = faults.score > threshold
    whole = np.array([failed[baseline.region_of == region].mean() > _NEARLY_ALL for region in baseline.region_of])
    groups = [np.flatnonzero(failed & whole), np.flatnonzero(failed & ~whole)]
    return [[_fault_alarm(faults, baseline, int(row)) for row in rows] for rows in groups]


def _fault_alarm(faults: FeedFaults, baseline: Baseline, row: int) -> Alarm:
    return Alarm(
        category=int(baseline.category_of[row]),
        series=row,
        scope="feed",
        window=int(min(faults.days[row], 7)),
        robust_z=0.0,
        isolation=1.0,
        p_value=0.0,
        score=float(faults.score[row]),
    )


def _of_each_category(scene: Scene, alarms: list[Alarm]) -> list[Insight]:
    """A finding for each category that has an alarm, and one more where something happened beside the weather."""
    findings: list[Insight] = []
    for category in dict.fromkeys(alarm.category for alarm in alarms):
        first = _finding(scene, category, alarms)
        second = _beside_the_weather(scene, category, alarms, first) if first is not None else None
        findings += [found for found in (first, second) if found is not None]
    return findings


def _finding(scene: Scene, category: int, alarms: list[Alarm]) -> Insight | None:
    """The category's finding by its clearest alarm that is worth saying, or `None` when none is."""
    mine = [alarm for alarm in alarms if alarm.category == category]
    for alarm in sorted(mine, key=_clearest_first):
        rows = scene.rows(alarm, mine)
        if not len(rows):
            continue
        rows, decomposition = scene.where_the_cause_is(alarm, rows)
        if _worth_saying(alarm, decomposition, scene.ahead(category)):
            return assemble(scene, category, alarm, rows, decomposition)
    return None


def _beside_the_weather(scene: Scene, category: int, alarms: list[Alarm], first: Insight) -> Insight | None:
    """What no weather explains, where the category's finding is the weather's: in fewer regions, or against it."""
    if first.cause is not Cause.WEATHER:
        return None
    mine = [alarm for alarm in alarms if alarm.category == category and alarm.scope == "unexplained"]
    for alarm in sorted(mine, key=_clearest_first):
        rows = scene.rows(alarm, mine)
        decomposition = scene.decomposed(rows, alarm, beside_the_weather=True)
        size, weather = decomposition.total, decomposition.weather
        is_apart = size * weather < 0 or len(rows) <= len(first.rows) / 2
        is_clear = abs(size) >= max(_BESIDE_WORTH_SAYING, OWN_MISS * abs(weather)) and alarm.robust_z * size > 0
        if is_apart and is_clear and decomposition.cause is Cause.UNEXPLAINED:
            return assemble(scene, category, alarm, rows, decomposition)
    return None


def _clearest_first(alarm: Alarm) -> tuple[int, float, float]:
    """A fault of the feed before anything else, the forecast last.

    Among those of one kind the largest z, which the window has that fits what happened best.
    """
    order = 0 if alarm.scope == "feed" else 2 if alarm.scope == "forecast" else 1
    plain = 1.0 if alarm.scope == "observed" else _FEWER_CAUSES
    return order, -abs(alarm.robust_z) * plain, -alarm.score


def _worth_saying(alarm: Alarm, decomposition: Decomposition, ahead: float) -> bool:
    """Large enough, and not one part that moved while another made up for it, so that sales are where they should."""
    if alarm.scope == "forecast":
        return abs(ahead) >= _FORECAST_WORTH_SAYING
    if alarm.scope in SALES_SCOPES and alarm.robust_z * decomposition.total < 0:
        return False
    return abs(decomposition.total) >= _WORTH_SAYING or alarm.scope == "shock"
