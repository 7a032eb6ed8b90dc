"""Where a page of a list ended, as opaque text: a client passes it back as it is, in an address without escaping."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, TypeAdapter, ValidationError

from domain.errors import BadInput, shown

Key = TypeVar("Key", bound=tuple[object, ...])


def _in_utc(moment: datetime) -> datetime:
    """Raises OverflowError for a moment that only another zone can write."""
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment as part of a key."""


class Cursors(Generic[Key]):
    """The cursors of one list, whose rows are in the order of a key of this shape."""

    def __init__(self, of: str, key: type[Key]) -> None:
        """`of` names the list, so that no cursor is taken for one of another list."""
        self._of = of
        self._shape: TypeAdapter[tuple[str, Key]] = TypeAdapter(tuple[str, key])  # type: ignore[valid-type]

    def after(self, key: Key) -> str:
        """The cursor of the page that begins behind the row of this key."""
        return urlsafe_b64encode(self._shape.dump_json((self._of, key))).rstrip(b"=").decode()

    def key(self, cursor: str) -> Key:
        """The key of the row the page before ended with. Raises BadInput for a text we never gave for this list."""
        try:
            of, key = self._shape.validate_json(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        except (binascii.Error, UnicodeError, ValidationError, OverflowError):
            raise self.unknown(cursor) from None
        if of != self._of or self.after(key) != cursor:
            raise self.unknown(cursor)
        return key

    def unknown(self, cursor: str) -> BadInput:
        """The refusal of a cursor that is not, or no longer, one of this list."""
        return BadInput(
            f"the cursor {shown(cursor)} is not one of ours",
            remedy=f"pass the `next` of a page of {self._of}, or leave `after` out to start at the first page",
            field="after",
        )
