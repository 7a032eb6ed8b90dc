"""Whether a finding names the right cause in exactly the right regions, in the simulated world.

What happens, to what, where and when is drawn anew for every seed; the world is seen through its panel alone.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np

from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from domain.context import ScheduledScenario, WorldRef
from domain.opportunity import Cause
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import recipe_of, schedule, shows_on

EXTENTS: Final = (1, 3, 8)
"""Regions that take part, of eight."""
THRESHOLD: Final = 3.0
_FIRST, _DAYS = date(2026, 3, 1), 270
CAUSES: Final = {
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
NAMES: Final = tuple(CAUSES)
SPELLS: Final = ("heatwave", "cold-snap", "heavy-rain")
"""Weather that no fitted day had."""


class Staged(NamedTuple):
    """Something that is made to happen."""

    name: str
    category: str
    regions: tuple[str, ...]
    scenario: ScheduledScenario


class Seen(NamedTuple):
    """A scenario and what was said of it."""

    name: str
    category: str
    regions: tuple[str, ...]
    lost: tuple[str, ...]
    """Regions whose sales did not arrive."""
    found: Insight | None
    """What was said of its category or its feed, with the right cause where there is one; `None` without a word."""
    rank: int
    findings: tuple[Insight, ...]
    ref: WorldRef
    day: date

    @property
    def caused(self) -> bool:
        return self.found is not None and self.found.cause in CAUSES[self.name]

    @property
    def placed(self) -> bool:
        """Whether exactly its regions are named; one whose feed is lost may be named or not."""
        named = set(self.found.regions if self.found is not None else ()) - set(self.lost)
        return named == set(self.regions) - set(self.lost)


def look(name: str, extent: int, seed: int, *, lose_a_feed: bool = False) -> Seen:
    """One scenario in `extent` regions of a world of its own, on the day its signature is plain to see."""
    rng = np.random.default_rng([NAMES.index(name), extent, seed])
    staged = _stage(name, extent, rng)
    if not lose_a_feed:
        return _judge(staged, (), *_sensed(seed, [staged]))
    others = [region for region in _regions() if region not in staged.regions] or list(_regions())
    outage = _stage("feed-outage", 1, rng, on=shows_on(staged.scenario), among=others)
    return _judge(staged, outage.regions, *_sensed(seed, [staged, outage]))


def look_at_two(name: str, extent: int, seed: int) -> tuple[Seen, Seen]:
    """The scenario and another one, drawn with its own place and category, that show on the same day.

    Of two weathers of opposite seasons only one is drawn. A feed is not lost where the other is to be seen, so both
    are in three regions at most then.
    """
    rng = np.random.default_rng([NAMES.index(name), extent, seed, 2])
    other = str(rng.choice([one for one in NAMES if one != name and {one, name} != set(_IN_SEASON)]))
    names = [name, other] if name in _IN_SEASON or other not in _IN_SEASON else [other, name]
    extents = {name: extent, other: int(rng.choice(EXTENTS))}
    if "feed-outage" in extents:
        extents = {one: min(wide, EXTENTS[1]) for one, wide in extents.items()}
    first = _stage(names[0], extents[names[0]], rng)
    among = [region for region in _regions() if "feed-outage" not in names or region not in first.regions]
    second = _stage(names[1], extents[names[1]], rng, on=shows_on(first.scenario), among=among, besides=_touched(first))
    findings, ref, day = _sensed(seed, [first, second])
    gone = {staged.name: staged.regions for staged in (first, second) if staged.name == "feed-outage"}
    seen = {}
    for staged in (first, second):
        lost = () if staged.name in gone else gone.get("feed-outage", ())
        seen[staged.name] = _judge(staged, lost, findings, ref, day)
    return seen[name], seen[other]


def look_in_a_spell(spell: str, extent: int, seed: int) -> Seen:
    """A competitor's promotion in `extent` regions while the weather of all of them is beyond any of the past year."""
    rng = np.random.default_rng([NAMES.index(spell), extent, seed, 3])
    weather = _stage(spell, len(_regions()), rng)
    staged = _stage("competitor-promotion", extent, rng, on=shows_on(weather.scenario), besides=_touched(weather))
    return _judge(staged, (), *_sensed(seed, [weather, staged]))


def quiet_days(seed: int, days: int) -> list[tuple[date, tuple[Insight, ...]]]:
    """Consecutive days of a world in which nothing was made to happen, and what was said of each."""
    rng = np.random.default_rng([seed, 4])
    first = date(2026, 1, 15) + timedelta(days=int(rng.integers(365)))
    world = SimulatedWorlds().open(WorldRef(seed=seed))
    dates = [first + timedelta(days=day) for day in range(days)]
    return [(day, tuple(sense(world.panel(day), THRESHOLD))) for day in dates]


def _stage(
    name: str,
    extent: int,
    rng: np.random.Generator,
    *,
    on: date | None = None,
    among: Sequence[str] = (),
    besides: Collection[str] = (),
) -> Staged:
    """The scenario in at most `extent` of the regions `among`, so that it shows `on` that day; its category is none
    of those `besides`."""
    first, days = _IN_SEASON.get(name, (_FIRST, _DAYS))
    starts = first + timedelta(days=int(rng.integers(days)))
    if on is not None:
        starts = on - timedelta(days=recipe_of(name).shows_after)
    known = [category for category in SimulatedWorlds().open(WorldRef(seed=0)).categories if category not in besides]
    category = str(rng.choice(known))
    category = _WANTED.get(name, category)
    regions = list(among or _regions())
    chosen = tuple(sorted(str(region) for region in rng.choice(regions, min(extent, len(regions)), replace=False)))
    made = schedule(name, starts, category=None if name in _WANTED or name == "feed-outage" else category)
    everywhere = len(chosen) == len(_regions())
    scenario = made.model_copy(update={"regions": () if everywhere else chosen})
    return Staged(name, category, chosen, scenario)


def _touched(staged: Staged) -> set[str]:
    """The categories a scenario acts on by more than the weather."""
    effects = recipe_of(staged.name).effects
    return {effect.category or staged.category for effect in effects if effect.part in {"search", "demand"}} | {
        staged.category
    }


def _regions() -> tuple[str, ...]:
    return tuple(sorted({store.region for store in SimulatedWorlds().open(WorldRef(seed=0)).stores}))


def _sensed(seed: int, staged: Sequence[Staged]) -> tuple[tuple[Insight, ...], WorldRef, date]:
    ref = WorldRef(seed=seed, scenarios=tuple(one.scenario for one in staged))
    day = shows_on(staged[0].scenario)
    return tuple(sense(SimulatedWorlds().open(ref).panel(day), THRESHOLD)), ref, day


def _judge(staged: Staged, lost: tuple[str, ...], findings: tuple[Insight, ...], ref: WorldRef, day: date) -> Seen:
    is_feed = staged.name == "feed-outage"
    mine = [
        place
        for place, one in enumerate(findings)
        if (one.cause is Cause.DATA_FAULT if is_feed else one.category == staged.category)
        and (is_feed or one.cause is not Cause.DATA_FAULT)
    ]
    right = [place for place in mine if findings[place].cause in CAUSES[staged.name]]
    rank = (right or mine or [-1])[0]
    found = findings[rank] if rank >= 0 else None
    return Seen(staged.name, staged.category, staged.regions, lost, found, rank, findings, ref, day)
