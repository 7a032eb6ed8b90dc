"""What a server said of tokens in an answer that its own SDK could not read: the SDK raises, and its count is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import BaseModel

from domain.model_calls import Tokens

_REPORTED: ContextVar[list[Tokens] | None] = ContextVar("reported", default=None)


@contextmanager
def reported() -> Iterator[list[Tokens]]:
    """What is reported within, in order; by whatever is begun within, too."""
    found: list[Tokens] = []
    token = _REPORTED.set(found)
    try:
        yield found
    finally:
        _REPORTED.reset(token)


def report(tokens: Tokens) -> None:
    """An answer has come, with its tokens."""
    if (found := _REPORTED.get()) is not None:
        found.append(tokens)


class _Cached(BaseModel):
    cached_tokens: int | None = None


class Usage(BaseModel):
    """As an OpenAI-compatible server counts."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None

    @property
    def tokens(self) -> Tokens | None:
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        details = self.prompt_tokens_details
        return Tokens(
            self.prompt_tokens, self.completion_tokens, from_cache=(details.cached_tokens if details else None) or 0
        )
