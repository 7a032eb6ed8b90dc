"""`tescosense prompts`: list, check and render the prompt files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from cli.terminal import console

app = typer.Typer(help="List, check and render prompts.", no_args_is_help=True)


@app.command("list")
def list_prompts() -> None:
    """Every prompt with its hash, and whether that is the one released."""
    from rich.table import Table

    from prompts.check import missing_prompts
    from prompts.library import PromptLibrary

    table = Table("prompt", "hash", "released", "what it is for")
    folder = _folder()
    for info in PromptLibrary(folder).list():
        state = "yes" if info.is_released else "[yellow]edited[/yellow]" if info.hash else "[red]broken[/red]"
        telling = info.description if info.hash else str(info.problems[0])
        table.add_row(info.name, info.hash, state, escape(telling))
    for missing in missing_prompts(folder):
        table.add_row(missing.file.removesuffix(".prompty"), "", "[red]missing[/red]", escape(missing.message))
    console().print(table)


@app.command()
def check() -> None:
    """Check every prompt file; each problem with its file and line."""
    from prompts.check import check_prompts, missing_prompts, notes, prompt_files

    folder = _folder()
    problems = check_prompts(folder) + missing_prompts(folder)
    for problem in problems:
        console().print(str(problem), soft_wrap=True, markup=False, highlight=False)
    for note in notes(folder):
        console().print(f"{note} (a note)", soft_wrap=True, markup=False, highlight=False)
    if problems:
        raise typer.Exit(1)
    console().print(f"{len(prompt_files(folder))} prompts checked, no problem.")


@app.command()
def render(name: Annotated[str, typer.Argument(help="for example creative/ad_copy")]) -> None:
    """The prompt as the model would see it, with the sample values of its front matter."""
    from prompts.library import PromptLibrary

    console().print(PromptLibrary(_folder()).preview(name).text, markup=False, soft_wrap=True)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="a new folder, or an empty one")]) -> None:
    """Copy the shipped prompts into a folder of your own."""
    from prompts import FOLDER
    from prompts.copies import copy_prompts

    copied = copy_prompts(FOLDER, folder)
    console().print(f"{len(copied)} files copied to {folder}.", soft_wrap=True, markup=False)
    console().print(f"Use them with TESCOSENSE_PROMPTS_DIR={folder.absolute()}", soft_wrap=True, markup=False)


def _folder() -> Path:
    """Where the prompts are that every command and the server use. Raises BadInput for a folder that is none."""
    from runtime.settings import Settings

    return Settings().prompts_folder
