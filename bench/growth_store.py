"""Fills a data directory with campaigns: a few that the product itself has run, copied with ids and dates of their own.

A copy is every row the product has written of a campaign, in every table, with its events, lessons, money and
checkpoints. Whatever is an id or a day in them, in a column or inside a document, is replaced throughout; the rest
is the same letter for letter.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from domain.context import Autonomy, CampaignContext, RiskLimits
from domain.money import pounds
from domain.shoppers import Shoppers
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from storage.checkpoints.checkpoints import sqlite_checkpointer
from storage.schema.migrate import migrate

FINISHED, FLIGHT_DAYS = 4, 28
_TRIES = 4
"""After what four campaigns taught by chance, the next may not be worth its money: another finding's may be."""
PLENTY = pounds(10**9)
TABLES, CHECKPOINTS = "tescosense.db", "checkpoints.db"

_OF_CAMPAIGN = {
    "campaigns": "id",
    "threads": "thread_id",
    "run_events": "thread_id",
    "thread_heads": "thread_id",
    **dict.fromkeys(
        (
            *("opportunities", "opportunity_regions", "plans", "creatives", "ad_words", "checks", "approvals"),
            *("bookings", "reports", "performance_logs"),
        ),
        "campaign_id",
    ),
    "ledger": "campaign_id",
    "lessons": "campaign_id",
}
_MEDIA_BUYS = (
    "SELECT * FROM media_buys WHERE media_buy_id IN (SELECT transaction_id FROM bookings WHERE campaign_id = ?)"
)
_COUNTED = {"run_events": ("position",), "thread_heads": ("position",), "lessons": ("position", "revision")}
_NAME = re.compile(
    r"mb_[0-9a-f]{20}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<![0-9a-f])(?!0{16})[0-9a-f]{32}(?![0-9a-f])"
    r"|20[0-9]{2}-[01][0-9]-[0-3][0-9]"
)
"""Ids of media buys, ids with dashes and without, and days. What begins with zeros is the version of a channel."""
_INTERRUPT = re.compile(r'"interrupt_id":"([0-9a-f]{32})"')
_TAKEN = (
    "UPDATE {0} SET committed_pence = (SELECT coalesce(sum(amount_pence), 0) FROM ledger"
    " WHERE ledger.account = {0}.account AND ledger.state = 'committed' {1}),"
    " reserved_pence = (SELECT coalesce(sum(amount_pence), 0) FROM ledger"
    " WHERE ledger.account = {0}.account AND ledger.state = 'reserved' {1})"
)

Value = str | bytes | int | float | None
Stored = tuple[Value, ...]
Pieces = tuple[str | int, ...]
"""A text cut where its names are: letters as they are, and numbers of names."""


