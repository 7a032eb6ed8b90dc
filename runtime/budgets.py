"""The house account has the budgets the settings give it, in a data directory that exists already too."""

from typing import Protocol

import structlog

from domain.errors import Conflict
from domain.money import Money
from runtime.settings import Settings

HOUSE = "house"
"""The account of every campaign that names no other."""

log = structlog.get_logger()


class Budgets(Protocol):
    async def set_budget(self, account: str, *, budget: Money, daily_budget: Money) -> None:
        """Raises Conflict when more than the new budget is already reserved or committed."""
        ...


async def apply_budgets(settings: Settings, ledger: Budgets) -> None:
    """Give the house account what was set. A process started without these settings, a command typed beside a server
    for example, leaves the account as it is. A budget below what is taken is logged, and the old one stays."""
    if not settings.model_fields_set & {"account_budget", "account_daily_budget"}:
        return
    try:
        await ledger.set_budget(HOUSE, budget=settings.account_budget, daily_budget=settings.account_daily_budget)
    except Conflict as error:
        log.warning("budget.not_changed", reason=str(error))
