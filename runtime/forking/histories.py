"""A campaign's past, whether it was lived through here or came in a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from pydantic import AwareDatetime, TypeAdapter

from domain.context import CampaignContext
from domain.errors import BadInput, Damaged, NotFound, shown
from domain.events import Event
from domain.state import CampaignState, CampaignStatus
from graph.compiled import MADE_WITH, CompiledCampaign, thread_config
from runtime.forking.campaign_file import CampaignFile, fitting
from runtime.runs.runs import Runs
from storage.campaigns.queries import CampaignQueries
from storage.checkpoints.steps import steps_of
from storage.engine.damage import reading
from storage.imports import Imports
from storage.log.events import EventStore

MOST_CHECKPOINTS = 2_000
_MOST_EVENTS = 20_000
_FILES_KEPT = 4
_NO_PARENT: RunnableConfig = {"configurable": {"checkpoint_id": None}}
_TIME = TypeAdapter[AwareDatetime](AwareDatetime)


class Step(Protocol):
    """One checkpoint without its state. Parents make a history a tree."""

    @property
    def checkpoint_id(self) -> str: ...
    @property
    def parent_id(self) -> str | None: ...
    @property
    def step(self) -> int: ...
    @property
    def next(self) -> tuple[str, ...]: ...
    @property
    def created_at(self) -> str: ...
    @property
    def status(self) -> CampaignStatus: ...


class Then(NamedTuple):
    """One checkpoint with its state."""

    checkpoint_id: str
    parent_id: str | None
    step: int
    next: tuple[str, ...]
    created_at: str
    values: Mapping[str, object] | CampaignState
    made_with: str = ""
    """What the step that led there was made with; empty where that is not known."""

    @property
    def at(self) -> AwareDatetime:
        return _TIME.validate_python(self.created_at)

    @property
    def state(self) -> CampaignState:
        return self.values if isinstance(self.values, CampaignState) else CampaignState.model_validate(self.values)

    @property
    def status(self) -> CampaignStatus:
        if isinstance(self.values, CampaignState):
            return self.values.status
        return CampaignStatus(str(self.values.get("status", CampaignStatus.SENSING)))


class Histories:
    def __init__(
        self, graph: CompiledCampaign, runs: Runs, records: CampaignQueries, events: EventStore, imports: Imports
    ) -> None:
        self._graph = graph
        self._saver = graph.checkpointer if isinstance(graph.checkpointer, BaseCheckpointSaver) else None
        self._runs = runs
        self._records = records
        self._events = events
        self._imports = imports
        self._files: dict[UUID, tuple[datetime, CampaignFile]] = {}

    async def imported(self, campaign_id: UUID) -> CampaignFile | None:
        """What came in its file; None for a campaign of this house, and for one nobody knows."""
        if await self._runs.is_ours(campaign_id):
            return None
        since = await self._imports.since(campaign_id)
        if since is None:
            # Another process may have removed it.
            self._files.pop(campaign_id, None)
            return None
        known, file = self._files.get(campaign_id, (None, None))
        if file is None or known != since:
            if len(self._files) >= _FILES_KEPT:
                self._files.pop(next(iter(self._files)))
            try:
                file = fitting(await self._imports.content(campaign_id))
            except BadInput as error:
                raise Damaged.of(campaign_id, error.remedy or error.problem) from error
            self._files[campaign_id] = since, file
        return file

    async def is_kept_here(self, campaign_id: UUID) -> bool:
        """Whether its states are. Those of a campaign that runs in Studio are LangGraph's server's to keep. Raises
        NotFound for a campaign nobody knows."""
        if await self._runs.is_ours(campaign_id) or await self.imported(campaign_id) is not None:
            return True
        if await self._records.get(campaign_id) is None:
            raise NotFound(f"there is no campaign {campaign_id}", remedy="look for its id in the list of campaigns")
        return False

    async def context(self, campaign_id: UUID) -> CampaignContext:
        """Raises NotFound for an unknown campaign, as all of these do, and for one that LangGraph's server runs."""
        file = await self.imported(campaign_id)
        if file is None and not await self.is_kept_here(campaign_id):
            raise NotFound(
                f"campaign {campaign_id} runs in LangGraph Studio, which keeps what it needs to go on or begin again",
                remedy="go back in its thread there, which makes a fork",
            )
        return file.context if file else await self._runs.context(campaign_id)

    async def began_with(self, campaign_id: UUID) -> CampaignState | None:
        file = await self.imported(campaign_id)
        return file.began_with if file else await self._runs.began_with(campaign_id)

    async def state(self, campaign_id: UUID) -> CampaignState:
        """As it stands or, of an imported campaign, stood when it was exported; of one that runs in Studio what its
        record says of its newest cycle."""
        if not await self.is_kept_here(campaign_id):
            return await self._on_record(campaign_id)
        file = await self.imported(campaign_id)
        return file.checkpoints[0].state if file else await self._runs.state(campaign_id)

    async def _on_record(self, campaign_id: UUID) -> CampaignState:
        kept, record = self._records, await self._records.get(campaign_id)
        assert record is not None
        opportunity = next(iter(await kept.opportunities(campaign_id)), None)
        plan = next(reversed(await kept.plans(campaign_id)), None)
        bookings = {one.cycle: one for one in await kept.bookings(campaign_id)}
        reports = {one.cycle: one for one in await kept.reports(campaign_id)}
        return CampaignState(
            campaign_id=campaign_id,
            name=record.name,
            budget=record.budget,
            today=opportunity.detected_on if opportunity else None,
            status=record.status,
            opportunity=opportunity,
            plan=plan,
            creatives=await kept.creatives(campaign_id),
            findings=await kept.findings(campaign_id),
            approval=next(reversed(await kept.approvals(campaign_id)), None),
            booking=bookings.get(plan.cycle) if plan else None,
            report=reports.get(plan.cycle) if plan else None,
            cycle=plan.cycle if plan else 1,
            failure=record.failure,
        )

    async def events(self, campaign_id: UUID) -> list[Event]:
        file = await self.imported(campaign_id)
        return file.events if file else await self._events.since(campaign_id, 0, _MOST_EVENTS)

    async def artwork(self, campaign_id: UUID, creative_id: UUID) -> str | None:
        file = await self.imported(campaign_id)
        return file.artwork.get(creative_id) if file else await self._records.artwork(creative_id)

    async def checkpoints(self, campaign_id: UUID) -> list[Then]:
        """Newest first."""
        if (file := await self.imported(campaign_id)) is not None:
            return thens(file)
        await self.context(campaign_id)
        with reading(campaign_id):
            history = self._graph.aget_state_history(thread_config(campaign_id), limit=MOST_CHECKPOINTS)
            return [
                Then(
                    checkpoint_id=snapshot.config["configurable"]["checkpoint_id"],
                    parent_id=(snapshot.parent_config or _NO_PARENT)["configurable"]["checkpoint_id"],
                    step=(snapshot.metadata or {}).get("step", -1),
                    next=snapshot.next,
                    created_at=snapshot.created_at or "",
                    values=snapshot.values,
                    made_with=_told_in(snapshot.metadata),
                )
                async for snapshot in history
            ]

    async def steps(self, campaign_id: UUID) -> Sequence[Step]:
        """Its checkpoints without their states, newest first."""
        if await self.imported(campaign_id) is None and self._saver is not None:
            await self.context(campaign_id)
            with reading(campaign_id):
                found = await steps_of(self._saver, str(campaign_id), MOST_CHECKPOINTS)
            if found is not None:
                return found
        return await self.checkpoints(campaign_id)

    async def state_at(self, campaign_id: UUID, checkpoint_id: str) -> CampaignState:
        """Raises NotFound for a checkpoint it does not have, too."""
        if (file := await self.imported(campaign_id)) is not None:
            for one in file.checkpoints:
                if one.checkpoint_id == checkpoint_id:
                    return one.state
            raise _no_checkpoint(campaign_id, checkpoint_id)
        await self.context(campaign_id)
        config = thread_config(campaign_id)
        config["configurable"]["checkpoint_id"] = checkpoint_id
        with reading(campaign_id):
            snapshot = await self._graph.aget_state(config)
            if snapshot.created_at is None:
                raise _no_checkpoint(campaign_id, checkpoint_id)
            return CampaignState.model_validate(snapshot.values)


def thens(file: CampaignFile) -> list[Then]:
    """The checkpoints that came in a file, newest first."""
    return [
        Then(
            one.checkpoint_id,
            one.parent_id,
            one.step,
            tuple(one.next),
            one.created_at.isoformat(),
            one.state,
            one.made_with,
        )
        for one in file.checkpoints
    ]


def _told_in(metadata: object) -> str:
    told = metadata.get(MADE_WITH) if isinstance(metadata, Mapping) else None
    return told if isinstance(told, str) else ""


def _no_checkpoint(campaign_id: UUID, checkpoint_id: str) -> NotFound:
    return NotFound(
        f"campaign {campaign_id} has no checkpoint {shown(checkpoint_id)}",
        remedy="list them with `tescosense campaigns past`, or GET /campaigns/{id}/past",
    )
