"""A flight waits for its tills: of both groups of stores, and of most of its days."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from agents.learning.tills import LATEST_DAYS, TillsCheck
from domain.context import WorldRef
from domain.errors import Conflict
from tests.examples import a_plan
from world.ports import StoreSales

PLAN = a_plan()
STORES = (*PLAN.holdout.treated_stores, *PLAN.holdout.control_stores)
TREATED = np.isin(STORES, PLAN.holdout.treated_stores)
DAYS = PLAN.flight.days


async def measured(units: Any) -> None:
    """The files end with the last day of `units`."""

    async def store_sales(*_: object) -> StoreSales:
        return StoreSales(PLAN.flight.start, STORES, units)

    world = SimpleNamespace(
        ref=WorldRef(world_id="live:files:shop"),
        provenance=SimpleNamespace(sales="real", ad_response="real"),
        sensing_day=lambda: PLAN.flight.start + timedelta(days=units.shape[1] - 1),
        store_sales=store_sales,
    )
    check = TillsCheck(SimpleNamespace(open=lambda ref: world), lambda context, campaign: None)  # type: ignore[arg-type, return-value]
    state, context = SimpleNamespace(plan=PLAN, campaign_id=uuid4()), SimpleNamespace(is_live=True)
    await check(state, context, PLAN.flight.end)  # type: ignore[arg-type]


@pytest.mark.parametrize("late", [TREATED, ~TREATED])
async def test_tills_of_one_group_that_come_later_are_waited_for(late: Any) -> None:
    units = np.ones((len(STORES), DAYS + 1))
    await measured(units)
    units[late, -3:] = np.nan
    with pytest.raises(Conflict, match="no sales of"):
        await measured(units)


@pytest.mark.parametrize(("gone", "stores"), [(TREATED, "advertised"), (~TREATED, "held-out")])
@pytest.mark.parametrize("last_sold", [0, DAYS - 1])
async def test_tills_that_are_gone_for_good_are_waited_for_four_weeks(gone: Any, stores: str, last_sold: int) -> None:
    for days in (1, LATEST_DAYS - 1):
        units = np.ones((len(STORES), DAYS + days))
        units[gone, last_sold:] = np.nan
        with pytest.raises(Conflict, match=f"no sales of soup of {PLAN.flight.end} in the {stores} stores"):
            await measured(units)
    units = np.ones((len(STORES), DAYS + LATEST_DAYS))
    units[gone, last_sold:] = np.nan
    await measured(units)


async def test_shops_that_were_shut_on_the_last_day_hold_nothing_up_but_missing_days_do() -> None:
    units = np.ones((len(STORES), DAYS + 1))
    units[:, DAYS - 1] = np.nan
    await measured(units)
    units[:, : DAYS - 1] = np.nan
    with pytest.raises(Conflict, match=f"0 of the {DAYS} days"):
        await measured(units)
