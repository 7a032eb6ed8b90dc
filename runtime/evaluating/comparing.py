"""Two runs of the same cases side by side: how far each metric moved, how sure that is, and which cases changed.

The cases are the same in both, so each is compared with itself, and how hard it is drops out. A case that asks
something else in one of the two, or is in one alone, is left out and counted.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel, Field

from domain.errors import BadInput
from domain.plan import Interval
from runtime.evaluating.results import PASSED, Result, Results, RunOf
from runtime.reporting.proportions import paired_difference

LEVEL: Final = 0.95
"""That all intervals together hold their differences: each of m has 1 - 0.05 / m (Bonferroni; Dunn 1961)."""


class Moved(BaseModel):
    """A metric, over the cases that have it in both runs. Rates are shares of those."""

    metric: str
    cases: int
    a: float
    b: float
    difference: float = Field(description="`b` less `a`")
    interval: Interval = Field(description="of the difference, by Tango's paired score")
    worse: int = Field(description="cases that passed in `a` alone")
    better: int = Field(description="cases that passed in `b` alone")

    @property
    def is_worse(self) -> bool:
        return self.interval.high < 0

    @property
    def is_better(self) -> bool:
        return self.interval.low > 0


class Changed(BaseModel):
    """A metric of a case that is not what it was."""

    id: str
    metric: str
    passes: bool = Field(description="whether it does in `b`")
    told: str = Field(description="what the scorer said in the run in which it failed")


class Compared(BaseModel):
    a: RunOf
    b: RunOf
    method: str
    metrics: list[Moved] = Field(description="`passed`, whether all of a case's metrics do, first")
    changed: list[Changed] = Field(description="what failed by now first")
    only_a: int = Field(description="cases that are in one run alone")
    only_b: int
    asked_otherwise: int = Field(description="cases of one name that ask or expect something else")

    @property
    def is_worse(self) -> bool:
        """Whether fewer cases pass, beyond chance."""
        return self.metrics[0].is_worse


def compared(a: Results, b: Results) -> Compared:
    """Raises BadInput where no case is in both, or one holds no run."""
    if a.run is None or b.run is None:
        raise BadInput("one of the two holds no run", remedy="name two files of results")
    shared = [name for name in a.by_id if name in b.by_id]
    same = [name for name in shared if a.by_id[name].mark == b.by_id[name].mark]
    if not same:
        raise BadInput("the two runs have no case in common", remedy="compare runs of the same dataset")
    pairs = [(a.by_id[name], b.by_id[name]) for name in same]
    metrics = _metrics(pairs)
    level = 1 - (1 - LEVEL) / len(metrics)
    changed = sorted(_changed(pairs), key=lambda one: one.passes)
    return Compared(
        a=a.run,
        b=b.run,
        method=f"{len(metrics)} paired score intervals (Tango 1998) at {level:.2%}, {LEVEL:.0%} together (Bonferroni)",
        metrics=[_moved(metric, pairs, level) for metric in metrics],
        changed=changed,
        only_a=len(a.by_id) - len(shared),
        only_b=len(b.by_id) - len(shared),
        asked_otherwise=len(shared) - len(same),
    )


Pairs = Sequence[tuple[Result, Result]]


def _metrics(pairs: Pairs) -> list[str]:
    """Those that a case has in both runs, in the order they are met."""
    names = [PASSED]
    for one, other in pairs:
        names += [name for name in one.metrics() if name in other.metrics()]
    return list(dict.fromkeys(names))


def _moved(metric: str, pairs: Pairs, level: float) -> Moved:
    both = [(one.metrics()[metric], other.metrics()[metric]) for one, other in pairs if _have(metric, one, other)]
    worse = sum(first and not second for first, second in both)
    better = sum(second and not first for first, second in both)
    count = len(both)
    interval = paired_difference(worse, better, count, level)
    assert interval is not None, "a metric is one that some pair has"
    return Moved(
        metric=metric,
        cases=count,
        a=sum(first for first, _ in both) / count,
        b=sum(second for _, second in both) / count,
        difference=(better - worse) / count,
        interval=interval,
        worse=worse,
        better=better,
    )


def _have(metric: str, one: Result, other: Result) -> bool:
    return metric in one.metrics() and metric in other.metrics()


def _changed(pairs: Pairs) -> Iterator[Changed]:
    """By case and metric, without `passed`, which follows. A metric that one run did not come to is told by the one it
    failed at before."""
    for one, other in pairs:
        before, after = one.metrics(), other.metrics()
        for metric, was in before.items():
            if metric != PASSED and metric in after and after[metric] != was:
                failed = one if after[metric] else other
                told = next(score.told for score in failed.scores if score.metric == metric)
                yield Changed(id=one.id, metric=metric, passes=after[metric], told=told)
