"""What is stored of one campaign and cannot be read is that campaign's trouble alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from domain.errors import Damaged


@contextmanager
def reading(thread_id: UUID) -> Iterator[None]:
    """What reading a damaged document raises, whichever codec it was written with, as one error of this campaign."""
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Damaged(
            f"what is stored of campaign {thread_id} cannot be read ({type(error).__name__})",
            remedy="restore its checkpoint from a backup, or leave it: no other campaign is touched",
        ) from error
