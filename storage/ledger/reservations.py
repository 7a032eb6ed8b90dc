"""The ledger's arithmetic inside one transaction: integer pence, conditional updates, one order of locks.

Always the ledger entry first, then the account, then its day: transactions that share rows queue, never deadlock.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select

from domain.errors import BadInput, BudgetExceeded, Conflict, NotFound
from storage.engine.columns import from_pence
from storage.engine.statements import insert_new, upsert
from storage.schema.system_tables import account_days, accounts, ledger

_ENTRY = select(ledger).where(ledger.c.key == bindparam("entry")).with_for_update()
_MARK = ledger.update().where(ledger.c.key == bindparam("entry"))
_HELD = (
    select(ledger)
    .where(ledger.c.campaign_id == bindparam("campaign"), ledger.c.state == "reserved")
    .order_by(ledger.c.key)
    .with_for_update()
)
_OF_CAMPAIGN = (
    select(ledger)
    .where(ledger.c.campaign_id == bindparam("campaign"))
    .order_by(ledger.c.changed_at, ledger.c.key)
    .with_for_update()
)
_OTHERS = select(ledger.c.cycle, ledger.c.amount_pence).where(
    ledger.c.campaign_id == bindparam("campaign"), ledger.c.key != bindparam("entry"), ledger.c.state != "released"
)

_A, _D = accounts.c, account_days.c
_ACCOUNT = accounts.update().where(_A.account == bindparam("of"))
_DAY = account_days.update().where(_D.account == bindparam("of"), _D.day == bindparam("on"))
_TAKE_ACCOUNT = _ACCOUNT.where(_A.reserved_pence + _A.committed_pence + bindparam("take") <= _A.budget_pence).values(
    reserved_pence=_A.reserved_pence + bindparam("take")
)
_TAKE_DAY = _DAY.where(_D.reserved_pence + _D.committed_pence + bindparam("take") <= _D.budget_pence).values(
    reserved_pence=_D.reserved_pence + bindparam("take")
)
_SETTLE_ACCOUNT = _ACCOUNT.values(
    reserved_pence=_A.reserved_pence - bindparam("free"), committed_pence=_A.committed_pence + bindparam("spend")
)
_SETTLE_DAY = _DAY.values(
    reserved_pence=_D.reserved_pence - bindparam("free"), committed_pence=_D.committed_pence + bindparam("spend")
)


RAISED = "+"
"""In the key of what a buy's budget was raised by, between the buy's own key and the raise's."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budgets a new account is opened with, in pence."""

    account_pence: int
    daily_pence: int


USUAL = Budgets(account_pence=100_000_000, daily_pence=10_000_000)
"""Where nothing else is set."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be reserved."""

    key: str
    campaign_id: UUID
    account: str
    day: date
    pence: int
    cycle: int | None = None
    """Of its campaign; None for money that is not for a cycle."""
    most_pence: int | None = None
    """What the campaign may spend in all its cycles together; None for no limit of its own."""


def reserve(connection: Connection, claim: Claim, opening: Budgets, now: datetime) -> None:
    """Raises BudgetExceeded when it does not fit, Conflict when the key already stands for something else, or the cycle
    for another order."""
    if not insert_new(connection, ledger, _entry(claim, now)):
        entry = connection.execute(_ENTRY, {"entry": claim.key}).one()
        if entry.state != "released":
            _require_same(entry, claim)
            return
        upsert(connection, ledger, [_entry(claim, now)])
    _take(connection, claim, opening)
    # Once the account's row is ours: whoever else would book this campaign waits for it.
    _require_room_in_campaign(connection, claim)


def commit(connection: Connection, key: str, pence: int, now: datetime) -> None:
    """Raises NotFound without a reservation, BadInput above it, Conflict when it was settled otherwise."""
    entry = connection.execute(_ENTRY, {"entry": key}).one_or_none()
    if entry is None:
        raise NotFound(f"Nothing is reserved under {key!r}", remedy="reserve before committing")
    if entry.state == "committed" and entry.amount_pence == pence:
        return
    if entry.state != "reserved":
        raise Conflict(f"The reservation {key!r} is already {entry.state}", remedy="reserve again under a new key")
    if pence > entry.amount_pence or pence < 0:
        raise BadInput(
            f"£{from_pence(pence)} cannot be committed of the £{from_pence(entry.amount_pence)} reserved under {key!r}",
            remedy="commit what was reserved or less",
            field="amount",
        )
    _settle(connection, entry, pence)
    _mark(connection, key, "committed", pence, now)


