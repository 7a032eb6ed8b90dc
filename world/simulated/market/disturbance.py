"""What a set of scenarios does to the world, as arrays the streams are built with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.context import ScheduledScenario
from world.simulated.market.catalogue import categories, category_index, regions
from world.simulated.market.scenarios import Effect, recipe_of
from world.simulated.market.timeline import FloatArray, day_index


@dataclass(frozen=True, slots=True, eq=False)
class Disturbance:
    """Shapes: T days, C categories, R regions."""

    temperature: FloatArray
    """Degrees added, [T, R]."""
    rain: FloatArray
    """Millimetres that fall at least, [T, R]."""
    price: FloatArray
    """Added to log price, [T, C, R]."""
    stock: FloatArray
    """Largest share on the shelf, [T, C, R]."""
    demand: FloatArray
    """Added to log demand, [T, C, R]."""
    search: FloatArray
    """Added to log search interest, [T, C, R]."""
    feed_lost: NDArray[np.bool_]
    """Where the sales never arrived, [T, R]."""


def disturbance(scenarios: Sequence[ScheduledScenario], days: int) -> Disturbance:
    """All scenarios together. Their order does not matter: they are applied in an order of their own."""
    shape = (days, len(categories()), len(regions()))
    weather = (days, len(regions()))
    whole = Disturbance(
        temperature=np.zeros(weather, np.float32),
        rain=np.zeros(weather, np.float32),
        price=np.zeros(shape, np.float32),
        stock=np.ones(shape, np.float32),
        demand=np.zeros(shape, np.float32),
        search=np.zeros(shape, np.float32),
        feed_lost=np.zeros(weather, np.bool_),
    )
    for scenario in sorted(scenarios, key=lambda s: s.model_dump_json()):
        for effect in recipe_of(scenario.name).effects:
            _apply(effect, scenario, whole)
    return whole


def _apply(effect: Effect, scenario: ScheduledScenario, whole: Disturbance) -> None:
    start = day_index(scenario.starts)
    last = scenario.days - 1 if effect.last is None else min(effect.last, scenario.days - 1)
    days = slice(start + effect.first, start + last + 1)
    places = np.array([not scenario.regions or region in scenario.regions for region in regions()])
    match effect.part:
        case "temperature":
            whole.temperature[days] += np.float32(effect.amount) * places
        case "rain":
            whole.rain[days] = np.maximum(whole.rain[days], np.float32(effect.amount) * places)
        case "feed":
            whole.feed_lost[days] |= places
        case "stock":
            shelf = whole.stock[days, _category(effect, scenario)]
            shelf[:, places] = np.minimum(shelf[:, places], np.float32(effect.amount))
        case "price":
            whole.price[days, _category(effect, scenario)] += np.float32(np.log(effect.amount)) * places
        case "demand":
            whole.demand[days, _category(effect, scenario)] += np.float32(np.log(effect.amount)) * places
        case "search":
            whole.search[days, _category(effect, scenario)] += np.float32(np.log(effect.amount)) * places


def _category(effect: Effect, scenario: ScheduledScenario) -> int:
    return category_index(effect.category or scenario.category or recipe_of(scenario.name).category or "")
