"""Whether real tills have counted what a measurement would read. Made-up ones count whatever is asked of them."""

from datetime import date
from typing import NamedTuple

import numpy as np

from domain.context import CampaignContext, is_live_world
from domain.errors import Conflict
from domain.plan import CampaignPlan
from domain.state import CampaignState
from world.ports import World, Worlds
from world.references import Resolve

LEAST_COUNTED = 0.5
"""Of a flight's days, those on which treated and held-out stores have sales: of less than half of it, what was counted
does not speak for the flight."""
LATEST_DAYS = 28
"""Days of other sales after which the tills of a flight that are missing are waited for no longer: files that come by
the month have brought them by then, if ever."""


class Uncounted(NamedTuple):
    """What the tills have not counted of a flight."""

    problem: str
    remedy: str
    is_for_good: bool
    """Whether so much was sold since that nothing of it is to come."""


async def uncounted(world: World, plan: CampaignPlan, last: date) -> Uncounted | None:
    """What keeps the flight from being measured up to its day `last`: one of the groups that are compared has no sales
    of that day, nor of a later one (a day behind those that have come was one on which the shops were shut), or most of
    the flight's days are missing. None where nothing does, or where days to come are made up."""
    first = plan.flight.start
    # A live world's days come with its tills, whoever sells the ads.
    comes_by_itself = is_live_world(world.ref.world_id) or world.provenance.ad_response == "real"
    if last < first or world.provenance.sales != "real" or not comes_by_itself:
        return None
    newest = world.sensing_day()
    sales = await world.store_sales(plan.category, first, max(last, newest))
    compared = [plan.holdout.treated_stores, *([] if plan.unmeasurable else [plan.holdout.control_stores])]
    counted = np.isfinite(sales.units)
    days = (last - first).days + 1
    groups = np.stack([np.any(counted[sales.rows_of(stores)], axis=0) for stores in compared])
    is_for_good = (newest - last).days >= LATEST_DAYS
    silent = [not group[days - 1 :].any() for group in groups]
    if any(silent):
        stores = "any store" if all(silent) else "the advertised stores" if silent[0] else "the held-out stores"
        return Uncounted(
            f"the tills have no sales of {plan.category} of {last} in {stores}",
            "measure once the source has them, or name an earlier day of the flight",
            is_for_good,
        )
    both = int(groups[:, :days].all(axis=0).sum())
    if both < LEAST_COUNTED * days:
        return Uncounted(
            f"the tills have sales of {both} of the {days} days from {first} to {last}",
            "measure once the source has the others",
            is_for_good,
        )
    return None


class TillsCheck:
    def __init__(self, worlds: Worlds, resolve: Resolve) -> None:
        self._worlds = worlds
        self._resolve = resolve

    async def __call__(self, state: CampaignState, context: CampaignContext, last: date) -> None:
        """Raises Conflict while the tills have not counted enough of the flight up to `last`, and may yet."""
        if state.plan is None or state.campaign_id is None:
            return
        world = self._worlds.open(self._resolve(context, state.campaign_id))
        missing = await uncounted(world, state.plan, last)
        if missing is not None and not missing.is_for_good:
            raise Conflict(missing.problem, remedy=missing.remedy)
