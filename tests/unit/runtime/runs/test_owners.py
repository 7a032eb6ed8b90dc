"""A lease names its owner so that another process can tell whether it still lives."""

import os
import socket
import subprocess
import sys

from runtime.runs.recovery import is_gone, this_process


def test_this_process_is_not_gone() -> None:
    assert not is_gone(this_process())


def test_a_process_that_ended_is_gone() -> None:
    code = "from runtime.runs.recovery import this_process; print(this_process())"
    owner = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "."}
    ).stdout.strip()
    assert owner.startswith(f"{socket.gethostname()}:")
    assert is_gone(owner)


def test_a_later_process_with_the_same_number_is_not_mistaken_for_it() -> None:
    host, pid, started = this_process().rsplit(":", 2)
    assert is_gone(f"{host}:{pid}:{int(started) - 1 if started.isdigit() else 'earlier'}")


def test_nothing_is_known_of_a_process_on_another_machine() -> None:
    assert not is_gone("elsewhere:1:1")
