"""What is stored of one campaign and cannot be read is that campaign's trouble alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from domain.errors import Damaged

_UNREADABLE: Final = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, NotImplementedError)
"""What reading a damaged document raises, whichever codec it was written with."""
_LONGEST_CAUSE = 100


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
    except _UNREADABLE as error:
        raise Damaged.of(campaign_id, f"{what}: {_where(error)}" if what else _where(error)) from error


def _where(error: Exception) -> str:
    """The first field that does not fit its document, or what is wrong with any other value."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return ".".join([error.title, *(str(step) for step in first["loc"])])
    kind = "no JSON" if isinstance(error, JSONDecodeError) else type(error).__name__
    said = " ".join(str(error).split())
    short = said if len(said) <= _LONGEST_CAUSE else f"{said[: _LONGEST_CAUSE - 1]}…"
    if type(error) is ValueError:
        return short or kind
    return f"{kind}: {short}" if short else kind
