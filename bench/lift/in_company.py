"""Two campaigns at a time on one category in the simulated world: in the same stores, in stores drawn apart, in regions
apart, and for other shoppers of the same regions.

In one store two cause less than each would alone, as they reach the same shoppers: what a campaign caused beside
another is the mean of what it adds to it and of what it causes alone (Shapley's value of two).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from bench.lift.simulated import (
    CAMPAIGNS,
    FLIGHT_DAYS,
    SEEDS,
    Campaign,
    Measured,
    a_campaign,
    figures_of,
    measured,
    shop_of,
    sold_in,
    some_category,
    some_day,
)
from bench.report import Row
from domain.shoppers import Shoppers
from world.simulated.market.market import SimulatedWorld


@dataclass(frozen=True, slots=True)
class Pair:
    """Units both claim, summed, and what both caused together."""

    claimed: float
    caused: float


async def at_once(shoppers: Shoppers, seed: int, pairs: int, *, same_stores: bool) -> list[Pair]:
    """Two campaigns on one category and the same days."""
    rng, shop = np.random.default_rng([seed, 2]), shop_of(shoppers, seed)
    found = []
    for number in range(pairs):
        day, category = some_day(rng), some_category(rng)
        first = a_campaign(shop, rng, day, f"{seed} {number} a", category)
        holdout = first.holdout if same_stores else None
        second = a_campaign(shop, rng, day, f"{seed} {number} b", category, holdout=holdout)
        both = [first, second]
        claimed = (await measured(shop, both, first)).claimed + (await measured(shop, both, second)).claimed
        sold = await sold_in(shop, both, category, first.flight.start, first.flight.end)
        without = await sold_in(shop, [], category, first.flight.start, first.flight.end)
        treated = sold.rows_of([*first.holdout.treated_stores, *second.holdout.treated_stores])
        found.append(Pair(claimed, float((sold.units - without.units)[treated].sum())))
    return found


@dataclass(frozen=True, slots=True)
class Company:
    """One campaign measured beside the other, and the same one where the other never was."""

    beside: Measured
    alone: Measured


async def beside(shoppers: Shoppers, seed: int, pairs: int, *, apart: bool) -> list[Company]:
    """Both of two campaigns on one category whose flights share days: `apart` in halves of the regions, or else in all
    of them, begun on different days and with held-out stores drawn for each, as for other shoppers."""
    rng, shop = np.random.default_rng([seed, 3]), shop_of(shoppers, seed)
    everywhere = sorted({store.region for store in shop.stores})
    found = []
    for number in range(pairs):
        day, category = some_day(rng), some_category(rng)
        dealt = [str(region) for region in rng.permutation(everywhere)]
        where = (dealt[: len(dealt) // 2], dealt[len(dealt) // 2 :]) if apart else (dealt, dealt)
        later = day + timedelta(days=int(rng.integers(0 if apart else 1, FLIGHT_DAYS)))
        first = a_campaign(shop, rng, day, f"{seed} {number} a", category, regions=where[0])
        second = a_campaign(shop, rng, later, f"{seed} {number} b", category, regions=where[1])
        found += [await _in_company(shop, first, second), await _in_company(shop, second, first)]
    return found


async def _in_company(shop: SimulatedWorld, ours: Campaign, other: Campaign) -> Company:
    read, alone = await measured(shop, [ours, other], ours), await measured(shop, [ours], ours)
    return Company(replace(read, truth=(read.truth + alone.truth) / 2), alone)


def rows(count: int = CAMPAIGNS, kinds: Sequence[Shoppers] = (Shoppers.TEXTBOOK, Shoppers.LIFELIKE)) -> list[Row]:
    made = []
    for shoppers in kinds:
        name, seeds = f"{shoppers.value} shoppers", range(1000, 1000 + min(SEEDS, count))
        each = max(count // (4 * SEEDS), 1)
        for same in (False, True):
            pairs = [pair for seed in seeds for pair in asyncio.run(at_once(shoppers, seed, each, same_stores=same))]
            made.append(_claims(f"{name}, two at once in {'the same' if same else 'other'} stores", pairs))
        for apart in (True, False):
            both = [one for seed in seeds for one in asyncio.run(beside(shoppers, seed, 2 * each, apart=apart))]
            where = "regions apart" if apart else "the same regions for other shoppers"
            made += figures_of(f"{name}, two at once in {where}", [one.beside for one in both])
            made += figures_of(f"{name}, those in {where} without each other", [one.alone for one in both])
    return made


def _claims(name: str, pairs: Sequence[Pair]) -> Row:
    claimed, caused = (np.array([getattr(pair, of) for pair in pairs]) for of in ("claimed", "caused"))
    ratio = float(claimed.sum() / caused.sum())
    error = float((claimed - ratio * caused).std() / np.sqrt(len(pairs)) / caused.mean())
    return Row(
        what=f"{name}: claims over what both caused off by",
        value=abs(ratio - 1),
        unit="",
        target=0.1,
        better="lower",
        of={"claims over the truth": ratio, "standard error": error, "pairs": float(len(pairs))},
    )
