"""What is wrong with a prompt file, where, and what was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of a prompt, at a line of a file (1 is the first)."""

    file: str
    line: int
    message: str
    code: str = ""
    """The kind of finding."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """`, did you mean 'x'?` when something known is close to what was found, else nothing."""
    close = get_close_matches(found, list(known), n=1, cutoff=0.6)
    return f", did you mean {close[0]!r}?" if close else ""
