"""`tescosense run`: one campaign, from sensing to its lesson."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.autonomy import Autonomy
from domain.errors import BadInput
from domain.shoppers import USUAL, Shoppers

if TYPE_CHECKING:
    from domain.money import Money

SEEDS = 2**63
"""Storage counts no further."""


def run(
    scenario: Annotated[str | None, typer.Argument(help="heavy-rain, heatwave, ...; none for an ordinary day")] = None,
    source: Annotated[str, typer.Option(help="simulated, complete-journey or files:DIR")] = "simulated",
    seed: Annotated[int, typer.Option(help="of the simulated world and every random draw")] = 7,
    shoppers: Annotated[Shoppers, typer.Option(help="how simulated shoppers answer to ads")] = USUAL,
    budget: Annotated[float, typer.Option(help="the most the campaign may spend, in pounds")] = 5000,
    autonomy: Annotated[Autonomy, typer.Option(help="how far the loop may go alone")] = Autonomy.AUTONOMOUS,
    model: Annotated[str | None, typer.Option(help="fake:copywriter, or any provider:model")] = None,
    record: Annotated[Path | None, typer.Option(help="add a real model's answers to this file")] = None,
    replay: Annotated[Path | None, typer.Option(help="take every answer from such a file: no key, no network")] = None,
    probe_limit: Annotated[
        float | None, typer.Option(help="pounds to try with before campaigns have told enough; 1000, or the setting's")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="score from which a finding is proposed; 3, by which one in 370 is chance")
    ] = None,
    weather: Annotated[
        str | None, typer.Option(help="open-meteo: its weather is joined to files:DIR, by the regions of mapping.toml")
    ] = None,
    cycles: Annotated[int, typer.Option(help="turns of plan, book, measure, learn", min=1, max=4)] = 1,
    fault: Annotated[list[str] | None, typer.Option(help="inject a fault, for example malformed-json*1")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one event per line, the summary last")] = False,
) -> None:
    """Run one campaign and play its flight out."""
    import asyncio

    from domain.context import CampaignContext
    from domain.identifiers import new_id
    from domain.state import CampaignState, CampaignStatus
    from runtime.settings import Settings

    most = _spendable(budget)
    if not 0 <= seed < SEEDS:
        raise BadInput(f"{seed} is not a seed", remedy="give --seed a number from 0 to 2^63 - 1", field="seed")
    if weather is not None and not source.startswith("files:"):
        raise BadInput(
            f"weather is joined to your own files, not to {source!r}",
            remedy="leave --weather out, or give --source files:DIR",
            field="weather",
        )
    settings = Settings().taped(record, replay).with_weather(weather)
    limits = settings.limits
    if probe_limit is not None:
        limits = limits.model_copy(update={"probe_limit": _spendable(probe_limit, "probe-limit")})
    if threshold is not None and not threshold > 0:
        raise BadInput(
            f"a threshold of {threshold:g} proposes everything",
            remedy="give --threshold a score above 0, such as 2",
            field="threshold",
        )
    context = CampaignContext(
        scenario=scenario,
        source=source,
        seed=seed,
        shoppers=shoppers,
        account=f"run-{new_id().hex[-12:]}",  # a world of its own has days of its own, and so a ledger of its own
        autonomy=autonomy,
        limits=limits,
        model=model or settings.model,
        max_cycles=cycles,
        faults=tuple(fault or ()),
        fast_forward=True,
        **({} if threshold is None else {"threshold": threshold}),
    )
    from cli.telling.following import run_campaign

    summary = asyncio.run(run_campaign(settings, CampaignState(budget=most), context, as_json=as_json))
    if summary.status is CampaignStatus.FAILED:
        raise typer.Exit(1)


def _spendable(budget: float, option: str = "budget") -> "Money":
    """The option's amount in pence. Raises BadInput for what is no amount, or none that can be spent."""
    from domain.money import pounds

    try:
        amount = pounds(budget)
    except ValueError:
        amount = pounds(0)
    if amount <= 0:
        raise BadInput(
            f"a {option.replace('-', ' ')} of £{budget:g} cannot be spent",
            remedy=f"give --{option} an amount in pounds, more than 0",
            field=option.replace("-", "_"),
        )
    return amount
