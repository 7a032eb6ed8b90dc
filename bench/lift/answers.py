"""Public experiments read by ours, beside what their publishers say."""

import numpy as np

from agents.learning.lift.choice import read_effect
from agents.learning.lift.panel import Reading
from bench.lift import experiments
from bench.lift.experiments import Experiment
from bench.lift.plots import Compared
from bench.report import Row

WIDER = 1.5
"""How much wider than the published interval ours may be."""


def rows() -> tuple[list[Row], list[str]]:
    """The figures of each experiment, and in words how it was read."""
    figures, notes = [], []
    for name, of in (("GeoX", _geox), ("matched_markets", _matched_markets), ("GeoLift", _geolift)):
        made, reading = of()
        figures += made
        notes.append(f"{name}: {reading.method}; {reading.why}.")
    return figures, notes


def _geox() -> tuple[list[Row], Reading]:
    experiment = experiments.meridian_geox()
    reading = _read(experiment)
    point, low, high = _units(experiment, reading, 0.9)
    its = experiments.GEOX_INTERVAL[1] - experiments.GEOX_INTERVAL[0]
    parts = {"point": point, "low": low, "high": high}
    return [
        _yes("GeoX: its answer lies in our 90 % interval", low <= experiments.GEOX_INCREMENTAL <= high, parts),
        Row(what="GeoX: width over its own", value=(high - low) / its, unit="x", target=WIDER, better="lower"),
    ], reading


def _matched_markets() -> tuple[list[Row], Reading]:
    experiment, cost = experiments.matched_markets(), experiments.MATCHED_MARKETS_COST
    reading = _read(experiment)
    point, low, high = (units / cost for units in _units(experiment, reading, 0.9))
    one_sided = _units(experiment, reading, 0.8)[1] / cost
    its = experiments.MATCHED_MARKETS_IROAS - experiments.MATCHED_MARKETS_LOWER
    inside = low <= experiments.MATCHED_MARKETS_IROAS <= high
    parts = {"point": point, "low": low, "high": high}
    below = "matched_markets: point less one-sided 90 % bound over its own"
    return [
        _yes("matched_markets: its iROAS lies in our 90 % interval", inside, parts),
        Row(what=below, value=(point - one_sided) / its, unit="x", target=WIDER, better="lower"),
    ], reading


def _geolift() -> tuple[list[Row], Reading]:
    reading = _read(experiments.geolift())
    parts: dict[str, float] = {}
    found = {}
    for level in (0.8, 0.9):
        low, high = (float(np.expm1(edge)) for edge in reading.effect.interval(level))
        parts |= {f"low at {level:.0%}": low, f"high at {level:.0%}": high}
        found[level] = low > 0, low <= experiments.GEOLIFT_LIFT <= high
    return [
        _yes("GeoLift: the 5 % lie in our 80 % interval, no effect does not", all(found[0.8]), parts),
        _yes("GeoLift: the same of our 90 % interval", all(found[0.9]), {}),
    ], reading


def compared() -> list[Compared]:
    """Our 90 % interval of each experiment over its answer."""
    cost = experiments.MATCHED_MARKETS_COST
    known = (
        ("GeoX", experiments.meridian_geox(), experiments.GEOX_INCREMENTAL),
        ("matched_markets", experiments.matched_markets(), experiments.MATCHED_MARKETS_IROAS * cost),
    )
    rows = []
    for name, experiment, answer in known:
        point, low, high = (units / answer for units in _units(experiment, _read(experiment), 0.9))
        rows.append(Compared(name, low, point, high))
    effect, lift = _read(experiments.geolift()).effect, experiments.GEOLIFT_LIFT
    for level in (0.8, 0.9):
        low, high = (float(np.expm1(edge)) / lift for edge in effect.interval(level))
        rows.append(Compared(f"GeoLift at {level:.0%}", low, float(np.expm1(effect.delta)) / lift, high))
    return rows


def _read(experiment: Experiment) -> Reading:
    return read_effect(experiment.panel, experiment.treated)


def _units(experiment: Experiment, reading: Reading, level: float) -> tuple[float, float, float]:
    """Incremental units: the estimate and both ends of its interval."""
    edges = (reading.effect.delta, *reading.effect.interval(level))
    point, low, high = (-experiment.sold * float(np.expm1(-edge)) for edge in edges)
    return point, low, high


def _yes(what: str, holds: bool, parts: dict[str, float]) -> Row:
    return Row(what=what, value=float(holds), unit="of 1", target=1.0, of=parts)
