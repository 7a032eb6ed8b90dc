"""What waits to be sent to one client: bounded, so that a client that does not read costs nobody else anything."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from domain.drafts import AnswerDraft
from storage.records import Frame

MOST_DRAFTS = 32
"""Drafts that wait for one client: more answers than a campaign has under way."""


class Waiting(NamedTuple):
    """What an outbox held when it was emptied."""

    frames: Sequence[Frame]
    notices: Sequence[str]
    fell_behind: bool
    """Events were dropped that only the log can give now."""


class Reader(Protocol):
    """One who reads fast enough needs no box: what comes is given straight away."""

    def give_now(self, frames: Sequence[Frame]) -> Sequence[Frame] | None:
        """What could not be given without waiting; None when all was."""
        ...

    def tell_now(self, text: str) -> bool:
        """False when it is still on its way."""
        ...


class Outbox:
    """Events wait in order and none is ever left out: a client with too many waiting is cut off as a whole and
    continues later from its last `seq`. Notices, which carry a state and no `seq`, replace the one of their kind."""

    def __init__(self, reader: Reader, *, most_events: int, most_bytes: int) -> None:
        self._reader = reader
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._notices: dict[str, str] = {}
        self._fell_behind = False
        self._sleeper: asyncio.Future[None] | None = None
        self._cut: Callable[[], object] | None = None
        self.is_replaying = True
        """While the log is being replayed to the client, what does not fit is dropped: it can be read from there.
        Afterwards a client with too much waiting is cut off."""
        self.is_cut = False
        self.is_too_slow = False
        self.busy_since: float | None = None
        """When the client was last given something it has not taken whole; None while it is up to date."""

    @property
    def waiting_events(self) -> int:
        return len(self._frames)

    def when_cut(self, cut: Callable[[], object]) -> None:
        """What stops the sending to a client that is cut off."""
        self._cut = cut

    def offer(self, frames: Sequence[Frame]) -> None:
        """Give events to a client with nothing waiting, and let them wait for any other. Never waits itself."""
        if self.is_cut:
            return
        if self._is_idle():
            left = self._reader.give_now(frames)
            if left is None:
                return
            frames = left
        self._frames.extend(frames)
        self._bytes += sum(len(frame.text) for frame in frames)
        if len(self._frames) > self._most_events or self._bytes > self._most_bytes:
            self._overflow()
        self._wake()

    def notice(self, kind: str, text: str) -> None:
        if self.is_cut:
            return
        if self._is_idle():
            if self._reader.tell_now(text):
                return
        else:
            self._notices[kind] = text
        self._wake()

    def hear(self, draft: AnswerDraft) -> None:
        """Of one answer only how far it has come by now waits, and of too many nothing more."""
        key = f"draft {draft.call_id}"
        if key in self._notices or len(self._notices) < MOST_DRAFTS:
            self.notice(key, draft.model_dump_json())

    def fall_behind(self) -> None:
        """Say that events were published which never came here."""
        self._fell_behind = True
        self._wake()

    def cut_off(self, *, is_too_slow: bool = True) -> None:
        self.is_cut, self.is_too_slow = True, is_too_slow
        self._empty()
        if self._cut is not None:
            self._cut()

    async def take(self) -> Waiting:
        """All that waits. When nothing does, sleeps until something has to, or until what was given straight away is
        stuck: then there may be nothing in it."""
        if not (self._frames or self._notices or self._fell_behind):
            self._sleeper = asyncio.get_running_loop().create_future()
            await self._sleeper
        waiting = Waiting(self._frames, list(self._notices.values()), self._fell_behind)
        self._empty()
        return waiting

    def _is_idle(self) -> bool:
        """Whether nothing waits and nobody is writing: the writing task sleeps in `take`."""
        return self._sleeper is not None and not self._sleeper.done()

    def _overflow(self) -> None:
        if not self.is_replaying:
            self.cut_off()
        else:
            self._empty()
            self._fell_behind = True

    def _empty(self) -> None:
        self._frames = deque()
        self._bytes = 0
        self._notices = {}
        self._fell_behind = False

    def _wake(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)
