"""From LangGraph's stream to our event contract: the only place that knows both."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
from graph.attempting.attempts import AttemptBegan, AttemptFailed
from graph.attempting.failure import in_words

INTERRUPT = "__interrupt__"
METADATA = "__metadata__"


def _is_start(task: TaskPayload | TaskResultPayload) -> TypeIs[TaskPayload]:
    return "input" in task


def _complaint(node: str, error: object) -> str | None:
    """LangGraph types it as text and hands over the exception itself, whose own words may hold secrets."""
    if error is None:
        return None
    return in_words(node, error) if isinstance(error, BaseException) else f"{node} failed; the log has the details."


@dataclass(slots=True)
class _Attempt:
    """The attempt a task is at."""

    node: str
    triggers: list[str]
    number: int
    began: float
    """On the encoder's clock, in seconds."""
    tokens_in: int = 0
    tokens_out: int = 0


class StreamEncoder:
    """Turns the parts of one run's stream into drafts. Remembers what only several parts together tell: which attempt
    a node is at, how long it took, the tokens it spent, and where the graph stands."""

    def __init__(self, thread_id: UUID, clock: Callable[[], float] = time.perf_counter) -> None:
        self._thread_id = thread_id
        self._clock = clock
        self._open: dict[str, _Attempt] = {}
        """The tasks that have begun and not ended, by id."""
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
            case "custom" if isinstance(part["data"], AttemptFailed | AttemptBegan):
                yield self._draft("tasks", self._retry(part["data"]), namespace)
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
        if _is_start(task):
            return self._begun(task["id"], task["name"], list(task["triggers"]), 1)
        error = _complaint(task["name"], task["error"])
        return self._ended(task["name"], task["id"], error=error, parked=bool(task["interrupts"]))

    def _begun(self, task_id: str, node: str, triggers: list[str], number: int) -> TaskData:
        self._open[task_id] = _Attempt(node, triggers, number, self._clock())
        return TaskData(node=node, phase="start", task_id=task_id, attempt=number, triggers=triggers)

    def _ended(
        self,
        node: str,
        task_id: str,
        *,
        error: str | None = None,
        retrying: bool = False,
        parked: bool = False,
        cached: bool = False,
    ) -> TaskData:
        attempt = self._open.get(task_id) if retrying else self._open.pop(task_id, None)
        return TaskData(
            node=node,
            phase="finish",
            task_id=task_id,
            attempt=attempt.number if attempt else 1,
            duration_ms=round((self._clock() - attempt.began) * 1000, 3) if attempt else None,
            error=error,
            retrying=retrying,
            parked=parked,
            cached=cached,
            input_tokens=attempt.tokens_in if attempt else 0,
            output_tokens=attempt.tokens_out if attempt else 0,
        )

    def _retry(self, said: AttemptFailed | AttemptBegan) -> TaskData:
        """LangGraph tells the start and the end of a task; what lies between them, the node tells itself."""
        task = self._open[said.task_id]
        if isinstance(said, AttemptFailed):
            return self._ended(task.node, said.task_id, error=said.error, retrying=True)
        return self._begun(said.task_id, task.node, task.triggers, said.attempt)

    def _updates(self, updates: Mapping[str, object]) -> Iterator[tuple[Method, EventData]]:
        for node, update in updates.items():
            if node == INTERRUPT:
                for question in self._questions(update):
                    self.parked.append(question)
                    yield "input.requested", question
            elif node != METADATA and isinstance(update, Mapping):
                yield "updates", UpdateData.model_construct(node=node, update=to_jsonable_python(dict(update)))
        if updates.get(METADATA):
            yield from self._kept(updates)

    def _kept(self, updates: Mapping[str, object]) -> Iterator[tuple[Method, EventData]]:
        """Nodes that did not run, their output taken from a cache or from before a crash: LangGraph tells no finish."""
        for task_id, attempt in list(self._open.items()):
            if attempt.node in updates:
                yield "tasks", self._ended(attempt.node, task_id, cached=True)

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
            for attempt in self._open.values():
                if attempt.node == data.node:
                    attempt.tokens_in += data.input_tokens
                    attempt.tokens_out += data.output_tokens
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
