"""What is costly to make is made once, however many threads ask for it at a time."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from domain.once import once

THREADS = 8
Made = TypeVar("Made")


def all_at_once(ask: Callable[[], Made]) -> list[Made]:
    """What each of the threads is given."""
    together = Barrier(THREADS)

    def after_all_are_there(_: int) -> Made:
        together.wait()
        return ask()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(after_all_are_there, range(THREADS)))


def test_threads_that_ask_at_a_time_are_given_the_one_that_was_made() -> None:
    made: list[object] = []

    @once
    def costly() -> object:
        """A costly thing."""
        time.sleep(0.02)
        made.append(object())
        return made[-1]

    assert all_at_once(costly) == made * THREADS
    assert len(made) == 1
    assert costly.__doc__ == "A costly thing."


def test_none_is_a_thing_made_as_well() -> None:
    calls: list[int] = []
    nothing = once(lambda: calls.append(1))
    assert nothing() is nothing() is None
    assert calls == [1]


def test_what_raised_is_tried_again() -> None:
    tries: list[int] = []

    @once
    def at_the_second_try() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the file is being written")
        return "read"

    with pytest.raises(OSError, match="being written"):
        at_the_second_try()
    assert at_the_second_try() == at_the_second_try() == "read"
    assert len(tries) == 2
