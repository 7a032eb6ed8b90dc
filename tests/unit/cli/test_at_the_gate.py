"""`campaigns approve` and `reject` answer the gate, and nothing else."""

from uuid import UUID

import pytest

from cli.campaigns import at_the_gate
from domain.errors import Conflict
from runtime.runs.orders import Question


def asked_by(node: str) -> Question:
    return Question(thread_id=UUID(int=1), interrupt_id=f"of {node}", node=node, payload={}, response_schema={})


def test_a_decision_answers_the_question_of_the_gate() -> None:
    assert at_the_gate([asked_by("approval")]) == "of approval"


def test_a_decision_is_no_answer_to_a_campaign_parked_at_measurement() -> None:
    with pytest.raises(Conflict, match="does not wait for a decision but at measurement"):
        at_the_gate([asked_by("measurement")])
