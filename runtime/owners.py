"""Who holds a lease: this process, named so that another process on the same machine can see whether it still lives."""

import os
import socket
from pathlib import Path


def this_process() -> str:
    """`host:pid:start`, where `start` tells a process from a later one that was given the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Whether the owner is known to be dead. False for a process of another machine: only its silence can tell."""
    host, pid, started = owner.rsplit(":", 2)
    return host == socket.gethostname() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """The kernel's start time of a process, `-` where there is no such process or no /proc to ask."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        # It may have ended a moment ago, or while it was read.
        return _alive(pid)
    return stat.rpartition(")")[2].split()[19]


def _alive(pid: int) -> str:
    """Without /proc: `alive` for a process that takes signals, `-` for one that is gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "-"
    except PermissionError:
        return "alive"
    return "alive"
