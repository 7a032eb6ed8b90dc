"""Whether an amount would fit an account's budgets, without taking any of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Select, select

from storage.engine.columns import to_pence
from storage.engine.damage import row_by_row
from storage.ledger.reservations import Budgets, Claim, exceeded, open_account
from storage.records import Promise
from storage.schema.system_tables import account_days, accounts, active_runs, ledger

_A, _D, _L, _R = accounts.c, account_days.c, ledger.c, active_runs.c
_ACCOUNT = select(_A.daily_budget_pence, (_A.budget_pence - _A.reserved_pence - _A.committed_pence).label("free"))
_DAY = select(_D.budget_pence - _D.reserved_pence - _D.committed_pence)
_PROMISED = select(_R.thread_id, _R.ordered["promise"].as_json().label("promise")).where(_R.ordered.is_not(None))
_PROMISE = TypeAdapter[Promise](Promise)


def require(connection: Connection, claim: Claim, opening: Budgets) -> None:
    """Raises BudgetExceeded where reserving the claim now would, once the other campaigns have reserved what their
    orders promise. An account not yet used has its opening budgets."""
    waiting = _waiting(connection, claim, list(_promised(connection, claim.day)))
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


def require_alone(connection: Connection, claim: Claim, opening: Budgets) -> None:
    """The same for an order that is about to be kept in this transaction: of two that do not fit together, whoever
    comes second waits for the first, and sees what it promises."""
    open_account(connection, claim.account, opening)
    connection.execute(select(_A.account).where(_A.account == claim.account).with_for_update())
    require(connection, claim, opening)


def leave_promised(connection: Connection, claim: Claim) -> None:
    """Raises BudgetExceeded where the claim, reserved in this transaction, takes what orders of other campaigns
    promise. What was promised itself was weighed against the others when it was ordered."""
    promised = list(_promised(connection, claim.day))
    if any(one.campaign_id == claim.campaign_id for one in promised):
        return
    waiting = _waiting(connection, claim, promised)
    if not waiting:
        return
    account = connection.execute(_ACCOUNT.where(_A.account == claim.account)).one()
    left = account.free - sum(one.pence for one in waiting)
    if left < 0:
        raise exceeded(claim, None, claim.pence + left)
    of_day = connection.execute(_DAY.where(_D.account == claim.account, _D.day == claim.day)).scalar_one()
    left = of_day - sum(one.pence for one in waiting if one.day == claim.day)
    if left < 0:
        raise exceeded(claim, claim.day, claim.pence + left)


def claim_of(promise: Promise, campaign_id: UUID, today: date) -> Claim:
    day = promise.day or today
    return Claim(promise.key, campaign_id, promise.account, day, to_pence(promise.amount), promise.cycle)


def _promised(connection: Connection, today: date) -> Iterator[Claim]:
    """An order that cannot be read is set aside, not carried out: whatever it promised is not going to be reserved."""
    for row in row_by_row(connection, _PROMISED, _R.thread_id):
        if isinstance(row, UUID) or row.promise is None:
            continue
        try:
            promise = _PROMISE.validate_python(row.promise)
        except ValidationError:
            continue
        yield claim_of(promise, row.thread_id, today)


def _waiting(connection: Connection, claim: Claim, promised: Iterable[Claim]) -> list[Claim]:
    """What is ordered of others on the same account and has not been reserved: what has an entry is in the account's
    sums already, or has been given back."""
    others = [one for one in promised if one.account == claim.account and one.campaign_id != claim.campaign_id]
    return [one for one in others if connection.execute(_entry_of(one)).first() is None]


def _entry_of(claim: Claim) -> Select[tuple[str]]:
    if claim.key:
        return select(_L.key).where(_L.key == claim.key)
    return select(_L.key).where(_L.campaign_id == claim.campaign_id, _L.cycle == claim.cycle)
