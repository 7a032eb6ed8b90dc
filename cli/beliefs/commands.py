"""`tescosense beliefs`: what is believed of each channel, how it came to that, and taking a lesson back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.beliefs.views import show_beliefs, show_effect, show_history
from cli.terminal import console
from domain.errors import BadInput

if TYPE_CHECKING:
    from runtime.reporting.learning.believed import BeliefStep, Believed
    from runtime.reporting.learning.board import LearningBoard
    from runtime.reporting.learning.withdrawal import Withdrawal

app = typer.Typer(help="Show what is believed of each channel, how it moved; withdraw a lesson.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object per line")]
World = Annotated[
    str | None,
    typer.Option(
        help="`live`, or `simulated:7:lifelike`: source, seed, shoppers; where most was learned if `live` has no lesson"
    ),
]
Cell = Annotated[str, typer.Argument(help="channel/audience/category, for example email/lapsing_buyers/soup")]


@app.command()
def show(
    cell: Annotated[str | None, typer.Argument(help="one cell, as CHANNEL/AUDIENCE/CATEGORY")] = None,
    category: Annotated[str | None, typer.Option(help="every channel of one category")] = None,
    world: World = None,
    as_json: AsJson = False,
) -> None:
    """What is believed now, beside what was believed before any lesson."""
    import asyncio

    if cell is not None and category is not None:
        raise BadInput("a cell has its category in its name", remedy="give one of CELL and --category", field="cell")
    where, rows = asyncio.run(_believed(cell, category, world))
    if as_json:
        for row in rows:
            print(row.model_dump_json())
        return
    show_beliefs(where, rows)


async def _believed(cell: str | None, category: str | None, world: str | None) -> "tuple[str, Sequence[Believed]]":
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        board = system.figures.learning
        where = world or await _where(board)
        if cell is not None:
            return where, [await board.belief(_named(cell), where)]
        return where, await board.beliefs(where, category)


@app.command()
def history(cell: Cell, world: World = None, as_json: AsJson = False) -> None:
    """How one belief moved, lesson by lesson, the oldest first."""
    import asyncio

    where, steps = asyncio.run(_history(cell, world))
    if as_json:
        for step in steps:
            print(step.model_dump_json())
        return
    show_history(where, _named(cell), steps)


async def _history(cell: str, world: str | None) -> "tuple[str, Sequence[BeliefStep]]":
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        where = world or await _where(system.figures.learning)
        return where, await system.figures.learning.history(_named(cell), where)


@app.command()
def withdraw(
    lesson_id: Annotated[UUID, typer.Argument(help="the lesson's id, from `beliefs history`")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what it would change")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a bad lesson back: the beliefs are as if it had never been. Says what that changes, and asks."""
    import asyncio

    told = asyncio.run(_effect(lesson_id))
    if as_json:
        print(told.model_dump_json())
    else:
        show_effect(told)
    if dry_run:
        return
    if told.lesson.withdrawn:
        console().print("It was withdrawn before: nothing to do.")
        return
    if not yes and not typer.confirm("Withdraw it?", err=True):
        raise typer.Exit(1)
    asyncio.run(_withdraw(lesson_id))
    if not as_json:
        console().print("Withdrawn.")


async def _effect(lesson_id: UUID) -> "Withdrawal":
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        return await system.figures.learning.withdrawal(lesson_id)


async def _withdraw(lesson_id: UUID) -> None:
    from cli.telling.following import DOOR, at_the_keyboard
    from domain.caller import Act
    from runtime.settings import Settings
    from runtime.wiring import open_system

    async with (
        open_system(Settings()) as system,
        system.audit.of(at_the_keyboard(), Act.WITHDRAW_LESSON, via=DOOR, subject=lesson_id),
    ):
        await system.lessons.withdraw(lesson_id)


async def _where(board: "LearningBoard") -> str:
    """The live world where it has lessons, else where most were learned."""
    worlds = await board.worlds()
    live, others = worlds[0], worlds[1:]
    if live.lessons or not others:
        return live.learned_in
    return max(others, key=lambda one: one.lessons).learned_in


def _named(cell: str) -> str:
    """A pipe means something to a shell, so a cell may be written with slashes."""
    return cell.replace("/", "|")
