"""What a client that comes back has missed, and whether its history can be continued at all."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from domain.messages import Hello
from storage.records import Frame, FramePage, History

BATCH = 500

Reason = Literal["epoch_changed", "history_trimmed"]


class StoredEvents(Protocol):
    """The log, as the sockets read it."""

    async def history(
        self, *, threads: Collection[str] | None = None, known: Collection[str] = (), latest: int | None = None
    ) -> History: ...

    async def moved_since(self, position: int) -> History: ...

    async def last_at(self, thread: str, position: int) -> int | None: ...

    async def of_thread(self, thread: str, seq: int, limit: int) -> list[Frame]: ...

    async def of_all(self, position: int, limit: int) -> FramePage: ...


class Missed(NamedTuple):
    """Where each thread's replay begins: at 0 where it is not named. `broken` says why the client must forget what it
    has, when it must."""

    since: dict[str, int]
    broken: Reason | None


async def looked_at(log: StoredEvents, hello: Hello) -> History:
    """What the log holds of the threads this client is to be given: those it has, and as many others as it asks for."""
    since = {str(thread) for thread in hello.since}
    wanted = wanted_threads(hello)
    return await log.history(threads=wanted, known=since if wanted is None else since & wanted, latest=hello.latest)


def missed(hello: Hello, history: History, wanted: AbstractSet[str] | None) -> Missed:
    """Compare what the client has with what the log keeps; `wanted` is None for all threads."""
    since = {str(thread): seq for thread, seq in hello.since.items()}
    if hello.epoch is not None and hello.epoch != history.epoch:
        return Missed({}, "epoch_changed")
    for thread, seq in since.items():
        if seq == 0 or (wanted is not None and thread not in wanted):
            continue
        kept = history.kept.get(thread)
        if kept is None or seq > kept.last:
            # The client has seen what the log has not: its history is of another one.
            return Missed({}, "epoch_changed")
        if seq + 1 < kept.first:
            return Missed({}, "history_trimmed")
    return Missed(since, None)


async def replay(
    log: StoredEvents, history: History, since: Mapping[str, int], wanted: AbstractSet[str] | None
) -> AsyncIterator[Sequence[Frame]]:
    """Batches of what was stored after `since` and up to `history`, each thread in order.

    A client that has nothing is given everything in the order it was stored; one that has something, thread by thread.
    """
    if wanted is None and not since and not history.older:
        position = 0
        while position < history.position:
            page = await log.of_all(position, BATCH)
            if not page.frames:
                return
            yield page.frames
            position = page.next
        return
    for thread, kept in history.kept.items():
        if wanted is None or thread in wanted:
            async for frames in thread_since(log, thread, since.get(thread, 0), kept.last):
                yield frames


async def thread_since(log: StoredEvents, thread: str, seen: int, last: int) -> AsyncIterator[Sequence[Frame]]:
    """A thread's events after `seen`, up to `last` and perhaps a little further."""
    while seen < last:
        frames = await log.of_thread(thread, seen, BATCH)
        if not frames:
            return
        yield frames
        seen = frames[-1].seq


def wanted_threads(hello: Hello) -> frozenset[str] | None:
    """The threads the client asks for; None for all."""
    threads: Literal["all"] | list[UUID] = hello.threads
    return None if threads == "all" else frozenset(map(str, threads))
