"""The things that can happen: each scenario is a handful of effects, and every effect is one of seven small parts.

**heavy-rain** is the customer's example. On the first two days of rain shoppers put off the trip they would have made
for soup, so the tills ring about a tenth less soup, while searches for soup rise by a third: the wish is there, the
trip is not. From the third day on the delayed trips come back. Rain keeps falling for five days, so on the day the
drop shows, the forecast for the next three days is heavy rain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.context import ScheduledScenario
from domain.errors import BadInput, near_miss
from world.simulated.market.catalogue import categories
from world.simulated.market.catalogue import regions as all_regions
from world.simulated.market.timeline import day_index

LONGEST_DAYS = 60

Part = Literal["temperature", "rain", "price", "stock", "demand", "search", "feed"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One part of a scenario, from day `first` of it to day `last` (to its end when None).

    `amount` by part: temperature, degrees added; rain, millimetres that fall at least; price, demand and search,
    factors; stock, the share left on the shelf; feed, unused (the sales of those days never arrive).
    `category` is None for the scenario's own category.
    """

    part: Part
    amount: float
    category: str | None = None
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A scenario as it is known by name."""

    effects: tuple[Effect, ...]
    category: str | None
    """The category it acts on unless another is asked for; None when it acts on the weather or the feed."""
    season: date
    """When it starts if nobody says."""
    days: int
    shows_after: int
    """Days after the start on which its signature is plain to see: the day to sense."""
    regions: tuple[str, ...] = ()


RECIPES: dict[str, Recipe] = {
    "heatwave": Recipe(
        effects=(
            Effect("temperature", 9.5),
            Effect("search", 1.4, "ice cream"),
            Effect("search", 1.3, "barbecue meat"),
        ),
        category=None,
        season=date(2026, 7, 14),
        days=6,
        shows_after=2,
    ),
    "heavy-rain": Recipe(
        effects=(
            Effect("rain", 28.0),
            Effect("demand", 0.88, first=0, last=0),
            Effect("demand", 0.86, first=1, last=1),
            Effect("demand", 1.05, first=2),
            Effect("search", 1.33),
        ),
        category="soup",
        season=date(2026, 11, 5),
        days=5,
        shows_after=1,
    ),
    "cold-snap": Recipe(
        effects=(Effect("temperature", -8.5), Effect("search", 1.3, "porridge"), Effect("search", 1.25, "soup")),
        category=None,
        season=date(2026, 2, 3),
        days=7,
        shows_after=2,
    ),
    "viral-trend": Recipe(
        effects=(Effect("search", 2.2), Effect("demand", 1.15, first=1, last=1), Effect("demand", 1.35, first=2)),
        category="cheese",
        season=date(2026, 10, 6),
        days=8,
        shows_after=2,
    ),
    "stock-out": Recipe(
        effects=(Effect("stock", 0.45),),
        category="bread",
        season=date(2026, 9, 22),
        days=5,
        shows_after=1,
    ),
    "competitor-promotion": Recipe(
        effects=(Effect("demand", 0.84),),
        category="tea and coffee",
        season=date(2026, 10, 20),
        days=7,
        shows_after=1,
    ),
    "price-rise": Recipe(
        effects=(Effect("price", 1.15),),
        category="breakfast cereal",
        season=date(2026, 9, 8),
        days=21,
        shows_after=1,
    ),
    "feed-outage": Recipe(
        effects=(Effect("feed", 0.0),),
        category=None,
        season=date(2026, 11, 3),
        days=3,
        shows_after=1,
        regions=("Scotland",),
    ),
}


def scenario_names() -> tuple[str, ...]:
    return tuple(RECIPES)


def schedule(
    name: str,
    starts: date,
    days: int | None = None,
    category: str | None = None,
    regions: Sequence[str] = (),
) -> ScheduledScenario:
    """The scenario from `starts` on, with its usual length, category and regions unless others are given.

    Raises BadInput for an unknown name, category or region, with the near miss, for a category where there is none to
    choose, and for a length outside 1 to 60 days.
    """
    recipe = recipe_of(name)
    length = recipe.days if days is None else days
    if not 1 <= length <= LONGEST_DAYS:
        raise BadInput(f"A scenario cannot last {length} days", remedy=f"give 1 to {LONGEST_DAYS} days", field="days")
    if category is not None and recipe.category is None:
        moves = (
            "the sales of whole regions, which never arrive" if _loses_feed(recipe) else "the weather, and all goods"
        )
        raise BadInput(
            f"{name} has no category to choose: it moves {moves}",
            remedy="leave the category out; regions can be chosen",
            field="category",
        )
    return checked(
        ScheduledScenario(
            name=name,
            starts=starts,
            days=length,
            category=category or recipe.category,
            regions=tuple(dict.fromkeys(regions)) or recipe.regions,
        )
    )


def _loses_feed(recipe: Recipe) -> bool:
    return any(effect.part == "feed" for effect in recipe.effects)


def default_schedule(name: str) -> tuple[ScheduledScenario, date]:
    """The scenario in its season, and the day on which to sense it."""
    scenario = schedule(name, recipe_of(name).season)
    return scenario, shows_on(scenario)


def shows_on(scenario: ScheduledScenario) -> date:
    """The day a scenario's signature is plain to see, within the scenario."""
    return scenario.starts + timedelta(days=min(recipe_of(scenario.name).shows_after, scenario.days - 1))


def checked(scenario: ScheduledScenario) -> ScheduledScenario:
    """The scenario itself, or BadInput with the near miss for a name, category or region nobody knows."""
    recipe_of(scenario.name)
    day_index(scenario.starts)
    known = [category.name for category in categories()]
    if scenario.category is not None and scenario.category not in known:
        raise BadInput(
            f"There is no category {scenario.category!r}", remedy=near_miss(scenario.category, known), field="category"
        )
    for region in scenario.regions:
        if region not in all_regions():
            raise BadInput(f"There is no region {region!r}", remedy=near_miss(region, all_regions()), field="regions")
    return scenario


def recipe_of(name: str) -> Recipe:
    """Raises BadInput with the near miss."""
    if name not in RECIPES:
        raise BadInput(f"There is no scenario {name!r}", remedy=near_miss(name, scenario_names()), field="scenario")
    return RECIPES[name]
