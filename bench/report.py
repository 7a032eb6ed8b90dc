"""What every benchmark answers with, and how its rows are shown."""

import os
import platform
from typing import Literal

from pydantic import BaseModel
from rich.table import Table


class Row(BaseModel):
    """One measured figure. A row with a target says whether it was met."""

    what: str
    value: float
    unit: str
    target: float | None = None
    better: Literal["higher", "lower"] = "higher"
    of: dict[str, float] = {}
    """What the figure was made of, by name."""

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.better == "higher" else self.value <= self.target


class Machine(BaseModel):
    cores: int
    processor: str
    python: str
    system: str


class BenchReport(BaseModel):
    """The last line of `tescosense bench NAME --json`. `met` speaks of every row that has a target."""

    type: Literal["bench"] = "bench"
    name: str
    rows: list[Row]
    ratio: float
    target: float
    met: bool
    notes: list[str]
    machine: Machine


def this_machine() -> Machine:
    return Machine(
        cores=os.cpu_count() or 1,
        processor=platform.processor() or platform.machine(),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()}",
    )


def report(
    name: str,
    rows: list[Row],
    *,
    ratio: float,
    target: float,
    notes: list[str],
    better: Literal["higher", "lower"] = "higher",
) -> BenchReport:
    reached = ratio >= target if better == "higher" else ratio <= target
    met = reached and all(row.met is not False for row in rows)
    return BenchReport(
        name=name, rows=rows, ratio=round(ratio, 3), target=target, met=met, notes=notes, machine=this_machine()
    )


def table(made: BenchReport) -> Table:
    """The report as a person reads it."""
    shown = Table("figure", "reached", "target", "", title=f"bench {made.name}", title_justify="left")
    for row in made.rows:
        bound = "" if row.target is None else f"{'≥' if row.better == 'higher' else '≤'} {row.target:g} {row.unit}"
        mark = {None: "", True: "[green]met[/green]", False: "[red]missed[/red]"}[row.met]
        parts = ", ".join(f"{value:,.4g} {name}" for name, value in row.of.items())
        reached = f"{row.value:,.4g} {row.unit}"
        shown.add_row(row.what, f"{reached} ({parts})" if parts else reached, bound, mark)
    return shown
