"""Whether money, media and the log agree: what must hold after anything at all has happened to a system."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, inspect, select
from sqlalchemy.exc import DatabaseError

from storage.engine.url import database_url
from storage.ledger.reservations import RAISED
from storage.schema import system_tables as system
from storage.schema import tables

DATABASE = "tescosense.db"
HELD = ("reserved", "committed")


def audit(url: str, *, at_rest: bool = False, whole: bool = False) -> None:
    """Raises AssertionError with everything that does not agree. `at_rest` says that nobody is at work any more,
    `whole` that all was bought by campaigns and from the simulated platform: then nothing may be missing either."""
    engine = create_engine(database_url(url))
    try:
        with engine.connect() as connection:
            _one_snapshot(connection)
            found = [*_balances(connection), *_purchases(connection), *_campaigns(connection), *_log(connection)]
            found += _unfinished(connection) if at_rest else []
            found += _missing(connection) if whole else []
    finally:
        engine.dispose()
    assert not found, "\n".join(found)


def audit_folder(data_dir: Path, *, at_rest: bool = False) -> None:
    """The same of a data directory, where it holds a database, and one that is whole: tests put others there too."""
    file = data_dir / DATABASE
    if file.is_file() and file.read_bytes().startswith(b"SQLite format 3") and _has_tables(file):
        audit(f"sqlite:///{file}", at_rest=at_rest)


def _one_snapshot(connection: Connection) -> None:
    """Somebody may still be at work: what is compared is of one instant."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _has_tables(file: Path) -> bool:
    engine = create_engine(f"sqlite:///{file}")
    try:
        return {table.name for table in system.metadata.sorted_tables} <= set(inspect(engine).get_table_names())
    except DatabaseError:
        return False
    finally:
        engine.dispose()


def _balances(connection: Connection) -> Iterator[str]:
    """Each account and each of its days holds what its entries come to, and no more than its budget."""
    of_account: Counter[tuple[object, ...]] = Counter()
    for entry in connection.execute(select(system.ledger)):
        if entry.state in HELD:
            of_account[entry.account, entry.state] += entry.amount_pence
            of_account[entry.account, entry.day, entry.state] += entry.amount_pence
    accounts = [((row.account,), row) for row in connection.execute(select(system.accounts))]
    days = [((row.account, row.day), row) for row in connection.execute(select(system.account_days))]
    for name, row in (*accounts, *days):
        for state, pence in (("reserved", row.reserved_pence), ("committed", row.committed_pence)):
            if pence != of_account[*name, state]:
                yield f"{name} has {pence} pence {state}, its entries come to {of_account[*name, state]}"
        if row.reserved_pence + row.committed_pence > row.budget_pence:
            yield f"{name} has taken more than its {row.budget_pence} pence"


def _purchases(connection: Connection) -> Iterator[str]:
    """A buy on the platform is money held, and a booking is a buy."""
    state_of = {entry.key: entry.state for entry in connection.execute(select(system.ledger))}
    bought = {buy.idempotency_key: buy.media_buy_id for buy in connection.execute(select(system.media_buys))}
    for key, media_buy_id in bought.items():
        # Buys that tests place on the platform themselves have no entry at all.
        if state_of.get(key, "reserved") not in HELD:
            yield f"{media_buy_id} stands on the platform, and its money was {state_of[key]}"
    booked: defaultdict[tuple[object, int], list[str]] = defaultdict(list)
    for booking in connection.execute(select(tables.bookings)):
        booked[booking.campaign_id, booking.cycle].append(booking.idempotency_key)
        if booking.idempotency_key in state_of and state_of[booking.idempotency_key] != "committed":
            yield f"{booking.transaction_id} is booked, and its money {state_of[booking.idempotency_key]}"
        if bought and bought.get(booking.idempotency_key) not in (None, booking.transaction_id):
            yield f"{booking.transaction_id} is on record, {bought[booking.idempotency_key]} on the platform"
    for (campaign, cycle), keys in booked.items():
        if len(set(keys)) > 1:
            yield f"cycle {cycle} of {campaign} is booked {len(set(keys))} times"


def _missing(connection: Connection) -> Iterator[str]:
    """Every buy has its money and its booking, every booking its buy and its money."""
    entries = {entry.key: entry for entry in connection.execute(select(system.ledger))}
    bought = {
        buy.idempotency_key: buy
        for buy in connection.execute(select(system.media_buys))
        if buy.idempotency_key != buy.media_buy_id  # a row of a change, whose buy has one of its own
    }
    booked = {booking.idempotency_key: booking for booking in connection.execute(select(tables.bookings))}
    spent = {key.partition(RAISED)[0] for key, entry in entries.items() if entry.state == "committed"}
    for key in sorted(bought.keys() | booked.keys() | spent):
        names = {"money spent": key in spent, "a buy": key in bought, "a booking": key in booked}
        if missing := [name for name, there in names.items() if not there]:
            yield f"{key} is without {' and '.join(missing)}"


def _campaigns(connection: Connection) -> Iterator[str]:
    """No campaign holds more than its budget."""
    held = (
        select(system.ledger.c.campaign_id, func.sum(system.ledger.c.amount_pence))
        .where(system.ledger.c.state.in_(HELD))
        .group_by(system.ledger.c.campaign_id)
    )
    budgets = {
        row.id: row.budget for row in connection.execute(select(tables.campaigns.c.id, tables.campaigns.c.budget))
    }
    for campaign, pence in connection.execute(held):
        if campaign in budgets and pence > budgets[campaign] * 100:
            yield f"{campaign} holds {pence} pence of a budget of £{budgets[campaign]}"


def _log(connection: Connection) -> Iterator[str]:
    """Each thread's events are numbered without a gap, and its head is what the log holds."""
    of = system.run_events.c
    query = select(of.thread_id, func.min(of.seq), func.max(of.seq), func.count()).group_by(of.thread_id)
    heads = {head.thread_id: (head.first, head.last) for head in connection.execute(select(system.thread_heads))}
    for thread, first, last, count in connection.execute(query):
        if last - first + 1 != count or heads.get(thread) != (first, last):
            yield f"the log of {thread} has {count} events from {first} to {last}, its head says {heads.get(thread)}"


def _unfinished(connection: Connection) -> Iterator[str]:
    """No lease, no order, no reservation, and no thread without its campaign is left."""
    for run in connection.execute(select(system.active_runs)):
        yield f"{run.owner} still holds {run.thread_id}, with the order {run.ordered}"
    for entry in connection.execute(select(system.ledger).where(system.ledger.c.state == "reserved")):
        yield f"{entry.amount_pence} pence of {entry.campaign_id} are still reserved"
    known = set(connection.scalars(select(tables.campaigns.c.id)))
    for thread in connection.scalars(select(system.threads.c.thread_id)):
        if thread not in known:
            yield f"the thread {thread} has no campaign"
