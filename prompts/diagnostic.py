"""What is wrong with a prompt file, where, and what was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, NamedTuple

Code = Literal[
    # the file
    "unreadable",
    "encoding",
    "control-character",
    "too-big",
    "misplaced",
    # its front matter
    "no-front-matter",
    "not-yaml",
    "fence",
    "duplicate-key",
    "unknown-key",
    "missing-key",
    "not-text",
    "option-range",
    "not-a-prompty",
    # its inputs
    "input-name",
    "duplicate-input",
    "unknown-kind",
    "no-example",
    "wrong-value",
    "unused-input",
    # what it brings in
    "secret",
    "reference",
    "no-partial",
    # its body
    "no-user",
    "unknown-role",
    "syntax",
    "unclosed",
    "not-allowed",
    "unknown-input",
    "unknown-filter",
    "unknown-test",
    "loop",
    "mismatch",
    "fill",
    # its cases
    "case",
    # what its node does
    "not-passed",
    "other-kind",
    "unnamed-field",
    "unknown-field",
    "no-prompt",
    # notes
    "no-node",
    "left-out",
]
"""The kinds of finding. A name once given stays: people search for it, and tools filter by it."""


class Fault(NamedTuple):
    """A fault of a text: its line, counted from 1, the kind of finding it is, and what is wrong."""

    line: int
    code: Code
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a prompt, at a line of a file (1 is the first)."""

    file: str
    line: int
    message: str
    code: Code

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.message}"

    @classmethod
    def of(cls, file: str, fault: Fault, *, after: int = 0) -> "Diagnostic":
        """A fault of a text that begins `after` lines into the file."""
        return cls(file, after + fault.line, fault.text, fault.code)


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """`, did you mean 'x'?` when something known is close to what was found, else nothing."""
    close = get_close_matches(found, list(known), n=1, cutoff=0.6)
    return f", did you mean {close[0]!r}?" if close else ""
