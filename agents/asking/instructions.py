"""Whether an answer repeats what it was told: the prompt's own words have no place in an ad."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from pydantic import BaseModel

_RUN: Final = 6
"""Words in a row that are no accident."""
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def repeated(answer: BaseModel, instructions: Sequence[str]) -> str:
    """What is wrong with an answer that repeats its instructions, as a complaint; empty where it does not.

    `instructions` are the template's own words. Values it was filled in with, a product's name or the brief, may come
    back in an ad.
    """
    told = _runs_of(tuple(instructions))
    for name, value in answer:
        if isinstance(value, str):
            for run in _runs(value):
                if run in told:
                    return f"{name}: it repeats its instructions ('{' '.join(run)}'): write for the shopper"
    return ""


@lru_cache(maxsize=32)
def _runs_of(instructions: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(run for text in instructions for run in _runs(text))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.replace("’", "'").casefold())
    return (tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
