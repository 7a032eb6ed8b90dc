"""A client that says to an ASGI application exactly what a test wants said, be it no client's manner."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson
from starlette.types import ASGIApp, Message, Scope

from tests.conftest import Json


@dataclass(slots=True)
class Answer:
    """What came back, and how much of the body had been asked for by then."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    read: int = 0

    @property
    def problem(self) -> Json:
        assert self.headers["content-type"] == "application/problem+json"
        problem: Json = orjson.loads(self.body)
        assert problem["status"] == self.status
        return problem


async def knock(
    app: ASGIApp,
    method: str = "GET",
    path: str = "/campaigns",
    *,
    query: bytes = b"",
    headers: Iterable[tuple[str, str]] = (),
    host: str | None = "127.0.0.1:8000",
    body: Sequence[bytes] = (),
    server: tuple[str, int | None] = ("127.0.0.1", 8000),
    kind: str = "http",
    stalls: bool = False,
) -> Answer:
    """Send one request; `body` are its chunks, and nothing is said of their length but in `headers`. One that
    stalls leaves the rest of it out."""
    named = [*([("host", host)] if host is not None else []), *headers]
    scope: Scope = {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": query,
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named],
        "server": server,
        "client": ("127.0.0.1", 50_000),
        "state": {},
    }
    answer = Answer()
    chunks = list(body) or [b""]

    async def receive() -> Message:
        if answer.read == len(chunks) and stalls:
            await asyncio.Event().wait()
        if answer.read == len(chunks):
            return {"type": "http.disconnect"}
        answer.read += 1
        return {
            "type": "http.request",
            "body": chunks[answer.read - 1],
            "more_body": stalls or answer.read < len(chunks),
        }

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
        else:
            answer.headers["type"] = message["type"]

    await app(scope, receive, send)
    return answer
