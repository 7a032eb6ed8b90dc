"""Orders to run a thread, in the database before anybody is told so, and there until they have been carried out."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.context import CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState
from storage.campaigns.recording import record_change
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.ledger import budget_check
from storage.ledger.reservations import USUAL, Budgets
from storage.ports import CampaignChange
from storage.records import ActiveRun, Promise, Receipt
from storage.schema.system_tables import active_runs, commands, threads

_R = active_runs.c


def _now() -> datetime:
    return datetime.now(UTC)


class OrderBook:
    """Each call is one transaction, synced to disk: what it returned from survives a power cut too."""

    def __init__(self, database: Database, *, opening: Budgets = USUAL, now: Callable[[], datetime] = _now) -> None:
        """`opening` is what a ledger account is opened with, as for the ledger itself."""
        self._database = database
        self._opening = opening
        self._now = now

    async def begin(
        self,
        *,
        run_id: UUID,
        owner: str,
        order: JsonValue,
        context: CampaignContext,
        state: CampaignState,
        opening: CampaignChange,
    ) -> None:
        """A new thread with what it begins with, its campaign's row, and the order to begin it.

        Raises Conflict for a thread that exists.
        """
        now, thread_id = self._now(), opening.campaign_id
        thread = {
            "thread_id": thread_id,
            "context": context.model_dump(mode="json"),
            "created_at": now,
            "began_with": state.model_dump(mode="json"),
        }
        run = {"thread_id": thread_id, "run_id": run_id, "owner": owner, "heartbeat_at": now, "ordered": order}

        def unit(connection: Connection) -> None:
            if not (insert_new(connection, threads, thread) and insert_new(connection, active_runs, run)):
                raise Conflict(f"Thread {thread_id} exists already", remedy="start a campaign of its own")
            record_change(connection, opening, now)

        await self._database.write(unit, durable=True)

    async def place(
        self,
        thread_id: UUID,
        run_id: UUID,
        order: JsonValue,
        *,
        owner: str,
        receipt: Receipt | None = None,
        promise: Promise | None = None,
    ) -> None:
        """Order something of a thread whose lease is held for this run, and keep what its client is answered.

        Raises Conflict when the lease has been lost meanwhile, and BudgetExceeded where the account has no room for
        what the order promises beside what others do.
        """
        ours = (_R.thread_id == thread_id) & (_R.run_id == run_id) & (_R.owner == owner)
        query = active_runs.update().where(ours)

        def unit(connection: Connection) -> None:
            if promise is not None:
                claim = budget_check.claim_of(promise, thread_id, self._now().date())
                budget_check.require_alone(connection, claim, self._opening)
            if connection.execute(query, {"ordered": order, "heartbeat_at": self._now()}).rowcount == 0:
                raise Conflict(f"Thread {thread_id} is run by another process", remedy="look at it again")
            if receipt is not None:
                answered = commands.update().where(commands.c.command_id == receipt.command_id)
                connection.execute(answered, {"answer": receipt.answer})

        # What promises money locks its account's row, as the ledger does.
        await self._database.write(unit, durable=True, apart=promise is not None)

    async def take_up(self, run: ActiveRun, *, taker: str) -> bool:
        """Make another process answerable for a run and its order; False when its owner has changed meanwhile."""
        seen = (_R.thread_id == run.thread_id) & (_R.run_id == run.run_id) & (_R.owner == run.owner)
        query = active_runs.update().where(seen)
        values = {"owner": taker, "heartbeat_at": self._now(), "ordered": run.ordered}
        return await self._database.write(lambda connection: connection.execute(query, values).rowcount == 1)
