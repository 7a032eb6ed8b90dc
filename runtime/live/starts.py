"""Which campaigns the live world starts of its own accord: one at a time for a category, its shoppers and its stores,
with a rest in between."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from agents.strategy.audience import audience_of
from domain.catalogue import Store
from domain.context import Autonomy, CampaignContext, RiskLimits, house_account_of
from domain.identifiers import derived_id, new_id
from domain.opportunity import Opportunity
from domain.plan import Audience
from domain.state import CampaignState, CampaignStatus
from runtime.live.days import Days
from runtime.live.ports import DueDays, Sales, Trends
from runtime.runs.runs import Runs
from storage.campaigns.due import PutOff, UnderWay
from storage.records import LiveWorld

AUTONOMY = Autonomy.APPROVE
"""Of the campaigns the live world starts: a person decides each."""
QUIET_DAYS = 7
"""Days after a campaign on a category before the live world starts another one on it for the same shoppers there."""


class Started(NamedTuple):
    campaign_ids: list[UUID]
    why_nothing: str
    """Empty where campaigns were started."""


class Claim(NamedTuple):
    """What a campaign stands in the way of, and why: another for its audience or, `of_stores`, any in its stores."""

    category: str
    audience: Audience | None
    """None where it is not known: everybody everywhere."""
    why: str
    of_stores: bool = False

    def covers(self, category: str, audience: Audience) -> bool:
        if category != self.category:
            return False
        if self.audience is None:
            return True
        return audience.shares_stores(self.audience) if self.of_stores else audience.meets(self.audience)


class CampaignStarts:
    """Remembers which campaigns it started; where days are real, the records do: a server may be started anew many
    times in a week."""

    def __init__(
        self,
        campaigns: DueDays,
        runs: Runs,
        *,
        trends: Trends,
        sales: Sales,
        days: Days,
        model: str,
        limits: RiskLimits,
    ):
        self._campaigns = campaigns
        self._runs = runs
        self._trends = trends
        self._sales = sales
        self._days = days
        self._model = model
        self._limits = limits
        self._begun: list[tuple[Opportunity, date]] = []
        self._reads_records = days.calendar == "real"
        self._answers_show = days.calendar == "real"
        """Whether the tills that are sensed may have the answer to our ads in them: what is seen in the stores of a
        flight is then no reason to speak to others there."""

    def forget(self) -> None:
        """Let every category have a campaign again."""
        self._begun.clear()
        self._reads_records = False

    async def start(self, world: LiveWorld, found: Sequence[Opportunity], command_id: UUID | None = None) -> Started:
        """A campaign for each opportunity that no other claims, and whose shoppers have had their rest; where others
        claim some of its regions, for what shows in the rest. Those a command has started already are named again, and
        not started."""
        if world.today > self._days.last_start:
            return Started([], f"a flight begun after {self._days.last_start} would not end within the recorded days")
        stores = await self._stores(world)
        claims = await self._claims(world, stores)
        started: list[UUID] = []
        taken: list[Claim] = []
        for seen, campaign in zip(found, campaigns_of(command_id, found), strict=True):
            if _covering(taken, seen, stores):  # Of two findings in the same stores the first's.
                continue
            opportunity = seen
            if command_id is None or not await self._runs.is_ours(campaign):
                unclaimed = await self._unclaimed(world, seen, claims, stores)
                if unclaimed is None or _covering(taken, unclaimed, stores):
                    continue
                opportunity = unclaimed
                state = CampaignState(opportunity=opportunity, today=world.today)
                await self._runs.start(state, self._context(world), thread_id=campaign)
                self._begun.append((opportunity, world.today))
            started.append(campaign)
            taken.append(Claim(_subject(seen), audience_of(opportunity, stores), "", of_stores=True))
        return Started(started, "" if started else _why_nothing(found, claims, stores))

    async def _unclaimed(
        self, world: LiveWorld, seen: Opportunity, claims: Sequence[Claim], stores: Sequence[Store]
    ) -> Opportunity | None:
        """What no campaign claims of what is seen: all of it or, where it came to further regions while a campaign for
        the first ones lasts, what shows in those alone. What happens across categories is not taken apart."""
        claimed = _covering(claims, seen, stores)
        if not claimed:
            return seen
        theirs = {region for claim in claimed if claim.audience for region in claim.audience.regions}
        of_everybody = any(claim.audience is None for claim in claimed)
        if seen.categories or of_everybody or theirs.issuperset(seen.regions):
            return None
        elsewhere = await self._trends.trends(self._sales.reference(world), world.today, theirs)
        alike = (one for one in elsewhere if _subject(one) == seen.category and not _covering(claims, one, stores))
        return next(alike, None)

    async def under_way(self, campaigns: Sequence[UUID]) -> list[UUID]:
        """Those of the campaigns that were started."""
        return [campaign for campaign in campaigns if await self._runs.is_ours(campaign)]

    async def passed_over(self, world: LiveWorld, found: Sequence[Opportunity]) -> dict[UUID, str]:
        """Those of the opportunities that no campaign is started for, for what was begun already, and why."""
        stores = await self._stores(world)
        claims = await self._claims(world, stores)
        begun = await self._campaigns.taken_up_since(world.world_id, world.today - timedelta(days=1))
        of_today = {opportunity.id for opportunity in begun}
        covering = {
            opportunity.id: _first_covering(claims, opportunity, stores)
            for opportunity in found
            if opportunity.id not in of_today
        }
        return {opportunity: claim.why for opportunity, claim in covering.items() if claim is not None}

    def _context(self, world: LiveWorld) -> CampaignContext:
        return CampaignContext(
            world=self._sales.reference(world),
            account=house_account_of(world.world_id),
            seed=world.seed,
            today=world.today,
            model=self._model,
            autonomy=AUTONOMY,
            limits=self._limits,
        )

    async def _stores(self, world: LiveWorld) -> Sequence[Store]:
        return (await self._sales.opened(self._sales.reference(world))).stores

    async def _claims(self, world: LiveWorld, stores: Sequence[Store]) -> list[Claim]:
        """What campaigns under way and resting audiences stand in the way of today."""
        quiet_since = world.today - timedelta(days=QUIET_DAYS)
        self._begun = [(opportunity, day) for opportunity, day in self._begun if day > quiet_since]
        begun = list(self._begun)
        if self._reads_records:
            known = await self._campaigns.taken_up_since(world.world_id, quiet_since)
            begun += [(opportunity, opportunity.detected_on) for opportunity in known]
        under_way = await self._campaigns.under_way(world.world_id)
        put_off = await self._campaigns.put_off(world.world_id, since=quiet_since, today=world.today)
        needs_no_rest = {one.opportunity.id for one in put_off}
        return [
            *(_under_way(one, stores, of_stores=self._answers_show) for one in under_way),
            *(_put_off(one, stores) for one in put_off if world.today < one.look_again_on),
            *(self._resting(one, day, world.today, stores) for one, day in begun if one.id not in needs_no_rest),
        ]

    def _resting(self, opportunity: Opportunity, day: date, today: date, stores: Sequence[Store]) -> Claim:
        audience = audience_of(opportunity, stores)
        why = f"it was proposed for {audience.told} on {day:%-d %B %Y}, and is left alone there for {QUIET_DAYS} days"
        # Held-out stores are drawn by the day: those of one day would be the same, and the effects not told apart.
        return Claim(_subject(opportunity), audience, why, of_stores=self._answers_show or day == today)


def _subject(opportunity: Opportunity) -> str:
    """What a campaign is on. What happens across categories is one matter, however many they are from day to day."""
    return "several" if opportunity.categories else opportunity.category


def campaigns_of(command_id: UUID | None, found: Sequence[Opportunity]) -> list[UUID]:
    """The id of a campaign for each opportunity; of a command's the same whenever it is gone on with."""
    if command_id is None:
        return [new_id() for _ in found]
    nth: Counter[str] = Counter()
    named = []
    for opportunity in found:
        category = opportunity.category
        named.append(derived_id("campaign", command_id, category, *([nth[category]] if nth[category] else [])))
        nth[category] += 1
    return named


