"""From LangGraph's stream to our event contract: the only place that knows both."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

from langgraph.types import CheckpointPayload, StreamPart, TaskPayload, TaskResultPayload
from pydantic_core import to_jsonable_python
from typing_extensions import TypeIs

from domain.errors import BadInput
from domain.events import (
    CheckpointData,
    CustomData,
    Draft,
    EventData,
    EventParams,
    InputRequestedData,
    Method,
    ModelCalled,
    TaskData,
    UpdateData,
)
from domain.state import CampaignState
from graph.failure import in_words

INTERRUPT = "__interrupt__"


def _is_start(task: TaskPayload | TaskResultPayload) -> TypeIs[TaskPayload]:
    return "input" in task


def _complaint(node: str, error: object) -> str | None:
    """LangGraph types it as text and hands over the exception itself, whose own words may hold secrets."""
    if error is None:
        return None
    return in_words(node, error) if isinstance(error, BaseException) else f"{node} failed; the log has the details."


class StreamEncoder:
    """Turns the parts of one run's stream into drafts. Remembers what only several parts together tell: how long a
    node took, the tokens it spent, and where the graph stands."""

    def __init__(self, thread_id: UUID) -> None:
        self._thread_id = thread_id
        self._started: dict[str, float] = {}
        self._tokens: dict[str, tuple[int, int]] = {}
        self.state: CampaignState | None = None
        """The state at the newest checkpoint."""
        self.parked: list[InputRequestedData] = []
        """The questions the run has parked with."""

    def encode(self, part: StreamPart[CampaignState, CampaignState]) -> Iterator[Draft]:
        """The drafts one stream part becomes. Raises BadInput for a part of a mode that is not streamed."""
        namespace = list(part["ns"])
        match part["type"]:
            case "tasks":
                yield self._draft("tasks", self._task(part["data"]), namespace)
            case "updates":
                for method, data in self._updates(part["data"]):
                    yield self._draft(method, data, namespace)
            case "custom":
                yield self._draft("custom", self._custom(part["data"]), namespace)
            case "checkpoints":
                yield self._draft("checkpoints", self._checkpoint(part["data"]), namespace)
            case other:
                raise BadInput(f"the event contract has no stream mode {other!r}", remedy="stream the modes it has")

    def draft(self, method: Method, data: EventData) -> Draft:
        """An event of our own making, in this thread."""
        return self._draft(method, data, [])

    def _draft(self, method: Method, data: EventData, namespace: list[str]) -> Draft:
        params = EventParams.model_construct(namespace=namespace, timestamp=datetime.now(UTC), data=data)
        return Draft.model_construct(thread_id=self._thread_id, method=method, params=params)

    def _task(self, task: TaskPayload | TaskResultPayload) -> TaskData:
        return self._begun(task) if _is_start(task) else self._finished(task)

    def _begun(self, task: TaskPayload) -> TaskData:
        self._started[task["id"]] = time.perf_counter()
        self._tokens.pop(task["name"], None)
        return TaskData(node=task["name"], phase="start", task_id=task["id"], triggers=list(task["triggers"]))

    def _finished(self, task: TaskResultPayload) -> TaskData:
        node, task_id = task["name"], task["id"]
        started = self._started.pop(task_id, None)
        tokens_in, tokens_out = self._tokens.pop(node, (0, 0))
        return TaskData(
            node=node,
            phase="finish",
            task_id=task_id,
            duration_ms=None if started is None else round((time.perf_counter() - started) * 1000, 3),
            error=_complaint(node, task["error"]),
            parked=bool(task["interrupts"]),
            input_tokens=tokens_in,
            output_tokens=tokens_out,
        )

    def _updates(self, updates: Mapping[str, object]) -> Iterator[tuple[Method, EventData]]:
        for node, update in updates.items():
            if node == INTERRUPT:
                for question in self._questions(update):
                    self.parked.append(question)
                    yield "input.requested", question
            elif isinstance(update, Mapping):
                yield "updates", UpdateData.model_construct(node=node, update=to_jsonable_python(dict(update)))

    def _questions(self, interrupts: object) -> Iterator[InputRequestedData]:
        for interrupt in interrupts if isinstance(interrupts, tuple) else ():
            payload = interrupt.value
            yield InputRequestedData(
                interrupt_id=interrupt.id,
                node=str(payload.get("kind", "")) if isinstance(payload, dict) else "",
                payload=payload,
                response_schema=interrupt.response_schema or {},
            )

    def _custom(self, data: CustomData) -> CustomData:
        if isinstance(data, ModelCalled):
            before = self._tokens.get(data.node, (0, 0))
            self._tokens[data.node] = (before[0] + data.input_tokens, before[1] + data.output_tokens)
        return data

    def _checkpoint(self, checkpoint: CheckpointPayload[CampaignState]) -> CheckpointData:
        if isinstance(checkpoint["values"], CampaignState):
            self.state = checkpoint["values"]
        parent = checkpoint["parent_config"]
        config = checkpoint["config"]
        return CheckpointData(
            checkpoint_id=config["configurable"]["checkpoint_id"] if config else "",
            parent_id=parent["configurable"]["checkpoint_id"] if parent else None,
            step=checkpoint["metadata"].get("step", -1),
            next=list(checkpoint["next"]),
        )
