"""Evidence grows by a row and is the same, to the last bit, as evidence built anew."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pytest

from agents.response.beliefs import before_and_after, posterior
from agents.response.evidence import Evidence, evidence_of
from domain.lesson import CellExposure, Lesson
from tests.examples import a_lesson

CELLS = ("email|families|soup", "paid_social|families|soup", "email|comfort seekers|pies")


def lessons(count: int, seed: int) -> list[Lesson]:
    """Lessons on one to three cells, some of one experiment, some withdrawn."""
    rng = random.Random(seed)
    return [
        a_lesson().model_copy(
            update={
                "id": UUID(int=rng.getrandbits(128)),
                "learned_on": date(2026, 11, 1) + timedelta(days=rng.randrange(200)),
                "exposures": [
                    CellExposure(cell=cell, exposure=rng.uniform(1000, 20_000))
                    for cell in rng.sample(CELLS, rng.randint(1, 3))
                ],
                "observed": rng.gauss(5000, 2000),
                "experiment": rng.choice(["", "", f"draw {rng.randrange(3)}"]),
                "withdrawn": rng.random() < 0.1,
            }
        )
        for _ in range(count)
    ]


def assert_same(one: Evidence, other: Evidence) -> None:
    assert one.lessons == other.lessons
    assert one.experiments == other.experiments
    for name in ("observed", "error", "learned_on", "repeats", "exposures"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert [[one.cells[at] for at in row if at >= 0] for row in one.exposed] == [
        [other.cells[at] for at in row if at >= 0] for row in other.exposed
    ]


@pytest.mark.parametrize("seed", range(5))
def test_lessons_added_one_by_one_are_the_evidence_of_all_of_them(seed: int) -> None:
    told = lessons(40, seed)
    grown = Evidence.of(())
    for lesson in told:
        grown = grown.with_lesson(lesson)
    assert_same(grown, Evidence.of(told))


@pytest.mark.parametrize("seed", range(5))
def test_the_posterior_does_not_depend_on_what_was_asked_before(seed: int) -> None:
    told, as_of = lessons(60, seed), date(2027, 3, 1)

    def asked_after(others: Sequence[Sequence[Lesson]]) -> bytes:
        for other in others:
            evidence_of(other)
        mine = posterior(told, CELLS, as_of)
        before, after = before_and_after(told[-1], told[:-1], CELLS, as_of)
        return b"".join(part.mean.tobytes() + part.covariance.tobytes() for part in (mine, before, after))

    alone = asked_after([lessons(30, seed + 100)])
    assert asked_after([told[:20], told[:21], told[:40]]) == alone
    assert asked_after([told[::-1]]) == alone
    assert asked_after([told]) == alone


def test_a_lesson_withdrawn_since_counts_no_more() -> None:
    told = [lesson.model_copy(update={"withdrawn": False}) for lesson in lessons(10, 1)]
    assert len(evidence_of(told).lessons) == 10
    told[3] = told[3].model_copy(update={"withdrawn": True})
    assert_same(evidence_of(told), Evidence.of(told))
    assert len(evidence_of(told).lessons) == 9
