"""Planning and learning in a closed loop: 26 weekly campaigns of up to £5,000, beside a clairvoyant on the same stores.

Ours is the product's own model, allocation and experiments on the simulated grocer's tills by store, with its noise,
held-out stores and ragged delivery; the peer is the planner of November 2026. Seeds from 1,000 on, which nothing was
tuned on.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from bench.learning.campaign import Planner, Series, mix_distance, play
from bench.learning.judges import FIRST, LAST, calibration, distance, interval, profit, share_of_best
from bench.learning.lifelike import LifelikeTruth
from bench.learning.peer_november import PeerNovember
from bench.learning.planners import EqualSplit, JointPlanner
from bench.learning.plots import line_chart
from bench.learning.shop import FLIGHT_DAYS, Shop, rotation, small_categories
from bench.learning.truths import Drift, HillTruth, SimulatedTruth, Truth
from bench.report import BenchReport, Row, report
from domain.shoppers import Shoppers
from world.simulated.shoppers.natures import nature_of

SEEDS = range(1_000, 1_012)
_PLANNERS: dict[str, Callable[[], Planner]] = {
    "ours": JointPlanner,
    "bold": lambda: JointPlanner(careful=False),
    "unlearned": lambda: JointPlanner(learns=False, careful=False, shrinks=False),
    "peer": PeerNovember,
    "equal": EqualSplit,
}
_DRIFT = Drift(13 * FLIGHT_DAYS, nature_of(Shoppers.SHIFTING).shift)
_TRUTHS: dict[str, Callable[[int], Truth]] = {
    "simulated": SimulatedTruth,
    "drift": lambda seed: SimulatedTruth(seed, drift=_DRIFT),
    "dead": lambda seed: SimulatedTruth(seed, times=0.0),
    "faint": lambda seed: SimulatedTruth(seed, times=0.3),
    "hill": HillTruth,
    "lifelike": LifelikeTruth,
}
_ROTATIONS: dict[str, Callable[[int], Sequence[str]]] = {
    "one": lambda seed: ("soup",),
    "six": lambda seed: rotation(seed, 6),
    "small": lambda seed: small_categories(seed, 1),
}
Task = tuple[str, str, str]
"""Planner, truth, rotation."""
TASKS: tuple[Task, ...] = (
    *((planner, "simulated", each) for planner in ("ours", "peer", "equal", "unlearned") for each in ("one", "six")),
    ("bold", "simulated", "one"),
    ("bold", "simulated", "six"),
    ("ours", "simulated", "small"),
    *((planner, "hill", "six") for planner in ("ours", "peer", "equal")),
    *((planner, "lifelike", each) for planner in ("ours", "peer", "equal") for each in ("one", "six")),
    *((planner, truth, "one") for planner in ("ours", "peer") for truth in ("drift", "dead", "faint")),
)


def played(task: Task, seed: int) -> Series:
    planner, truth, turns = task
    return play(_PLANNERS[planner](), Shop(seed, _TRUTHS[truth](seed)), _ROTATIONS[turns](seed))


def every_series(seeds: Sequence[int] = SEEDS, tasks: Sequence[Task] = TASKS) -> dict[Task, list[Series]]:
    """Each task on each seed, on as many processes as there are cores."""
    # The arrays are small: threads of the linear algebra would only wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        waiting = {task: [pool.submit(played, task, seed) for seed in seeds] for task in tasks}
        return {task: [one.result() for one in series] for task, series in waiting.items()}


def run(plots: Path | None = None) -> BenchReport:
    """All judges; charts into `plots` where it is given."""
    every = every_series()
    rows = [
        *_shares(every, "simulated", "one", 0.92),
        *_shares(every, "simulated", "six", 0.88),
        *_shares(every, "hill", "six", 0.88),
        *_shares(every, "lifelike", "one", 0.92),
        *_shares(every, "lifelike", "six", 0.88),
        *_changes(every),
        *_losses(every),
        *_calibrated(every),
    ]
    if plots is not None:
        draw(every, plots)
    notes = [
        f"{len(SEEDS)} seeds from {SEEDS[0]}; low and high are the middle 80 % over seeds drawn with replacement.",
        "one: soup each week; six: six categories drawn by lot for each seed, in turn; shares are of all seeds' sums.",
        "lifelike: the clairvoyant makes the most of each flight, whatever that one wears out for later ones.",
        "ours spends by the probability of a loss, and probes first; bold is the same without that rule.",
    ]
    headline = share_of_best(every["ours", "simulated", "one"], LAST)
    return report("learning", rows, ratio=headline, target=0.92, notes=notes)


def _shares(every: dict[Task, list[Series]], truth: str, turns: str, target: float) -> list[Row]:
    """What is reached of the clairvoyant's profit, and beside the others."""
    where = f"{turns}, {truth}"
    sides = {planner: series for (planner, mine, each), series in every.items() if (mine, each) == (truth, turns)}
    ours = sides["ours"]
    rows = [
        Row(what=f"{where}: share of the clairvoyant, last 8, {planner}", value=share_of_best(series, LAST), unit="",
            target=target if planner == "ours" else None, of=interval(series, lambda some: share_of_best(some, LAST)))
        for planner, series in sides.items()
    ]  # fmt: skip
    rows += [
        Row(what=f"{where}: share over 26 weeks, {planner}", value=share_of_best(series), unit="",
            of=interval(series, share_of_best))
        for planner, series in sides.items()
    ]  # fmt: skip
    rows += [
        Row(what=f"{where}: profit of 26 weeks beside the peer's", value=profit(ours) / profit(sides["peer"]), unit="x",
            target=1.0, of={planner: profit(series) for planner, series in sides.items()}),
        Row(what=f"{where}: last 8 beside an equal split", unit="x", target=1.5,
            value=share_of_best(ours, LAST) / max(share_of_best(sides["equal"], LAST), 1e-9)),
        Row(what=f"{where}: distance of the mix, last 8 to first 4", unit="x", target=0.5, better="lower",
            value=distance(ours, LAST) / distance(ours, FIRST),
            of={"first 4": distance(ours, FIRST), "last 8": distance(ours, LAST),
                "peer's last 8": distance(sides["peer"], LAST)}),
    ]  # fmt: skip
    return rows


