"""Forks a campaign: the same past, another future, in a world and on an account of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from pydantic import BaseModel, JsonValue

from domain.autonomy import Autonomy
from domain.context import Branch, CampaignContext, ForkedFrom, ScheduledScenario, imported_world_of
from domain.decision import ApprovalAnswer
from domain.errors import BadInput, Conflict, NotFound, shown
from domain.forks import Fork
from domain.identifiers import new_id
from domain.state import CampaignState, CampaignStatus
from graph.compiled import CompiledCampaign
from graph.context_form import require_usable_prompts
from graph.gates import decided_at_gate
from graph.own_ids import apart, as_own, booked_since
from graph.recording import change_of, decided
from prompts.library import PromptLibrary
from runtime.forking.histories import Histories
from runtime.forking.past import Moment, chosen, moments
from runtime.forking.reasons import Ran, reasons
from runtime.forking.wish import ForkWish
from runtime.live.possible import require_possible
from runtime.live.sources import FILES
from runtime.repositories import Repositories
from runtime.runs.runs import Runs
from storage.engine.damage import reading
from storage.ports import CampaignChange
from world.ports import Worlds
from world.references import Resolve

MOST_AT_ONCE = 4
CheckEdit = Callable[[CampaignState, CampaignContext, ApprovalAnswer], Awaitable[None]]
Happens = Callable[[str, date], ScheduledScenario]


class PastCheckpoint(BaseModel):
    """One step of a campaign's past."""

    checkpoint_id: str
    parent_id: str | None
    step: int
    next: list[str]
    created_at: str
    status: CampaignStatus
    ran: list[Ran]
    """What led there: empty at the beginning, and where the events of then are no longer kept."""
    forks: list[Fork]
    """Other futures that began there, newest first."""


