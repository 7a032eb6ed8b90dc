"""What one client is given of each thread: every event once and in order, from the log and from the live stream."""

import time
from collections.abc import Sequence

from api.socket.outbox import Outbox
from api.socket.replay import StoredEvents, looked_at, missed, replay, thread_since, wanted_threads
from api.socket.writer import SocketWriter
from domain.messages import Hello, StreamResync, StreamSynced
from storage.records import Frame


class Feed:
    """Knows the last `seq` the client has of each thread, and asks the log where the live stream skips one.

    Of a thread whose past was left out it knows nothing until that one moves: then the log says how far it had come.
    """

    def __init__(self, hello: Hello, log: StoredEvents, writer: SocketWriter) -> None:
        self._hello = hello
        self._log = log
        self._writer = writer
        self._wanted = wanted_threads(hello)
        self._sent: dict[str, int] = {}
        self._position = 0
        """Where the log stood when the client had all it was to be given."""

    async def keep_writing(self, outbox: Outbox) -> None:
        """Replay, then stream what comes to the outbox, for good."""
        await self._replay(outbox)
        outbox.is_replaying = False
        while True:
            waiting = await outbox.take()
            outbox.busy_since = time.monotonic()
            await self._writer.unblocked()
            for text in waiting.notices:
                await self._writer.write(text)
            if waiting.fell_behind:
                await self._fill_gaps(outbox)
            await self._give(waiting.frames)
            outbox.busy_since = None

    def tell_now(self, text: str) -> bool:
        """Write what is no event. False when it is still on its way."""
        return self._writer.write_now(text)

    def give_now(self, frames: Sequence[Frame]) -> Sequence[Frame] | None:
        """Give what needs no waiting for: the rest, or None when there is none and the writer has nothing stuck."""
        sent, wanted, write_now = self._sent, self._wanted, self._writer.write_now
        for number, (thread, seq, text) in enumerate(frames):
            if wanted is not None and thread not in wanted:
                continue
            head = sent.get(thread, 0)
            if seq > head + 1:
                return frames[number:]
            if seq > head:
                sent[thread] = seq
                if not write_now(text):
                    return frames[number + 1 :]
        return None

    async def _give(self, frames: Sequence[Frame], *, checked: bool = False) -> None:
        """Give what the client has not. `checked` frames come from the log itself and have no gap to fill."""
        sent, wanted, write = self._sent, self._wanted, self._writer.write
        for thread, seq, text in frames:
            if wanted is not None and thread not in wanted:
                continue
            head = sent.get(thread, 0)
            if seq > head + 1 and not checked:
                await self._fill(thread, seq)
                head = sent.get(thread, 0)
            if seq > head:
                sent[thread] = seq
                await write(text)

    async def _replay(self, outbox: Outbox) -> None:
        """Replay from `since`, or everything after saying why the client's history cannot be continued."""
        history = await looked_at(self._log, self._hello)
        behind = missed(self._hello, history, self._wanted)
        if behind.broken is not None:
            await self._writer.write(StreamResync(epoch=history.epoch, reason=behind.broken).model_dump_json())
        self._sent = dict(behind.since)
        self._position = history.position
        async for frames in replay(self._log, history, behind.since, self._wanted):
            outbox.busy_since = time.monotonic()
            await self._give(frames, checked=True)
        outbox.busy_since = None
        seqs = {thread: self._sent.get(thread, 0) for thread in history.kept}
        synced = StreamSynced.model_validate({"epoch": history.epoch, "seqs": seqs, "older": history.older})
        await self._writer.write(synced.model_dump_json())

    async def _fill(self, thread: str, last: int) -> None:
        if thread not in self._sent:
            at = await self._log.last_at(thread, self._position)
            self._sent[thread] = last if at is None else at
        async for frames in thread_since(self._log, thread, self._sent[thread], last):
            await self._give(frames, checked=True)

    async def _fill_gaps(self, outbox: Outbox) -> None:
        moved = await self._log.moved_since(self._position)
        for thread, kept in moved.kept.items():
            if self._wants(thread) and self._sent.get(thread, 0) < kept.last:
                await self._fill(thread, kept.last)
                outbox.busy_since = time.monotonic()
        self._position = moved.position

    def _wants(self, thread: str) -> bool:
        return self._wanted is None or thread in self._wanted
