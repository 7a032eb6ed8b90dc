"""Many WebSocket clients in one process: each reads frames off the wire and notes when each event arrived."""

import asyncio
import os
import random
import re
import time
from array import array
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import cast

QUIET_SECONDS = 1.0
"""No frame for so long: nothing more will come."""
LONG, LONGER = 126, 127
_SEQ = re.compile(rb'^\{"type":"event","seq":(\d+)')
_HANDSHAKE = (
    b"GET /ws/dashboard HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def masked(text: bytes) -> bytes:
    """A client's text frame. RFC 6455 asks for a mask; one of zeros leaves the text as it is."""
    head = bytes([0x81, 0x80 | len(text)]) if len(text) < LONG else bytes([0x81, 0x80 | LONG]) + len(text).to_bytes(2)
    return head + bytes(4) + text


class Socket(asyncio.Protocol):
    """One client. It speaks just enough of RFC 6455 to listen."""

    def __init__(self, load: "Sockets", since: int) -> None:
        self._load = load
        self._since = since
        self._buffer = b""
        self._open = False
        self.synced = asyncio.get_running_loop().create_future()
        self.seqs = array("q")
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(_HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._open:
            _, found, rest = buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = buffer
                return
            self._open = True
            buffer = rest
            assert self.transport is not None
            self.transport.write(masked(self._load.hello(self._since)))
        self._buffer = self._frames(buffer)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.synced.done():
            self.synced.set_exception(ConnectionError("the server closed the socket before it was in step"))

    def _frames(self, buffer: bytes) -> bytes:
        """Take whole frames; what is left of a last one."""
        now = time.perf_counter()
        at, end = 0, len(buffer)
        while at + 2 <= end:
            length, body = buffer[at + 1], at + 2
            if length == LONG:
                length, body = int.from_bytes(buffer[at + 2 : at + 4]), at + 4
            elif length == LONGER:
                length, body = int.from_bytes(buffer[at + 2 : at + 10]), at + 10
            if body + length > end:
                break
            self._frame(buffer[at] & 0x0F, buffer[body : body + length], now)
            at = body + length
        return buffer[at:]

    def _frame(self, opcode: int, text: bytes, now: float) -> None:
        if opcode == 0x9:
            assert self.transport is not None
            self.transport.write(bytes([0x8A, 0x80 | len(text)]) + bytes(4) + text)
        elif found := _SEQ.match(text):
            seq = int(found[1])
            self.seqs.append(seq)
            self._load.arrived(seq, now)
        elif b'"stream.synced"' in text and not self.synced.done():
            self.synced.set_result(None)


class Sockets:
    """All of them, and when each event reached each."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sockets: list[Socket] = []
        self.arrivals: dict[int, array[float]] = {}
        self._count = 0
        self._last = time.perf_counter()

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int, count: int) -> AsyncIterator["Sockets"]:
        """Connected and in step."""
        made = cls(port)
        for _ in range(0, count, 50):
            await asyncio.gather(*(made.connect() for _ in range(min(50, count - len(made)))))
        try:
            yield made
        finally:
            for socket in made._sockets:
                assert socket.transport is not None
                socket.transport.abort()

    @classmethod
    async def dropping(cls, port: int, drops: int, *, until: Awaitable[int]) -> tuple[int, int]:
        """20 clients that drop out at random, `drops` times over, and come back with the last `seq` they had.

        What they missed and what they heard twice, of the events up to the `seq` that `until` tells in the end.
        """
        made = cls(port)
        last = asyncio.ensure_future(until)
        chance = random.Random(7)
        results = await asyncio.gather(*(made._drop_and_return(chance, drops // 20, last) for _ in range(20)))
        return sum(missed for missed, _ in results), sum(doubled for _, doubled in results)

    async def _drop_and_return(self, chance: random.Random, drops: int, last: asyncio.Future[int]) -> tuple[int, int]:
        heard = array("q")
        for turn in range(drops + 1):
            socket = await self.connect(heard[-1] if heard else 0)
            assert socket.transport is not None
            if turn < drops:
                await asyncio.sleep(chance.uniform(0.0, 0.6))
            else:
                until = await last
                while (socket.seqs or heard)[-1] < until:  # noqa: ASYNC110 - the wire fills it
                    await asyncio.sleep(0.01)
            socket.transport.abort()
            heard.extend(socket.seqs)
        return await last - len(set(heard)), len(heard) - len(set(heard))

    async def connect(self, since: int = 0) -> Socket:
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(lambda: Socket(self, since), "127.0.0.1", self._port)
        self._sockets.append(socket)
        await socket.synced
        return socket

    def hello(self, since: int) -> bytes:
        from bench.stream_servers import THREAD

        known = f'"{THREAD}":{since}' if since else ""
        return f'{{"type":"hello","threads":"all","since":{{{known}}}}}'.encode()

    def __len__(self) -> int:
        return len(self._sockets)

    @property
    def seqs(self) -> list["array[int]"]:
        return [socket.seqs for socket in self._sockets]

    def arrived(self, seq: int, now: float) -> None:
        self._count += 1
        self._last = now
        arrivals = self.arrivals.get(seq)
        if arrivals is None:
            arrivals = self.arrivals[seq] = array("d")
        arrivals.append(now)

    def forget(self) -> None:
        self.arrivals.clear()
        self._count = 0

    async def settled(self, expected: int) -> None:
        """Until so many frames have arrived, or no more come."""
        self._last = time.perf_counter()
        while self._count < expected and time.perf_counter() - self._last < QUIET_SECONDS:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def load_per_core() -> float:
    """What else runs: the load of the last minute, per core."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)
