"""What is stored of one campaign and cannot be read is that campaign's trouble alone."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Row, Select
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from domain.errors import Damaged

Answer = TypeVar("Answer")
Found = TypeVar("Found", bound="_Found")
_UNREADABLE: Final = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, NotImplementedError)
"""What reading a damaged document raises, whichever codec it was written with."""
_LONGEST_CAUSE = 100
_MALFORMED = "malformed JSON"
"""What SQLite says of a row whose JSON is none."""
_NO_TEXT = "Could not decode to UTF-8"
"""What its driver says of a row whose text is none, and then all of the text."""
_NO_DATABASE = ("database disk image is malformed", "file is not a database")
"""What SQLite says of a file that is torn itself."""


class _Found(Protocol):
    """A row, of whatever columns."""

    @property
    def _fields(self) -> tuple[str, ...]: ...

    def __iter__(self) -> Iterator[Any]: ...


@contextmanager
def reading(campaign_id: UUID | None = None, *, what: str = "") -> Iterator[None]:
    """What cannot be read as one error: of this campaign, or of whichever is named further in. None where what is read
    is of many; whoever knows which names it further out. `what` names a row that does not say whose it is."""
    try:
        yield
    except Damaged as error:
        if error.campaign_id is not None or campaign_id is None or not error.why:
            raise
        raise Damaged.of(campaign_id, error.why) from error
    except (*_UNREADABLE, DBAPIError) as error:
        why = said_by_driver(error) if isinstance(error, DBAPIError) else _where(error)
        if not why:
            raise
        raise Damaged.of(campaign_id, f"{what}: {why}" if what else why) from error


def said_by_driver(error: DBAPIError) -> str:
    """What a database or its driver finds wrong with a row it reads; empty for any other trouble. SQLite calls JSON
    that is none, and text that is none, a failure of the whole database; PostgreSQL's driver has no date or moment for
    some that its server has."""
    said = str(error.orig)
    if isinstance(error, OperationalError):
        return torn_row(said)
    return _short(said.strip().partition("\n")[0]) if isinstance(error, DataError) else ""


def torn_row(said: str) -> str:
    """The same of what SQLite says."""
    if said == _MALFORMED:
        return said
    return "text that is no UTF-8" if said.startswith(_NO_TEXT) else ""


def remedy_of_file(said: str, otherwise: str) -> str:
    """What to do about a file that SQLite cannot use: room and permissions mend nothing in one that is torn."""
    return "restore the file from a backup" if said.startswith(_NO_DATABASE) else otherwise


def readable(unit: Callable[[Connection], Answer], connection: Connection) -> Answer:
    """What the unit returns. Raises Damaged for a row that the database or its driver cannot read."""
    try:
        return unit(connection)
    except DBAPIError as error:
        if why := said_by_driver(error):
            raise Damaged.of(None, why) from error
        raise


def whole(row: Found, *, but: Collection[str] = ()) -> Found:
    """A row that was found. Raises ValueError for a column in which nothing stands, `but` those in which nothing may:
    a torn page leaves such rows, whatever the schema forbids."""
    for name, value in zip(row._fields, row, strict=True):
        if value is None and name not in but:
            raise ValueError(f"{name} is missing")
    return row


def kept(connection: Connection, query: Select[Any], values: Mapping[str, object] | None = None) -> Any | None:
    """The one column of the one row of a query, None where there is no row. Raises ValueError where nothing stands in
    it."""
    row = connection.execute(query, values or {}).one_or_none()
    return None if row is None else next(iter(whole(row)))


def row_by_row(connection: Connection, query: Select[Any], key: ColumnElement[UUID]) -> Iterator[Row[Any] | UUID]:
    """The rows of a query, the first column of which is their key; of one that cannot be read, its key alone. One
    question, unless there is such a row."""
    try:
        yield from connection.execute(query).all()
    except (*_UNREADABLE, DBAPIError) as error:
        if isinstance(error, DBAPIError) and not said_by_driver(error):
            raise
    else:
        return
    for one in connection.scalars(query.with_only_columns(key)).all():
        try:
            # PostgreSQL reads on in a transaction that could not read something from a savepoint alone.
            with reading(), connection.begin_nested():
                found = connection.execute(query.where(key == one)).one()
        except Damaged:
            yield one
        else:
            yield found


def _where(error: Exception) -> str:
    """The first field that does not fit its document, or what is wrong with any other value."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return ".".join([error.title, *(str(step) for step in first["loc"])])
    kind = "no JSON" if isinstance(error, JSONDecodeError) else type(error).__name__
    short = _short(str(error))
    if type(error) is ValueError:
        return short or kind
    return f"{kind}: {short}" if short else kind


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= _LONGEST_CAUSE else f"{said[: _LONGEST_CAUSE - 1]}…"