def _changes(every: dict[Task, list[Series]]) -> list[Row]:
    return [
        Row(what=f"after a change in week 13: share, last 8, {planner}", unit="",
            value=share_of_best(every[planner, "drift", "one"], LAST), target=0.85 if planner == "ours" else None,
            of=interval(every[planner, "drift", "one"], lambda some: share_of_best(some, LAST)))
        for planner in ("ours", "peer")
    ]  # fmt: skip


def _losses(every: dict[Task, list[Series]]) -> list[Row]:
    bounds = {"dead": ("ads that sell nothing", 1_500.0), "faint": ("ads at three tenths", 2_000.0)}
    return [
        Row(what=f"{name}: lost in 26 weeks, {planner}", unit="£", better="lower",
            value=-profit(every[planner, truth, "one"]), target=bound if planner == "ours" else None,
            of={"worst seed": -min(float(one.profit.sum()) for one in every[planner, truth, "one"])})
        for truth, (name, bound) in bounds.items() for planner in ("ours", "peer")
    ]  # fmt: skip


def _calibrated(every: dict[Task, list[Series]]) -> list[Row]:
    rows = []
    for turns in ("one", "six", "small"):
        for name, weeks in (("fresh", slice(0, 6)), ("after 20 lessons", slice(20, None))):
            covered, bias, count = calibration(every["ours", "simulated", turns], weeks)
            rows += [
                Row(what=f"{turns}, {name}: 80 % interval of ROI, off 80 % by", value=abs(covered - 0.8), unit="",
                    target=0.06, better="lower", of={"covered": covered, "campaigns": count}),
                Row(what=f"{turns}, {name}: bias of ROI", value=abs(bias), unit="", target=0.1, better="lower",
                    of={"signed": bias}),
            ]  # fmt: skip
    return rows


def draw(every: dict[Task, list[Series]], to: Path) -> None:
    """Share of the clairvoyant's profit and distance of the mix, by week over all seeds."""
    names = {"ours": "ours", "peer": "November", "equal": "equal split"}
    for turns in ("one", "six"):
        series = {names[planner]: every[planner, "simulated", turns] for planner in names}
        line_chart(
            f"Share of the clairvoyant's profit, {turns}",
            {name: np.sum([one.profit for one in some], axis=0) / np.sum([one.best_profit for one in some], axis=0)
             for name, some in series.items()},
            low=0.0, high=1.0, percent=True, to=to / f"learning-share-{turns}.svg",
        )  # fmt: skip
        line_chart(
            f"Distance of the mix to the clairvoyant's, {turns}",
            {name: np.nanmean([mix_distance(one.mix, one.best_mix) for one in some], axis=0)
             for name, some in series.items()},
            low=0.0, high=0.5, percent=False, to=to / f"learning-mix-{turns}.svg",
        )  # fmt: skip
