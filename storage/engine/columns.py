"""Column types that mean the same on SQLite and PostgreSQL."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from pydantic import BaseModel
from sqlalchemy import DateTime, Dialect, Numeric
from sqlalchemy.types import TypeDecorator

from domain.errors import BadInput
from domain.money import pounds

_NUL = re.compile(r"(?<!\\)(?:\\\\)*+\\u0000")
"""As JSON writes it; a backslash before it that is itself written makes it six plain characters."""


class Pounds(TypeDecorator[Decimal]):
    """Pounds and pence as NUMERIC(12, 2), which people read in the seed's tables.

    SQLite keeps a double, exact to the penny up to twelve digits; sums that must hold are kept in integer pence.
    """

    impl = Numeric(12, 2, asdecimal=False)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> float | None:
        return None if value is None else float(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else pounds(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware instant. SQLite has no time zones: there it is kept as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time must be aware, {value} has no zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def to_json(value: object) -> str:
    """What a JSON column is given: one of our models, or plain JSON data.

    Raises BadInput for a NUL in a string, whoever has written it: PostgreSQL keeps none, so SQLite does not either.
    """
    text = value.model_dump_json() if isinstance(value, BaseModel) else orjson.dumps(value).decode()
    if "\\u0000" in text and _NUL.search(text):
        raise BadInput("a text that was to be kept holds a NUL character", remedy="leave it out")
    return text


def to_pence(amount: Decimal) -> int:
    """Whole pence, exactly."""
    return int(pounds(amount).scaleb(2))


def from_pence(pence: int) -> Decimal:
    return pounds(Decimal(pence).scaleb(-2))