class ForkDesk:
    def __init__(
        self,
        *,
        graph: CompiledCampaign,
        runs: Runs,
        repositories: Repositories,
        check: CheckEdit,
        happens: Happens,
        can_run: Callable[[CampaignContext], object],
        prompts: PromptLibrary,
        resolve: Resolve,
        worlds: Worlds,
    ) -> None:
        """`check` refuses an edit that cannot be carried out; `happens` lets a scenario show on a day; `can_run`
        refuses a model that cannot be asked, and a fault that nothing would take."""
        self._runs = runs
        self._forks = repositories.forks
        self._records = repositories.campaigns
        self.histories = Histories(graph, runs, repositories.campaigns, repositories.events, repositories.imports)
        self._check = check
        self._happens = happens
        self._can_run = can_run
        self._prompts = prompts
        self._resolve = resolve
        self._worlds = worlds
        self._one_at_a_time = asyncio.Lock()

    async def fork(self, campaign_id: UUID, wish: ForkWish, *, by: str, fork_id: UUID | None = None) -> Fork:
        """Begin another future of a campaign; from then on it runs, whatever becomes of this process. It asks nobody
        but where the rules refer something to a person. The same `fork_id` again is the same fork.

        Raises NotFound for an unknown campaign, BadInput for what cannot be otherwise or not from there, Conflict while
        `MOST_AT_ONCE` forks are on their way, each a campaign to be carried out; and for an id of another fork.
        """
        if fork_id is not None and (known := await self.known_as(fork_id)) is not None:
            return _the_same(known, wish)
        origin = await self.histories.context(campaign_id)
        if origin.forked_from is not None:
            raise BadInput(
                f"campaign {campaign_id} is a fork itself",
                remedy=await self._to_fork_instead(origin.forked_from.campaign_id),
                field="campaign_id",
            )
        async with self._one_at_a_time:
            return await self._fork(campaign_id, origin, wish, by, fork_id or new_id())

    async def _fork(self, campaign_id: UUID, origin: CampaignContext, wish: ForkWish, by: str, fork_id: UUID) -> Fork:
        if await self._forks.under_way() >= MOST_AT_ONCE:
            raise Conflict(f"{MOST_AT_ONCE} forks are still on their way", remedy="wait for one of them to end")
        past = await self.histories.checkpoints(campaign_id)
        with reading(campaign_id):
            moment = chosen(moments(past), wish, [then.checkpoint_id for then in past])
        state = moment.state if moment else await self._beginning(campaign_id, wish)
        looked_at = (await self.histories.state(campaign_id)).today
        file = await self.histories.imported(campaign_id)
        began = past[-1].at if file else await self._began(campaign_id)
        context = self._context(wish, origin, campaign_id, moment, state, looked_at, began, imported=file is not None)
        if "today" in wish.set:
            await require_possible(self._worlds.open(self._resolve(context, campaign_id)), context.today, None)
        own = as_own(state, fork_id, "fork").model_copy(update=wish.unsaid)
        if (budget := wish.budget) is not None:
            own = own.model_copy(update={"budget": budget})
        fork = Fork(
            fork_id=fork_id,
            campaign_id=campaign_id,
            node=moment.node if moment else "sensing",
            checkpoint_id=moment.checkpoint_id if moment else "",
            changes=wish.told,
            forked_at=datetime.now(UTC),
            at=moment.at if moment else None,
        )
        if moment is None:
            await self._forks.add(fork_id, campaign_id, _document(fork), fork.forked_at)
            await self._runs.start(own, context, thread_id=fork_id)
            return fork
        # Whom its gate asks goes by the fork's own autonomy.
        _, own = decided(own, {}, context)
        change = change_of({}, own, context)
        if moment.node == "approval" and (answer := wish.answer(own.the_plan, own.creatives, by)) is not None:
            await self._check(own, context, answer)
            result = decided_at_gate(own, answer, "")
            _, own = decided(own, result, context)
            context = _after(context, "approval")
            change = change_of(result, own, context)
        await self._forks.add(fork_id, campaign_id, _document(fork), fork.forked_at)
        await self._runs.branch_off(own, context, await self._opening(change, own, moment))
        return fork

    async def past(self, campaign_id: UUID) -> list[PastCheckpoint]:
        """A campaign's checkpoints, newest first, each with the forks that began there. Parents make it a tree.

        None for a campaign that runs in Studio. Raises NotFound for an unknown one.
        """
        if not await self.histories.is_kept_here(campaign_id):
            return []
        steps = await self.histories.steps(campaign_id)
        forks, why = await self.of(campaign_id), reasons(await self.histories.events(campaign_id))
        return [
            PastCheckpoint(
                checkpoint_id=then.checkpoint_id,
                parent_id=then.parent_id,
                step=then.step,
                next=list(then.next),
                created_at=then.created_at,
                status=then.status,
                ran=why.get(then.checkpoint_id, []),
                forks=[fork for fork in forks if fork.checkpoint_id == then.checkpoint_id],
            )
            for then in steps
        ]

    async def apart(self, campaign_id: UUID, past: Sequence[PastCheckpoint]) -> list[Fork]:
        """The forks that began at none of these checkpoints, newest first: from its very beginning, at one that is no
        longer kept, or in Studio, where LangGraph's server keeps them."""
        kept = {one.checkpoint_id for one in past}
        return [fork for fork in await self.of(campaign_id) if fork.checkpoint_id not in kept]

    async def state_at(self, campaign_id: UUID, checkpoint_id: str) -> CampaignState:
        """Raises NotFound for an unknown campaign, or a checkpoint it does not have."""
        return await self.histories.state_at(campaign_id, checkpoint_id)

    async def of(self, campaign_id: UUID) -> list[Fork]:
        """The forks of a campaign, newest first."""
        documents = await self._forks.of(campaign_id)
        with reading(campaign_id):
            return [Fork.model_validate(document) for document in documents]

    async def known_as(self, fork_id: UUID) -> Fork | None:
        """What a campaign is another future of; None of one that happened."""
        document = await self._forks.get(fork_id)
        with reading(fork_id):
            return None if document is None else Fork.model_validate(document)

    async def _to_fork_instead(self, came_of: UUID) -> str:
        try:
            await self.histories.context(came_of)
        except NotFound:
            return (
                f"the campaign it came of, {came_of}, is not here: export it where it ran, and fork it there, or here "
                "after `tescosense campaigns import`"
            )
        return f"fork the campaign it came of, {came_of}"

    async def _began(self, campaign_id: UUID) -> datetime:
        record = await self._records.get(campaign_id)
        return record.created_at if record else datetime.now(UTC)

    async def _beginning(self, campaign_id: UUID, wish: ForkWish) -> CampaignState:
        state = (await self.histories.began_with(campaign_id)) or CampaignState(campaign_id=campaign_id)
        # What was found is found again where the day may now look otherwise.
        is_sensed_anew = wish.scenario or {"threshold", "today"} & set(wish.set)
        return state.model_copy(update={"opportunity": None}) if is_sensed_anew else state

    def _context(
        self,
        wish: ForkWish,
        origin: CampaignContext,
        campaign_id: UUID,
        moment: Moment | None,
        state: CampaignState,
        looked_at: date | None,
        began: datetime,
        *,
        imported: bool,
    ) -> CampaignContext:
        if imported and origin.source.startswith(FILES):
            raise BadInput(
                "the sales this campaign was planned on stayed on the machine it came from",
                remedy="look at it with `campaigns past`, `diff` and `state`, and fork it there",
                field="campaign_id",
            )
        ref = self._resolve(origin, campaign_id)
        branched_off = imported_world_of(campaign_id) if imported else ref.world_id
        asks = origin.autonomy in (Autonomy.APPROVE, Autonomy.CAPPED)
        branch = Branch(world_id=branched_off, campaign_id=campaign_id, since=booked_since(state))
        forked_from = ForkedFrom(
            campaign_id=campaign_id,
            checkpoint_id=moment.checkpoint_id if moment else "",
            node=moment.node if moment else "sensing",
            after=moment.after if moment else "",
            at=moment.at if moment else began,
        )
        context = apart(origin, ref, branch, forked_from, looked_at).model_copy(
            update={"fast_forward": True, "autonomy": Autonomy.AUTONOMOUS if asks else origin.autonomy}
        )
        context = wish.context(context)
        if context.max_cycles < state.cycle:
            raise BadInput(
                f"the campaign is in its cycle {state.cycle} there, and max_cycles would be {context.max_cycles}",
                remedy="fork at an earlier checkpoint, or leave it",
                field="max_cycles",
            )
        self._can_run(context)
        # Those of its past, which it may not come to ask with again, stay as they were.
        require_usable_prompts(self._prompts, wish.wordings)
        if wish.scenario:
            context = self._with_scenario(wish.scenario, context)
        return context

    def _with_scenario(self, name: str, context: CampaignContext) -> CampaignContext:
        assert context.world is not None
        assert context.today is not None
        if context.world.source != "simulated":
            raise BadInput(
                f"the scenario {shown(name)} cannot happen in real sales",
                remedy="scenarios exist in the simulated world only",
                field="scenario",
            )
        more = self._happens(name, context.today)
        world = context.world.model_copy(update={"scenarios": (*context.world.scenarios, more)})
        return context.model_copy(update={"world": world})

    async def _opening(self, change: CampaignChange, own: CampaignState, moment: Moment) -> CampaignChange:
        """What is on the fork's record when it begins: its own copy of all that led there."""
        artwork = {
            mine.id: await self.histories.artwork(moment.state.the_campaign, theirs.id)
            for mine, theirs in zip(own.creatives, moment.state.creatives, strict=True)
        }
        return replace(
            change,
            opportunity=own.opportunity,
            plan=own.plan,
            creatives=own.creatives,
            artwork=artwork,
            findings=own.findings,
            judged=own.judged,
            approval=own.approval,
        )


def _after(context: CampaignContext, step: str) -> CampaignContext:
    """The same, gone on with after another step than the one that led there."""
    assert context.forked_from is not None
    return context.model_copy(update={"forked_from": context.forked_from.model_copy(update={"after": step})})


def _the_same(fork: Fork, wish: ForkWish) -> Fork:
    if fork.changes != wish.told:
        raise Conflict(
            f"fork {fork.fork_id} was begun with this key, with {fork.changes} changed", remedy="use a key of its own"
        )
    return fork


def _document(fork: Fork) -> JsonValue:
    document: JsonValue = fork.model_dump(mode="json")
    return document
