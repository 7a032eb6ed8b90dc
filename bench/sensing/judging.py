"""How well scores or alarms meet the events that were made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Met:
    """Alarms beside events."""

    recall: float
    """Share of events with an alarm on one of their days."""
    precision: float
    """Share of alarmed series-days that lie in an event; 1 without alarms."""
    false_per_thousand: float
    """Alarms outside events for each thousand series-days without one."""
    delay: float
    """Days from the first of an event to its first alarm, mean over those found."""


def meet(alarmed: Flags, event: NDArray[np.int64]) -> Met:
    """`alarmed` and `event` are [S, days]; -1 is no event."""
    inside = event >= 0
    found, delays = 0, []
    numbers = np.unique(event[inside])
    for number in numbers:
        row, days = np.nonzero(event == number)
        hits = days[alarmed[row, days]]
        if len(hits):
            found += 1
            delays.append(int(hits[0] - days[0]))
    alarms = int(alarmed.sum())
    false = int((alarmed & ~inside).sum())
    return Met(
        recall=found / max(len(numbers), 1),
        precision=1 - false / alarms if alarms else 1.0,
        false_per_thousand=1_000 * false / max(int((~inside).sum()), 1),
        delay=float(np.mean(delays)) if delays else 0.0,
    )


def average_precision(score: Floats, event: NDArray[np.int64]) -> float:
    """Mean precision over the true series-days in order of score, ties in the worst order."""
    truth = (event >= 0).reshape(-1)
    order = np.lexsort((truth, -score.reshape(-1)))
    hits = truth[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def at_precision(score: Floats, event: NDArray[np.int64], least: float) -> Met:
    """With the lowest limit that still gives `least` precision: chosen in hindsight, in the favour of who is judged."""
    flat = score.reshape(-1)
    order = np.argsort(-flat, kind="stable")
    hits = (event >= 0).reshape(-1)[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    # Equal scores cannot be told apart, so a limit lies only where the score falls.
    falls = np.append(np.diff(flat[order]) < 0, True)
    good = np.flatnonzero((precision >= least) & falls)
    limit = flat[order][good[-1]] if len(good) else np.inf
    return meet(score >= limit, event)
