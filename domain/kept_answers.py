"""Between a question to a chat model and whether its answer is kept: who counts what is asked hears that first, and who
finds answers of no use has them kept no longer."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

LOOKED_UP: Final = "looked_up"
"""In a model's metadata: whether its answers are looked up before it is asked."""

Forget = Callable[[], Awaitable[None]]
Told = Callable[[bool], Awaitable[None]]

_kept: ContextVar[list[Forget] | None] = ContextVar("kept", default=None)
_waiting: ContextVar[list[Told] | None] = ContextVar("waiting", default=None)


def tell(told: Told) -> None:
    """Call this, once, when the question that is about to be put has been looked up; whatever it raises, it is not
    put."""
    _waiting.set([told])


async def looked_up(*, is_kept: bool) -> None:
    """Whether the answer to the question that is about to be put is kept."""
    if waiting := _waiting.get():
        await waiting.pop()(is_kept)


@contextmanager
def answers_kept() -> Iterator[list[Forget]]:
    """Of the answers given within that are kept, in whatever is begun within too: how each is forgotten."""
    found: list[Forget] = []
    token = _kept.set(found)
    try:
        yield found
    finally:
        _kept.reset(token)


def can_be_forgotten(forget: Forget) -> None:
    """An answer has been given that is kept."""
    if (found := _kept.get()) is not None:
        found.append(forget)
