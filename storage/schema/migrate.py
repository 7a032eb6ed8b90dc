"""Brings a database to the schema this code expects.

Alembic is only imported when there is something to migrate: importing it costs more than everything else here. An
empty database is made from the tables and stamped; a test proves that this is what the migrations lead to.
"""

import asyncio

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from domain.errors import BadInput, StorageUnavailable
from domain.identifiers import new_id
from storage.engine.damage import remedy_of_file
from storage.engine.url import database_url, sqlite_file, without_password
from storage.schema.system_tables import histories, metadata

HEAD = "0018"
HISTORIES = ("events", "lessons")

_VERSIONS = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
_ONE_AT_A_TIME = 7_205_759_403


async def migrate(url: str) -> None:
    """Bring the database to `HEAD`, whether it is empty, old or already there. Safe from several processes at once.

    Raises StorageUnavailable when it cannot be reached, BadInput when it was made by a newer TescoSense.
    """
    await asyncio.to_thread(migrate_now, database_url(url))


def migrate_now(url: URL) -> None:
    if url.drivername == "sqlite":
        sqlite_file(url).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if version_of(connection) == HEAD:
                return
        _bring_to_head(engine)
    except DatabaseError as error:
        raise _unavailable(url, error) from error
    finally:
        engine.dispose()


async def is_new(url: str) -> bool:
    """Whether there is no file yet of an SQLite database, or an empty one."""
    address = database_url(url)
    if address.drivername != "sqlite":
        return False
    file = sqlite_file(address)
    return await asyncio.to_thread(lambda: not file.exists() or not file.stat().st_size)


async def older_schema(url: str) -> str | None:
    """The revision of a database older than `HEAD`, None for any other and for one there is not yet. Changes nothing.

    Raises StorageUnavailable when it cannot be reached.
    """
    return await asyncio.to_thread(_older_schema, database_url(url))


def _older_schema(url: URL) -> str | None:
    if url.drivername == "sqlite" and not sqlite_file(url).exists():
        return None
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            version = version_of(connection)
    except DatabaseError as error:
        raise _unavailable(url, error) from error
    finally:
        engine.dispose()
    return version if version is not None and version < HEAD else None


def _unavailable(url: URL, error: DatabaseError) -> StorageUnavailable:
    """What can be done about a file is something else than about a server."""
    said = str(error.orig).strip().splitlines()[0]
    of_a_file = remedy_of_file(
        said, "make room on its disk, or set TESCOSENSE_DATA_DIR to a directory that can be written"
    )
    of_a_server = "check that it can be reached and that TESCOSENSE_DATABASE_URL is right"
    return StorageUnavailable(
        f"The database {without_password(url)} cannot be used ({said})",
        remedy=of_a_file if url.drivername == "sqlite" else of_a_server,
    )


def version_of(connection: Connection) -> str | None:
    """The revision the database stands at, None when it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _bring_to_head(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        _wait_for_turn(connection)
        version = version_of(connection)
        if version == HEAD:
            return
        if version is None:
            if inspect(connection).has_table("campaigns"):
                raise BadInput(
                    "The database has tables and does not say of which version: its `alembic_version` is empty",
                    remedy="restore it from a backup, or give another TESCOSENSE_DATABASE_URL",
                    field="database_url",
                )
            create_schema(connection)
        elif version > HEAD:
            raise BadInput(
                f"The database is at schema {version}, newer than the {HEAD} of this version",
                remedy="upgrade TescoSense, or give another TESCOSENSE_DATABASE_URL",
                field="database_url",
            )
        else:
            from storage.schema.alembic_upgrade import upgrade

            upgrade(connection)


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})


def create_schema(connection: Connection) -> None:
    """The schema of `HEAD` in an empty database."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(histories.insert(), [{"name": name, "epoch": new_id(), "position": 0} for name in HISTORIES])
    connection.execute(text(_VERSIONS))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
