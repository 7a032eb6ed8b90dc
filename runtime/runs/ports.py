"""What runs are given: storage of threads, orders and leases, a queue, and two questions asked of what they run."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from pydantic import JsonValue

from domain.context import CampaignContext
from domain.state import CampaignState
from runtime.runs.answers import Answer
from runtime.runs.changing import Wanted
from runtime.runs.orders import RunOrder
from storage.ports import CampaignChange
from storage.records import ActiveRun, Promise, Receipt


class Threads(Protocol):
    """What each thread was started with: what a new process needs to begin it, or to go on with it."""

    async def context(self, thread_id: UUID) -> CampaignContext | None: ...

    async def began_with(self, thread_id: UUID) -> CampaignState | None: ...


class Orders(Protocol):
    """Orders are kept until they have been carried out. What these have returned from survives any crash."""

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
        """Raises Conflict for a thread that exists."""
        ...

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
        """Raises Conflict when the lease has been lost, BudgetExceeded where what is promised does not fit."""
        ...

    async def take_up(self, run: ActiveRun, *, taker: str) -> bool:
        """Make another process answerable for a run; False when its owner has changed meanwhile."""
        ...


class RunQueue(Protocol):
    """Who executes orders: tasks of this process, or workers."""

    async def submit(self, order: RunOrder) -> None:
        """Never fails: what is submitted is stored, and counts from then on."""
        ...

    def holds(self, thread_id: UUID) -> bool:
        """Whether an order of this thread submitted here may still be on its way."""
        ...

    def under_way(self) -> frozenset[UUID]:
        """The threads that are being run in this process."""
        ...

    async def finished(self, thread_id: UUID) -> None:
        """Wait until no run of this thread is under way here. Raises what the run raised."""
        ...

    async def aclose(self) -> None: ...


class Leases(Protocol):
    """One active run per thread: a unique row."""

    async def claim(self, thread_id: UUID, run_id: UUID, owner: str) -> None:
        """Raises Conflict while another live owner holds the thread, or one with an order not carried out."""
        ...

    async def release(self, thread_id: UUID, run_id: UUID) -> None: ...

    async def give_back(self, thread_id: UUID, run_id: UUID) -> None:
        """Release it unless an order hangs on it."""
        ...

    async def active(self, thread_id: UUID) -> ActiveRun | None: ...

    async def orphans(self, stale_after: timedelta | None = None) -> Sequence[ActiveRun]:
        """Runs whose owner has been silent for so long."""
        ...


class Check(Protocol):
    """Whether an answer can be carried out."""

    async def __call__(self, state: CampaignState, context: CampaignContext, answer: Answer) -> None:
        """Raises BadInput or Conflict when it cannot."""
        ...


class OrdersChanges(Protocol):
    """Whether a change of what is booked can be ordered."""

    async def order(self, state: CampaignState, context: CampaignContext, wanted: Wanted, run_id: UUID) -> RunOrder:
        """The change, and what it promises. Raises BadInput, Conflict or BudgetExceeded when it cannot be."""
        ...


class Reconcile(Protocol):
    """Makes a thread ready to go on whose booking was never answered."""

    async def __call__(self, thread_id: UUID, context: CampaignContext) -> CampaignContext:
        """The context to go on with. Raises Conflict while booking is stopped."""
        ...
