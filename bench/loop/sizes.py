"""What campaigns leave in their databases: commits, rows and checkpoint bytes, read in the files and on the server."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

_WAL_HEADER, _FRAME_HEADER = 32, 24


class Written(NamedTuple):
    """Totals so far; what lies between two looks is their difference."""

    commits: int
    """Transactions that have written something."""
    rows: int
    """Rows there are, in every table."""


class Left(NamedTuple):
    """What one campaign leaves in its databases."""

    commits: float
    rows: float


def each(before: Written, after: Written, campaigns: int) -> Left:
    return Left((after.commits - before.commits) / campaigns, (after.rows - before.rows) / campaigns)


class Watch(Protocol):
    def look(self) -> Written: ...


class SqliteWatch:
    """Counts the commits in the write-ahead logs of some files. While it holds a snapshot open no log starts over."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._held = [_reader(file) for file in files]
        for held in self._held:
            held.execute("BEGIN")
            held.execute("SELECT count(*) FROM sqlite_master").fetchone()
        self._salts = [_salt(file) for file in files]
        self._earlier = [_commits(file) for file in files]

    def look(self) -> Written:
        commits = 0
        for file, salt, earlier in zip(self._files, self._salts, self._earlier, strict=True):
            # A log that was all in its file already starts over once.
            commits += _commits(file) - (earlier if _salt(file) == salt else 0)
        return Written(commits, sum(_rows(file) for file in self._files))

    def close(self) -> None:
        for held in self._held:
            held.close()


class PostgresWatch:
    """Counts the transactions of a server that were given an id, which are those that write."""

    def __init__(self, url: str) -> None:
        self._url = url

    def look(self) -> Written:
        import psycopg
        from psycopg import sql

        with psycopg.connect(self._url, autocommit=True) as connection:

            def number(query: sql.Composed | sql.SQL) -> int:
                found = connection.execute(query).fetchone()
                return int(found[0]) if found else 0

            commits = number(sql.SQL("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            counts = (sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)) for (table,) in tables)
            return Written(commits, sum(number(query) for query in counts))


@contextmanager
def watching(place: Path | str) -> "Iterator[Watch]":
    """A watch on the database files of a data directory, or on a database of a server."""
    if isinstance(place, str):
        yield PostgresWatch(place)
        return
    watch = SqliteWatch(sorted(place.glob("*.db")))
    try:
        yield watch
    finally:
        watch.close()


def checkpoint_bytes(path: Path) -> float:
    """What the checkpoints of all campaigns hold, in bytes, with the writes between them."""
    connection = _reader(path)
    states = connection.execute("SELECT sum(length(checkpoint) + length(metadata)) FROM checkpoints").fetchone()[0]
    writes = connection.execute("SELECT sum(length(value)) FROM writes").fetchone()[0]
    connection.close()
    return float(states + (writes or 0))


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)


def _rows(path: Path) -> int:
    connection = _reader(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = sum(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables)
    connection.close()
    return int(rows)


def _wal(file: Path) -> bytes:
    log = file.with_name(f"{file.name}-wal")
    return log.read_bytes() if log.exists() else b""


def _salt(file: Path) -> bytes:
    return _wal(file)[16:24]


def _commits(file: Path) -> int:
    """Frames that end a transaction: those that give the size of the database after them (sqlite.org/fileformat2)."""
    log = _wal(file)
    frame, salt = _FRAME_HEADER + int.from_bytes(log[8:12], "big"), log[16:24]
    commits = 0
    for start in range(_WAL_HEADER, len(log) - frame + 1, frame):
        if log[start + 8 : start + 16] != salt:
            break
        commits += log[start + 4 : start + 8] != b"\0\0\0\0"
    return commits
