"""Whether real tills have counted what a measurement would read. Simulated ones count whatever is asked of them."""

from datetime import date

import numpy as np

from domain.context import CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState
from world.ports import Worlds
from world.references import Resolve


class TillsCheck:
    def __init__(self, worlds: Worlds, resolve: Resolve) -> None:
        self._worlds = worlds
        self._resolve = resolve

    async def __call__(self, state: CampaignState, context: CampaignContext, last: date) -> None:
        """Raises Conflict while no treated store has sales of day `last`. A live world's clock moves on to a day only
        once its sales are there: what lies behind it has come, or never will, as where every shop was shut."""
        plan, campaign_id = state.plan, state.campaign_id
        if plan is None or campaign_id is None or context.is_live:
            return
        world = self._worlds.open(self._resolve(context, campaign_id))
        if world.provenance.ad_response != "real":
            return
        sales = await world.store_sales(plan.category, last, last)
        if not np.isfinite(sales.units[sales.rows_of(plan.holdout.treated_stores)]).any():
            raise Conflict(
                f"the tills have no sales of {last} yet",
                remedy="measure once the source has them, or name an earlier day of the flight",
            )
