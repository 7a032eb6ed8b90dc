"""The stores that see no ad: drawn at random within each region, so that the comparison is fair by design."""

from collections.abc import Sequence

import numpy as np

from domain.catalogue import Store
from domain.errors import DataFault
from domain.plan import Holdout

_FEWEST = 2
"""Control stores wanted at least, where there are four stores or more: one store is no sample."""


def draw_holdout(stores: Sequence[Store], regions: Sequence[str], share: float, seed: int) -> Holdout:
    """Leave out `share` of the stores of `regions`, spread over the regions as evenly as whole stores allow.

    Each region gives its share rounded down; the stores still owed come from the regions with the largest remainder,
    ties broken by lot. Every store of a region has the same chance. The same seed draws the same stores, whatever
    the order they are listed in. Raises DataFault with fewer than two stores.
    """
    by_region = {
        region: sorted(store.store_id for store in stores if store.region == region) for region in sorted(set(regions))
    }
    count = sum(map(len, by_region.values()))
    if count < _FEWEST:
        raise DataFault(
            f"{count} store(s) in {', '.join(by_region)} cannot be split into advertised and held-out stores",
            remedy="give a source with at least two stores, or widen the regions",
        )
    rng = np.random.default_rng(seed)
    wanted = min(max(round(share * count), _FEWEST if count >= 2 * _FEWEST else 1), count - 1)
    control: list[str] = []
    for region, quota in _quotas(by_region, wanted, rng).items():
        names = by_region[region]
        control += [names[index] for index in rng.permutation(len(names))[:quota]]
    held_out = set(control)
    treated = [name for names in by_region.values() for name in names if name not in held_out]
    return Holdout(
        share=len(control) / count, control_stores=sorted(control), treated_stores=sorted(treated), seed=seed
    )


def _quotas(by_region: dict[str, list[str]], wanted: int, rng: np.random.Generator) -> dict[str, int]:
    """How many stores each region gives, in all `wanted`: largest remainders, ties by lot."""
    count = sum(map(len, by_region.values()))
    exact = {region: wanted * len(names) / count for region, names in by_region.items()}
    quotas = {region: int(share) for region, share in exact.items()}
    lot = dict(zip(exact, rng.permutation(len(exact)), strict=True))
    owed = sorted(exact, key=lambda region: (quotas[region] - exact[region], lot[region]))
    for region in owed[: wanted - sum(quotas.values())]:
        quotas[region] += 1
    return quotas
