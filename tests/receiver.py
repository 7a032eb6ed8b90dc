"""A webhook's receiver: a real HTTP server that keeps what it is sent, and answers as a test wants it to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from tests.patience import PATIENCE, eventually


class Received(NamedTuple):
    headers: dict[str, str]
    """Their names in small letters."""
    body: bytes


@dataclass(slots=True)
class Receiver:
    url: str
    port: int
    received: list[Received] = field(default_factory=list)
    status: int = 204
    silent: threading.Event = field(default_factory=threading.Event)
    """While set, nobody is answered."""

    def wait_for(self, count: int) -> list[Received]:
        return eventually(lambda: self.received if len(self.received) >= count else None, f"{count} messages")


@contextmanager
def receiving(port: int = 0, *, status: int = 204) -> Iterator[Receiver]:
    """On a free port, or on the one an earlier receiver had."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        receiver.received.append(Received({name.lower(): value for name, value in handler.headers.items()}, body))
        if receiver.silent.is_set():
            over.wait(PATIENCE)
            return
        handler.send_response(receiver.status)
        handler.send_header("Location", f"{receiver.url}/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(respond))
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}", server.server_port, status=status)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield receiver
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def _handler(respond: Callable[[BaseHTTPRequestHandler], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            respond(self)

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is its own."""

    return Handler
