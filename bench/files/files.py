"""Nine million rows of Parquet to a panel, beside DuckDB's bare aggregation of the same files."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.files.once import Reading
from bench.report import BenchReport, Row, report
from domain.errors import DataFault

ROUNDS: Final = 5
RATIO, PEAK_MB = 2.0, 500.0


def run() -> BenchReport:
    with tempfile.TemporaryDirectory(prefix="tescosense-bench-") as directory:
        rows = once("write", Path(directory)).units
        # In turns, so that a machine that slows down slows both.
        pairs = [(once("bare", Path(directory)), once("panel", Path(directory))) for _ in range(ROUNDS)]
    return measured(rows, [bare for bare, _ in pairs], [panel for _, panel in pairs])


def measured(rows: float, bare: Sequence[Reading], panel: Sequence[Reading]) -> BenchReport:
    """Raises DataFault where the two do not agree on what was sold."""
    if any(abs(one.units - bare[0].units) > 1e-6 * bare[0].units for one in (*bare, *panel)):
        raise DataFault("the panel and the bare aggregation do not have the same units", remedy="look into the panel")
    least = {
        name: (min(getattr(one, name) for one in bare), min(getattr(one, name) for one in panel))
        for name in ("seconds", "cpu_seconds", "peak_mb")
    }
    ratio = {name: ours / theirs for name, (theirs, ours) in least.items()}
    return report(
        "files",
        [
            Row(
                what="panel over the bare aggregation, time", value=ratio["seconds"], unit="x", target=RATIO,
                better="lower", of={"s bare": least["seconds"][0], "s panel": least["seconds"][1]},
            ),
            Row(
                what="the same, processor time", value=ratio["cpu_seconds"], unit="x",
                of={"s bare": least["cpu_seconds"][0], "s panel": least["cpu_seconds"][1]},
            ),
            Row(
                what="peak of memory of the process", value=max(one.peak_mb for one in panel), unit="MB",
                target=PEAK_MB, better="lower", of={"MB bare": max(one.peak_mb for one in bare)},
            ),
        ],
        ratio=ratio["seconds"],
        target=RATIO,
        better="lower",
        notes=[
            f"{rows / 1e6:.1f} million rows, product by store and day, with a table of products; the least of {ROUNDS} "
            "readings of each, in turns, every one in a process of its own; imports are not counted in time.",
            "Bare: units, money and promotion by category, store and day, joined to the products, kept in DuckDB, and "
            "nothing looked at. The panel: all that `tescosense data check` looks at, and the arrays.",
        ],
    )  # fmt: skip


def once(what: str, folder: Path) -> Reading:
    done = subprocess.run(
        [sys.executable, "-m", "bench.files.once", what, str(folder)], capture_output=True, text=True, check=True
    )
    return Reading.model_validate_json(done.stdout)
