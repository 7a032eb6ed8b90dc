"""What a run is asked to do, in a form that travels to a worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

from langgraph.types import Interrupt
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, JsonValue

from domain.buy_changes import BuyChanged
from domain.context import CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState
from domain.tracing import ACTION, CAMPAIGN, RUN, carried, spanning
from storage.engine.damage import reading
from storage.records import ActiveRun, Promise


class RunOrder(BaseModel):
    """Start a thread, answer its question, change what it has booked, or go on where it stopped. It is kept until it
    has been carried out."""

    thread_id: UUID
    run_id: UUID
    action: Literal["start", "answer", "continue", "change", "fork"]
    context: CampaignContext
    state: CampaignState | None = None
    """With `start`: the input. With `fork`: what it goes on from."""
    interrupt_id: str = ""
    node: str = ""
    answer: JsonValue = None
    """With `answer`: what the question with `interrupt_id`, asked by `node`, is answered."""
    promise: Promise | None = None
    """With `answer` and `change`: what carrying it out is going to reserve; None where that is nothing."""
    change: BuyChanged | None = None
    """With `change`: what is to be changed about its media buy, before it goes on waiting for the flight."""
    is_taken_up: bool = False
    """A process that died may have carried out some of it, or all."""
    traceparent: str = ""
    """The span it was ordered in, for whichever process carries it out; empty where nobody keeps traces."""

    @property
    def said(self) -> dict[str, str]:
        """Of it, in a span."""
        return {CAMPAIGN: str(self.thread_id), RUN: str(self.run_id), ACTION: self.action}


@contextmanager
def ordering(order: RunOrder) -> Iterator[RunOrder]:
    """Around the keeping of an order: the same order, with the span that tells of it."""
    with spanning(f"order {order.action}", SpanKind.PRODUCER, about=order.said):
        yield order.model_copy(update={"traceparent": carried()})


class Question(BaseModel):
    """A question a thread is parked with."""

    thread_id: UUID
    interrupt_id: str
    node: str
    payload: dict[str, JsonValue]
    response_schema: dict[str, JsonValue]


def question_of(thread_id: UUID, interrupt: Interrupt) -> Question:
    return Question(
        thread_id=thread_id,
        interrupt_id=interrupt.id,
        node=str(interrupt.value["kind"]),
        payload=interrupt.value,
        response_schema=interrupt.response_schema or {},
    )


class Unfinished(Conflict):
    """An order is kept that has not been carried out."""


def is_unfinished(run: ActiveRun, question: Question | None) -> bool:
    """Whether anything of a dead run's order is left to do, `question` being what its thread asks, None for nothing.

    Raises Damaged for an order that cannot be read.
    """
    if question is None:
        return True
    with reading(run.thread_id):
        order = RunOrder.model_validate(run.ordered)
    is_unheard = order.action == "answer" and order.interrupt_id == question.interrupt_id
    # A change may be carried out twice, and then changes nothing: nobody needs to know whether it has been.
    return is_unheard or order.action == "change"
