"""Whether real tills have counted what a measurement would read. Made-up ones count whatever is asked of them."""

from datetime import date

import numpy as np

from domain.context import CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState
from world.ports import Worlds
from world.references import Resolve

LEAST_COUNTED = 0.5
"""Of a flight's days, those on which treated and held-out stores have sales: of less than half of it, what was counted
does not speak for the flight."""


class TillsCheck:
    def __init__(self, worlds: Worlds, resolve: Resolve) -> None:
        self._worlds = worlds
        self._resolve = resolve

    async def __call__(self, state: CampaignState, context: CampaignContext, last: date) -> None:
        """Raises Conflict while the treated or the held-out stores have no sales of day `last`, nor of a later one: a
        day behind those that have come was one on which the shops were shut. Raises it too while most of the flight's
        days are missing."""
        plan, campaign_id = state.plan, state.campaign_id
        if plan is None or campaign_id is None or last < plan.flight.start:
            return
        world = self._worlds.open(self._resolve(context, campaign_id))
        # A live world's days come with its tills, whoever sells the ads; elsewhere days to come are made up.
        if world.provenance.sales != "real" or not (context.is_live or world.provenance.ad_response == "real"):
            return
        first = plan.flight.start
        sales = await world.store_sales(plan.category, first, max(last, world.sensing_day()))
        compared = [plan.holdout.treated_stores, *([] if plan.unmeasurable else [plan.holdout.control_stores])]
        counted = np.isfinite(sales.units)
        days = (last - first).days + 1
        groups = np.stack([np.any(counted[sales.rows_of(stores)], axis=0) for stores in compared])
        if not groups[:, days - 1 :].any(axis=1).all():
            raise Conflict(
                f"the tills have no sales of {last} yet",
                remedy="measure once the source has them, or name an earlier day of the flight",
            )
        both = int(groups[:, :days].all(axis=0).sum())
        if both < LEAST_COUNTED * days:
            raise Conflict(
                f"the tills have sales of {both} of the {days} days from {first} to {last}",
                remedy="measure once the source has the others",
            )
