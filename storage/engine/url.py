"""Database URLs: which ones we take, and how to show one without its password."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from domain.errors import BadInput
from domain.secrets import masked

_EXAMPLES = "use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE"


def database_url(text: str) -> URL:
    """The URL with our driver in it. Raises BadInput for what we cannot open."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise BadInput("The database URL cannot be read", remedy=_EXAMPLES, field="database_url") from error
    backend = url.drivername.split("+")[0]
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise BadInput(f"{backend!r} is not a database we keep records in", remedy=_EXAMPLES, field="database_url")
    if url.database in (None, "", ":memory:"):
        raise BadInput("A database in memory is lost with the process", remedy=_EXAMPLES, field="database_url")
    return url.set(drivername="sqlite")


def is_postgres(text: str) -> bool:
    return text.startswith(("postgresql", "postgres:"))


def sqlite_file(url: URL) -> Path:
    return Path(url.database or "")


def without_password(url: str | URL) -> str:
    """For people to read: neither the password nor what among the parameters may be one."""
    return masked(make_url(url).render_as_string(hide_password=True))


def libpq_url(text: str) -> str:
    """The URL as psycopg itself reads it."""
    return make_url(text).set(drivername="postgresql").render_as_string(hide_password=False)
