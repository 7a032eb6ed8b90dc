"""What is wrong with a database, by `tescosense doctor`: it has vanished, is old, or does not say how old. What an old
one is told by the commands that only look at it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from storage.engine.url import database_url
from storage.schema.alembic_upgrade import upgrade
from storage.schema.migrate import HEAD, migrate_now, version_of
from tests.conftest import CommandLine
from tests.servers import Postgres, postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/campaigns.db"
    running: Postgres = request.getfixturevalue("server")
    return running.database()


def complaint_of(tescosense: CommandLine, url: str) -> str:
    done = tescosense("doctor", TESCOSENSE_DATABASE_URL=url)
    assert done.exit_code == 1
    assert "Traceback" not in done.out + done.err
    [bad] = [line for line in done.out.splitlines() if line.startswith("bad")]
    return bad


def test_names_a_postgresql_that_has_vanished(tescosense: CommandLine) -> None:
    with postgres() as gone:
        url = gone.database()
    complaint = complaint_of(tescosense, url)
    assert "cannot be used" in complaint
    assert "TESCOSENSE_DATABASE_URL" in complaint


def test_names_an_old_schema_and_leaves_it_as_it_is(tescosense: CommandLine, url: str) -> None:
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        upgrade(connection, "0003")
    complaint = complaint_of(tescosense, url)
    assert "schema 0003" in complaint
    assert HEAD in complaint
    with engine.connect() as connection:
        assert version_of(connection) == "0003"
    engine.dispose()


@pytest.mark.parametrize(
    "reading",
    [
        ("campaigns", "list"),
        ("campaigns", "show", str(UUID(int=8))),
        ("campaigns", "history", str(UUID(int=8))),
        ("audit",),
    ],
    ids=" ".join,
)
def test_whoever_only_looks_changes_no_schema_that_an_older_server_may_be_at_work_on(
    tescosense: CommandLine, url: str, reading: tuple[str, ...]
) -> None:
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        upgrade(connection, "0003")
    done = tescosense(*reading, TESCOSENSE_DATABASE_URL=url)
    assert (done.exit_code, done.out) == (1, "")
    [said] = done.err.splitlines()
    assert said.startswith(f"tescosense: The database is at schema 0003, older than the {HEAD} of this version")
    with engine.connect() as connection:
        assert version_of(connection) == "0003"
    engine.dispose()


def test_names_a_database_that_does_not_say_how_old_it_is(tescosense: CommandLine, url: str) -> None:
    migrate_now(database_url(url))
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    complaint = complaint_of(tescosense, url)
    assert "alembic_version" in complaint
    assert "restore it from a backup" in complaint


def test_finds_a_sound_one_sound(tescosense: CommandLine, url: str) -> None:
    migrate_now(database_url(url))
    done = tescosense("doctor", TESCOSENSE_DATABASE_URL=url)
    assert (done.exit_code, "bad" in done.out) == (0, False), done.out
