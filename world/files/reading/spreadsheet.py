"""A sheet of a workbook as CSV, row by row, so that a row of the sheet is a line of the file."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from domain.errors import DataFault

_WHOLE: Final = 1e15
"""Below it a float of a whole number is one, and is written without its point."""


def as_csv(path: Path, table: str, copy: Path) -> str:
    """Writes the sheet called as the table, or else the first that has rows, to `copy`; returns the sheet's name.

    Raises DataFault for what is no workbook, or one without rows.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = sorted(workbook.sheet_names, key=lambda name: name.strip().lower() != table)
        sheets = ((name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names)
        name, rows = next(((name, rows) for name, rows in sheets if rows), ("", []))
    except (CalamineError, OSError) as error:
        raise DataFault(
            f"{path.name}: cannot be read ({error})", remedy="save it again as a workbook, or as CSV", field="source"
        ) from error
    if not rows:
        raise DataFault(f"{path.name} has no rows", remedy="export it again, with its header", field="source")
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[_text(cell) for cell in row] for row in rows])
    return name


def _text(cell: bool | float | str | date | datetime | time | timedelta) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.replace("\n", " ") if isinstance(cell, str) else str(cell)
