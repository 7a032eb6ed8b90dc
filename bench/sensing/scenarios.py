"""Whether a finding names the right cause in exactly the right regions, in the simulated world.

What happens, to what, where and when is drawn anew for every seed; the world is seen through its panel alone.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np

from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from domain.context import ScheduledScenario, WorldRef
from domain.opportunity import Cause
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import schedule, shows_on

EXTENTS: Final = (1, 3, 8)
"""Regions that take part, of eight."""
THRESHOLD: Final = 3.0
_FIRST, _DAYS = date(2026, 3, 1), 270
_CAUSES: Final = {
    "heavy-rain": {Cause.WEATHER},
    "viral-trend": {Cause.SEARCH},
    "stock-out": {Cause.STOCK},
    "competitor-promotion": {Cause.UNEXPLAINED},
    "price-rise": {Cause.PRICE},
    "feed-outage": {Cause.DATA_FAULT},
    "heatwave": {Cause.WEATHER},
    "cold-snap": {Cause.WEATHER},
}
"""What each scenario is put down to."""
_IN_SEASON: Final = {"heatwave": (date(2026, 6, 1), 90), "cold-snap": (date(2026, 11, 20), 90)}
_WANTED: Final = {"heatwave": "ice cream", "cold-snap": "soup"}
"""Whose sales a spell of weather moves, where it is the weather alone that was made."""
NAMES: Final = tuple(_CAUSES)


class Seen(NamedTuple):
    """A scenario and what was said of it."""

    name: str
    category: str
    regions: tuple[str, ...]
    lost: str
    """A region whose sales did not arrive; empty without one."""
    found: Insight | None
    """What was said of its category or its feed, with the right cause where there is one; `None` without a word."""
    rank: int
    findings: tuple[Insight, ...]

    @property
    def caused(self) -> bool:
        return self.found is not None and self.found.cause in _CAUSES[self.name]

    @property
    def placed(self) -> bool:
        """Whether exactly its regions are named; one whose feed is lost may be named or not."""
        named = set(self.found.regions if self.found is not None else ()) - {self.lost}
        return named == set(self.regions) - {self.lost}


def look(name: str, extent: int, seed: int, *, lose_a_feed: bool = False) -> Seen:
    """One scenario in `extent` regions of a world of its own, on the day its signature is plain to see."""
    rng = np.random.default_rng([NAMES.index(name), extent, seed])
    worlds = SimulatedWorlds()
    plain = worlds.open(WorldRef(seed=seed))
    regions = sorted({store.region for store in plain.stores})
    first, days = _IN_SEASON.get(name, (_FIRST, _DAYS))
    starts = first + timedelta(days=int(rng.integers(days)))
    category = _WANTED.get(name, str(rng.choice(list(plain.categories))))
    chosen = tuple(sorted(str(region) for region in rng.choice(regions, extent, replace=False)))
    made = schedule(name, starts, category=None if name in _WANTED or name == "feed-outage" else category)
    scenario = made.model_copy(update={"regions": () if extent == len(regions) else chosen})
    log: tuple[ScheduledScenario, ...] = (scenario,)
    lost = ""
    if lose_a_feed:
        others = [region for region in regions if region not in chosen] or regions
        lost = str(rng.choice(others))
        outage = schedule("feed-outage", shows_on(scenario) - timedelta(days=1))
        log = (scenario, outage.model_copy(update={"regions": (lost,)}))
    findings = sense(worlds.open(WorldRef(seed=seed, scenarios=log)).panel(shows_on(scenario)), THRESHOLD)
    mine = [
        place
        for place, one in enumerate(findings)
        if (one.cause is Cause.DATA_FAULT if name == "feed-outage" else one.category == category)
        and (name == "feed-outage" or one.cause is not Cause.DATA_FAULT)
    ]
    right = [place for place in mine if findings[place].cause in _CAUSES[name]]
    rank = (right or mine or [-1])[0]
    found = findings[rank] if rank >= 0 else None
    return Seen(name, category, chosen, lost, found, rank, tuple(findings))
