"""Why each node of a campaign ran, read from its events: what led there, how often it tried, what it was answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import BaseModel

from domain.decision import DECIDED
from domain.events import (
    CheckpointData,
    Event,
    InputRequestedData,
    InputResolvedData,
    ModelCalled,
    TaskData,
    UpdateData,
)


class Ran(BaseModel):
    """One visit of the graph to a node, and what it took to come to its end."""

    node: str
    trigger: str
    """As LangGraph names it; empty where it is not known any more."""
    after: str
    """The node that led there; empty at the beginning."""
    attempts: int
    failed: list[str]
    """What went wrong in the attempts before the last, each in a sentence."""
    cached: bool
    """It did not run: what it gave before was used."""
    asked: bool
    """It stopped to ask."""
    answer: str
    """What it was answered and by whom; empty while it waits, and where it asked nobody."""
    models: list[str]
    """Each answer of a chat model: the prompt, the channel and the model that gave it."""
    unanswered: list[str] = []
    """Each question to a chat model that was not answered, likewise."""
    gave: list[str]
    """The fields of the state that it changed."""


@dataclass(slots=True)
class _Visit:
    node: str
    after: str
    triggers: list[str]
    attempts: int = 1
    failed: list[str] = field(default_factory=list)
    cached: bool = False
    asked: bool = False
    answer: str = ""
    models: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    gave: list[str] = field(default_factory=list)

    def told(self) -> Ran:
        trigger = ", ".join(self.triggers)
        return Ran(
            node=self.node,
            trigger=trigger,
            after=self.after,
            attempts=self.attempts,
            failed=self.failed,
            cached=self.cached,
            asked=self.asked,
            answer=self.answer,
            models=self.models,
            unanswered=self.unanswered,
            gave=self.gave,
        )


def reasons(events: Iterable[Event]) -> dict[str, list[Ran]]:
    """By checkpoint, the visits that led to it. A visit that asks goes on in the run that brings the answer, so that
    it is one visit however long it waited. What is no longer among the events is not told of."""
    found: dict[str, list[Ran]] = {}
    known: set[str] = set()
    visits: dict[str, _Visit] = {}
    asked_by: dict[str, str] = {}
    before = ""
    for event in events:
        data = event.params.data
        match data:
            case TaskData():
                visit = visits.setdefault(data.node, _Visit(data.node, before, data.triggers))
                visit.attempts = max(visit.attempts, data.attempt)
                visit.cached = visit.cached or data.cached
                if data.phase == "finish" and data.error:
                    visit.failed.append(data.error)
            case ModelCalled() if data.node in visits:
                what = f"{data.prompt} for {data.channel.value}" if data.channel else data.prompt
                asked, is_answered = visits[data.node], data.outcome in ("answered", "unusable")
                (asked.models if is_answered else asked.unanswered).append(f"{what}, by {data.model}")
            case InputRequestedData() if (asking := visits.get(_asking(data))) is not None:
                asking.asked = True
                asked_by[data.interrupt_id] = asking.node
            case InputResolvedData() if asked_by.get(data.interrupt_id, data.node) in visits:
                visits[asked_by.get(data.interrupt_id, data.node)].answer = _answer(data)
            case UpdateData() if data.node in visits:
                visits[data.node].gave = sorted(data.update)
            case CheckpointData() if data.checkpoint_id in known:
                pass  # A run that goes on tells where it goes on from.
            case CheckpointData():
                known.add(data.checkpoint_id)
                if not visits:
                    continue
                found[data.checkpoint_id] = [visit.told() for visit in visits.values()]
                before = ", ".join(visits)
                visits = {}
    return found


def _asking(data: InputRequestedData) -> str:
    """The node that asks; of what its model may cost any node may ask."""
    return str(data.payload.get("node", data.node)) if isinstance(data.payload, dict) else data.node


def _answer(data: InputResolvedData) -> str:
    answer = data.answer
    if not isinstance(answer, dict):
        return str(answer)
    decision, by = answer.get("decision"), answer.get("decided_by")
    if decision:
        told = DECIDED.get(str(decision), str(decision).replace("_", " "))
        return f"{told} by {by}" if by else told
    through = answer.get("through")
    return f"read to {through}" if through else "the whole flight"
