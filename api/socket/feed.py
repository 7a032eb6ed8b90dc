"""What one client is given of each thread: every event once and in order, from the log and from the live stream."""

import time
from collections.abc import Sequence

from api.socket.outbox import Outbox
from api.socket.replay import missed, replay, thread_since, wanted_threads
from api.socket.writer import SocketWriter
from domain.messages import Hello, StreamResync, StreamSynced
from storage.log.replay import EventReplay, Frame


class Feed:
    """Knows the last `seq` the client has of each thread it wants, and asks the log where the live stream skips one."""

    def __init__(self, hello: Hello, log: EventReplay, writer: SocketWriter) -> None:
        self._hello = hello
        self._log = log
        self._writer = writer
        self._wanted = wanted_threads(hello)
        self._sent: dict[str, int] = {}

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
        history = await self._log.history()
        behind = missed(self._hello, history, self._wanted)
        if behind.broken is not None:
            await self._writer.write(StreamResync(epoch=history.epoch, reason=behind.broken).model_dump_json())
        self._sent = dict(behind.since)
        async for frames in replay(self._log, history, behind.since, self._wanted):
            outbox.busy_since = time.monotonic()
            await self._give(frames, checked=True)
        outbox.busy_since = None
        seqs = {thread: self._sent.get(thread, 0) for thread in history.kept if self._wants(thread)}
        await self._writer.write(StreamSynced.model_validate({"epoch": history.epoch, "seqs": seqs}).model_dump_json())

    async def _fill(self, thread: str, last: int) -> None:
        async for frames in thread_since(self._log, thread, self._sent.get(thread, 0), last):
            await self._give(frames, checked=True)

    async def _fill_gaps(self, outbox: Outbox) -> None:
        history = await self._log.history()
        for thread, kept in history.kept.items():
            if self._wants(thread) and self._sent.get(thread, 0) < kept.last:
                await self._fill(thread, kept.last)
                outbox.busy_since = time.monotonic()

    def _wants(self, thread: str) -> bool:
        return self._wanted is None or thread in self._wanted
