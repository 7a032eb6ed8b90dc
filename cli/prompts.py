"""`tescosense prompts`: list, check and render the prompt files."""

from typing import Annotated

import typer

from cli.terminal import console
from prompts import FOLDER

app = typer.Typer(help="List, check and render prompts.", no_args_is_help=True)


@app.command("list")
def list_prompts() -> None:
    """Every prompt with its hash, and whether that is the one released."""
    from rich.table import Table

    from prompts.library import PromptLibrary

    table = Table("prompt", "hash", "released", "what it is for")
    for info in PromptLibrary(FOLDER).list():
        table.add_row(info.name, info.hash, "yes" if info.is_released else "[yellow]edited[/yellow]", info.description)
    console().print(table)


@app.command()
def check() -> None:
    """Check every prompt file; each problem with its file and line."""
    from prompts.check import check_prompts
    from prompts.library import PromptLibrary

    problems = check_prompts(FOLDER)
    for problem in problems:
        console().print(str(problem), soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    console().print(f"{len(PromptLibrary(FOLDER).list())} prompts checked, no problem.")


@app.command()
def render(name: Annotated[str, typer.Argument(help="for example creative/ad_copy")]) -> None:
    """The prompt as the model would see it, with the sample values of its front matter."""
    from prompts.library import PromptLibrary

    console().print(PromptLibrary(FOLDER).preview(name).text, markup=False, soft_wrap=True)
