"""Disks of their own, in a mount namespace: full ones, and ones nobody may write to. Nothing less stops root."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.patience import PATIENCE

UNSHARE = ("unshare", "--mount", "--propagation", "private")


def is_refused() -> str:
    """Why there can be no mount namespace here; empty where there can."""
    try:
        tried = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    except FileNotFoundError:
        return "there is no unshare here"
    return tried.stderr.decode().strip()


class Disk:
    """A disk of some megabytes, mounted on a folder for whoever is started `inside`."""

    def __init__(self, folder: Path, holder: "subprocess.Popen[bytes]") -> None:
        self.folder = folder
        self._holder = holder

    @property
    def outside(self) -> Path:
        """What is on the disk, for who is not inside."""
        return Path(f"/proc/{self._holder.pid}/root{self.folder}")

    def inside(self, command: Sequence[str]) -> list[str]:
        return ["nsenter", "--mount", f"--target={self._holder.pid}", f"--wd={self.folder.parent}", *command]

    def fill(self) -> None:
        """To the last byte."""
        with (self.outside / "filling").open("ab", buffering=0) as filling:
            try:
                while True:
                    filling.write(b"\0" * 4096)
            except OSError:
                os.fsync(filling.fileno())

    def free(self) -> None:
        (self.outside / "filling").unlink()

    def let_nobody_write(self) -> None:
        subprocess.run(self.inside(["mount", "-o", "remount,ro", str(self.folder)]), check=True)


@contextmanager
def disk(folder: Path, *, megabytes: int) -> Iterator[Disk]:
    folder.mkdir(parents=True)
    script = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && echo mounted && read -r _'
    with subprocess.Popen(
        [*UNSHARE, "sh", "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mounted\n"
        try:
            yield Disk(folder, holder)
        finally:
            holder.communicate(b"\n", timeout=PATIENCE)
