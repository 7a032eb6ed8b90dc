"""Clients that send too much, or never finish, get nowhere and take nothing from the others."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from api.doors.bodies import LARGEST_BODY
from api.doors.wire import HEAD_SECONDS, LARGEST_HEAD, PatientOnlySoLong
from tests.integration.serving import Server, serving
from tests.patience import PATIENCE, eventually

HUNDRED_MB = 100_000_000
MARK = b"a body that nobody has asked for"
CHUNK = MARK * (65_536 // len(MARK))
MOST_KEPT = 8 * LARGEST_BODY
"""Bytes: what is being read of one body, and what lies in memory that was given back and not used again."""
TRIES = 20


def kept_by(server: Server, mark: bytes = MARK) -> int:
    """Bytes of what repeats `mark` in the server's memory. How large the process is would say nothing: from its start
    on it reads and fits the world, which takes 120 MB with no client at all."""
    found = 0
    process = Path("/proc") / str(server.process.pid)
    with (process / "mem").open("rb", buffering=0) as memory:
        for line in (process / "maps").read_text().splitlines():
            addresses, rights, *_ = line.split()
            first, last = (int(address, 16) for address in addresses.split("-"))
            if rights.startswith("rw"):
                memory.seek(first)
                # What was unmapped since the list was made cannot be read, and holds nothing.
                with suppress(OSError):
                    found += (memory.read(last - first) or b"").count(mark)
    return found * len(mark)


def is_answered(server: Server) -> None:
    """Everybody else is served: as often as a load balancer asks in a while, on connections new and old."""
    for _ in range(2):
        with server.http() as http:
            assert [http.get("/health").status_code for _ in range(10)] == [200] * 10


def send_until_refused(
    server: Server, head: str, *, chunked: bool, halfway: Callable[[], None] | None = None
) -> tuple[bytes, int]:
    """Send a body of 100 MB until the server will have no more: what it answered, and how much was sent. `halfway` is
    called when a part of it is on its way that is no reason yet to refuse it."""
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.sendall(head.encode())
        try:
            while sent < HUNDRED_MB:
                client.sendall(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK) if chunked else CHUNK)
                sent += len(CHUNK)
                if halfway is not None:
                    halfway()
                    halfway = None
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has been refused: what it said can still be read
        return client.recv(4096), sent


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "in chunks"])
def test_a_body_of_100_mb_is_refused_and_nobody_notices(server: Server, chunked: bool) -> None:
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {HUNDRED_MB}"
    head = f"POST /simulation/trigger HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
    for _ in range(TRIES):
        answer, sent = send_until_refused(server, head, chunked=chunked)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert sent < HUNDRED_MB
    assert kept_by(server) < MOST_KEPT
    answer, _ = send_until_refused(server, head, chunked=chunked, halfway=lambda: is_answered(server))
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_is_kept_is_found(server: Server) -> None:
    """Else the test above would find nothing, whatever is kept."""
    mark = b"another one, which is not refused"
    body = mark * (LARGEST_BODY // 2 // len(mark))
    head = f"POST /simulation/trigger HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body) + 1}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.sendall(head.encode() + body)
        eventually(lambda: kept_by(server, mark) >= len(body) * 0.9 or None, "the body that is being read")


def test_a_client_that_sends_too_much_politely_reads_why(server: Server) -> None:
    with server.http() as http:
        answer = http.post("/simulation/trigger", content=(CHUNK for _ in range(40)))
    assert answer.status_code == 413
    assert answer.json()["remedy"]


def test_a_header_without_end_is_refused_before_it_fills_the_memory(server: Server) -> None:
    answer, sent = send_until_refused(server, "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ", chunked=False)
    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""
    assert sent < HUNDRED_MB
    assert kept_by(server) < MOST_KEPT


async def _says_ok(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def impatient_server(seconds: float) -> AsyncIterator[int]:
    """A server that waits so long for the head of a request; its port."""
    protocol = type("Impatient", (PatientOnlySoLong,), {"head_seconds": seconds})
    config = uvicorn.Config(_says_ok, http=protocol, lifespan="off", log_level="critical", timeout_keep_alive=1)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


HALF_OPEN = (b"", b"G", b"GET /health HTTP/1.1\r\n", b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b"\r\n")
WHOLE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize("said", HALF_OPEN)
async def test_a_request_that_is_never_finished_is_given_up(said: bytes, before: int) -> None:
    async with impatient_server(0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(before):
            writer.write(WHOLE)
            await reader.readuntil(b"ok")
        writer.write(said)
        async with asyncio.timeout(PATIENCE):
            # A server may well wait for another request; with a byte of one it has begun.
            assert (await reader.read()).startswith(b"HTTP/1.1 408 ") or (before and not said)
        writer.close()


async def test_a_head_that_drips_is_given_up_all_the_same() -> None:
    async with impatient_server(0.3) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        reading = asyncio.create_task(reader.read())
        while not reading.done() and time.monotonic() - began < PATIENCE:
            writer.write(b"X-Drip: 1\r\n")
            await asyncio.sleep(0.05)
        assert b"408" in await reading
        writer.close()


async def test_requests_that_come_whole_are_answered_however_many_there_are_on_a_connection() -> None:
    async with impatient_server(0.3) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(12):
            writer.write(WHOLE)
            async with asyncio.timeout(PATIENCE):
                await reader.readuntil(b"ok")
            await asyncio.sleep(0.05)
        writer.close()


async def test_a_head_that_is_too_large_is_refused_as_it_comes() -> None:
    async with impatient_server(PATIENCE) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(PATIENCE):
            writer.write(b"GET / HTTP/1.1\r\nCookie: ")
            await asyncio.sleep(0.1)
            writer.write(b"x" * (LARGEST_HEAD + 1))
            assert (await reader.read()).startswith(b"HTTP/1.1 431 ")
        writer.close()


@pytest.mark.long
def test_500_half_open_connections_are_dropped_and_nobody_notices(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, ExitStack() as stack:
        clients = []
        for number in range(500):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            client.sendall(HALF_OPEN[number % len(HALF_OPEN)])
            clients.append(client)
        is_answered(server)
        for client in clients:
            while client.recv(4096):
                pass
        is_answered(server)
    assert HEAD_SECONDS < 30
