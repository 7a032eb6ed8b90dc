"""The creative node: one ad for every channel the plan buys, written and drawn."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from uuid import UUID

from langchain_core.language_models import BaseChatModel
from langgraph.runtime import Runtime

from agents.asking.ask import ask
from agents.asking.books import OpensBooks, no_books
from agents.asking.calls import Calls
from agents.asking.chosen import writers
from agents.asking.drafting import Drafting
from agents.asking.together import all_or_none
from agents.creative.artwork.lato import read_typeface
from agents.creative.asked import ad_asked
from agents.creative.inputs import ad_inputs, hero_of
from agents.ports import ChatModels, Draws, Watched, by_nobody
from domain.catalogue import Product
from domain.channel import AdFormat, Channel
from domain.context import CampaignContext
from domain.creative import AdCopy, Creative, Finding, Outcome, creative_id
from domain.decision import SentBack
from domain.errors import ModelFailure
from domain.opportunity import Opportunity
from domain.plain_text import letters_of
from domain.plan import CampaignPlan
from domain.state import CampaignState, NodeResult
from prompts.contracts import AD_COPY
from prompts.library import PromptLibrary
from prompts.template import PromptTemplate
from world.ports import Worlds
from world.references import Resolve

PROMPT = AD_COPY.prompt


class CreativeAgent:
    """Numbers and products come from the plan; only words and pictures are made here."""

    def __init__(
        self,
        *,
        models: ChatModels,
        prompts: PromptLibrary,
        worlds: Worlds,
        resolve: Resolve,
        draws: Draws,
        books: OpensBooks = no_books,
        watched: Watched = by_nobody,
    ) -> None:
        self._watched = watched
        self._models = models
        self._books = books
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
        product = hero_of(world.shelf(plan.category, state.day), plan)
        calls = Calls(state.model_calls, book=self._books(state, runtime))
        asked_with = self._prompts.choose(
            PROMPT, campaign_id, state.prompts.get(PROMPT), runtime.context.creative_prompt or None
        )
        writer = _AdWriter(
            model=self._models.open(writers(state, runtime.context)),
            prompt=asked_with.template,
            campaign_id=campaign_id,
            opportunity=state.the_opportunity,
            plan=plan,
            product=product,
            attempt=attempt,
            calls=calls,
            sent_back=state.sent_back,
            runtime=runtime,
            watched=self._watched,
        )
        formats = {allocation.channel: allocation.format for allocation in plan.allocations if allocation.budget > 0}
        channels = list(formats)
        edited = state.edits_plan
        drafts = {creative.id: creative for creative in state.creatives} if attempt > 1 or edited else {}
        complaints = {} if edited else _complaints(state.findings)
        to_write = [c for c in channels if writer.creative_id(c) not in drafts or writer.creative_id(c) in complaints]
        kept = [
            drafts[identity].headline
            for channel in channels
            if channel not in to_write and (identity := writer.creative_id(channel)) in drafts
        ]
        said = [*state.headlines_said, *kept]

        def ad(channel: Channel, *said_too: str) -> Coroutine[None, None, Creative]:
            identity = writer.creative_id(channel)
            complaint = complaints.get(identity, [])
            return writer.write(channel, formats[channel], drafts.get(identity), complaint, [*said, *said_too])

        # In a thread: the first ad of a process reads the typeface from disk.
        await asyncio.to_thread(read_typeface)
        with calls:
            calls.expect(len(to_write), "creative")
            written = await all_or_none(ad(channel) for channel in to_write)
            written = await _without_repeats(written, said, ad, calls)
        artwork = await asyncio.to_thread(self._draws, written, plan, product)
        return {
            "creatives": written,
            "artwork": artwork,
            "creative_attempts": attempt,
            "model_calls": calls.made,
            "prompts": {**state.prompts, PROMPT: asked_with.choice},
            "compliance": None,
        }


class _AdWriter:
    """Writes the ads of one attempt: all that they have in common."""

    def __init__(
        self,
        *,
        model: BaseChatModel,
        prompt: PromptTemplate,
        campaign_id: UUID,
        opportunity: Opportunity,
        plan: CampaignPlan,
        product: Product,
        attempt: int,
        calls: Calls,
        sent_back: Sequence[SentBack],
        runtime: Runtime[CampaignContext],
        watched: Watched,
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._campaign_id = campaign_id
        self._opportunity = opportunity
        self._plan = plan
        self._product = product
        self._attempt = attempt
        self._calls = calls
        self._sent_back = sent_back
        self._announce = runtime.stream_writer
        self._watched = watched

    def creative_id(self, channel: Channel) -> UUID:
        """The same over rewrites, so that a rewrite replaces its draft."""
        return creative_id(self._campaign_id, self._plan.cycle, channel)

    async def write(
        self,
        channel: Channel,
        form: AdFormat,
        draft: Creative | None,
        findings: Sequence[Finding],
        used_headlines: Sequence[str],
    ) -> Creative:
        """One ad for one channel, from the brief and from what compliance said of the last draft. `used_headlines` are
        those the campaign may not say again."""
        has_picture = form.picture is not None
        rendered = self._prompt.render(
            ad_inputs(
                self._opportunity,
                self._plan,
                self._product,
                channel,
                has_picture=has_picture,
                draft=draft,
                findings=findings,
                used_headlines=used_headlines,
                sent_back=self._sent_back,
            )
        )
        answer = await ask(
            self._model,
            rendered,
            ad_asked(channel.record.text, has_picture=has_picture),
            node="creative",
            calls=self._calls,
            announce=self._announce,
            channel=channel,
            drafting=await self._drafting(channel),
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

    async def _drafting(self, channel: Channel) -> Drafting | None:
        if not await self._watched(self._campaign_id):
            return None
        return Drafting(self._campaign_id, "creative", channel, self._announce)


async def _without_repeats(
    written: Sequence[Creative],
    said: Sequence[str],
    again: Callable[..., Coroutine[None, None, Creative]],
    calls: Calls,
) -> list[Creative]:
    """The ads, those whose headline the campaign has already written once more: side by side they knew nothing of each
    other. One that still says it again is left as it is, for compliance to refer."""
    ads = list(written)
    for place, ad in enumerate(ads):
        others = [*said, *(other.headline for other in ads if other is not ad)]
        before = {letters_of(headline) for headline in (*said, *(other.headline for other in ads[:place]))}
        # A rewrite of every ad that compliance may still ask for comes first.
        if letters_of(ad.headline) not in before or calls.left <= len(ads):
            continue
        try:
            another = await again(ad.channel, *others)
        except ModelFailure:
            continue
        if letters_of(another.headline) not in {letters_of(headline) for headline in others}:
            ads[place] = another
    return ads


def _complaints(findings: Sequence[Finding]) -> dict[UUID, list[Finding]]:
    """What a rewrite must mend, by ad."""
    complaints: dict[UUID, list[Finding]] = {}
    for finding in findings:
        if finding.outcome is Outcome.FAIL and finding.creative_id and finding.fixable_by == "copy":
            complaints.setdefault(finding.creative_id, []).append(finding)
    return complaints
