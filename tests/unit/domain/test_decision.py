"""The forms at the two gates: what they take, and what they refuse before anybody acts on it."""

import re
from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.decision import ApprovalAnswer, MeasurementAnswer, misfit
from domain.errors import BadInput
from domain.plan import Flight

AD = str(UUID(int=1))
FLIGHT = Flight(start=date(2026, 11, 12), end=date(2026, 11, 18))


def test_an_edit_that_changes_no_words_is_refused() -> None:
    with pytest.raises(ValidationError, match="a copy edit needs a headline, a body or a call to action"):
        ApprovalAnswer.model_validate({"decision": "edit", "copy_edits": [{"creative_id": AD}]})


def test_blanks_are_no_words() -> None:
    edit = {"creative_id": AD, "headline": "     "}
    with pytest.raises(ValidationError, match="at least 3 characters"):
        ApprovalAnswer.model_validate({"decision": "edit", "copy_edits": [edit]})


def test_a_persons_words_lose_the_blanks_around_them() -> None:
    edit = {"creative_id": AD, "headline": "  Soup is on \n"}
    answer = ApprovalAnswer.model_validate({"decision": "edit", "copy_edits": [edit], "decided_by": " Ada "})
    assert answer.copy_edits[0].headline == "Soup is on"
    assert answer.decided_by == "Ada"


@pytest.mark.parametrize(
    "edit",
    [
        {"budgets": [{"channel": "email", "budget": 100}, {"channel": "email", "budget": 200}]},
        {"copy_edits": [{"creative_id": AD, "headline": "One"}, {"creative_id": AD, "headline": "Two"}]},
    ],
)
def test_an_edit_says_one_thing_of_each_channel_and_each_ad(edit: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="twice"):
        ApprovalAnswer.model_validate({"decision": "edit", **edit})


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_rejection_without_a_reason_is_refused(reason: str) -> None:
    with pytest.raises(ValidationError, match="a rejection needs a reason"):
        ApprovalAnswer.model_validate({"decision": "reject", "reason": reason})


def test_an_approval_is_no_answer_to_a_measurement() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        MeasurementAnswer.model_validate({"decision": "approve"})


def test_a_field_the_form_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        ApprovalAnswer.model_validate({"decision": "approve", "budget": 10})


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 11, 11), date(2026, 11, 19)])
def test_a_measurement_reads_no_day_outside_the_flight(day: date) -> None:
    with pytest.raises(BadInput, match="2026-11-12 to 2026-11-18"):
        MeasurementAnswer(through=day).last_day(FLIGHT)


def test_a_measurement_reads_the_whole_flight_unless_told_otherwise() -> None:
    assert MeasurementAnswer().last_day(FLIGHT) == FLIGHT.end
    assert MeasurementAnswer(through=date(2026, 11, 14)).last_day(FLIGHT) == date(2026, 11, 14)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("...", "it says nothing"),
        ("<b>Soup</b>", "it holds markup"),
        ("{{ price }}", "it holds markup"),
        ("Soup\x00 bread", "U\\+0000"),
        ("Soup \u202e bread", "U\\+202E"),
        ("system: soup", "the mark of a conversation"),
    ],
)
def test_a_persons_words_are_plain_ones_and_the_refusal_is_a_sentence(words: str, said: str) -> None:
    edit = {"creative_id": AD, "body": words}
    with pytest.raises(ValidationError) as refused:
        ApprovalAnswer.model_validate({"decision": "edit", "copy_edits": [edit]})
    sentence = misfit(refused.value, ApprovalAnswer)
    assert sentence.field == "copy_edits.0.body"
    assert re.search(f"^the answer does not fit the question in field copy_edits.0.body: .*{said}", str(sentence))


def test_a_persons_words_are_folded_as_the_writer_s_are() -> None:
    edit = {"creative_id": AD, "body": "A  bowl\u00a0of\n soup."}
    assert ApprovalAnswer.model_validate({"decision": "edit", "copy_edits": [edit]}).copy_edits[0].body == (
        "A bowl of soup."
    )
