"""Eight scenarios in one world, one after another, and then all of them again: nothing that was may hide what is."""

from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np

from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense_and_see
from agents.sensing.telling.sight import take_sight
from bench.sensing.scenarios import CAUSES, NAMES, THRESHOLD
from domain.context import ScheduledScenario, WorldRef
from domain.opportunity import Cause
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import schedule, shows_on

_FIRST: Final = date(2026, 7, 1)
_APART: Final = 24
"""Days from one scenario's start to the next: the longest lasts 21."""
_WANTED: Final = {
    "heatwave": {"ice cream", "barbecue meat", "bottled water", "salad", "soft drinks", "beer"},
    "cold-snap": {"soup", "porridge"},
}


class InARow(NamedTuple):
    """One of them and what became of it."""

    name: str
    number: int
    """The round."""
    told: bool
    """Whether its category, or the feed, was told with its cause."""
    seen: bool
    """Whether it was seen, and said to be below the limit."""


def run_in_a_row(seed: int, names: tuple[str, ...] = NAMES) -> list[InARow]:
    """All of them in a drawn order, heat in the first summer and cold in December; then, from January on, all again."""
    rng = np.random.default_rng([seed, 6])
    others = [name for name in names if name not in _WANTED]
    hot, cold = ([name] if name in names else [] for name in _WANTED)
    order = [*hot, *rng.permutation(others), *cold, *cold, *rng.permutation(others), *hot]
    log = [schedule(str(name), _FIRST + timedelta(days=_APART * place)) for place, name in enumerate(order)]
    # What happens later changes no day before it, so one world with all of them is the live one of every day.
    world = SimulatedWorlds().open(WorldRef(seed=seed, scenarios=tuple(log)))
    became = []
    for place, scenario in enumerate(log):
        found, faint = sense_and_see(take_sight(world.panel(shows_on(scenario))), THRESHOLD)
        number = place // len(names) + 1
        became.append(InARow(scenario.name, number, _is_right(found, scenario), _is_right(faint, scenario)))
    return became


def _is_right(findings: list[Insight], scenario: ScheduledScenario) -> bool:
    mine = _WANTED.get(scenario.name, {scenario.category or ""})
    right = (one for one in findings if one.cause in CAUSES[scenario.name])
    return any(one.cause is Cause.DATA_FAULT or one.category in mine for one in right)
