"""Beliefs as they are shown: against the posterior of one cell, worked by hand."""

import math
from datetime import timedelta

import pytest

from agents.response.evidence import Evidence
from domain.lesson import Lesson
from domain.plan import INTERVAL_Z
from runtime.reporting.learning.believed import believed, history_of, known_cells
from runtime.reporting.learning.withdrawal import withdrawal_of
from tests.unit.agents.corner_shop import TODAY, lesson

EMAIL = "email|category_buyers|soup"
PRIOR_MEAN, PRIOR_SD = 0.05, 0.03
"""Of email: 5 % and 0.6 times that."""


def told(number: int, observed: float, exposure: float = 20_000.0, error: float = 500.0) -> Lesson:
    return lesson(number, {EMAIL: exposure}, observed, standard_error=error, learned_on=TODAY)


def by_hand(*lessons: Lesson) -> tuple[float, float]:
    """Mean and deviation of a Gaussian whose evidence adds (Bishop 2006, section 3.3)."""
    precision, shift = PRIOR_SD**-2, PRIOR_MEAN * PRIOR_SD**-2
    for one in lessons:
        x, weight = one.exposures[0].exposure, one.standard_error**-2
        precision, shift = precision + weight * x * x, shift + weight * x * one.observed
    return shift / precision, precision**-0.5


def test_a_belief_is_shown_beside_what_was_believed_before_any_lesson() -> None:
    lessons = [told(1, 1600.0), told(2, 1200.0)]
    [row] = believed(Evidence.of(lessons), [EMAIL])
    mean, sd = by_hand(*lessons)
    assert (row.mean, row.sd) == pytest.approx((mean, sd))
    assert (row.interval.low, row.interval.high) == pytest.approx((mean - INTERVAL_Z * sd, mean + INTERVAL_Z * sd))
    assert (row.before_mean, row.before_interval.high) == pytest.approx(
        (PRIOR_MEAN, PRIOR_MEAN + INTERVAL_Z * PRIOR_SD)
    )
    assert set(row.lessons) == {one.id for one in lessons}
    # Lessons without groups say nothing of saturation: £4 a store and day, times or over exp(z 0.6).
    assert (row.scale, row.before_scale) == pytest.approx((4.0, 4.0))
    assert row.scale_interval.high == pytest.approx(4.0 * math.exp(INTERVAL_Z * 0.6))


def test_no_interval_of_an_effect_reaches_below_zero() -> None:
    [row] = believed(Evidence.of([told(1, 0.0)]), [EMAIL])
    assert row.mean - INTERVAL_Z * row.sd < 0
    assert row.interval.low == 0.0


def test_a_history_goes_from_belief_to_belief_in_the_order_that_lessons_came_in() -> None:
    first, second = told(9, 1600.0), told(1, 1200.0)
    taken_back = told(3, 9_000.0).model_copy(update={"withdrawn": True})
    steps = history_of([first, taken_back, second], EMAIL)
    assert [step.lesson_id for step in steps] == [first.id, second.id]
    assert [step.before_mean for step in steps] == pytest.approx([PRIOR_MEAN, by_hand(first)[0]])
    assert [step.after_mean for step in steps] == pytest.approx([by_hand(first)[0], by_hand(first, second)[0]])


def test_a_history_leaves_out_what_says_nothing_of_the_cell() -> None:
    other = lesson(
        2, {"sponsored_search|category_buyers|soup": 20_000.0}, 3_000.0, learned_on=TODAY - timedelta(days=1)
    )
    assert [step.lesson_id for step in history_of([other, told(1, 1600.0)], EMAIL)] == [told(1, 1600.0).id]
    assert history_of([], EMAIL) == []


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_withdrawal_says_what_is_left_without_the_lesson_and_does_nothing(withdrawn: bool) -> None:
    kept, bad = told(1, 1600.0), told(2, 200.0)
    standing = Evidence.of([kept] if withdrawn else [kept, bad])
    found = withdrawal_of(bad.model_copy(update={"withdrawn": withdrawn}), standing)
    [change] = found.changes
    assert (change.cell, change.lessons_left, found.lessons_left) == (EMAIL, 1, 1)
    assert (change.with_mean, change.without_mean) == pytest.approx((by_hand(kept, bad)[0], by_hand(kept)[0]))
    assert len(standing.lessons) == (1 if withdrawn else 2)


def test_withdrawing_the_only_lesson_goes_back_to_what_was_believed_before() -> None:
    only = told(1, 200.0)
    [change] = withdrawal_of(only, Evidence.of([only])).changes
    assert change.without_mean == pytest.approx(PRIOR_MEAN)
    assert change.lessons_left == 0


def test_the_furthest_moved_belief_comes_first() -> None:
    cells = {EMAIL: 2_000.0, "sponsored_search|category_buyers|soup": 40_000.0}
    one = lesson(5, cells, 600.0, learned_on=TODAY)
    changes = withdrawal_of(one, Evidence.of([one])).changes
    assert [change.cell.split("|")[0] for change in changes] == ["sponsored_search", "email"]
    assert known_cells(Evidence.of([one]), "soup") == sorted(cells)
    assert known_cells(Evidence.of([one]), "pies") == []
