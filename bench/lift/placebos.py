"""A panel in which nothing was advertised: 5 % is put into cities drawn at random, and has to be found again.

Flights that begin on even days were looked at while the rule was made; what is reported are those on odd days.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import numpy as np

from agents.learning.lift.choice import read_effect
from agents.learning.lift.panel import Mask, Matrix, Panel, Reading
from bench.lift.experiments import nothing_happened
from bench.report import Row

LIFT = 0.05
FLIGHT_DAYS = 15
EARLIEST = 28
"""Days before the first flight."""
TREATED = (2, 10, 20, 30)
DRAWS = 2_000
COVERAGE, OFF = 0.8, 0.04
"""Of an interval of ours, and how far a count of it may be from that."""


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Cities drawn as treated [N] and a flight, with the lift put into its `panel`."""

    panel: Panel
    treated: Mask


@dataclass(frozen=True, slots=True)
class Found:
    error: float
    covered: bool
    clean: bool
    method: str


def draws(count: int, treated: int, *, odd: bool) -> Iterator[Draw]:
    """The same ones every time."""
    rng = np.random.default_rng([treated, odd])
    units = nothing_happened()
    starts = np.arange(EARLIEST, units.shape[1] - FLIGHT_DAYS + 1)
    starts = starts[starts % 2 == odd]
    for _ in range(count):
        chosen = np.zeros(len(units), dtype=np.bool_)
        chosen[rng.choice(len(units), treated, replace=False)] = True
        yield _with_lift(units, chosen, int(rng.choice(starts)))


def _with_lift(units: Matrix, treated: Mask, start: int) -> Draw:
    during = units[:, start : start + FLIGHT_DAYS] * np.where(treated, 1 + LIFT, 1.0)[:, None]
    return Draw(Panel(units[:, :start], during, np.full(len(units), "")), treated)


def found(draw: Draw) -> Found:
    reading: Reading = read_effect(draw.panel, draw.treated)
    low, high = reading.effect.interval(COVERAGE)
    placebo = reading.placebo.interval(COVERAGE) if reading.placebo else (0.0, 0.0)
    return Found(
        error=float(np.expm1(reading.effect.delta)) - LIFT,
        covered=low <= np.log1p(LIFT) <= high,
        clean=placebo[0] <= 0 <= placebo[1],
        method=reading.method,
    )


def rows(count: int = DRAWS) -> tuple[list[Row], list[str]]:
    """`count` draws over all numbers of treated cities, of flights on odd days."""
    peers = _peers()
    made: list[Row] = []
    used: dict[str, int] = {}
    each = count // len(TREATED)
    for treated in TREATED:
        tried = list(draws(each, treated, odd=True))
        ours = [found(draw) for draw in tried]
        for one in ours:
            used[one.method] = used.get(one.method, 0) + 1
        covered = float(np.mean([one.covered for one in ours]))
        rmse = _rmse([one.error for one in ours])
        made += [
            Row(
                what=f"placebo panel, {treated} of 40 treated: coverage of an 80 % interval off by",
                value=abs(covered - COVERAGE),
                unit="",
                target=OFF,
                better="lower",
                of={"covered": covered, "pretended flights clean": float(np.mean([one.clean for one in ours]))},
            ),
            _beside(treated, rmse, {name: _rmse([peer(draw) for draw in tried]) for name, peer in peers.items()}),
        ]
    notes = [f"The placebo panel was read by {', '.join(f'{name} ({times})' for name, times in used.items())}."]
    if not peers:
        notes.append("pysyncon is not installed: the extra `bench` sets it beside.")
    return made, notes


def _beside(treated: int, ours: float, theirs: dict[str, float]) -> Row:
    what = f"placebo panel, {treated} of 40 treated: root mean square error"
    parts = {f"{name}, percentage points": 100 * error for name, error in theirs.items()}
    if not theirs:
        return Row(what=what, value=100 * ours, unit="percentage points", better="lower", of=parts)
    parts = {"percentage points": 100 * ours} | parts
    over = f"{what} over the better of two synthetic controls"
    return Row(what=over, value=ours / min(theirs.values()), unit="x", target=1.0, better="lower", of=parts)


def _peers() -> dict[str, Callable[[Draw], float]]:
    """pysyncon's synthetic control of the treated cities' mean, of sales as they are and as shares of each's mean."""
    if find_spec("pysyncon") is None:
        return {}
    return {"pysyncon": partial(_synthetic, indexed=False), "pysyncon on shares": partial(_synthetic, indexed=True)}


def _synthetic(draw: Draw, *, indexed: bool) -> float:
    """Error of the lift that pysyncon's classical synthetic control finds, its weights fitted to every day before."""
    import pandas as pd
    from pysyncon import Synth

    usual = draw.panel.before.mean(axis=1)
    scale = usual if indexed else np.ones(len(usual))
    weights = usual if indexed else np.ones(len(usual))
    weights = weights * draw.treated / (weights * draw.treated).sum()
    before, during = draw.panel.before / scale[:, None], draw.panel.during / scale[:, None]
    controls, target = pd.DataFrame(before[~draw.treated].T), pd.Series(weights @ before, name="treated")
    synth = Synth()
    synth.fit(X0=controls, X1=target, Z0=controls, Z1=target, custom_V=np.ones(len(target)))
    without = synth.W @ during[~draw.treated]
    return float((weights @ during).sum() / without.sum()) - 1 - LIFT


def _rmse(errors: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))
