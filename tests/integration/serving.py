"""A real server process on a real port, and a real WebSocket client, for tests of the doors."""

import asyncio
import subprocess
import sys
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

from prompts import FOLDER
from prompts.copies import copy_prompts
from tests.audit import audit, audit_folder
from tests.conftest import CommandLine
from tests.integration.documented import hold_to_its_word
from tests.patience import PATIENCE, eventually
from tests.servers import address_in

Message = dict[str, Any]
WHATEVER_LAPSES = {"may_lapse": 1_000_000}
"""What a step or a trigger says for which it is all the same who waits."""

STANDING_STILL = {
    "TESCOSENSE_DAYS_PER_MINUTE": "0.01",
    "TESCOSENSE_SOCKET_HELLO_SECONDS": str(PATIENCE),
    "TESCOSENSE_SOCKET_STALL_SECONDS": str(PATIENCE),
}
"""The clock moves when a test moves it, and no client is too slow unless a test is about that."""


@dataclass(slots=True)
class Server:
    """`tescosense serve`, running on a port the system chose. Its clock stands still unless a test moves it."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 0

    @property
    def socket_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/ws/dashboard"

    def http(self) -> httpx.Client:
        """A client that takes no refusal the OpenAPI document does not name."""
        return httpx.Client(base_url=self.url, timeout=PATIENCE, event_hooks={"response": [hold_to_its_word]})

    async def step(self, days: int = 1) -> None:
        """Move the clock on, while the test's own sockets go on listening."""
        with self.http() as http:
            for _ in range(days):
                done = await asyncio.to_thread(http.post, "/simulation/clock/step", json=WHATEVER_LAPSES)
                done.raise_for_status()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)


def spawn(
    data_dir: Path, *arguments: str, python: str = sys.executable, **environment: str
) -> "tuple[subprocess.Popen[bytes], Path]":
    """One of our commands as a process; what it says goes to a file beside its data."""
    line = CommandLine(data_dir)
    log = data_dir.parent / f"{data_dir.name}-{arguments[0]}-{uuid4().hex[:6]}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python, "-m", "cli", *arguments],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=data_dir.parent,
            env={**line.environment, **environment},
        )
    return process, log


@contextmanager
def serving(data_dir: Path, *, python: str = sys.executable, **environment: str) -> Iterator[Server]:
    """A server that answers, until the test is done with it. Its prompts are a copy of the shipped ones: what a test
    saves and releases must not be ours."""
    own = data_dir.with_name(f"{data_dir.name}-prompts")
    if "TESCOSENSE_PROMPTS_DIR" not in environment:
        if not own.exists():
            copy_prompts(FOLDER, own)
        environment["TESCOSENSE_PROMPTS_DIR"] = str(own)
    process, log = spawn(data_dir, "serve", "--port", "0", python=python, **{**STANDING_STILL, **environment})
    try:
        url = eventually(lambda: address_in(_said(process, log)), f"an address in {log}")
        server = Server(url, process, log)
        eventually(lambda: _is_up(server), "the server to be healthy")
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)
    database = environment.get("TESCOSENSE_DATABASE_URL")
    if database:
        audit(database)
    else:
        audit_folder(data_dir)


def _said(process: "subprocess.Popen[bytes]", log: Path) -> str:
    assert process.poll() is None, log.read_text()
    return log.read_text()


def _is_up(server: Server) -> bool | None:
    _said(server.process, server.log)
    with server.http() as http, suppress(httpx.TransportError):
        return True if http.get("/health").status_code == 200 else None
    return None


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
    # It reads on whatever nobody has asked for yet: with a full queue it would not hear the server's goodbye, and wait.
    patient: dict[str, Any] = {"open_timeout": PATIENCE, "max_queue": None, "ping_interval": None}
    options = {"max_size": None, "compression": None, **patient, **options}
    async with connect(server.socket_url, **options) as connection:
        yield Client(connection)
