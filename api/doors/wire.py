"""The server's HTTP protocol, with an end to what it waits for: a request's head comes soon and is small, or the
connection is closed. Whatever of a request reaches the application has passed here."""

import asyncio
from asyncio.events import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0
"""From the connection, or the first byte of a further request, to the end of its headers."""
LARGEST_HEAD = 64_000
"""Bytes of a request line and its headers. What arrives is measured before it is understood: a single header would
otherwise be collected without end. What comes together with the first byte is not counted: it may end another request,
and is never more than a read of the socket."""


class PatientOnlySoLong(HttpToolsProtocol):
    """uvicorn's own protocol; it knows no limit while headers are on their way."""

    head_seconds = HEAD_SECONDS
    _deadline: TimerHandle | None = None
    _head_bytes = 0
    _reads_head = True
    _is_whole = True
    """Whether all of the request has come: one that was refused may have much of its body still on the way."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._reads_head and self.cycle.response_complete and self.parser is not None:
            if self._is_whole:
                # Whatever comes between two requests, be it an empty line, begins the wait for the next one's head.
                self._reads_head, self._head_bytes = True, 0
            elif self._deadline is None:
                # What is left of a body that was answered already is passed over, so that the answer arrives.
                self._wait_for_head()
        self._head_bytes += len(data)
        super().data_received(data)
        if not self._reads_head or self.transport.is_closing():
            return
        if self._head_bytes > LARGEST_HEAD:
            self._give_up(b"431 Request Header Fields Too Large")
        elif self._deadline is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reads_head, self._head_bytes, self._is_whole = True, 0, False

    def on_message_complete(self) -> None:
        self._is_whole = True
        self._stop_waiting()
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        self._reads_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._deadline = self.loop.call_later(self.head_seconds, self._give_up, b"408 Request Timeout")

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self, status: bytes) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()