def settle(connection: Connection, key: str, pence: int, now: datetime) -> None:
    """What is kept is taken from the buy's own entry first, then from those it was raised by, the oldest first; all of
    them are committed then. Raises NotFound where nothing was committed, BadInput above what is held."""
    entries = of_buy(connection, key)
    if not entries or entries[0].state != "committed":
        raise NotFound(f"Nothing is committed under {key!r}", remedy="commit before settling")
    held = sum(entry.amount_pence for entry in entries)
    if not 0 <= pence <= held:
        raise BadInput(
            f"£{from_pence(pence)} was charged of the £{from_pence(held)} committed under {key!r}",
            remedy="ask the platform why it charged more than was ordered",
            field="amount",
        )
    left = pence
    for entry in entries:
        kept = min(entry.amount_pence, left)
        left -= kept
        _keep(connection, entry, kept, now)


def of_buy(connection: Connection, key: str) -> list[Row[tuple[object, ...]]]:
    """What is held for one buy: its own entry, then those its budget was raised by, the oldest first."""
    own = connection.execute(_ENTRY, {"entry": key}).one_or_none()
    if own is None:
        return []
    raised = connection.execute(_OF_CAMPAIGN, {"campaign": own.campaign_id}).all()
    return [own, *(one for one in raised if one.key.startswith(f"{key}{RAISED}") and one.state != "released")]


def held(connection: Connection, key: str) -> int:
    """Pence held for one buy. Locks nothing."""
    of, own = ledger.c, ledger.alias()
    campaign = select(own.c.campaign_id).where(own.c.key == key).scalar_subquery()
    its = (of.key == key) | of.key.startswith(f"{key}{RAISED}", autoescape=True)
    query = select(func.coalesce(func.sum(of.amount_pence), 0)).where(
        of.campaign_id == campaign, of.state != "released", its
    )
    return int(connection.execute(query).scalar_one())


def _keep(connection: Connection, entry: Row[tuple[object, ...]], kept: int, now: datetime) -> None:
    """Commit `kept` pence of an entry, which may be committed or reserved, and free the rest."""
    if entry.state == "committed" and kept == entry.amount_pence:
        return
    is_reserved = entry.state == "reserved"
    figures = {
        "of": entry.account,
        "free": entry.amount_pence if is_reserved else 0,
        "spend": kept if is_reserved else kept - entry.amount_pence,
    }
    connection.execute(_SETTLE_ACCOUNT, figures)
    connection.execute(_SETTLE_DAY, {**figures, "on": entry.day})
    _mark(connection, entry.key, "committed", kept, now)


def release(connection: Connection, key: str, now: datetime) -> None:
    """Nothing happens to what is committed, released or unknown."""
    entry = connection.execute(_ENTRY, {"entry": key}).one_or_none()
    if entry is not None and entry.state == "reserved":
        _release(connection, entry, now)


def release_reservations(connection: Connection, campaign_id: UUID, now: datetime) -> int:
    """Give back all a campaign still holds; the number of reservations released."""
    held = connection.execute(_HELD, {"campaign": campaign_id}).all()
    for entry in held:
        _release(connection, entry, now)
    return len(held)


def _take(connection: Connection, claim: Claim, opening: Budgets) -> None:
    if not _took_account(connection, claim):
        open_account(connection, claim.account, opening)
        if not _took_account(connection, claim):
            raise _exceeded(connection, claim, None)
    if not _took_day(connection, claim):
        _open_day(connection, claim)
        if not _took_day(connection, claim):
            raise _exceeded(connection, claim, claim.day)


