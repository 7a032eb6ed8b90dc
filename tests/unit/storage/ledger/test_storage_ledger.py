"""The budget ledger's invariant, at every instant: reserved + committed <= budget, for account and day."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from domain.errors import BadInput, BudgetExceeded, Conflict, NotFound
from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.ledger.ledger import Ledger

TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 22)
SOUP, TEA = derived_id("soup"), derived_id("tea")


def small_ledger(database: Database) -> Ledger:
    return Ledger(
        database,
        account_budget=Decimal(1000),
        daily_budget=Decimal(600),
        now=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC),
    )


async def taken(ledger: Ledger, day: date | None = None) -> tuple[Decimal, Decimal]:
    balance = await ledger.balance("house", day)
    assert balance is not None
    return balance.reserved, balance.committed


async def reserve(ledger: Ledger, key: str, pounds: str, day: date | None = None, campaign: UUID = SOUP) -> None:
    await ledger.reserve(key=key, campaign_id=campaign, account="house", amount=Decimal(pounds), day=day)


async def test_a_reservation_takes_from_the_account_and_from_today(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "a", "250.10")
    assert await taken(ledger) == await taken(ledger, TODAY) == (Decimal("250.10"), Decimal(0))
    [entry] = await ledger.entries(SOUP)
    assert (entry.key, entry.amount, entry.state, entry.day) == ("a", Decimal("250.10"), "reserved", TODAY)


async def test_the_same_key_twice_is_one_reservation(database: Database) -> None:
    ledger = small_ledger(database)
    await asyncio.gather(*(reserve(ledger, "a", "250") for _ in range(8)))
    assert await taken(ledger) == (Decimal(250), Decimal(0))


async def refusal(asking: Awaitable[None]) -> str:
    """What a request is refused with; nothing when it is not."""
    try:
        await asking
    except Conflict as error:
        return str(error)
    return ""


@pytest.mark.parametrize("used", [{}, {YESTERDAY: "400"}, {TODAY: "400"}, {YESTERDAY: "500", TODAY: "450"}])
@pytest.mark.parametrize("asked", ["50", "150", "550", "650", "1100"])
async def test_room_asked_for_is_refused_in_the_words_reserving_it_would_be(
    database: Database, used: dict[date, str], asked: str
) -> None:
    ledger = small_ledger(database)
    for day, amount in used.items():
        await reserve(ledger, f"on {day}", amount, day)
    before = await ledger.entries(SOUP)
    room = ledger.require_room(campaign_id=SOUP, account="house", amount=Decimal(asked), day=TODAY)
    said = await refusal(room)
    assert await ledger.entries(SOUP) == before, "asking takes nothing"
    assert said == await refusal(reserve(ledger, "asked", asked, TODAY))


async def test_room_is_refused_under_the_kill_switch(database: Database) -> None:
    ledger = small_ledger(database)
    await ledger.stop_booking("audit", "Ada")
    with pytest.raises(Conflict, match="stopped by Ada"):
        await ledger.require_room(campaign_id=SOUP, account="house", amount=Decimal(1))


async def test_a_key_cannot_stand_for_two_decisions(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "a", "250")
    with pytest.raises(Conflict, match=r"already stands for another reservation of £250\.00"):
        await reserve(ledger, "a", "251")
    with pytest.raises(Conflict):
        await reserve(ledger, "a", "250", campaign=TEA)


async def test_the_day_and_the_account_each_have_a_last_penny(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "a", "600")
    with pytest.raises(BudgetExceeded, match=r"£0.01 does not fit the budget of account 'house' on 2026-11-23"):
        await reserve(ledger, "b", "0.01")
    await reserve(ledger, "c", "400", day=date(2026, 11, 24))
    with pytest.raises(BudgetExceeded, match=r"account 'house', which has £0.00 left"):
        await reserve(ledger, "d", "0.01", day=date(2026, 11, 25))
    assert await ledger.balance("house", date(2026, 11, 25)) is None
    assert [entry.key for entry in await ledger.entries(SOUP)] == ["a", "c"]


async def test_committing_less_frees_the_rest_and_may_be_repeated(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "a", "600")
    for _ in range(2):
        await ledger.commit("a", Decimal("450.50"))
    assert await taken(ledger) == await taken(ledger, TODAY) == (Decimal(0), Decimal("450.50"))
    await reserve(ledger, "b", "149.50")


async def test_a_settled_reservation_is_not_settled_otherwise(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "a", "100")
    with pytest.raises(BadInput, match=r"£100\.01 cannot be committed of the £100\.00 reserved"):
        await ledger.commit("a", Decimal("100.01"))
    await ledger.commit("a", Decimal(90))
    with pytest.raises(Conflict, match="already committed"):
        await ledger.commit("a", Decimal(80))
    await ledger.release("a")
    assert await taken(ledger) == (Decimal(0), Decimal(90))
    await reserve(ledger, "a", "100")
    assert await taken(ledger) == (Decimal(0), Decimal(90)), "a retry after the commit reserves nothing more"
    with pytest.raises(NotFound, match="Nothing is reserved under 'x'"):
        await ledger.commit("x", Decimal(1))


async def test_what_was_not_delivered_is_free_again_once_delivery_is_final(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "a", "600")
    await ledger.commit("a", Decimal(600))
    for _ in range(2):
        await ledger.settle("a", Decimal("588.40"))
    assert await taken(ledger) == await taken(ledger, TODAY) == (Decimal(0), Decimal("588.40"))
    with pytest.raises(BadInput, match=r"£600\.00 was charged of the £588\.40 committed"):
        await ledger.settle("a", Decimal(600))
    with pytest.raises(NotFound, match="Nothing is committed under 'x'"):
        await ledger.settle("x", Decimal(1))


async def test_releasing_gives_back_once_and_the_key_may_be_reserved_again(database: Database) -> None:
    ledger = small_ledger(database)
    await ledger.release("a")
    await reserve(ledger, "a", "500")
    await ledger.release("a")
    await ledger.release("a")
    assert await taken(ledger) == await taken(ledger, TODAY) == (Decimal(0), Decimal(0))
    with pytest.raises(Conflict, match="already released"):
        await ledger.commit("a", Decimal(500))
    await reserve(ledger, "a", "550")
    assert await taken(ledger) == (Decimal(550), Decimal(0))


@pytest.mark.parametrize("amount", ["0", "-5"])
async def test_only_a_positive_amount_can_be_reserved(database: Database, amount: str) -> None:
    with pytest.raises(BadInput, match="cannot be reserved"):
        await reserve(small_ledger(database), "a", amount)


async def test_what_a_buy_is_raised_by_is_held_and_settled_with_it(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "buy", "300", YESTERDAY)
    await ledger.commit("buy", Decimal(300))
    await reserve(ledger, ledger.raise_of("buy", "one"), "100")
    await reserve(ledger, ledger.raise_of("buy", "two"), "50")
    await reserve(ledger, "buyer", "20")
    assert await ledger.held("buy") == 450
    for _ in range(2):
        await ledger.settle("buy", Decimal(420))
        assert await ledger.held("buy") == 420, "settled twice, freed once"
        assert await taken(ledger) == (Decimal(20), Decimal(420))
    assert (await taken(ledger, YESTERDAY), await taken(ledger, TODAY)) == (
        (Decimal(0), Decimal(300)),
        (Decimal(20), Decimal(120)),
    )
    with pytest.raises(BadInput, match=r"£421\.00 was charged of the £420\.00"):
        await ledger.settle("buy", Decimal(421))
    await ledger.settle("buy", Decimal(0))
    assert await taken(ledger) == (Decimal(20), Decimal(0))


async def test_the_kill_switch_stops_new_reservations_and_lets_standing_ones_settle(database: Database) -> None:
    ledger = small_ledger(database)
    assert not await ledger.booking_stopped()
    await reserve(ledger, "a", "100")
    await ledger.stop_booking("the copy looks wrong", by="Priya")
    assert await ledger.booking_stopped()
    with pytest.raises(Conflict, match=r"stopped by Priya \(the copy looks wrong\)"):
        await reserve(ledger, "b", "1")
    await ledger.commit("a", Decimal(100))
    await ledger.resume_booking("checked", by="Priya")
    assert not await ledger.booking_stopped()
    await reserve(ledger, "b", "1")
    switch = await ledger.kill_switch()
    assert (switch.reason, switch.changed_by) == ("checked", "Priya")


async def test_a_budget_cannot_be_cut_below_what_is_taken(database: Database) -> None:
    ledger = small_ledger(database)
    await reserve(ledger, "a", "500")
    with pytest.raises(Conflict, match="already taken more than £499"):
        await ledger.set_budget("house", budget=Decimal(499), daily_budget=Decimal(100))
    await ledger.set_budget("house", budget=Decimal(500), daily_budget=Decimal(100))
    with pytest.raises(BudgetExceeded):
        await reserve(ledger, "b", "1")


async def test_the_database_itself_refuses_to_break_the_invariant(database: Database) -> None:
    await reserve(small_ledger(database), "a", "100")

    def overdraw(connection: Connection) -> None:
        connection.execute(text("UPDATE accounts SET reserved_pence = budget_pence + 1"))

    with pytest.raises(IntegrityError):
        await database.write(overdraw)


async def test_the_invariant_holds_while_everything_happens_at_once(database: Database) -> None:
    """Forty campaigns want £100 each of £1,000; some commit, some release, all retry; a watcher looks all the time."""
    ledger, other = small_ledger(database), small_ledger(database)
    outcomes: dict[int, str] = {}
    finished = False

    async def campaign(number: int) -> None:
        books, key, day = (ledger, other)[number % 2], f"k{number}", date(2026, 11, 23 + number % 2)
        tries = await asyncio.gather(*(reserve(books, key, "100", day=day) for _ in range(2)), return_exceptions=True)
        assert all(answer is None or isinstance(answer, BudgetExceeded) for answer in tries)
        if None not in tries:
            outcomes[number] = "refused"
            return
        if number % 3:
            await asyncio.gather(*(books.commit(key, Decimal("99.99")) for _ in range(2)))
            outcomes[number] = "committed"
        else:
            await asyncio.gather(*(books.release(key) for _ in range(2)))
            outcomes[number] = "released"

    async def watch() -> int:
        looks = 0
        while not finished:
            for day in (None, TODAY, date(2026, 11, 24)):
                balance = await ledger.balance("house", day)
                assert balance is None or balance.reserved + balance.committed <= balance.budget
            looks += 1
        return looks

    watching = asyncio.create_task(watch())
    await asyncio.gather(*map(campaign, range(40)))
    finished = True
    assert await watching > 0
    committed = [number for number, outcome in outcomes.items() if outcome == "committed"]
    assert len(outcomes) == 40
    assert committed
    assert await taken(ledger) == (Decimal(0), len(committed) * Decimal("99.99"))
