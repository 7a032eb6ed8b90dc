"""A key that a form does not have is named, with the one that was meant, before anything else that is wrong."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from domain.decision import ApprovalAnswer, MeasurementAnswer, ModelSpendAnswer, misfit


@pytest.mark.parametrize(
    ("form", "answer", "said", "meant"),
    [
        (ApprovalAnswer, {"decison": "approve"}, "there is no field 'decison'", "decision"),
        (ApprovalAnswer, {"decision": "edit", "budgts": []}, "there is no field 'budgts'", "budgets"),
        (
            ApprovalAnswer,
            {"decision": "edit", "budgets": [{"chanel": "email", "budget": 3}]},
            "there is no field 'chanel' in budgets.0",
            "channel",
        ),
        (MeasurementAnswer, {"thruogh": None}, "there is no field 'thruogh'", "through"),
        (ModelSpendAnswer, {"decision": "raise", "limt": 2}, "there is no field 'limt'", "limit"),
    ],
)
def test_a_misspelt_key_of_an_answer_is_named_with_the_one_that_was_meant(
    form: type[BaseModel], answer: dict[str, Any], said: str, meant: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        form.model_validate(answer)
    problem = misfit(refused.value, form)
    assert problem.problem == f"the answer does not fit the question: {said}"
    assert problem.remedy.startswith(f"did you mean {meant!r}?")
