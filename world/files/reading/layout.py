"""How a text file is laid out: what parts its cells, and on which line its header stands."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from domain.errors import DataFault

_DELIMITERS: Final = (",", ";", "\t", "|")
_NAMED_SHARE: Final = 0.6
"""Of the cells that the fullest row fills, a header fills so many."""
_LOOKED_AT: Final = 40
"""Rows: titles and dates of an export stand above its header, never so many."""


@dataclass(frozen=True, slots=True)
class Layout:
    delimiter: str
    header: tuple[str, ...]
    skipped: int
    """Lines up to and including the header."""
    above: int
    """Lines above the header, which hold no table."""


def layout_of(path: Path, name: str) -> Layout:
    """The layout of a UTF-8 file. The header is the first row as wide and as full as most are.

    Raises DataFault for a file without a row, and for two columns of one name.
    """
    delimiter, rows = max(((mark, _rows(path, mark)) for mark in _DELIMITERS), key=lambda found: _fit(found[1]))
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1) or Counter(len(cells) for _, cells in rows)
    if not rows:
        raise DataFault(f"{name} is empty", remedy="export it again, with its header", field="source")
    width = max(widths, key=lambda size: (widths[size], size))
    # A spreadsheet fills a title up to the width of its table with empty cells.
    filled = {line: sum(1 for cell in cells if cell.strip()) for line, cells in rows if len(cells) == width}
    line, cells = next(
        (line, cells) for line, cells in rows if filled.get(line, 0) >= _NAMED_SHARE * max(filled.values())
    )
    header = tuple(" ".join(cell.split()) or f"column {place}" for place, cell in enumerate(cells, 1))
    twice = [column for column, times in Counter(column.lower() for column in header).items() if times > 1]
    if twice:
        raise DataFault(
            f"{name}, line {line}: two columns are called {twice[0]!r}",
            remedy="give each column a name of its own",
            field="source",
        )
    return Layout(delimiter, header, line, sum(1 for before, _ in rows if before < line))


def line_of(path: Path, layout: Layout, row: int) -> int:
    """The line on which the row (counted from 0) below the header ends: a cell may hold line breaks, a line nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(islice(file, layout.skipped, None), delimiter=layout.delimiter)
        filled = (reader.line_num for cells in reader if cells)
        return layout.skipped + next(islice(filled, row, None), row + 1)


def _rows(path: Path, delimiter: str) -> list[tuple[int, list[str]]]:
    return list(islice(_filled(path, delimiter), _LOOKED_AT))


def _filled(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                if cells and not cells[0].lower().startswith("sep="):
                    yield reader.line_num, cells
        except csv.Error as error:
            raise DataFault(
                f"{path.name}, line {reader.line_num}: {error}", remedy="repair the line", field="source"
            ) from error


def _fit(rows: list[tuple[int, list[str]]]) -> tuple[int, int]:
    """How many rows share one width of at least two, and that width."""
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    return max(((times, width) for width, times in widths.items()), default=(0, 0))
