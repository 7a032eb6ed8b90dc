"""Identifiers: time-ordered UUID7 for things that happen, UUID5 for things that must be found again."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID

from uuid_utils.compat import uuid5, uuid7

_NAMESPACE = uuid5(NAMESPACE_URL, "tescosense")


def new_id() -> UUID:
    """A fresh UUID7; sorts by creation time."""
    return uuid7()


def made_at(identifier: UUID) -> datetime:
    """When `new_id` made it. Raises ValueError for an id that was derived, which does not say."""
    if identifier.version != 7:
        raise ValueError(f"{identifier} does not say when it was made")
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


def derived_id(*parts: object) -> UUID:
    """The same id for the same parts, so that a retried step replaces its own output instead of doubling it."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
