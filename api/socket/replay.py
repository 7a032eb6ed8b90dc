"""What a client that comes back has missed, and whether its history can be continued at all."""

from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple
from uuid import UUID

from domain.messages import Hello
from storage.log.replay import EventReplay, Frame, History

BATCH = 500

Reason = Literal["epoch_changed", "history_trimmed"]


class Missed(NamedTuple):
    """Where each thread's replay begins: at its end where the client does not want the past. `broken` says why the
    client must forget what it has, when it must."""

    since: dict[str, int]
    broken: Reason | None


def missed(hello: Hello, history: History, wanted: AbstractSet[str] | None) -> Missed:
    """Compare what the client has with what the log keeps; `wanted` is None for all threads."""
    compared = _compared(hello, history, wanted)
    if hello.latest is None:
        return compared
    unknown = [thread for thread in wanted or history.kept if thread in history.kept and thread not in compared.since]
    unknown.sort(key=lambda thread: history.kept[thread].position, reverse=True)
    left_out = {thread: history.kept[thread].last for thread in unknown[hello.latest :]}
    return compared._replace(since=compared.since | left_out)


def _compared(hello: Hello, history: History, wanted: AbstractSet[str] | None) -> Missed:
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
    log: EventReplay, history: History, since: Mapping[str, int], wanted: AbstractSet[str] | None
) -> AsyncIterator[Sequence[Frame]]:
    """Batches of what was stored after `since` and up to `history`, each thread in order.

    A client that has nothing is given everything in the order it was stored; one that has something, thread by thread.
    """
    if wanted is None and not since:
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


async def thread_since(log: EventReplay, thread: str, seen: int, last: int) -> AsyncIterator[Sequence[Frame]]:
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
