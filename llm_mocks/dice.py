"""The fake copywriter's dice: a throw of its own for each decision, so that one decision never moves another.

A throw hangs on the seed, on what a campaign is about, on the decision's name and on the choice itself. What else a
prompt says, and what else there is to choose from, changes nothing: to forbid one line leaves the order of the others.
"""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T", bound=str)

_BITS = 64


class Dice:
    """Throws for one campaign of one seed. `facts` tell the campaign from others, and do not change while it runs."""

    def __init__(self, seed: int, facts: tuple[str, ...]) -> None:
        self._key = str(seed).encode()[:64]
        self._facts = "\x1f".join(facts)

    def order(self, decision: str, choices: Iterable[T]) -> tuple[T, ...]:
        """The choices in the order of their throws; those that are left keep theirs when one goes."""
        return tuple(sorted(choices, key=lambda choice: (self._throw(decision, choice), choice)))

    def share(self, decision: str) -> float:
        """A number from 0 up to 1."""
        return self._throw(decision, "") / (1 << _BITS)

    def _throw(self, decision: str, choice: str) -> int:
        words = f"{self._facts}\x1e{decision}\x1e{choice}".encode()
        return int.from_bytes(hashlib.blake2b(words, key=self._key, digest_size=_BITS // 8).digest(), "big")
