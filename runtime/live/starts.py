"""Which campaigns the live world starts of its own accord: one at a time on a category, with a rest in between."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.context import Autonomy, CampaignContext, RiskLimits, WorldRef, house_account_of
from domain.identifiers import derived_id, new_id
from domain.opportunity import Opportunity
from domain.state import CampaignState
from runtime.live.days import Days
from runtime.live.ports import DueDays
from runtime.runs.runs import Runs
from storage.records import LiveWorld

AUTONOMY = Autonomy.APPROVE
"""Of the campaigns the live world starts: a person decides each."""
QUIET_DAYS = 7
"""Days after a campaign on a category before the live world starts another one on it."""


class Started(NamedTuple):
    campaign_ids: list[UUID]
    why_nothing: str
    """Empty where campaigns were started."""


class CampaignStarts:
    """Remembers when it last started a campaign on each category; where days are real, the records do: a server may be
    started anew many times in a week."""

    def __init__(self, campaigns: DueDays, runs: Runs, *, days: Days, model: str, limits: RiskLimits) -> None:
        self._campaigns = campaigns
        self._runs = runs
        self._days = days
        self._model = model
        self._limits = limits
        self._last_started: dict[str, date] = {}
        self._reads_records = days.calendar == "real"

    def forget(self) -> None:
        """Let every category have a campaign again."""
        self._last_started.clear()
        self._reads_records = False

    async def start(
        self, world: LiveWorld, ref: WorldRef, found: Sequence[Opportunity], command_id: UUID | None = None
    ) -> Started:
        """A campaign for each opportunity on a category that has none and has had its rest. Those a command has started
        already are named again, and not started."""
        if world.today > self._days.last_start:
            return Started([], f"a flight begun after {self._days.last_start} would not end within the recorded days")
        busy = await self._busy(world)
        context = CampaignContext(
            world=ref,
            account=house_account_of(world.world_id),
            seed=world.seed,
            today=world.today,
            model=self._model,
            autonomy=AUTONOMY,
            limits=self._limits,
        )
        started: list[UUID] = []
        begun: set[str] = set()
        for opportunity in found:
            if opportunity.category in begun:  # Two findings may be on one category: it has one campaign, the first's.
                continue
            campaign = new_id() if command_id is None else campaign_of(command_id, opportunity)
            if command_id is not None and await self._runs.is_ours(campaign):
                started.append(campaign)
                begun.add(opportunity.category)
            elif opportunity.category not in busy:
                state = CampaignState(opportunity=opportunity, today=world.today)
                await self._runs.start(state, context, thread_id=campaign)
                self._last_started[opportunity.category] = world.today
                started.append(campaign)
                begun.add(opportunity.category)
        return Started(started, "" if started else _why_nothing(found, busy))

    async def under_way(self, campaigns: Sequence[UUID]) -> list[UUID]:
        """Those of the campaigns that were started."""
        return [campaign for campaign in campaigns if await self._runs.is_ours(campaign)]

    async def passed_over(self, world: LiveWorld) -> dict[str, str]:
        """The categories that are left alone today for what was begun before it, and why."""
        of_today = await self._campaigns.categories_since(world.world_id, world.today - timedelta(days=1))
        return {category: why for category, why in (await self._busy(world)).items() if category not in of_today}

    async def _busy(self, world: LiveWorld) -> dict[str, str]:
        """The categories on which no campaign is started now, and why."""
        quiet_since = world.today - timedelta(days=QUIET_DAYS)
        if self._reads_records:
            known = await self._campaigns.categories_since(world.world_id, quiet_since)
            self._last_started = known | self._last_started
        return {
            **{
                category: f"it had a campaign on {day:%-d %B %Y}, and is left alone for {QUIET_DAYS} days"
                for category, day in self._last_started.items()
                if day > quiet_since
            },
            **dict.fromkeys(await self._campaigns.categories_under_way(world.world_id), "it has a campaign under way"),
        }


def campaign_of(command_id: UUID, opportunity: Opportunity) -> UUID:
    """The same whenever the command is gone on with."""
    return derived_id("campaign", command_id, opportunity.category)


def _why_nothing(found: Sequence[Opportunity], passed_over: Mapping[str, str]) -> str:
    if not found:
        return "sensing sees nothing out of the ordinary"
    return "; ".join(f"{opportunity.category}: {passed_over[opportunity.category]}" for opportunity in found)
