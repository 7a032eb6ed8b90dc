"""`tescosense compliance`: whether a text may run, before it is an ad."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import console
from domain.errors import BadInput

if TYPE_CHECKING:
    from domain.creative import Verdict

app = typer.Typer(help="Ask the rules about a text.", no_args_is_help=True)

SHOWN = {"fail": "[red]fails[/red]", "refer": "[yellow]to a person[/yellow]"}


@app.callback()
def compliance() -> None:
    """Ask the rules about a text."""


@app.command()
def check(
    text: Annotated[str, typer.Option(help="the body of the ad")] = "",
    headline: Annotated[str, typer.Option(help="its headline")] = "",
    call_to_action: Annotated[str, typer.Option(help="its call to action")] = "",
    picture: Annotated[str, typer.Option(help="what its picture shows")] = "",
    sku: Annotated[str | None, typer.Option(help="the product it is for")] = None,
    category: Annotated[str | None, typer.Option(help="its category; alone, the best seller there")] = None,
    channel: Annotated[str | None, typer.Option(help="sponsored_search, onsite_display, paid_social, ...")] = None,
    region: Annotated[list[str] | None, typer.Option(help="where it runs; everywhere when left out")] = None,
    day: Annotated[str | None, typer.Option("--date", help="its first day, as 2026-11-24")] = None,
    source: Annotated[str, typer.Option(help="simulated, complete-journey or files:DIR")] = "simulated",
    seed: Annotated[int, typer.Option(help="of the simulated world", min=0)] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """What the compliance gate would say of a text. Exit code 1 where it may not run, 2 where a person has to look."""
    import asyncio

    verdict = asyncio.run(
        _check(
            {
                "body": text,
                "headline": headline,
                "call_to_action": call_to_action,
                "image_description": picture,
                "sku": sku,
                "category": category,
                "channel": channel,
                "regions": region or [],
                "day": day,
            },
            source,
            seed,
        )
    )
    if as_json:
        print(verdict.model_dump_json())
    else:
        _show(verdict)
    raise typer.Exit({"pass": 0, "fail": 1, "refer": 2}[verdict.outcome.value])


async def _check(fields: dict[str, object], source: str, seed: int) -> "Verdict":
    from pydantic import ValidationError

    from domain.context import WorldRef
    from domain.decision import misfit
    from runtime.checking import TextChecks, TextToCheck
    from runtime.settings import Settings
    from runtime.worlds import shops

    try:
        asked = TextToCheck.model_validate(fields)
    except ValidationError as error:
        raise misfit(error, TextToCheck) from error
    if source == "live":
        raise BadInput("'live' is no source", remedy="give simulated, complete-journey or files:DIR", field="source")
    return await TextChecks(shops(Settings())).in_world(WorldRef(source=source, seed=seed), None, asked)


def _show(verdict: "Verdict") -> None:
    from rich.table import Table

    console().print(verdict.summary, soft_wrap=True, markup=False)
    if verdict.rulings:
        table = Table("rule", "", "what it saw", "source", "what would make it pass", show_lines=True)
        for ruling in verdict.rulings:
            table.add_row(ruling.rule_id, SHOWN[ruling.outcome.value], ruling.evidence, ruling.source, ruling.remedy)
        console().print(table)
    had = f"{verdict.passed} rules had nothing to object; " if verdict.outcome.value == "pass" else ""
    console().print(f"[dim]{had}rulebook of {verdict.rulebook}[/dim]")
