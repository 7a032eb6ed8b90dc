"""How long tests wait for what must happen, on however busy a machine."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 300.0
"""Seconds until a wait is given up. Only a failure takes so long: nothing that passes waits for a clock."""

BETWEEN_LOOKS = 0.05


def eventually(look: Callable[[], Found | None], what: str) -> Found:
    """The first thing `look` finds in what another process does. Raises AssertionError when patience ends."""
    gives_up = time.monotonic() + PATIENCE
    while (found := look()) is None:
        assert time.monotonic() < gives_up, f"waited {PATIENCE:.0f} seconds for {what}"
        time.sleep(BETWEEN_LOOKS)
    return found
