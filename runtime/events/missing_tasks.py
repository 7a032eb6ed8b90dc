"""Which ends of steps a log lacks after a crash. A checkpoint proves that the steps before it ended, and how."""

from collections.abc import Iterator, Sequence

from langgraph.types import PregelTask, StateSnapshot
from pydantic_core import to_jsonable_python

from domain.events import CheckpointData, Event, EventData, Method, TaskData, UpdateData
from domain.state import CampaignState, Failure

MissingEvent = tuple[Method, EventData]


class MissingTaskEvents:
    def __init__(self, told: Sequence[Event]) -> None:
        """`told` is the whole log of the thread, from its first event."""
        self._running: dict[str, int] = {}
        """The attempts that were told to have begun and not to have ended, by task."""
        self._next: dict[str, int] = {}
        """The attempts that must have followed those told to have ended, by task."""
        self._changed: set[str] = set()
        self._ended: set[str] = set()
        self._checkpoints: set[str] = set()
        newest: dict[str, str] = {}
        for event in told:
            match event.params.data:
                case TaskData(phase="start", node=node, task_id=task_id, attempt=attempt):
                    newest[node] = task_id
                    self._running[task_id] = attempt
                case TaskData(task_id=task_id, attempt=attempt, retrying=retrying, parked=parked):
                    self._running.pop(task_id, None)
                    if retrying or parked:
                        self._next[task_id] = attempt + 1 if retrying else 1
                    else:
                        self._ended.add(task_id)
                case UpdateData(node=node) if node in newest:
                    self._changed.add(newest[node])
                case CheckpointData(checkpoint_id=checkpoint_id):
                    self._checkpoints.add(checkpoint_id)

    def begun(self, before: StateSnapshot | None, after: StateSnapshot) -> Iterator[MissingEvent]:
        """What the log lacks of the beginning of the step between two checkpoints."""
        for task in tasks_between(before, after):
            if task.id not in self._ended and task.id not in self._running:
                attempt = self._running[task.id] = self._next.get(task.id, 1)
                triggers = [f"branch:to:{task.name}"]
                yield (
                    "tasks",
                    TaskData(node=task.name, phase="start", task_id=task.id, attempt=attempt, triggers=triggers),
                )

    def ended(self, before: StateSnapshot | None, after: StateSnapshot) -> Iterator[MissingEvent]:
        """What the log lacks of its end: how long it took, nobody knows any more."""
        for task in tasks_between(before, after):
            if task.result and task.id not in self._changed:
                yield "updates", UpdateData(node=task.name, update=to_jsonable_python(task.result))
            if task.id not in self._ended:
                yield "tasks", self._finish(task, CampaignState.model_validate(after.values).failure)

    def checkpoint(self, snapshot: StateSnapshot) -> Iterator[MissingEvent]:
        """The checkpoint itself, where the log lacks it."""
        if _id_of(snapshot) in self._checkpoints:
            return
        parent = snapshot.parent_config
        yield (
            "checkpoints",
            CheckpointData(
                checkpoint_id=_id_of(snapshot),
                parent_id=parent["configurable"]["checkpoint_id"] if parent else None,
                step=(snapshot.metadata or {}).get("step", -1),
                next=list(snapshot.next),
            ),
        )

    def _finish(self, task: PregelTask, failure: Failure | None) -> TaskData:
        return TaskData(
            node=task.name,
            phase="finish",
            task_id=task.id,
            attempt=self._running.get(task.id, 1),
            error=failure.message if task.error and failure else None,
        )


def tasks_between(before: StateSnapshot | None, after: StateSnapshot) -> Iterator[PregelTask]:
    """The tasks that led from one checkpoint to the other; none where somebody edited the state in between."""
    if before is None or after.parent_config is None or after.metadata is None:
        return
    follows = after.parent_config["configurable"]["checkpoint_id"] == _id_of(before)
    if follows and after.metadata["source"] == "loop":
        yield from (task for task in before.tasks if not task.name.startswith("__"))


def _id_of(snapshot: StateSnapshot) -> str:
    checkpoint_id: str = snapshot.config["configurable"]["checkpoint_id"]
    return checkpoint_id
