"""What a history says of itself: whether it can be lived through, what it asked with, and what people decided."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from domain.lesson import Lesson
from domain.provenance import is_fake
from domain.state import CampaignState
from runtime.forking.campaign_file import CampaignFile
from runtime.forking.histories import Then
from runtime.forking.wish import PLACES
from runtime.live.sources import FILES
from storage.imports import KnownLesson, Surroundings

Beliefs = Sequence[KnownLesson]
"""What was, or is, known when a campaign was planned."""
_ASKED: Final = ("strategy", "creative")
"""The prompts that a fork can be given."""
_PLAIN: Final = frozenset({"approve"})


def unfit(history: CampaignFile) -> str:
    context = history.context
    if context.forked_from is not None:
        return "it is another future itself"
    if not history.checkpoints[0].state.status.is_final:
        return "it has not ended"
    if context.source.startswith(FILES):
        return "the sales it was planned on are not in it"
    if not is_fake(context.model):
        return f"its model was {context.model}, whose answers are not asked for anew"
    return ""


def prompts_of(history: CampaignFile, since: str = "strategy") -> dict[str, str]:
    """The texts it was written with, by the node that asks with them, of those that are still to be asked from a step
    on: a release that was chosen before is kept to anyway."""
    texts = {name.partition("/")[0]: text for name, text in history.prompts.items()}
    return {node: texts[node] for node in _ASKED if node in texts and _place(node) >= _place(since)}


def after_sensing(past: Sequence[Then]) -> CampaignState:
    """The state that sensing led to: the first with a day, or the newest of all."""
    sensed: Iterator[CampaignState] = (then.state for then in reversed(past))
    return next((state for state in sensed if state.campaign_id and state.today), past[0].state)


def at_gate(past: Sequence[Then]) -> CampaignState | None:
    return next((then.state for then in reversed(past) if then.next == ("approval",)), None)


def is_edited(history: CampaignFile) -> bool:
    """Whether a person decided something that a replay cannot, of its plan, its ads or the flight it had booked: from
    the gate on it is another campaign."""
    decided = any(one.decision not in _PLAIN for one in history.decisions)
    return decided or any(one.changes for one in history.bookings)


def knew(history: CampaignFile) -> Mapping[UUID, Lesson]:
    """The lessons of others that there were when it began. Those of before that was kept count as known."""
    began = history.checkpoints[-1].created_at
    around = history.surroundings.lessons
    return of_others(history, [one for one in around if one.kept_at is None or one.kept_at <= began])


def of_others(history: CampaignFile, lessons: Beliefs) -> Mapping[UUID, Lesson]:
    return {one.lesson.id: one.lesson for one in lessons if one.lesson.campaign_id != history.origin.campaign_id}


def knowing(history: CampaignFile, lessons: Beliefs) -> CampaignFile:
    """The same, had these been known."""
    known = [one.model_copy(update={"kept_at": None}) for one in lessons]
    around = history.surroundings
    return history.model_copy(
        update={"surroundings": Surroundings(lessons=known, media_buys=around.media_buys, ads=around.ads)}
    )


def _place(node: str) -> int:
    return [*PLACES].index(node) if node in PLACES else 0
