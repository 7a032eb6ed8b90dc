"""What is said to an answer whose question is no longer open."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.decision import UNDECIDED, ApprovalDecision
from domain.errors import AlreadyDecided, TooLate
from runtime.runs.answers import asked
from runtime.runs.orders import Question

OPEN = Question(thread_id=UUID(int=7), interrupt_id="bcc0404c", node="measurement", payload={}, response_schema={})


def decided(by: str) -> ApprovalDecision:
    return ApprovalDecision(decision="reject", reason="", decided_by=by, decided_at=datetime(2026, 11, 5, tzinfo=UTC))


def test_of_a_lapsed_campaign_it_is_said_that_time_ran_out_and_not_that_somebody_decided() -> None:
    with pytest.raises(TooLate, match="this came too late: the flight began and the campaign has lapsed, so nothing"):
        asked([], "05abae70", decided(UNDECIDED))
    for approval in (decided("Ada"), None):
        with pytest.raises(AlreadyDecided, match="look at its history to see who decided"):
            asked([], "05abae70", approval)


def test_an_answer_to_a_question_of_before_is_refused_in_words_without_ids() -> None:
    with pytest.raises(AlreadyDecided) as refused:
        asked([OPEN], "05abae70", None)
    assert str(refused.value) == "the question has already been decided: look at its history to see who decided."
    assert asked([OPEN], "bcc0404c", None) is OPEN
