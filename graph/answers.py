"""What a task's questions are answered with: LangGraph begins a node anew with all its answers, the old ones first."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from langgraph.config import get_config
from langgraph.types import interrupt
from pydantic import BaseModel, ValidationError

from domain.decision import ApprovalAnswer, MeasurementAnswer, ModelSpendAnswer, misfit
from domain.errors import BadInput, Conflict

Form = TypeVar("Form", ApprovalAnswer, MeasurementAnswer, ModelSpendAnswer)


class Answers:
    """Of one task, from its beginning: those on record, and the one that came with this run, which is the last.

    Taken before anything is asked. What a node would ask may be made otherwise by now, or not at all: settings may have
    changed since, and what was answered is to be read all the same.
    """

    def __init__(self) -> None:
        # The library has no public word for it: each question takes the next of these, and tells nobody which it took.
        configurable = get_config().get("configurable", {})
        self._scratchpad = configurable.get("__pregel_scratchpad")
        self._are_by_id = bool(configurable.get("__pregel_resume_map"))
        self._read = 0
        self._given = self._counted()

    @property
    def left(self) -> int:
        """How many are given that nobody has read yet."""
        return max(self._given - self._read, 0)

    def _counted(self) -> int:
        if self._scratchpad is None:
            return 0
        recorded, sent = self._scratchpad.resume, self._scratchpad.get_null_resume()
        # One that came with an earlier run stays there beside its record: it is not sent again. An answer that names
        # its question is the last on record.
        is_old = sent is None or sent in recorded or self._are_by_id
        return len(recorded) + (not is_old)

    def next(self, question: BaseModel, form: type[Form]) -> Form:
        """The next answer; where there is none, the question is asked. Raises ValidationError for one that does not fit
        its form."""
        place = self._read
        self._read += 1
        try:
            answer: Form = interrupt(question.model_dump(mode="json"), response_schema=form)
        except ValidationError:
            self._forget(place)
            raise
        return answer

    def _forget(self, place: int) -> None:
        """A misfit is not kept. Left where it is, it would give the next question an id by which no answer is found."""
        kept = self._scratchpad
        if kept is not None and self._are_by_id and place == len(kept.resume) - 1:
            kept.resume.pop()
            kept.get_null_resume(True)


async def answered(
    answers: Answers,
    question: Callable[[str], BaseModel],
    form: type[Form],
    check: Callable[[Form], Awaitable[None]],
    *,
    last_counts: bool = False,
) -> Form:
    """Ask until an answer fits its form and can be carried out: anything else is asked again, with what was wrong.

    `question` makes the question of what was wrong with the answer before. Whoever answers through LangGraph's own
    server may send anything at all, and a node that broke on it would end a campaign whose money is committed.

    Whoever goes back to a checkpoint and answers there at once is given the answer of the first time by LangGraph,
    before their own: with `last_counts`, for a node that asks one question, theirs is the one that counts.
    """
    problem = ""
    while True:
        try:
            answer = answers.next(question(problem), form)
            if last_counts and answers.left:
                continue
            await check(answer)
        except ValidationError as error:
            problem = str(misfit(error, form))
        except (BadInput, Conflict) as error:
            problem = str(error)
        else:
            return answer
