"""Who watches answers being written, and what they are told: by the way, and never waited for."""

from typing import Protocol
from uuid import UUID

from domain.drafts import AnswerDraft


class Watcher(Protocol):
    def hear(self, draft: AnswerDraft) -> None:
        """Never waits: what cannot be taken is dropped, and the next one holds all of it."""
        ...


class Drafts(Protocol):
    def watch(self, watcher: Watcher, threads: frozenset[UUID]) -> None:
        """Tell a watcher of these campaigns from now on, and of no others."""
        ...

    async def is_watched(self, thread_id: UUID) -> bool:
        """Whether anybody watches, in any process. Raises nothing: where it cannot be known, nobody does."""
        ...

    def tell(self, draft: AnswerDraft) -> None:
        """Tell whoever watches, without waiting for any."""
        ...


class DraftsHere:
    """The watchers of this process."""

    def __init__(self) -> None:
        self._watching: dict[Watcher, frozenset[UUID]] = {}

    @property
    def watched(self) -> frozenset[UUID]:
        return frozenset().union(*self._watching.values())

    def watch(self, watcher: Watcher, threads: frozenset[UUID]) -> None:
        if threads:
            self._watching[watcher] = threads
        else:
            self._watching.pop(watcher, None)

    async def is_watched(self, thread_id: UUID) -> bool:
        return any(thread_id in threads for threads in self._watching.values())

    def tell(self, draft: AnswerDraft) -> None:
        for watcher, threads in self._watching.items():
            if draft.thread_id in threads:
                watcher.hear(draft)
