"""Any sequence of reservations, commits and releases leaves the ledger where a plain model of it stands."""

import asyncio
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadInput, BudgetExceeded, Conflict, NotFound
from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.ledger.ledger import Ledger
from storage.schema.migrate import migrate

ACCOUNT_BUDGET, DAILY_BUDGET = 30, 20
DAYS = (date(2026, 11, 23), date(2026, 11, 24))

Operation = tuple[str, int, int, int]
operations = st.tuples(
    st.sampled_from(["reserve", "commit", "release"]), st.integers(0, 4), st.integers(1, 15), st.integers(0, 1)
)


class Model:
    """The rules in words: key -> (state, pence, day)."""

    def __init__(self) -> None:
        self.entries: dict[int, tuple[str, int, int]] = {}

    def taken(self, day: int | None = None) -> int:
        return sum(
            pence for state, pence, on in self.entries.values() if state != "released" and (day is None or on == day)
        )

    def reserve(self, key: int, pence: int, day: int) -> bool:
        """Whether it is granted; a standing reservation of the same amount is, whatever is left."""
        state, standing, _ = self.entries.get(key, ("released", 0, 0))
        if state == "committed" or (state == "reserved" and standing == pence):
            return True
        if state == "reserved":
            return False
        if self.taken() + pence > ACCOUNT_BUDGET or self.taken(day) + pence > DAILY_BUDGET:
            return False
        self.entries[key] = ("reserved", pence, day)
        return True

    def commit(self, key: int, pence: int) -> bool:
        state, standing, day = self.entries.get(key, ("released", 0, 0))
        if state == "reserved" and pence <= standing:
            self.entries[key] = ("committed", pence, day)
            return True
        return state == "committed" and pence == standing

    def release(self, key: int) -> bool:
        state, pence, day = self.entries.get(key, ("released", 0, 0))
        if state == "reserved":
            self.entries[key] = ("released", pence, day)
        return True


async def really(ledger: Ledger, operation: Operation) -> bool:
    """Do it; whether it was granted."""
    name, key, pence, day = operation
    amount = Decimal(pence) / 100
    try:
        match name:
            case "reserve":
                await ledger.reserve(
                    key=str(key), campaign_id=derived_id("c"), account="house", amount=amount, day=DAYS[day]
                )
            case "commit":
                await ledger.commit(str(key), amount)
            case _:
                await ledger.release(str(key))
    except (BudgetExceeded, Conflict, BadInput, NotFound):
        return False
    return True


def modelled(model: Model, operation: Operation) -> bool:
    name, key, pence, day = operation
    if name == "reserve":
        return model.reserve(key, pence, day)
    return model.commit(key, pence) if name == "commit" else model.release(key)


async def pence_taken(ledger: Ledger, day: date | None) -> int:
    balance = await ledger.balance("house", day)
    return 0 if balance is None else int((balance.reserved + balance.committed) * 100)


@settings(max_examples=30)
@given(st.lists(operations, max_size=25))
def test_the_ledger_does_what_the_rules_say(steps: list[Operation]) -> None:
    async def compare() -> None:
        with TemporaryDirectory() as directory:
            url = f"sqlite:///{Path(directory)}/ledger.db"
            await migrate(url)
            async with Database(url) as database:
                ledger = Ledger(
                    database, account_budget=Decimal(ACCOUNT_BUDGET) / 100, daily_budget=Decimal(DAILY_BUDGET) / 100
                )
                model = Model()
                for step in steps:
                    assert await really(ledger, step) == modelled(model, step)
                    assert await pence_taken(ledger, None) == model.taken() <= ACCOUNT_BUDGET
                for number, day in enumerate(DAYS):
                    assert await pence_taken(ledger, day) == model.taken(number) <= DAILY_BUDGET

    asyncio.run(compare())
