"""Whether sensing sees what moved, where, and nothing else; beside what one would try first.

Limits were chosen on even seeds; what is told is odd ones.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import ALARM_Q, PROPOSAL_Q
from bench.report import BenchReport, Row, report
from bench.sensing.daily import Told, one_day
from bench.sensing.judging import Met, at_precision, average_precision, meet
from bench.sensing.panels import DAYS, JUDGED, Made, make
from bench.sensing.peers import PEERS
from bench.sensing.plots import curves

Floats = NDArray[np.float64]
Events = NDArray[np.int64]

SIZE: Final = (100, 20)
"""Categories and regions."""
SEEDS: Final = (1,)
LEAST_PRECISION: Final = 0.60


class Judged(NamedTuple):
    """Panels and what was said of their last days, one below the other: each [S, judged]."""

    event: Events
    told: Told
    peers: dict[str, Floats]


def run(plots: Path | None = None) -> BenchReport:
    """The whole benchmark; a chart of precision over recall into `plots` where it is given."""
    judged = judge(*SIZE, SEEDS)
    if plots is not None:
        curves(
            "Precision over recall of series-days in an event",
            {"sensing": judged.told.log_odds, **judged.peers},
            judged.event >= 0,
            plots / "sensing.svg",
        )
    return measure(judged, SIZE, SEEDS)


def measure(judged: Judged, size: tuple[int, int], seeds: Sequence[int]) -> BenchReport:
    rows = rows_of(judged)
    return report(
        "sensing",
        rows,
        ratio=rows[0].value,
        target=0.80,
        notes=[
            f"{size[0] * size[1]} series, {DAYS} days, the last {JUDGED} judged, seeds {', '.join(map(str, seeds))}; "
            f"{len(np.unique(judged.event)) - 1} events of ±15, 25 and 40 % in thirds, 1 to 7 days long",
            "fitted once a week on the days before it; the level follows each evening; each day corrected on its own",
            f"peers at {LEAST_PRECISION:.0%} precision: with the limit that hindsight finds best for each",
            "ECOD is written from its paper, over what the isolation forest is given",
        ],
    )


def judge(categories: int, regions: int, seeds: Sequence[int], days: int = DAYS, judged: int = JUDGED) -> Judged:
    panels = [make(categories, regions, seed, days, judged) for seed in seeds]
    return Judged(
        event=np.concatenate([_numbered(made, place, judged) for place, made in enumerate(panels)]),
        told=Told(*(np.concatenate(parts) for parts in zip(*(one_day(made, judged) for made in panels), strict=True))),
        peers={name: np.concatenate([peer(made, judged) for made in panels]) for name, peer in PEERS.items()},
    )


def rows_of(judged: Judged) -> list[Row]:
    q = judged.told.q
    day_alone = {"of each day alone": average_precision(-np.log(np.maximum(q, 1e-200)), judged.event)}
    of_peers = {f"of {name}": average_precision(found, judged.event) for name, found in judged.peers.items()}
    alarms, strict = meet(q <= ALARM_Q, judged.event), meet(q <= 0.1, judged.event)
    proposals = meet(q <= PROPOSAL_Q, judged.event)
    ranked = average_precision(judged.told.log_odds, judged.event)
    return [
        Row(what="average precision", value=ranked, unit="", target=0.80, of=day_alone | of_peers),
        Row(
            what=f"events seen by alarms at q = {ALARM_Q}", value=alarms.recall, unit="of them", target=0.90,
        ),
        Row(what="precision of alarmed days", value=alarms.precision, unit="", target=0.60),
        Row(
            what="false alarms", value=alarms.false_per_thousand, unit="per 1,000 series-days", target=1.4,
            better="lower",
        ),
        Row(what="delay", value=alarms.delay, unit="days", target=0.2, better="lower"),
        Row(
            what="share of false alarms at q = 0.1", value=1 - strict.precision, unit="of them", target=0.12,
            better="lower", of={"of events seen": strict.recall},
        ),
        _at(f"events that would be proposed, q = {PROPOSAL_Q:.2g}", proposals),
        *(
            _at(f"{name}, at {LEAST_PRECISION:.0%} precision", at_precision(found, judged.event, LEAST_PRECISION))
            for name, found in judged.peers.items()
        ),
    ]  # fmt: skip


def _at(what: str, met: Met) -> Row:
    beside = {"precision": met.precision, "false per 1,000 series-days": met.false_per_thousand, "days late": met.delay}
    return Row(what=what, value=met.recall, unit="of events", of=beside)


def _numbered(made: Made, place: int, judged: int) -> Events:
    """The events of the last days, with numbers that no other panel has."""
    event = made.event[:, -judged:]
    return np.where(event >= 0, event + 1_000_000 * place, -1)
