"""A real server process on a real port, and a real WebSocket client, for tests of the doors."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.conftest import CommandLine

PATIENCE = 30.0
Message = dict[str, Any]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@dataclass(slots=True)
class Server:
    """`tescosense serve`, running. Its clock stands still unless a test moves it."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/dashboard"

    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)


def spawn(data_dir: Path, *arguments: str, **environment: str) -> "tuple[subprocess.Popen[bytes], Path]":
    """One of our commands as a process; what it says goes to a file beside its data."""
    line = CommandLine(data_dir)
    log = data_dir.parent / f"{data_dir.name}-{arguments[0]}-{uuid4().hex[:6]}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *arguments],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=data_dir.parent,
            env={**line.environment, **environment},
        )
    return process, log


@contextmanager
def serving(data_dir: Path, *, port: int | None = None, **environment: str) -> Iterator[Server]:
    """A server that answers, until the test is done with it."""
    chosen = port or free_port()
    process, log = spawn(data_dir, "serve", "--port", str(chosen), TESCOSENSE_DAYS_PER_MINUTE="0.01", **environment)
    server = Server(chosen, process, log)
    try:
        _wait_until_up(server)
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def _wait_until_up(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    with server.http() as http:
        while time.monotonic() < deadline:
            assert server.process.poll() is None, server.log.read_text()
            try:
                if http.get("/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise AssertionError(f"the server did not come up: {server.log.read_text()}")


@dataclass(slots=True)
class Client:
    """One WebSocket client that keeps what it was told, as a dashboard does."""

    connection: ClientConnection
    messages: list[Message] = field(default_factory=list)

    async def say(self, **message: object) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def hello(self, **rest: object) -> None:
        await self.say(type="hello", **rest)

    async def next(self) -> Message:
        message: Message = orjson.loads(await self.connection.recv())
        self.messages.append(message)
        return message

    async def until(self, **wanted: object) -> Message:
        """The next message that has these values, in itself or in its event's data. Heartbeats prolong no wait."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    message = await self.next()
                    if _matches({**data_of(message), **message}, wanted):
                        return message
        except TimeoutError:
            heard = [data_of(message) or message for message in self.messages[-12:]]
            raise AssertionError(f"{wanted} was not heard; the last messages were {heard}") from None

    async def command(self, name: str, **rest: object) -> Message:
        """Send a command and wait for its result."""
        command_id = str(rest.pop("command_id", None) or uuid4())
        await self.say(type="command", name=name, command_id=command_id, **rest)
        return await self.until(type="command.result", command_id=command_id)

    async def closed(self) -> tuple[int, str]:
        """Read on until the server closes: its code and reason."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionClosed):
                while True:
                    self.messages.append(orjson.loads(await self.connection.recv()))
        return self.connection.close_code or 0, self.connection.close_reason or ""

    @property
    def events(self) -> list[Message]:
        return [message for message in self.messages if message["type"] == "event"]

    @property
    def seqs(self) -> dict[str, list[int]]:
        """Every `seq` heard, by thread, in the order heard."""
        heard: dict[str, list[int]] = {}
        for event in self.events:
            heard.setdefault(event["thread_id"], []).append(event["seq"])
        return heard

    @property
    def heads(self) -> dict[str, int]:
        """What the next hello says."""
        return {thread: seqs[-1] for thread, seqs in self.seqs.items()}


def data_of(message: Message) -> Message:
    data: Message = message.get("params", {}).get("data", {})
    return data


def _matches(message: Message, wanted: dict[str, object]) -> bool:
    return all(message.get(name) == value for name, value in wanted.items())


@asynccontextmanager
async def connected(server: Server, **options: Any) -> AsyncIterator[Client]:
    """A client that has not said hello yet."""
    async with connect(server.socket_url, max_size=None, compression=None, **options) as connection:
        yield Client(connection)
