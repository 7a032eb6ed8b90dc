"""Why a node ran, as `campaigns past` tells it."""

import pytest

from cli.histories.futures import _why
from runtime.forking.reasons import Ran


@pytest.mark.parametrize(("count", "told"), [(1, "1 answer of the model (x:y)"), (3, "3 answers of the model (x:y)")])
def test_one_answer_is_told_as_one(count: int, told: str) -> None:
    asked = ["a brief, by x:y"] * count
    past = {"failed": [], "cached": False, "asked": False, "answer": "", "gave": ["plan"]}
    ran = Ran.model_validate(
        {"node": "strategy", "trigger": "t", "after": "sensing", "attempts": 1, "models": asked, **past}
    )
    assert told in _why(ran)
    assert "failed call" not in _why(ran)


def test_a_call_that_was_not_answered_is_no_answer() -> None:
    past = {"failed": [], "cached": False, "asked": False, "answer": "", "gave": ["plan"]}
    calls = {"models": ["a brief, by x:z"], "unanswered": ["a brief, by x:y"] * 2}
    ran = Ran.model_validate({"node": "strategy", "trigger": "t", "after": "", "attempts": 1, **calls, **past})
    assert "1 answer of the model (x:z); 2 failed calls of the model (x:y)" in _why(ran)
