"""Treated stores split into groups that are alike: dealt out within each region, large to small."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class StoreOf:
    """A store as an experiment sees it. `daily_sales` is pounds a day of the category before the flight."""

    store_id: str
    region: str
    daily_sales: float


def stratified_groups(stores: Sequence[StoreOf], count: int, rng: np.random.Generator) -> tuple[tuple[str, ...], ...]:
    """`count` groups whose sizes differ by a store at most, each with its part of every region and of every size.

    Within a region the stores stand in order of their sales and are dealt out `count` at a time, each deal in an order
    drawn by lot and begun where the last region's ended, so that a store's chances are the same for each group. The
    same stores give the same groups, whatever order they are listed in. Needs at least `count` stores.
    """
    dealt: list[list[str]] = [[] for _ in range(count)]
    line: list[str] = []
    for region in sorted({store.region for store in stores}):
        mine = sorted(
            (store for store in stores if store.region == region),
            key=lambda store: (-store.daily_sales, store.store_id),
        )
        line += [store.store_id for store in mine]
    for first in range(0, len(line), count):
        for group, store in zip(rng.permutation(count), line[first : first + count], strict=False):
            dealt[int(group)].append(store)
    return tuple(tuple(sorted(group)) for group in dealt)
