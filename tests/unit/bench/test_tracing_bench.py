"""The bench of tracing: its three houses are three, and its interval finds a cost that is there."""

from pathlib import Path

import numpy as np

from bench.inside.tracing import nothing_told, paired, take_turns, told_of
from graph.attempting.observed import Observed


def test_an_interval_holds_the_cost_that_is_there() -> None:
    draw = np.random.default_rng(3)
    beside = draw.lognormal(4, 0.2, 200)
    dearer = paired(list(beside * 1.04 * draw.lognormal(0, 0.05, 200)), list(beside))
    same = paired(list(beside * draw.lognormal(0, 0.05, 200)), list(beside))
    assert 1 < dearer.low < 1.04 < dearer.high
    assert same.low < 1 < same.high


def test_a_cost_is_reported_as_missed() -> None:
    draw = np.random.default_rng(4)
    beside = list(draw.lognormal(4, 0.01, 60))
    report = told_of({"without": beside, "off": [2 * one for one in beside], "on": [3 * one for one in beside]})
    assert [row.met for row in report.rows if row.met is not None] == [False, False, False]
    assert not report.met


async def test_the_three_take_turns_and_all_is_as_before(tmp_path: Path) -> None:
    ours = Observed.__call__
    turns = await take_turns(tmp_path, rounds=1, a_turn=1)
    assert {name: len(each) for name, each in turns.items()} == {"without": 1, "off": 1, "on": 1}
    assert Observed.__call__ is ours
    with nothing_told():
        assert Observed.__call__ is not ours
