"""What was learned, as charts show it: response curves, budgets, calibration, experiments."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import LONGEST_NAME, Named, OwnCampaign, TheSystem
from api.guarded import GuardedRoute
from api.openapi import refuses
from api.routes.beliefs import LearnedIn
from domain.errors import Conflict, DataFault, NotFound, PlatformFailure
from runtime.reporting.learning.budgets import MOST_BUDGETS, BudgetOptions
from runtime.reporting.learning.calibration import Calibration
from runtime.reporting.learning.curves import CategoryCurves
from runtime.reporting.learning.experiment import CampaignExperiment

router = APIRouter(tags=["learning"], route_class=GuardedRoute)

Audience = Annotated[
    str | None, Query(max_length=LONGEST_NAME, description="the segment; of the category's newest lesson when empty")
]
Budget = Annotated[Decimal, Query(gt=0, le=10_000_000, max_digits=10, decimal_places=2)]
Budgets = Annotated[
    list[Budget] | None, Query(max_length=MOST_BUDGETS, description="pounds, once for each; the usual ones when empty")
]


@router.get("/learning/curves", responses=refuses(NotFound, PlatformFailure))
async def get_curves(
    system: TheSystem, category: Named, audience: Audience = None, learned_in: LearnedIn = None
) -> CategoryCurves:
    """The response curve of every channel for a category, with its interval and the campaigns as points."""
    return await system.figures.learning.curves(category, audience, learned_in)


@router.get("/learning/budgets", responses=refuses(NotFound, PlatformFailure))
async def get_budgets(
    system: TheSystem,
    category: Named,
    budget: Budgets = None,
    audience: Audience = None,
    learned_in: LearnedIn = None,
) -> BudgetOptions:
    """What if the budget were another: the best allocation of each, and the profit to expect of it."""
    return await system.figures.learning.budgets(category, budget or (), audience, learned_in)


@router.get("/learning/calibration")
async def get_calibration(system: TheSystem, learned_in: LearnedIn = None) -> Calibration:
    """Predicted beside measured return of the newest campaigns."""
    return await system.figures.learning.calibration(learned_in)


@router.get("/campaigns/{campaign_id}/experiment", responses=refuses(NotFound, Conflict, DataFault))
async def get_experiment(
    campaign_id: OwnCampaign,
    system: TheSystem,
    cycle: Annotated[int | None, Query(ge=1, le=100, description="the newest measured one when empty")] = None,
) -> CampaignExperiment:
    """The experiment a campaign was: its stores by arm, what they sold, and what they would have sold."""
    return await system.figures.learning.experiment(campaign_id, cycle)