def _require_room_in_campaign(connection: Connection, claim: Claim) -> None:
    """What is booked always counts against the campaign's own budget, and a cycle is booked once."""
    others = connection.execute(_OTHERS, {"campaign": claim.campaign_id, "entry": claim.key}).all()
    if claim.cycle is not None and any(entry.cycle == claim.cycle for entry in others):
        raise Conflict(
            f"cycle {claim.cycle} of campaign {claim.campaign_id} has been booked under another order",
            remedy="start a new campaign for another flight",
        )
    taken = sum(entry.amount_pence for entry in others)
    if claim.most_pence is not None and taken + claim.pence > claim.most_pence:
        raise BudgetExceeded(
            f"£{from_pence(claim.pence)} does not fit the campaign's own budget of £{from_pence(claim.most_pence)}, "
            f"of which £{from_pence(taken)} is booked",
            remedy="start a new campaign for another flight",
        )


def _took_account(connection: Connection, claim: Claim) -> bool:
    return connection.execute(_TAKE_ACCOUNT, {"of": claim.account, "take": claim.pence}).rowcount == 1


def _took_day(connection: Connection, claim: Claim) -> bool:
    moved = connection.execute(_TAKE_DAY, {"of": claim.account, "on": claim.day, "take": claim.pence})
    return moved.rowcount == 1


def open_account(connection: Connection, account: str, opening: Budgets) -> None:
    row = {
        "account": account,
        "budget_pence": opening.account_pence,
        "daily_budget_pence": opening.daily_pence,
        "reserved_pence": 0,
        "committed_pence": 0,
    }
    insert_new(connection, accounts, row)


def _open_day(connection: Connection, claim: Claim) -> None:
    daily = connection.scalar(select(_A.daily_budget_pence).where(_A.account == claim.account))
    row = {
        "account": claim.account,
        "day": claim.day,
        "budget_pence": daily,
        "reserved_pence": 0,
        "committed_pence": 0,
    }
    insert_new(connection, account_days, row)


def _settle(connection: Connection, entry: Row[tuple[object, ...]], spend: int) -> None:
    figures = {"of": entry.account, "free": entry.amount_pence, "spend": spend}
    connection.execute(_SETTLE_ACCOUNT, figures)
    connection.execute(_SETTLE_DAY, {**figures, "on": entry.day})


def _release(connection: Connection, entry: Row[tuple[object, ...]], now: datetime) -> None:
    _settle(connection, entry, 0)
    _mark(connection, entry.key, "released", entry.amount_pence, now)


def _mark(connection: Connection, key: str, state: str, pence: int, now: datetime) -> None:
    values = {"entry": key, "state": state, "amount_pence": pence, "changed_at": now}
    connection.execute(_MARK, values)


def _entry(claim: Claim, now: datetime) -> dict[str, object]:
    return {
        "key": claim.key,
        "campaign_id": claim.campaign_id,
        "account": claim.account,
        "day": claim.day,
        "amount_pence": claim.pence,
        "cycle": claim.cycle,
        "state": "reserved",
        "changed_at": now,
    }


def _require_same(entry: Row[tuple[object, ...]], claim: Claim) -> None:
    same = (entry.campaign_id, entry.account) == (claim.campaign_id, claim.account)
    # A committed entry holds what was spent, which may be less than what was once reserved.
    if not same or (entry.state == "reserved" and entry.amount_pence != claim.pence):
        raise Conflict(
            f"The key {claim.key!r} already stands for another reservation of £{from_pence(entry.amount_pence)}",
            remedy="use a key derived from the decision itself",
        )


def _exceeded(connection: Connection, claim: Claim, day: date | None) -> BudgetExceeded:
    if day is None:
        query = select(_A.budget_pence - _A.reserved_pence - _A.committed_pence).where(_A.account == claim.account)
    else:
        query = select(_D.budget_pence - _D.reserved_pence - _D.committed_pence).where(
            _D.account == claim.account, _D.day == day
        )
    return exceeded(claim, day, connection.scalar(query) or 0)


def exceeded(claim: Claim, day: date | None, free_pence: int) -> BudgetExceeded:
    """The refusal of a claim that does not fit the account, or its day."""
    free = from_pence(free_pence)
    of = f"account {claim.account!r}" + (f" on {day}" if day else "")
    return BudgetExceeded(
        f"£{from_pence(claim.pence)} does not fit the budget of {of}, which has £{free} left",
        remedy="lower the campaign's budget, wait for reservations to be released, or raise the account's budget",
    )
