"""The blocks of code in our documents, so that tests can run them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), ROOT / "frontend" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block, and where it stands."""

    document: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def blocks(document: Path) -> Iterator[Block]:
    """The fenced blocks of a document, in order."""
    written = document.read_text()
    for match in re.finditer(r"^```([^\n]*)\n(.*?)^```$", written, flags=re.MULTILINE | re.DOTALL):
        yield Block(document, written.count("\n", 0, match.start()) + 2, match[1].strip(), match[2])


def all_blocks(language: str) -> list[Block]:
    """Those that are run as they are. What is done in a copy of the tree says so behind its language."""
    return [block for document in DOCUMENTS for block in blocks(document) if block.language == language]
