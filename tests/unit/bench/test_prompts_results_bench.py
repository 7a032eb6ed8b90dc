"""The benchmark of prompts' results, made small, and its estimator on figures worked out by hand."""

import numpy as np
import pytest

from bench.prompts_results import Desk, Written, experiments, measure
from bench.report import BenchReport
from runtime.reporting.proportions import difference_of_ratios


@pytest.fixture(scope="module")
def small() -> BenchReport:
    return measure(seeds=2, campaigns=16, shuffles=4)


def test_a_small_run_has_every_row_and_rewording_changes_no_campaign(small: BenchReport) -> None:
    values = {row.what: row.value for row in small.rows}
    assert values["campaigns a rewording leaves as they are"] == 1
    assert all(0 <= value <= 1 for value in values.values())
    assert len(values) == 12


def test_the_planted_instruction_moves_clicks_the_way_it_was_planted() -> None:
    desk = Desk()
    written = [desk.campaign(5, number) for number in range(12)]
    usual, better = (sum(getattr(one, name)[0] for one in written) for name in ("usual", "better"))
    assert better > 1.04 * usual
    assert all(one.usual[1] == one.better[1] for one in written)


def test_a_release_that_is_worse_is_not_put_ahead() -> None:
    chance = np.random.default_rng(1)
    lots = [(float(chance.binomial(10_000, 0.02)), 10_000.0) for _ in range(40)]
    fewer = [(clicks * 0.7, seen) for clicks, seen in lots]
    written = [[Written(usual=one, better=other, reworded=one) for one, other in zip(lots, fewer, strict=True)]]
    told = list(experiments(written, "better", 40, 50))
    assert not any(one.is_second_ahead for one in told)
    assert all(one.is_sure for one in told)


def test_the_difference_is_of_ratios_of_sums_and_its_interval_students() -> None:
    found = difference_of_ratios([(1, 100), (3, 100)], [(4, 100), (6, 100)])
    assert found is not None
    assert found.value == pytest.approx(0.03)
    # Each variance is 2 / 1 * (1 + 1) / 200², and Student's 90th percentile at 2 degrees of freedom is 1.8856.
    assert (found.interval.high - found.interval.low) / 2 == pytest.approx(1.8856 * np.sqrt(2 * 4 / 200**2), rel=1e-4)


@pytest.mark.parametrize(("a", "b"), [([(1, 2)], [(1, 2), (2, 3)]), ([(1, 2), (1, 2)], [(1, 2), (1, 2)]), ([], [])])
def test_nothing_is_said_of_too_few_campaigns_or_of_none_that_varies(
    a: list[tuple[float, float]], b: list[tuple[float, float]]
) -> None:
    assert difference_of_ratios(a, b) is None


def test_where_there_is_no_difference_one_interval_in_five_leaves_it_out() -> None:
    chance = np.random.default_rng(11)
    sure = 0
    for _ in range(600):
        sides = [
            [(float(chance.poisson(200 * np.exp(0.2 * chance.normal()))), 10_000.0) for _ in range(24)] for _ in "ab"
        ]
        found = difference_of_ratios(*sides)
        assert found is not None
        sure += found.interval.low > 0 or found.interval.high < 0
    assert 0.15 < sure / 600 < 0.25