@dataclass(frozen=True, slots=True)
class _Row:
    values: tuple[Value | Pieces, ...]
    is_blob: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One campaign as the product has stored it: rows by file and table, and the names that a copy has of its own."""

    rows: dict[str, dict[str, list[_Row]]]
    columns: dict[str, list[str]]
    names: tuple[str, ...]
    events: int
    lessons: int

    def named(self, number: int, days: int) -> list[str]:
        """The names of copy `number`, its days moved on by `days`."""
        return [_renamed(name, number, days) for name in self.names]


@dataclass(frozen=True, slots=True)
class Examples:
    finished: Sequence[Example]
    at_approval: Example
    at_measurement: Example


@dataclass(frozen=True, slots=True)
class Copy:
    example: Example
    number: int
    """Its own among all copies in one directory, from 1."""
    days: int = 0
    """How much later than the example everything in it happened."""


async def make_examples(directory: Path, *, flight_days: int = FLIGHT_DAYS) -> Examples:
    """Let the product run campaigns in its live world: some to their end, one to the gate, one into its flight.

    Raises RuntimeError when a campaign does not come where it was to come.
    """
    settings = _settings(directory)
    async with open_system(settings) as system:
        await system.live.set_running(running=False)
        waiting = (await system.live.trigger("heavy-rain")).campaign_ids
        # A later one of their category would give way to those that are still being planned.
        for begun in waiting:
            await system.runs.finished(begun)
        finished = [await _run(system, seed, Autonomy.AUTONOMOUS, fast_forward=True) for seed in range(FINISHED)]
        for place in range(_TRIES):
            seed = FINISHED + place
            flying = await _run(system, seed, Autonomy.AUTONOMOUS, flight_days=flight_days, place=place)
            record = await system.campaigns.get(flying)
            if record is not None and record.status is not CampaignStatus.NOT_WORTH_SPENDING:
                break
        for campaign_id, status in [
            *((one, CampaignStatus.COMPLETED) for one in finished),
            (waiting[0], CampaignStatus.AWAITING_APPROVAL),
            (flying, CampaignStatus.ACTIVE),
        ]:
            await _check(system, campaign_id, status)
    return Examples(
        finished=[_example(directory, campaign_id) for campaign_id in finished],
        at_approval=_example(directory, waiting[0]),
        at_measurement=_example(directory, flying),
    )


async def fill(directory: Path, copies: Iterable[Copy], *, world_of: Path) -> None:
    """Make a data directory that holds the copies, in their order, in the live world of another directory."""
    await migrate(f"sqlite:///{directory / TABLES}")
    async with sqlite_checkpointer(directory / CHECKPOINTS):
        pass
    with closing(_fast(directory / TABLES)) as tables, closing(_fast(directory / CHECKPOINTS)) as checkpoints:
        events = lessons = 0
        with tables, checkpoints:
            for copy in copies:
                names = copy.example.named(copy.number, copy.days)
                for table, rows in copy.example.rows[TABLES].items():
                    counted = lessons if table == "lessons" else events
                    _insert(tables, table, _written(copy.example, table, rows, names, counted))
                for table, rows in copy.example.rows[CHECKPOINTS].items():
                    _insert(checkpoints, table, _written(copy.example, table, rows, names, 0))
                events += copy.example.events
                lessons += copy.example.lessons
            tables.execute("UPDATE histories SET position = ? WHERE name = 'events'", (events,))
            tables.execute("UPDATE histories SET position = ? WHERE name = 'lessons'", (lessons,))
            _carry_over(tables, world_of)


def _settings(directory: Path) -> Settings:
    # Shoppers whose ads pay, so that one campaign after another on one category is worth its money.
    return Settings(
        data_dir=directory,
        account_budget=PLENTY,
        account_daily_budget=PLENTY,
        shoppers=Shoppers.TEXTBOOK,
        _env_file=None,
    )


async def _run(
    system: System,
    seed: int,
    autonomy: Autonomy,
    *,
    fast_forward: bool = False,
    flight_days: int = 7,
    place: int = 0,
) -> UUID:
    world = await system.live.now()
    found = await system.live.trends()
    context = CampaignContext(
        world=system.live.reference(world),
        seed=seed,
        today=world.today,
        autonomy=autonomy,
        fast_forward=fast_forward,
        flight_days=flight_days,
        # So much that the probe at the gate leaves enough for the next ones of its category.
        limits=RiskLimits(probe_limit=PLENTY),
    )
    campaign_id = await system.runs.start(
        CampaignState(opportunity=found[place % len(found)], today=world.today), context
    )
    await system.runs.finished(campaign_id)
    return campaign_id


async def _check(system: System, campaign_id: UUID, status: CampaignStatus) -> None:
    record = await system.campaigns.get(campaign_id)
    if record is None or record.status is not status:
        raise RuntimeError(f"campaign {campaign_id} is {record.status if record else 'unknown'}, not {status}")


def _example(directory: Path, campaign_id: UUID) -> Example:
    with (
        closing(sqlite3.connect(directory / TABLES)) as tables,
        closing(sqlite3.connect(directory / CHECKPOINTS)) as kept,
    ):
        found = {
            TABLES: {
                **{
                    table: _select(tables, f"SELECT * FROM {table} WHERE {key} = ? ORDER BY rowid", campaign_id.hex)
                    for table, key in _OF_CAMPAIGN.items()
                },
                "media_buys": _select(tables, _MEDIA_BUYS, campaign_id.hex),
            },
            CHECKPOINTS: {
                table: _select(kept, f"SELECT * FROM {table} WHERE thread_id = ? ORDER BY rowid", str(campaign_id))
                for table in ("checkpoints", "writes")
            },
        }
        columns = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for connection, file in ((tables, TABLES), (kept, CHECKPOINTS))
            for table in found[file]
        }
    # LangGraph finds a question again by ids it computes from the checkpoint's, so all of these stay as they are.
    asked = _INTERRUPT.findall("".join(str(value) for row in found[TABLES]["run_events"] for value in row))
    fixed = {*asked, *(str(value) for rows in found[CHECKPOINTS].values() for row in rows for value in row[2:5])}
    cutter = _Cutter(fixed)
    rows = {
        file: {
            table: [cutter.row(row) for row in _counted_from_one(table, columns[table], table_rows)]
            for table, table_rows in of_file.items()
        }
        for file, of_file in found.items()
    }
    return Example(rows, columns, tuple(cutter.names), len(found[TABLES]["run_events"]), len(found[TABLES]["lessons"]))


def _counted_from_one(table: str, columns: Sequence[str], rows: Sequence[Stored]) -> Iterator[Stored]:
    """The rows with their places in a history as if nothing else stood in it."""
    for place, row in enumerate(rows, start=1):
        values = dict(zip(columns, row, strict=True))
        if table == "thread_heads":
            values["position"] = values["last"]
        elif table in _COUNTED:
            values |= dict.fromkeys(_COUNTED[table], place)
        yield tuple(values.values())


class _Cutter:
    """Cuts texts where their names are, each name counted once."""

    def __init__(self, fixed: set[str]) -> None:
        self._fixed = fixed
        self.names: dict[str, int] = {}

    def row(self, row: Stored) -> _Row:
        return _Row(
            values=tuple(self._cut(value) for value in row), is_blob=tuple(isinstance(value, bytes) for value in row)
        )

    def _cut(self, value: Value) -> Value | Pieces:
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if not isinstance(value, str):
            return value
        pieces: list[str | int] = []
        end = 0
        for found in _NAME.finditer(value):
            if found[0] not in self._fixed:
                pieces += [value[end : found.start()], self.names.setdefault(found[0], len(self.names))]
                end = found.end()
        return (*pieces, value[end:])


def _renamed(name: str, number: int, days: int) -> str:
    if name.startswith("20") and len(name) == len("2026-11-23"):
        return (date.fromisoformat(name) + timedelta(days=days)).isoformat()
    if name.startswith("mb_"):
        return f"mb_{int(name[3:], 16) ^ number:020x}"
    changed = UUID(int=UUID(name).int ^ number)
    return str(changed) if "-" in name else changed.hex


def _written(
    example: Example, table: str, rows: Sequence[_Row], names: Sequence[str], counted: int
) -> Iterator[list[Value]]:
    places = [example.columns[table].index(column) for column in _COUNTED.get(table, ())]
    for row in rows:
        values = [
            _joined(value, names, is_blob) if isinstance(value, tuple) else value
            for value, is_blob in zip(row.values, row.is_blob, strict=True)
        ]
        for place in places:
            values[place] = int(str(values[place])) + counted
        yield values


def _joined(pieces: Pieces, names: Sequence[str], is_blob: bool) -> str | bytes:
    text = "".join([piece if isinstance(piece, str) else names[piece] for piece in pieces])
    return text.encode("latin-1") if is_blob else text


def _select(connection: sqlite3.Connection, query: str, key: str) -> list[Stored]:
    return connection.execute(query, (key,)).fetchall()


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[list[Value]]) -> None:
    for row in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)


def _fast(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-400000")
    return connection


def _carry_over(tables: sqlite3.Connection, world_of: Path) -> None:
    """The live world's clock, and accounts in which stands what the ledger's entries take."""
    with closing(sqlite3.connect(world_of / TABLES)) as source:
        _insert(tables, "world_clock", map(list, source.execute("SELECT * FROM world_clock")))
        _insert(tables, "accounts", map(list, source.execute("SELECT * FROM accounts")))
    budget = int(PLENTY * 100)
    tables.execute(
        "INSERT INTO account_days (account, day, budget_pence, reserved_pence, committed_pence)"
        " SELECT DISTINCT account, day, ?, 0, 0 FROM ledger",
        (budget,),
    )
    tables.execute(_TAKEN.format("accounts", ""))
    tables.execute(_TAKEN.format("account_days", "AND ledger.day = account_days.day"))
