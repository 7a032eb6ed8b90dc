"""Whether an amount would fit an account's budgets, without taking any of it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.ledger.reservations import Budgets, Claim, exceeded
from storage.schema.system_tables import account_days, accounts, ledger

_A, _D = accounts.c, account_days.c
_ACCOUNT = select(_A.daily_budget_pence, (_A.budget_pence - _A.reserved_pence - _A.committed_pence).label("free"))
_DAY = select(_D.budget_pence - _D.reserved_pence - _D.committed_pence)


def require(connection: Connection, claim: Claim, opening: Budgets, ahead: Sequence[Claim] = ()) -> None:
    """Raises BudgetExceeded where reserving the claim now would, after what is `ahead` of it on its account. An account
    not yet used has its opening budgets."""
    waiting = _not_reserved(connection, ahead)
    account = connection.execute(_ACCOUNT.where(_A.account == claim.account)).one_or_none()
    free = opening.account_pence if account is None else account.free
    free -= sum(one.pence for one in waiting)
    if claim.pence > free:
        raise exceeded(claim, None, free)
    of_day = connection.scalar(_DAY.where(_D.account == claim.account, _D.day == claim.day))
    unopened = opening.daily_pence if account is None else account.daily_budget_pence
    free = unopened if of_day is None else of_day
    free -= sum(one.pence for one in waiting if one.day == claim.day)
    if claim.pence > free:
        raise exceeded(claim, claim.day, free)


def _not_reserved(connection: Connection, ahead: Sequence[Claim]) -> list[Claim]:
    """Those without an entry: what has one is in the account's sums already, or has been given back."""
    if not ahead:
        return []
    known = set(connection.scalars(select(ledger.c.key).where(ledger.c.key.in_([one.key for one in ahead]))))
    return [one for one in ahead if one.key not in known]
