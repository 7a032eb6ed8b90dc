"""What sensing costs and how often it is wrong on 2,000, 20,000 and 100,000 series of a year, beside two peers.

The peers get the same features of the newest day, as sensing made them, and are timed for scoring alone; sensing is
timed for making them, the p-values and the correction as well.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.report import BenchReport, Row, report
from bench.sensing.large import FITTED, JUDGED, REGIONS, SHOCK, SHOCKED, Taken, take, write
from bench.sensing.peers import ecod

Floats = NDArray[np.float64]

SIZES: Final = ((2_000, (1, 3, 5, 7, 9)), (20_000, (1,)), (100_000, (1,)))
"""Series, and the seeds of the panels of that size."""
_Q: Final = 0.1
_RUNS: Final = 3


def run() -> BenchReport:
    return measure(SIZES)


def measure(sizes: tuple[tuple[int, tuple[int, ...]], ...]) -> BenchReport:
    rows: list[Row] = []
    for series, seeds in sizes:
        taken = [_one(series, seed) for seed in seeds]
        rows += _found(series, taken)
    largest = taken[-1]
    rows += [*_speed(largest), *_memory(series, largest)]
    slowest = min(row.value for row in rows if row.unit == "x")
    return report(
        "sensing-scale",
        rows,
        ratio=slowest,
        target=3.0,
        notes=[
            f"{FITTED} days fitted, the {JUDGED} after them judged one by one from the state; {REGIONS} regions; "
            "seeds " + "; ".join(f"{series:,} series: {', '.join(map(str, seeds))}" for series, seeds in sizes),
            "events of ±15, 25 and 40 % on one series in 500 each day, each of one day",
            "the peak is of a process that reads the panel, fits, saves, loads and judges; Python and numpy are in it",
        ],
    )


def _one(series: int, seed: int) -> Taken:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), series // REGIONS, seed)
        return take(Path(folder))


def _found(series: int, taken: list[Taken]) -> list[Row]:
    """How often the alarms of the judged days are right, and what a shock to a quarter of the series makes of them."""
    hit = np.concatenate([one.q <= _Q for one in taken])
    event = np.concatenate([one.event for one in taken])
    alarmed = float(np.mean([((one.shocked <= _Q) & ~one.event[:, -1]).sum() for one in taken]))
    false, seen = int((hit & ~event).sum()), int((hit & event).sum())
    return [
        Row(
            what=f"{series:,} series: share of false alarms at q = {_Q:g}",
            value=false / max(false + seen, 1),
            unit="of them",
            target=0.12,
            better="lower",
            of={"alarms": float(false + seen)},
        ),
        Row(
            what=f"{series:,} series: events seen",
            value=seen / max(int(event.sum()), 1),
            unit="of them",
            target=0.70,
            of={"events": float(event.sum())},
        ),
        Row(
            what=f"{series:,} series: false alarms on a day on which {SHOCKED:.0%} sell {1 - SHOCK:.0%} less",
            value=alarmed,
            unit="alarms",
            target=30,
            better="lower",
            of={"of all series told as one group": float(np.mean([one.shared for one in taken]))},
        ),
    ]


def _speed(taken: Taken) -> list[Row]:
    features = np.nan_to_num(taken.z)
    rows = []
    for name, scored in (("isolation forest", isolation_forest), ("ECOD", ecod)):
        seconds = _timed(scored, features)
        beside = {"ms ours": 1e3 * taken.scan_s, "ms its": 1e3 * seconds}
        rows.append(
            Row(
                what=f"newest day, times faster than {name}",
                value=seconds / taken.scan_s,
                unit="x",
                target=3,
                of=beside,
            )
        )
    return rows


def _memory(series: int, taken: Taken) -> list[Row]:
    beside = {"MB the panel": taken.panel_mb, "MB the state on disk": taken.state_mb}
    return [
        Row(
            what=f"peak memory of {series:,} series", value=taken.peak_mb, unit="MB", target=1_500, better="lower",
            of=beside,
        ),
        Row(
            what="the weekly fit", value=1e6 * taken.fit_s / (series * FITTED), unit="µs a series-day",
            of={"s in all": taken.fit_s},
        ),
    ]  # fmt: skip


def _timed(scored: Callable[[Floats], Floats], features: Floats) -> float:
    seconds = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        scored(features)
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


def isolation_forest(features: Floats) -> Floats:
    """scikit-learn's forest of a hundred trees, grown on the day and asked of it, [N, F] gives [N]."""
    from sklearn.ensemble import IsolationForest

    scores: Floats = -IsolationForest(n_estimators=100, random_state=0).fit(features).score_samples(features)
    return scores
