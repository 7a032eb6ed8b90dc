"""`tescosense evaluate`: the nodes asked with cases whose right answers are known, and two runs compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from domain.errors import BadInput

if TYPE_CHECKING:
    from typer._click.core import Context

    from runtime.evaluating.dataset import Dataset
    from runtime.evaluating.desk import EvaluationDesk
    from runtime.evaluating.results import Result
    from runtime.settings import Settings

RUN = "run"


class _RunsByDefault(TyperGroup):
    """`evaluate DATASET` is `evaluate run DATASET`."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [RUN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RunsByDefault,
    help="Ask the nodes with cases whose right answers are known: `evaluate DATASET`, `evaluate compare A B`.",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line, a summary last")]


@app.command(RUN)
def run(
    dataset: Annotated[
        str,
        typer.Argument(help="a file of JSON lines, a folder of them, or all, compliance, creative, sensing, strategy"),
    ],
    node: Annotated[str | None, typer.Option(help="the cases of this node alone")] = None,
    model: Annotated[str | None, typer.Option(help="fake:copywriter, or any provider:model")] = None,
    label: Annotated[str, typer.Option(help="which wording of the prompts: draft, production, candidate")] = "draft",
    out: Annotated[
        Path | None, typer.Option(help="the file of results, gone on with where it holds some; else one in the data")
    ] = None,
    at_once: Annotated[int, typer.Option(help="cases at the same time", min=1, max=64)] = 4,
    fail_under: Annotated[
        float | None, typer.Option(help="exit code 1 where a smaller share of cases passes, such as 0.95")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="add a real model's answers to this file")] = None,
    replay: Annotated[Path | None, typer.Option(help="take every answer from such a file: no key, no network")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask with every case and score each answer by rule. Ended in the middle, the same command goes on."""
    import asyncio

    from cli.evaluating.views import show_results
    from runtime.evaluating.dataset import read_dataset
    from runtime.settings import Settings

    if fail_under is not None and not 0 <= fail_under <= 1:
        raise BadInput(
            f"{fail_under:g} is no share", remedy="give --fail-under a number from 0 to 1", field="fail_under"
        )
    settings = Settings().taped(record, replay)
    if model is not None:
        settings = settings.model_copy(update={"model": model})
    cases = read_dataset(dataset).of(node)
    desk = _desk(settings, label)
    results, path = asyncio.run(_run(desk, cases, out, settings.data_dir / "evaluations", at_once))
    share = sum(result.passed for result in results) / len(results)
    if as_json:
        for result in results:
            print(result.model_dump_json())
        print(_summary(results, path, settings.model))
    else:
        show_results(results, path)
    if fail_under is not None and share < fail_under:
        raise typer.Exit(1)


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(help="results of the run before")],
    b: Annotated[Path, typer.Argument(help="results of the run after")],
    fail_on_worse: Annotated[
        bool, typer.Option("--fail-on-worse", help="exit code 1 where fewer cases pass in B, beyond chance")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """How far each metric moved from A to B, how sure that is, and which cases changed."""
    from cli.evaluating.views import show_comparison
    from runtime.evaluating.comparing import compared
    from runtime.evaluating.results import read_results

    found = compared(read_results(a), read_results(b))
    if as_json:
        print(found.model_dump_json())
    else:
        show_comparison(found)
    if fail_on_worse and found.is_worse:
        raise typer.Exit(1)


def _desk(settings: "Settings", label: str) -> "EvaluationDesk":
    from prompts.library import PromptLibrary
    from runtime.designing.wordings import Which
    from runtime.evaluating.desk import EvaluationDesk
    from runtime.opening import open_models
    from runtime.worlds import SimulatedScenarios, shops

    if label not in ("draft", "production", "candidate"):
        raise BadInput(f"{label!r} names no wording", remedy="give draft, production or candidate", field="label")
    return EvaluationDesk(
        open_models(settings),
        PromptLibrary(settings.prompts_folder),
        shops(settings),
        SimulatedScenarios(),
        model=settings.model,
        which=Which.model_validate({"label": label}),
    )


async def _run(
    desk: "EvaluationDesk", cases: "Dataset", out: Path | None, folder: Path, at_once: int
) -> "tuple[list[Result], Path]":
    from cli.evaluating.views import progress
    from runtime.evaluating.desk import usual_file
    from runtime.evaluating.results import open_results

    path = out or usual_file(folder, desk.run_of(cases), cases)
    with open_results(path) as file:
        done = sum(case.id in file.already.by_id for case in cases.cases)
        with progress(len(cases.cases), done, damaged=file.already.damaged) as told:
            return await desk.run(cases, file, at_once=at_once, told=told), path


def _summary(results: "list[Result]", path: Path, model: str) -> str:
    import json

    passed = sum(result.passed for result in results)
    return json.dumps(
        {
            "type": "summary",
            "cases": len(results),
            "passed": passed,
            "share": passed / len(results),
            "model": model,
            "file": str(path),
        }
    )
