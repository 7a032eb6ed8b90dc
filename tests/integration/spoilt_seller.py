"""A seller over loopback that keeps its books well and spoils what it says: after it has done what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from tests.integration.hostile_seller import Json, Seller, answered


@dataclass(frozen=True)
class Reply:
    """What goes over the line in an answer's place."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    promised: int | None = None
    """Bytes it says will come, where that is not how many do."""
    after: float = 0.0
    """Seconds it takes."""


Spoil = Callable[[bytes], Reply]
SLOW: Final = 2.5
"""Seconds; whoever is to find this too long waits less."""

ON_THE_LINE: Final[Mapping[str, Spoil]] = {
    "a page of HTML": lambda said: Reply(b"<html>502 Bad Gateway</html>", kind="text/html"),
    "HTML called JSON": lambda said: Reply(b"<html>502 Bad Gateway</html>"),
    "half of it": lambda said: Reply(said[: len(said) // 2]),
    "nothing": lambda said: Reply(b"", status=204),
    "a list": lambda said: Reply(b"[1, 2, 3]"),
    "no text at all": lambda said: Reply(b"\xff\xfe\x00"),
    "an error of its own": lambda said: Reply(b"oops", status=500, kind="text/plain"),
    "a redirect": lambda said: Reply(b"", status=307, headers=(("Location", "http://127.0.0.1:9/mcp"),)),
    "a result that is none": lambda said: Reply(_with(said, {"content": [], "structuredContent": [1]})),
    "ten megabytes": lambda said: Reply(_with(said, {"content": [{"type": "text", "text": "x" * 10_000_000}]})),
}
TOO_LATE: Final[Mapping[str, Spoil]] = {
    "what comes late": lambda said: Reply(said, after=SLOW),
    "what breaks off": lambda said: Reply(said[:9], promised=9_999),
    "the answer to another question": lambda said: Reply(json.dumps({**json.loads(said), "id": 99_999}).encode()),
}


def says(spoil: Callable[[Json], object]) -> Spoil:
    """An answer with one thing in it changed, in place."""

    def spoilt(said: bytes) -> Reply:
        answer = json.loads(said)
        spoil(answer["result"]["structuredContent"])
        return Reply(json.dumps(answer).encode())

    return spoilt


def _with(said: bytes, result: Json) -> bytes:
    return json.dumps({**json.loads(said), "result": result}).encode()


class Spoilt(Seller):
    """Changes buys as AdCP has it, and counts how often it was asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self.spoilt: dict[str, Spoil] = {}
        """By task."""

    def update_media_buy(self, asked: Json) -> Json:
        buy = self.buys[asked["media_buy_id"]]
        if asked.get("canceled"):
            buy["status"] = "canceled"
        if "paused" in asked:
            buy["status"] = "paused" if asked["paused"] else "active"
        if "total_budget" in asked:
            whole, packages = asked["total_budget"]["amount"], buy["packages"]
            for package in packages:
                package["budget"] = round(package["budget"] * whole / buy["total_budget"], 2)
            packages[-1]["budget"] = round(whole - sum(one["budget"] for one in packages[:-1]), 2)
            buy["total_budget"] = whole
        return {**buy, "status": "completed", "media_buy_status": buy["status"]}


@contextmanager
def spoilt_seller() -> Iterator[Spoilt]:
    seller = Spoilt()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Standard error is the test's."""

        def do_GET(self) -> None:
            self._say(Reply(b"", status=405))

        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "id" not in message:
                self._say(Reply(b"", status=202))
                return
            try:
                told = {"result": answered(seller, message)}
            except LookupError:
                told = {"error": {"code": -32601, "message": f"there is no {message['method']}"}}
            said = json.dumps({"jsonrpc": "2.0", "id": message["id"], **told}).encode()
            task = message["params"].get("name") if message["method"] == "tools/call" else None
            spoil = seller.spoilt.get(task or "")
            self._say(spoil(said) if spoil else Reply(said))

        def _say(self, reply: Reply) -> None:
            time.sleep(reply.after)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body) if reply.promised is None else reply.promised))
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.promised is not None

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever waits no longer has hung up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        seller.url = f"http://127.0.0.1:{server.server_port}/mcp"
        try:
            yield seller
        finally:
            server.shutdown()
            serving.join()
