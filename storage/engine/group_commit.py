"""Group commit: what arrives while one transaction is being written goes into the next one, all of it together.

One disk sync is then shared by every campaign that waits for it, which is what makes full durability affordable.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from domain.errors import StorageUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Waiting(NamedTuple, Generic[Item, Result]):
    item: Item
    future: asyncio.Future[Result]
    due: float
    """When its group has to begin, by the loop's clock."""
    is_urgent: bool


class GroupCommit(Generic[Item, Result]):
    """A queue in front of `commit`, which takes a group of items and gives one result for each, in one transaction.

    Items are committed in the order they were submitted. When a group fails as a whole it is halved until the item
    at fault stands alone, so an error reaches only the caller whose item caused it. Errors of the classes `hopeless`
    (a locked file, a full disk) are nobody's fault and fail the whole group at once.

    After a group of several, the next one waits `patience` seconds for company: others are at work, and a group costs
    the same whoever shares it. Who works alone never waits. (PostgreSQL calls it `commit_delay`.) What `may_wait`
    itself is company for nobody: it goes with what comes next, or by itself when that does not come.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], asyncio.Future[Sequence[Result]]],
        *,
        hopeless: tuple[type[Exception], ...] = (),
        largest: int = 256,
        patience: float = 0.0,
    ) -> None:
        self._commit = commit
        self._hopeless = hopeless
        self._largest = largest
        self._patience = patience
        self._in_company = False
        self._closed = False
        self._waiting: deque[_Waiting[Item, Result]] = deque()
        self._halves: deque[list[_Waiting[Item, Result]]] = deque()
        self._running: asyncio.Future[Sequence[Result]] | None = None
        self._next: asyncio.Handle | None = None
        self._next_due = 0.0

    def submit(self, item: Item, *, may_wait: float = 0.0) -> asyncio.Future[Result]:
        """Queue the item, for `may_wait` seconds at most where nobody comes; the future resolves once it is committed.
        Cancelling it does not undo the commit.

        Raises StorageUnavailable after closing.
        """
        if self._closed:
            raise StorageUnavailable("The storage has been closed", remedy="finish what writes before shutting down")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        due = loop.time() + may_wait
        self._waiting.append(_Waiting(item, future, due, not may_wait))
        if self._running is None:
            self._schedule(loop, due)
        return future

    async def flush(self) -> None:
        """Return when everything submitted so far has been committed or has failed. Nothing waits for company then."""
        while self._running is not None or self._next is not None:
            if self._running is None:
                self._start()
            else:
                await asyncio.wait({self._running})

    async def close(self) -> None:
        """Take nothing more, and return when the rest is committed."""
        self._closed = True
        await self.flush()

    def _schedule(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        now = loop.time()
        if self._in_company and not self._halves:
            due = max(due, now + self._patience)
        if self._next is not None:
            if self._next_due <= max(due, now):
                return
            self._next.cancel()
        self._next_due = max(due, now)
        # Not at once: everything submitted in this turn of the loop belongs in the same group.
        self._next = loop.call_at(due, self._start) if due > now else loop.call_soon(self._start)

    def _start(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
        group = self._next_group()
        self._in_company = sum(one.is_urgent for one in group) > 1
        self._running = self._commit([one.item for one in group])
        self._running.add_done_callback(lambda done: self._settle(group, done))

    def _next_group(self) -> list[_Waiting[Item, Result]]:
        if self._halves:
            return self._halves.popleft()
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._largest))]

    def _settle(self, group: list[_Waiting[Item, Result]], done: asyncio.Future[Sequence[Result]]) -> None:
        self._running = None
        if done.cancelled():
            for one in group:
                one.future.cancel()
        elif (error := done.exception()) is None:
            for one, result in zip(group, done.result(), strict=True):
                if not one.future.done():
                    one.future.set_result(result)
        elif len(group) == 1 or isinstance(error, self._hopeless):
            for one in group:
                if not one.future.done():
                    one.future.set_exception(error)
        else:
            middle = len(group) // 2
            self._halves.extendleft([group[middle:], group[:middle]])
        if self._halves or self._waiting:
            loop = asyncio.get_running_loop()
            self._schedule(loop, loop.time() if self._halves else min(one.due for one in self._waiting))
