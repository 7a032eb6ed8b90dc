"""What is costly to make and the same for a whole process, made once however many threads ask for it at a time."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import TypeVar

Made = TypeVar("Made")


def once(make: Callable[[], Made]) -> Callable[[], Made]:
    """`make`, called once: who asks while it is being made waits for it. `functools.cache` holds no lock, and would
    have each of them make one. What raised is not kept: the next to ask tries again."""
    made: list[Made] = []
    # One that asks for itself then fails as endless recursion and does not stand still.
    one_at_a_time = RLock()

    @wraps(make)
    def asked() -> Made:
        if not made:
            with one_at_a_time:
                if not made:
                    made.append(make())
        return made[0]

    return asked
