"""Whether the measured lift can be believed: by published answers, where nothing happened, and where all is known."""

from pathlib import Path

from bench.lift import answers, in_company, placebos, simulated, timed
from bench.lift.plots import forest
from bench.report import BenchReport, Row, report


def measure(draws: int = placebos.DRAWS, campaigns: int = simulated.CAMPAIGNS) -> BenchReport:
    rows: list[Row] = []
    notes: list[str] = []
    for more, said in (answers.rows(), placebos.rows(draws), timed.rows()):
        rows += more
        notes += said
    rows += [*simulated.rows(campaigns), *in_company.rows(campaigns)]
    width = next(row.value for row in rows if row.what.startswith("GeoX: width"))
    return report("lift", rows, ratio=width, target=answers.WIDER, better="lower", notes=notes)


def run(plots: Path | None = None) -> BenchReport:
    """All judges; a chart of the published answers into `plots` where it is given."""
    made = measure()
    if plots is not None:
        title = "The lift as we read it, over what is published (90 % intervals where not said)"
        forest(title, answers.compared(), plots / "lift.svg")
    return made
