"""What listeners hear of a step that failed."""

from typing import Any

from domain.errors import ModelFailure
from domain.events import TaskData
from domain.identifiers import new_id
from runtime.encoder import StreamEncoder


def finish(error: BaseException) -> TaskData:
    """The event of a creative step that ended with this error; LangGraph hands over the exception itself."""
    result = {"id": "t", "name": "creative", "error": error, "interrupts": [], "result": {}}
    part: Any = {"type": "tasks", "ns": (), "data": result}
    [draft] = StreamEncoder(new_id()).encode(part)
    assert isinstance(draft.params.data, TaskData)
    return draft.params.data


def test_an_error_of_our_own_speaks_for_itself() -> None:
    assert finish(ModelFailure("the model is away", remedy="ask another")).error == "the model is away: ask another."


def test_an_error_nobody_foresaw_is_told_without_its_insides() -> None:
    told = finish(RuntimeError("password=hunter2")).error or ""
    assert "RuntimeError" in told
    assert "hunter2" not in told
