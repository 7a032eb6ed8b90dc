"""Between a question to a chat model and whether its answer is kept: who counts what is asked hears that first."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final

LOOKED_UP: Final = "looked_up"
"""In a model's metadata: whether its answers are looked up before it is asked."""

Told = Callable[[bool], Awaitable[None]]

_waiting: ContextVar[list[Told] | None] = ContextVar("waiting", default=None)


def tell(told: Told) -> None:
    """Call this, once, when the question that is about to be put has been looked up; whatever it raises, it is not
    put."""
    _waiting.set([told])


async def looked_up(*, is_kept: bool) -> None:
    """Whether the answer to the question that is about to be put is kept."""
    if waiting := _waiting.get():
        await waiting.pop()(is_kept)
