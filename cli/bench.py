"""`tescosense bench`: measure beside a peer, and say honestly what was reached."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Protocol

import typer

from cli.terminal import console
from domain.errors import NotFound

BENCHMARKS = {
    "loop": "bench.loop.loop",
    "stream": "bench.stream",
    "page": "bench.page",
    "files": "bench.files.files",
    "journey": "bench.journey.journey",
    "growth": "bench.growth",
    "past": "bench.past",
    "regress": "bench.regress",
    "allocation": "bench.planning.allocation",
    "verdict": "bench.planning.verdict",
    "law": "bench.law.law",
    "learning": "bench.learning.learning",
    "lift": "bench.lift.lift",
    "sensing": "bench.sensing.sensing",
    "sensing-scale": "bench.sensing.scale",
    "causes": "bench.sensing.causes",
    "forecasts": "bench.sensing.forecasts",
    "occasions": "bench.sensing.occasions",
    "prompts": "bench.prompts",
    "prompts-results": "bench.prompts_results",
    "tracing": "bench.inside.tracing",
    "workers": "bench.inside.workers",
}
DRAWS = {"learning", "lift", "sensing"}
"""Those that draw charts when they are told where to."""


def bench(
    name: Annotated[str | None, typer.Argument(help=f"{', '.join(BENCHMARKS)}; all of them when left out")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object, last")] = False,
    plots: Annotated[Path | None, typer.Option(help="a folder for charts, where the benchmark draws any")] = None,
) -> None:
    """Run a benchmark. The exit code says that it ran, the report whether its targets were met."""
    if name is not None and name not in BENCHMARKS:
        raise NotFound(f"there is no benchmark {name!r}", remedy=f"choose one of {', '.join(BENCHMARKS)}")
    for chosen in [name] if name else BENCHMARKS:
        _run(chosen, as_json=as_json, plots=plots)


def _run(name: str, *, as_json: bool, plots: Path | None) -> None:
    from bench.report import BenchReport, table

    class Benchmark(Protocol):
        def run(self) -> BenchReport: ...

    class Drawing(Protocol):
        def run(self, plots: Path | None) -> BenchReport: ...

    module = import_module(BENCHMARKS[name])
    if name in DRAWS:
        drawing: Drawing = module
        made = drawing.run(plots)
    else:
        plain: Benchmark = module
        made = plain.run()
    if as_json:
        print(made.model_dump_json())
        return
    console().print(table(made))
    for note in made.notes:
        console().print(f"[dim]{note}[/dim]")
