"""Whether an answer fits the question a thread is parked with, and can be carried out."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, JsonValue, ValidationError

from agents.booking.agent import Today
from agents.learning.measurement import last_day_of
from agents.learning.tills import TillsCheck
from agents.strategy.edit_check import EditCheck
from agents.strategy.edits import edited_budgets
from domain.context import Autonomy, CampaignContext
from domain.decision import (
    MODEL_SPEND,
    UNDECIDED,
    ApprovalAnswer,
    ApprovalDecision,
    MeasurementAnswer,
    ModelSpendAnswer,
    ModelSpendRequest,
    misfit,
)
from domain.errors import AlreadyDecided, BadInput, Conflict, TooLate
from domain.money import Money, pounds
from domain.plan import Flight
from domain.state import CampaignState
from runtime.runs.orders import Question
from storage.records import Promise

Answer = ApprovalAnswer | MeasurementAnswer | ModelSpendAnswer
Form = TypeVar("Form", bound=BaseModel)
Decision = TypeVar("Decision", ApprovalAnswer, ModelSpendAnswer)


class Allowance(Protocol):
    """The ledger, asked beforehand."""

    async def require_room(
        self,
        *,
        campaign_id: UUID,
        account: str,
        amount: Money,
        day: date | None = None,
    ) -> None:
        """Raises what reserving this would raise once what is ordered of others is reserved."""
        ...


def asked(questions: Sequence[Question], interrupt_id: str | None, approval: ApprovalDecision | None) -> Question:
    """The question that is answered. Raises AlreadyDecided where it is not open; TooLate where `approval`, the newest
    decision at the gate, is that time ran out."""
    if not questions and approval is not None and approval.is_lapse:
        ended = "the flight began and the campaign has lapsed, so nothing was booked"
        raise TooLate(
            f"this came too late: {ended}",
            remedy="if it still shows a week after it was first proposed, sensing proposes it again",
        )
    if not questions:
        raise AlreadyDecided(
            "the campaign is not waiting for an answer", remedy="look at its history to see who decided"
        )
    for question in questions:
        if interrupt_id in (None, question.interrupt_id):
            return question
    raise AlreadyDecided("the question has already been decided", remedy="look at its history to see who decided")


def parsed_answer(question: Question, answer: JsonValue, by: str | None = None) -> Answer:
    """The answer as the node will read it, in the name of `by` where that is known. Raises BadInput naming the field,
    and for a person who signs as the clock; AlreadyDecided where it comes too late."""
    if question.node == "approval":
        return _signed(_validated(ApprovalAnswer, answer), by)
    if question.node == MODEL_SPEND:
        chosen = _validated(ModelSpendAnswer, answer)
        chosen.require_enough(ModelSpendRequest.model_validate(question.payload).at_least)
        return _signed(chosen, by)
    if isinstance(answer, dict) and "decision" in answer:
        raise AlreadyDecided(
            "the campaign has already been decided", remedy=f"it waits at {question.node}, which asks something else"
        )
    return _validated(MeasurementAnswer, answer)


def _signed(answer: Decision, by: str | None) -> Decision:
    if by is not None:
        return answer.model_copy(update={"decided_by": by})
    if answer.decided_by == UNDECIDED:
        raise BadInput(
            f"{UNDECIDED!r} is who ends what nobody decided in time",
            remedy="give the name of who decides",
            field="decided_by",
        )
    return answer


def promise_of(state: CampaignState, context: CampaignContext, answer: Answer) -> Promise | None:
    """What carrying out an answer is going to reserve; None where it is nothing."""
    plan = state.plan
    if not isinstance(answer, ApprovalAnswer) or answer.decision not in ("approve", "edit"):
        return None
    if plan is None or context.autonomy is Autonomy.SHADOW:
        return None
    amount = sum(edited_budgets(plan, answer.budgets).values(), start=pounds(0))
    account = context.account_of(state.the_campaign)
    return Promise(account, state.today, amount, plan.cycle) if amount > 0 else None


class AnswerCheck:
    """Whether an answer can be carried out now. What is refused here costs nothing: the question stays open."""

    def __init__(self, *, edits: EditCheck, tills: TillsCheck, ledger: Allowance, today: Today) -> None:
        self._edits = edits
        self._tills = tills
        self._ledger = ledger
        self._today = today

    async def __call__(self, state: CampaignState, context: CampaignContext, answer: Answer) -> None:
        """Raises BadInput for an edit or a day that cannot be, Conflict for an approval of what fails the rules, of a
        flight begun or under the kill switch, and for a measurement too early; BudgetExceeded beyond what the ledger
        has left of what is ordered of others."""
        if isinstance(answer, MeasurementAnswer):
            await self._check_measurement(state, context, answer)
            return
        if isinstance(answer, ModelSpendAnswer):
            return
        await self._edits(state, context, answer)
        if answer.decision == "reject" or state.plan is None or state.campaign_id is None:
            return
        await self._check_flight(state.plan.flight, context)
        if promise := promise_of(state, context, answer):
            await self._ledger.require_room(
                campaign_id=state.campaign_id, account=promise.account, amount=promise.amount, day=promise.day
            )

    async def _check_flight(self, flight: Flight, context: CampaignContext) -> None:
        today = await self._today(context)
        if today is not None and flight.start <= today:
            gone = "is over" if flight.end < today else "has begun"
            raise TooLate(
                f"the plan's flight of {flight.start} to {flight.end} {gone}: today is {today}",
                remedy="reject it; if it still shows a week after it was first proposed, sensing proposes it again",
            )

    async def _check_measurement(
        self, state: CampaignState, context: CampaignContext, answer: MeasurementAnswer
    ) -> None:
        if state.booking is None:
            return
        last = last_day_of(state.booking, answer.last_day(state.booking.flight))
        await self._tills(state, context, last)
        today = await self._today(context)
        end = last_day_of(state.booking, state.booking.flight.end)
        if today is not None and end >= today:
            raise Conflict(
                f"the flight runs until {end} and today is {today}",
                remedy="wait for its end: the live world measures it then by itself",
            )


def _validated(model: type[Form], answer: JsonValue) -> Form:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise misfit(error, model) from error
