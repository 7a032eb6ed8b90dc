"""Writes to one client: at once where its server takes the text without waiting, or else as its task has time."""

from collections.abc import Awaitable, Generator
from typing import Any

from starlette.types import Send
from starlette.websockets import WebSocketDisconnect

ABNORMAL = 1006
"""RFC 6455: the connection ended without a close frame."""
LEFT = (OSError, RuntimeError)
"""What a server raises for a client it has lost: ASGI's OSError, or a RuntimeError once it has begun to close it by
itself, after a malformed frame or a ping that was not answered."""


class SocketWriter:
    """Texts leave in the order they were written, as long as `write_now` is called only while nobody else writes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._blocked: _Begun | None = None
        self._gone: Exception | None = None

    def write_now(self, text: str) -> bool:
        """Write without a task of one's own. False when it could not be done: the server waits for the client to read,
        or there is no client any more. Then `unblocked` has to be called: it waits, or says so.

        A task is woken for each socket and event otherwise, which costs as much as the writing itself. Nothing a client
        does is raised here, where it would meet whoever writes to all of them.
        """
        writing = self._send({"type": "websocket.send", "text": text}).__await__()
        try:
            waits_for = next(writing)
        except StopIteration:
            return True
        except LEFT as gone:
            self._gone = gone
            return False
        self._blocked = _Begun(writing, waits_for)
        return False

    async def unblocked(self) -> None:
        """Finish what `write_now` could only begin. Raises WebSocketDisconnect when the client has left."""
        if self._gone is not None:
            raise WebSocketDisconnect(ABNORMAL) from self._gone
        blocked, self._blocked = self._blocked, None
        if blocked is not None:
            await _or_gone(blocked)

    async def write(self, text: str) -> None:
        """Write, and wait while the client has too much to read. Raises WebSocketDisconnect when it has left."""
        await _or_gone(self._send({"type": "websocket.send", "text": text}))


async def _or_gone(writing: Awaitable[None]) -> None:
    try:
        await writing
    except LEFT as error:
        raise WebSocketDisconnect(ABNORMAL) from error


class _Begun(Awaitable[None]):
    """A coroutine that was begun outside of any task, to be gone on with in one."""

    def __init__(self, steps: Generator[Any, Any, None], waits_for: object) -> None:
        self._steps = steps
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        yield self._waits_for
        yield from self._steps
