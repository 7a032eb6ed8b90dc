"""The budget ledger: reserved + committed <= budget, for the account and for the day, at every instant."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from domain.errors import BadInput, Conflict
from domain.money import Money
from storage.engine.columns import from_pence, to_pence
from storage.engine.database import Database
from storage.engine.statements import upsert
from storage.ledger import budget_check, reservations
from storage.ledger.reservations import USUAL, Budgets, Claim
from storage.notices import tell_of_switch
from storage.records import Balance, KillSwitch, Reservation
from storage.schema.system_tables import account_days, accounts, controls, ledger

Answer = TypeVar("Answer")
_BOOKING = "booking"
_USUAL_ACCOUNT, _USUAL_DAY = from_pence(USUAL.account_pence), from_pence(USUAL.daily_pence)
_SWITCH = select(controls).where(controls.c.name == _BOOKING)


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """Implements `storage.ports.BudgetLedger`. Every change is one durable transaction and may be repeated."""

    def __init__(
        self,
        database: Database,
        *,
        account_budget: Money = _USUAL_ACCOUNT,
        daily_budget: Money = _USUAL_DAY,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """An account is opened with these budgets, in pounds, when it is first used."""
        self._database = database
        self.opening = Budgets(to_pence(account_budget), to_pence(daily_budget))
        self._now = now

    async def reserve(
        self,
        *,
        key: str,
        campaign_id: UUID,
        account: str,
        amount: Money,
        day: date | None = None,
        cycle: int | None = None,
        most: Money | None = None,
    ) -> None:
        """Reserve on `day`'s budget (today in UTC when not given) and the account's.

        `cycle` is the campaign's, `most` what all its cycles together may take. Raises BudgetExceeded when it does not
        fit beside what accepted orders of other campaigns are going to reserve, Conflict while the kill switch is on,
        when the key stands for another reservation or the cycle for another order. A released key may be reserved
        again.
        """
        if amount <= 0:
            raise BadInput(f"£{amount} cannot be reserved", remedy="reserve a positive amount", field="amount")
        now = self._now()
        limit = None if most is None else to_pence(most)
        claim = Claim(key, campaign_id, account, day or now.date(), to_pence(amount), cycle, limit)

        def unit(connection: Connection) -> None:
            _refuse_while_stopped(connection)
            reservations.reserve(connection, claim, self.opening, now)
            budget_check.leave_promised(connection, claim)

        await self._durably(unit)

    async def require_room(
        self,
        *,
        campaign_id: UUID,
        account: str,
        amount: Money,
        day: date | None = None,
    ) -> None:
        """Raises what `reserve` would raise once all that is ordered of other campaigns is reserved: BudgetExceeded,
        and Conflict while the kill switch is on."""
        claim = Claim("", campaign_id, account, day or self._now().date(), to_pence(amount))

        def unit(connection: Connection) -> None:
            _refuse_while_stopped(connection)
            budget_check.require(connection, claim, self.opening)

        await self._database.read(unit)

    async def holds(self, key: str) -> bool:
        """Whether money is reserved or committed under the key."""
        query = select(ledger.c.state).where(ledger.c.key == key)
        state = await self._database.read(lambda connection: connection.scalar(query))
        return state not in (None, "released")

    async def held(self, key: str) -> Money:
        """Pounds reserved or committed for a buy, whatever its budget was raised by included."""

        return from_pence(await self._database.read(lambda connection: reservations.held(connection, key)))

    def raise_of(self, key: str, change: str) -> str:
        """The key to reserve under what a change raises the budget of a buy by: settled with the buy from then on."""
        return f"{key}{reservations.RAISED}{change}"

    async def commit(self, key: str, amount: Money) -> None:
        """Turn the reservation into spend of `amount`; the rest is free again.

        Raises NotFound without a reservation, BadInput above it, Conflict when it was settled otherwise.
        """
        await self._durably(lambda connection: reservations.commit(connection, key, to_pence(amount), self._now()))

    async def settle(self, key: str, spent: Money) -> None:
        """Keep `spent` of what is held for a buy and free the rest, once delivery is final or its budget has changed.
        Settling again changes nothing.

        Raises NotFound where nothing was committed, BadInput for more than is held.
        """
        await self._durably(lambda connection: reservations.settle(connection, key, to_pence(spent), self._now()))

    async def release(self, key: str) -> None:
        await self._durably(lambda connection: reservations.release(connection, key, self._now()))

    async def booking_stopped(self) -> bool:
        return (await self.kill_switch()).stopped

    async def kill_switch(self) -> KillSwitch:
        return await self._database.read(_read_switch)

    async def stop_booking(self, reason: str, by: str) -> None:
        """No reservation is made from now on; what is already booked runs."""
        await self._set_switch(stopped=True, reason=reason, by=by)

    async def resume_booking(self, reason: str, by: str) -> None:
        await self._set_switch(stopped=False, reason=reason, by=by)

    async def set_budget(self, account: str, *, budget: Money, daily_budget: Money) -> None:
        """Open the account or change its budgets; days already begun keep theirs.

        Raises Conflict when more than the new budget is already reserved or committed.
        """
        new = Budgets(to_pence(budget), to_pence(daily_budget))

        def unit(connection: Connection) -> None:
            reservations.open_account(connection, account, new)
            taken = accounts.c.reserved_pence + accounts.c.committed_pence
            change = accounts.update().where(accounts.c.account == account, taken <= new.account_pence)
            values = {"budget_pence": new.account_pence, "daily_budget_pence": new.daily_pence}
            if connection.execute(change, values).rowcount == 0:
                raise Conflict(
                    f"Account {account!r} has already taken more than £{budget}",
                    remedy="release reservations first, or set a higher budget",
                )

        await self._durably(unit)

    async def balance(self, account: str, day: date | None = None) -> Balance | None:
        """The account's balance, or that of one of its days; None before anything was reserved."""
        table = accounts if day is None else account_days
        query = select(table).where(table.c.account == account)
        if day is not None:
            query = query.where(account_days.c.day == day)

        def unit(connection: Connection) -> Balance | None:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            return Balance(
                account=account,
                day=day,
                budget=from_pence(row.budget_pence),
                reserved=from_pence(row.reserved_pence),
                committed=from_pence(row.committed_pence),
            )

        return await self._database.read(unit)

    async def standing_of(self, account: str, day: date | None = None) -> Balance:
        """The same, and before anything was reserved the budget that it is going to have, with nothing taken."""
        if (kept := await self.balance(account, day)) is not None:
            return kept
        query = select(accounts.c.daily_budget_pence).where(accounts.c.account == account)
        opened = await self._database.read(lambda connection: connection.scalar(query))
        daily = self.opening.daily_pence if opened is None else opened
        budget = from_pence(self.opening.account_pence if day is None else daily)
        return Balance(account=account, day=day, budget=budget, reserved=from_pence(0), committed=from_pence(0))

    async def entries(self, campaign_id: UUID) -> list[Reservation]:
        """Every entry of a campaign, whatever became of it."""
        query = select(ledger).where(ledger.c.campaign_id == campaign_id).order_by(ledger.c.changed_at, ledger.c.key)

        def unit(connection: Connection) -> list[Reservation]:
            return [
                Reservation.model_validate({**row, "amount": from_pence(row["amount_pence"])})
                for row in connection.execute(query).mappings()
            ]

        return await self._database.read(unit, of=campaign_id)

    async def _set_switch(self, *, stopped: bool, reason: str, by: str) -> None:
        switch = KillSwitch(stopped=stopped, reason=reason, changed_by=by, changed_at=self._now())

        def unit(connection: Connection) -> None:
            tell_of_switch(connection, switch, _read_switch(connection).stopped)
            upsert(connection, controls, [{"name": _BOOKING, **dict(switch)}])

        await self._durably(unit)

    async def _durably(self, unit: Callable[[Connection], Answer]) -> Answer:
        return await self._database.write(unit, durable=True, apart=True)


def _read_switch(connection: Connection) -> KillSwitch:
    row = connection.execute(_SWITCH).mappings().one_or_none()
    return KillSwitch(stopped=False) if row is None else KillSwitch.model_validate(row)


def _refuse_while_stopped(connection: Connection) -> None:
    switch = _read_switch(connection)
    if switch.stopped:
        raise Conflict(
            f"Booking was stopped by {switch.changed_by} ({switch.reason})",
            remedy="resume booking with the kill switch before sending this again",
        )
