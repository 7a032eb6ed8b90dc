"""Group commit: what arrives while one transaction is being written goes into the next one, all of it together.

One disk sync is then shared by every campaign that waits for it, which is what makes full durability affordable.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from domain.errors import StorageUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """A queue in front of `commit`, which takes a group of items and gives one result for each, in one transaction.

    Items are committed in the order they were submitted. When a group fails as a whole it is halved until the item
    at fault stands alone, so an error reaches only the caller whose item caused it. Errors of the classes `hopeless`
    (a locked file, a full disk) are nobody's fault and fail the whole group at once.

    After a group of several, the next one waits `patience` seconds for company: others are at work, and a group costs
    the same whoever shares it. Who works alone never waits. (PostgreSQL calls it `commit_delay`.)
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
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._halves: deque[list[tuple[Item, asyncio.Future[Result]]]] = deque()
        self._running: asyncio.Future[Sequence[Result]] | None = None
        self._scheduled = False

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """Queue the item; the future resolves once it is committed. Cancelling it does not undo the commit.

        Raises StorageUnavailable after closing.
        """
        if self._closed:
            raise StorageUnavailable("The storage has been closed", remedy="finish what writes before shutting down")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if self._running is None and not self._scheduled:
            self._schedule(loop)
        return future

    async def flush(self) -> None:
        """Return when everything submitted so far has been committed or has failed."""
        while self._running is not None or self._scheduled:
            if self._running is None:
                await asyncio.sleep(self._patience)
            else:
                await asyncio.wait({self._running})

    async def close(self) -> None:
        """Take nothing more, and return when the rest is committed."""
        self._closed = True
        await self.flush()

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        self._scheduled = True
        if self._in_company and self._patience and not self._halves:
            loop.call_later(self._patience, self._start)
        else:
            # Not at once: everything submitted in this turn of the loop belongs in the same group.
            loop.call_soon(self._start)

    def _start(self) -> None:
        self._scheduled = False
        group = self._next_group()
        self._in_company = len(group) > 1
        self._running = self._commit([item for item, _ in group])
        self._running.add_done_callback(lambda done: self._settle(group, done))

    def _next_group(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        if self._halves:
            return self._halves.popleft()
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._largest))]

    def _settle(self, group: list[tuple[Item, asyncio.Future[Result]]], done: asyncio.Future[Sequence[Result]]) -> None:
        self._running = None
        if done.cancelled():
            for _, future in group:
                future.cancel()
        elif (error := done.exception()) is None:
            for (_, future), result in zip(group, done.result(), strict=True):
                if not future.done():
                    future.set_result(result)
        elif len(group) == 1 or isinstance(error, self._hopeless):
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
        else:
            middle = len(group) // 2
            self._halves.extendleft([group[middle:], group[:middle]])
        if self._halves or self._waiting:
            self._schedule(asyncio.get_running_loop())
