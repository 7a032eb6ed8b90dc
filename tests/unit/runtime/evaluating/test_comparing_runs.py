"""Two runs are compared case by case; what changed is named, and what chance would do as well is not called worse."""

from collections.abc import Mapping

import pytest

from domain.errors import BadInput
from runtime.evaluating.comparing import compared
from runtime.evaluating.nodes.scores import Score
from runtime.evaluating.results import Result, Results, RunOf

RUN = RunOf(dataset="all", version="1", code="c", model="m", wording="draft", prompts="p")


def run(passes: Mapping[str, Mapping[str, bool]], mark: str = "same") -> Results:
    found = {}
    for name, metrics in passes.items():
        scores = [Score(metric=metric, passed=ok, told="" if ok else "why") for metric, ok in metrics.items()]
        found[name] = Result.of(name, "strategy", mark, scores, 0.1)
    return Results(RUN, found, 0)


def test_what_failed_by_now_is_named_first_with_why() -> None:
    before = run({"a": {"x": True, "y": False}, "b": {"x": True, "y": True}, "only": {"x": True}})
    after = run({"a": {"x": True, "y": True}, "b": {"x": False, "y": True}, "new": {"x": True}})
    found = compared(before, after)
    assert [(one.id, one.metric, one.passes, one.told) for one in found.changed] == [
        ("b", "x", False, "why"),
        ("a", "y", True, "why"),
    ]
    passed, x, y = found.metrics
    assert (passed.metric, passed.worse, passed.better, passed.cases) == ("passed", 1, 1, 2)
    assert (x.a, x.b, x.difference, y.difference) == (1.0, 0.5, -0.5, 0.5)
    assert (found.only_a, found.only_b) == (1, 1)
    assert not found.is_worse, "one case of two is no proof"


def test_several_metrics_have_wider_intervals_than_one_and_it_is_said() -> None:
    def of(names: str, falls: int) -> Results:
        return run({f"c{n}": dict.fromkeys(names, n >= falls) for n in range(60)})

    alone, several = compared(of("x", 0), of("x", 8)), compared(of("xyz", 0), of("xyz", 8))
    assert alone.is_worse
    one, three = alone.metrics[1].interval, several.metrics[1].interval
    assert three.low < one.low < three.high
    assert three.high > one.high
    assert "2 paired score intervals (Tango 1998) at 97.50%" in alone.method
    assert "4 paired score intervals (Tango 1998) at 98.75%, 95% together (Bonferroni)" in several.method


def test_a_case_that_asks_something_else_is_left_out_and_counted() -> None:
    before, after = run({"a": {"x": True}, "b": {"x": True}}), run({"a": {"x": False}}, mark="other")
    after.by_id["b"] = before.by_id["b"]
    found = compared(before, after)
    assert (found.asked_otherwise, found.metrics[0].cases, found.changed) == (1, 1, [])
    with pytest.raises(BadInput, match="no case in common"):
        compared(before, run({"z": {"x": True}}))
