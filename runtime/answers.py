"""Whether an answer fits the question a thread is parked with."""

from collections.abc import Sequence

from pydantic import JsonValue, ValidationError

from domain.creative import Outcome
from domain.decision import ApprovalAnswer, MeasurementAnswer
from domain.errors import BadInput, Conflict
from runtime.orders import Question


def asked(questions: Sequence[Question], interrupt_id: str | None) -> Question:
    if not questions:
        raise Conflict("the campaign is not waiting for an answer", remedy="look at its history to see who decided")
    for question in questions:
        if interrupt_id in (None, question.interrupt_id):
            return question
    raise Conflict(
        f"question {interrupt_id} has already been decided", remedy=f"the open one is {questions[0].interrupt_id}"
    )


def parsed_answer(question: Question, answer: JsonValue) -> ApprovalAnswer | MeasurementAnswer:
    """The answer as the node will read it. Raises BadInput naming the field, or Conflict when the rules forbid it."""
    model: type[ApprovalAnswer | MeasurementAnswer] = (
        ApprovalAnswer if question.node == "approval" else MeasurementAnswer
    )
    try:
        checked = model.model_validate(answer)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        where = f" in field {field}" if field else ""
        problem = first["msg"].removeprefix("Value error, ")
        raise BadInput(f"the answer does not fit the question{where}", remedy=problem, field=field) from error
    if isinstance(checked, ApprovalAnswer):
        _refuse_failed_copy(question, checked)
    return checked


def _refuse_failed_copy(question: Question, answer: ApprovalAnswer) -> None:
    findings = question.payload.get("findings")
    failed = (
        [f for f in findings if isinstance(f, dict) and f.get("outcome") == Outcome.FAIL]
        if isinstance(findings, list)
        else []
    )
    if failed and answer.decision == "approve":
        raise Conflict(
            f"{len(failed)} compliance findings fail, the first by rule {failed[0].get('rule_id')}",
            remedy="edit the copy they name, or reject the campaign",
        )
