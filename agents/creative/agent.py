"""The creative node: one ad for every channel the plan buys, written and drawn."""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from uuid import UUID

from langchain_core.language_models import BaseChatModel
from langgraph.runtime import Runtime

from agents.asking.ask import ask
from agents.asking.calls import Calls
from agents.creative.artwork.lato import read_typeface
from agents.creative.asked import ad_asked
from agents.ports import ChatModels, Draws
from domain.catalogue import Product
from domain.channel import AdFormat, Channel
from domain.context import CampaignContext
from domain.creative import AdCopy, Creative, Finding, Outcome
from domain.errors import NotFound
from domain.identifiers import derived_id
from domain.opportunity import Opportunity
from domain.plan import CampaignPlan, Flight
from domain.state import CampaignState, NodeResult
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from world.ports import Worlds
from world.references import Resolve

PROMPT = "creative/ad_copy"


class CreativeAgent:
    """Numbers and products come from the plan; only words and pictures are made here."""

    def __init__(
        self, *, models: ChatModels, prompts: PromptLibrary, worlds: Worlds, resolve: Resolve, draws: Draws
    ) -> None:
        self._models = models
        self._prompts = prompts
        self._worlds = worlds
        self._resolve = resolve
        self._draws = draws

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Writes every channel's ad, or on a rewrite those that compliance failed; the others stay as they are.
        After an edit at the gate only channels without an ad get one: the rest may be a person's own words.

        Raises BadInput for a campaign without a plan, NotFound when the hero has left the shelf, ModelFailure when the
        model gives nothing usable, TransientFailure when it is worth another try.
        """
        campaign_id, plan = state.the_campaign, state.the_plan
        attempt = state.creative_attempts + 1
        world = self._worlds.open(self._resolve(runtime.context, campaign_id))
        product = _hero(world.shelf(plan.category, state.day), plan)
        calls = Calls(state.model_calls)
        writer = _AdWriter(
            model=self._models.open(runtime.context),
            prompts=self._prompts,
            override=runtime.context.creative_prompt or None,
            campaign_id=campaign_id,
            opportunity=state.the_opportunity,
            plan=plan,
            product=product,
            attempt=attempt,
            calls=calls,
            runtime=runtime,
        )
        formats = {allocation.channel: allocation.format for allocation in plan.allocations if allocation.budget > 0}
        channels = list(formats)
        edited = state.edits_plan
        drafts = {creative.id: creative for creative in state.creatives} if attempt > 1 or edited else {}
        complaints = {} if edited else _complaints(state.findings)
        to_write = [c for c in channels if writer.creative_id(c) not in drafts or writer.creative_id(c) in complaints]
        # In a thread: the first ad of a process reads the typeface from disk.
        await asyncio.to_thread(read_typeface)
        with calls:
            written = await _all_or_none(
                writer.write(
                    channel,
                    formats[channel],
                    drafts.get(writer.creative_id(channel)),
                    complaints.get(writer.creative_id(channel), []),
                )
                for channel in to_write
            )
        artwork = await asyncio.to_thread(self._draws, written, plan, product)
        return {
            "creatives": written,
            "artwork": artwork,
            "creative_attempts": attempt,
            "model_calls": calls.made,
            "compliance": None,
        }


class _AdWriter:
    """Writes the ads of one attempt: all that they have in common."""

    def __init__(
        self,
        *,
        model: BaseChatModel,
        prompts: PromptLibrary,
        override: str | None,
        campaign_id: UUID,
        opportunity: Opportunity,
        plan: CampaignPlan,
        product: Product,
        attempt: int,
        calls: Calls,
        runtime: Runtime[CampaignContext],
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._override = override
        self._campaign_id = campaign_id
        self._opportunity = opportunity
        self._plan = plan
        self._product = product
        self._attempt = attempt
        self._calls = calls
        self._announce = runtime.stream_writer

    def creative_id(self, channel: Channel) -> UUID:
        """The same over rewrites, so that a rewrite replaces its draft."""
        return derived_id(self._campaign_id, self._plan.cycle, channel)

    async def write(
        self, channel: Channel, form: AdFormat, draft: Creative | None, findings: Sequence[Finding]
    ) -> Creative:
        """One ad for one channel, from the brief and from what compliance said of the last draft."""
        has_picture = form.picture is not None
        rendered = self._prompts.render(PROMPT, self._values(channel, draft, findings, has_picture), self._override)
        answer = await ask(
            self._model,
            rendered,
            ad_asked(channel.record.text, has_picture=has_picture),
            node="creative",
            calls=self._calls,
            announce=self._announce,
            channel=channel,
        )
        identity = self.creative_id(channel)
        return Creative(
            id=identity,
            channel=channel,
            type=form.type,
            headline=answer.value.headline,
            body=answer.value.body,
            call_to_action=answer.value.call_to_action,
            angle=answer.value.angle,
            sku=self._product.sku,
            image_description=answer.value.image_description if isinstance(answer.value, AdCopy) else "",
            image_url=f"/creatives/{identity}.svg" if has_picture else "",
            attempt=self._attempt,
            prompt_hash=answer.prompt_hash,
            model=answer.model_name,
            is_mock=answer.is_mock,
        )

    def _values(
        self, channel: Channel, draft: Creative | None, findings: Sequence[Finding], has_picture: bool
    ) -> dict[str, PromptValue]:
        brief, record = self._plan.brief, channel.record
        return {
            "product_name": self._product.name,
            "price": f"£{self._product.price:.2f}",
            "category": self._plan.category,
            "opportunity": self._opportunity.headline,
            "cause": self._opportunity.cause.value,
            "regions": _listed(self._plan.audience.regions or self._opportunity.regions),
            "flight": _in_words(self._plan.flight),
            "audience": self._plan.audience.description,
            "objective": brief.objective,
            "proposition": brief.proposition,
            "tone": brief.tone,
            "angle": brief.angle,
            "channel": channel.value,
            "placement": record.placement,
            "has_picture": has_picture,
            "headline_limit": record.text.headline,
            "body_limit": record.text.body,
            "call_to_action_limit": record.text.call_to_action,
            "previous_headline": draft.headline if draft else "",
            "previous_body": draft.body if draft else "",
            "findings": [f"{finding.rule_id}: {finding.evidence}. {finding.remedy}." for finding in findings],
        }


async def _all_or_none(writing: Iterable[Coroutine[None, None, Creative]]) -> list[Creative]:
    """Every ad, written at the same time. Where one cannot be had, the others are not waited for, nor paid for."""
    tasks = [asyncio.ensure_future(ad) for ad in writing]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _hero(shelf: Sequence[Product], plan: CampaignPlan) -> Product:
    found = next((product for product in shelf if product.sku == plan.hero_sku), None)
    if found is None:
        raise NotFound(
            f"{plan.hero_sku} is no longer on the shelf of '{plan.category}'", remedy="plan the campaign again"
        )
    return found


def _complaints(findings: Sequence[Finding]) -> dict[UUID, list[Finding]]:
    """What a rewrite must mend, by ad."""
    complaints: dict[UUID, list[Finding]] = {}
    for finding in findings:
        if finding.outcome is Outcome.FAIL and finding.creative_id and finding.fixable_by == "copy":
            complaints.setdefault(finding.creative_id, []).append(finding)
    return complaints


def _listed(names: Sequence[str]) -> str:
    """Names as a person would list them; empty reads as everywhere."""
    if not names:
        return "all regions"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _in_words(flight: Flight) -> str:
    start, end = flight.start, flight.end
    first = f"{start.day} {start:%B %Y}" if (start.month, start.year) != (end.month, end.year) else str(start.day)
    return f"{first} to {end.day} {end:%B %Y}"
