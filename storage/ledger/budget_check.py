"""Whether an amount would fit an account's budgets, without taking any of it."""

from sqlalchemy import Connection, select

from storage.ledger.reservations import Budgets, Claim, exceeded
from storage.schema.system_tables import account_days, accounts

_A, _D = accounts.c, account_days.c
_ACCOUNT = select(_A.daily_budget_pence, (_A.budget_pence - _A.reserved_pence - _A.committed_pence).label("free"))
_DAY = select(_D.budget_pence - _D.reserved_pence - _D.committed_pence)


def require(connection: Connection, claim: Claim, opening: Budgets) -> None:
    """Raises BudgetExceeded where reserving the claim now would. An account not yet used has its opening budgets."""
    account = connection.execute(_ACCOUNT.where(_A.account == claim.account)).one_or_none()
    free = opening.account_pence if account is None else account.free
    if claim.pence > free:
        raise exceeded(claim, None, free)
    of_day = connection.scalar(_DAY.where(_D.account == claim.account, _D.day == claim.day))
    unopened = opening.daily_pence if account is None else account.daily_budget_pence
    free = unopened if of_day is None else of_day
    if claim.pence > free:
        raise exceeded(claim, claim.day, free)