def _covering(claims: Iterable[Claim], opportunity: Opportunity, stores: Sequence[Store]) -> list[Claim]:
    audience = audience_of(opportunity, stores)
    return [claim for claim in claims if claim.covers(_subject(opportunity), audience)]


def _first_covering(claims: Iterable[Claim], opportunity: Opportunity, stores: Sequence[Store]) -> Claim | None:
    return next(iter(_covering(claims, opportunity, stores)), None)


def _under_way(campaign: UnderWay, stores: Sequence[Store], *, of_stores: bool) -> Claim:
    audience = campaign.audience
    if audience is None and campaign.opportunity is not None:
        audience = audience_of(campaign.opportunity, stores)
    whom = f" for {audience.told}" if audience else ""
    until = ""
    if campaign.due_on is not None:
        verb = "is measured on" if campaign.status is CampaignStatus.ACTIVE else "is to be decided before"
        until = f", which {verb} {campaign.due_on:%-d %B %Y}"
    subject = _subject(campaign.opportunity) if campaign.opportunity else campaign.category
    return Claim(subject, audience, f"it has a campaign{whom} under way{until}", of_stores=of_stores)


def _put_off(waits: PutOff, stores: Sequence[Store]) -> Claim:
    """Nobody was shown an ad, so its shoppers need no rest: it is looked at again on the day its plan names."""
    audience, until = audience_of(waits.opportunity, stores), waits.look_again_on
    why = f"a campaign for {audience.told} would be in the way of others, and is looked at again on {until:%-d %B %Y}"
    return Claim(_subject(waits.opportunity), audience, why)


def _why_nothing(found: Sequence[Opportunity], claims: Sequence[Claim], stores: Sequence[Store]) -> str:
    if not found:
        return "sensing sees nothing out of the ordinary"
    claimed = [(one.category, _first_covering(claims, one, stores)) for one in found]
    return "; ".join(f"{category}: {claim.why}" for category, claim in claimed if claim is not None)
