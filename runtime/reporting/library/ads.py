"""Ads as the library shows them, a page at a time."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from domain.campaign_choice import AdChoice
from domain.creative import Creative, Finding, Outcome, creative_id
from domain.decision import ApprovalDecision, Reworded
from domain.state import CampaignStatus
from runtime.reporting.delivery import Deliveries, not_up_to_date
from runtime.reporting.library.results import AdResults, results_by_ad
from storage.campaigns.ads import AdOfCampaign, AdQueries, AdRecords
from storage.engine.damage import reading
from storage.engine.readable import each_once, readable
from storage.records import Unreadable


class AdsCampaign(BaseModel):
    """Whose ad it is."""

    id: UUID
    name: str
    called: str = Field(description="as a campaign's")
    headline: str | None
    category: str | None
    status: CampaignStatus
    world_id: str


class Objection(BaseModel):
    """What a rule did not pass when it last looked."""

    rule_id: str
    title: str = Field(description="the rule's, in words; empty in findings from before it was kept")
    outcome: Outcome
    evidence: str


class AdChanged(BaseModel):
    """What a person wrote otherwise, and when."""

    by: str
    at: AwareDatetime
    words: list[Reworded]


class LibraryAd(BaseModel):
    """One ad, and all there is to tell of it."""

    creative: Creative
    campaign: AdsCampaign
    cycle: int | None = Field(description="of the campaign, the first is 1; None where that was not kept")
    verdict: Outcome | None = Field(
        description="the strictest of what the rules said last; None until they have looked"
    )
    objections: list[Objection] = Field(description="of the rules that did not pass it")
    changes: list[AdChanged] = Field(description="by people, the oldest first")
    results: AdResults | None = Field(description="None before anything was delivered, and of an ad that is not bought")


class LibraryPage(BaseModel):
    items: list[LibraryAd]
    next: str | None = Field(description="the cursor of the following page; None at the oldest")
    untold: list[UUID] = Field(
        description="of their campaigns, those in flight of which the platform does not tell the newest figures: "
        "results are what it told last of them, if anything"
    )
    unreadable: list[Unreadable] = Field(
        default=[], description="campaigns with ads on this page that cannot be read and are left out, each with why"
    )


class AdLibrary:
    def __init__(self, ads: AdQueries, deliveries: Deliveries) -> None:
        self._ads = ads
        self._deliveries = deliveries

    async def page(self, choice: AdChoice, *, limit: int, after: str | None = None) -> LibraryPage:
        """The ads chosen, of the newest campaign first. The platform is asked about the flights among them that are in
        the air. Raises BadInput for a bad cursor."""
        page = await self._ads.page(choice, limit=limit, after=after)
        by_campaign = [list(some) for _, some in groupby(page.items, key=lambda item: item.campaign.id)]
        found = await readable(by_campaign, self._told, lambda ads: ads[0].campaign.id)
        return LibraryPage(
            items=[ad for of_one in found.items for ad in of_one.ads],
            next=page.next,
            untold=[one for of_one in found.items for one in of_one.untold],
            unreadable=each_once([*page.unreadable, *found.unreadable]),
        )

    async def _told(self, by_campaign: Sequence[Sequence[AdOfCampaign]]) -> "list[_OfCampaign]":
        campaigns = {ads[0].campaign.id: ads[0].campaign for ads in by_campaign}
        known = await self._ads.records(campaigns)
        flights = await self._deliveries.running(list(campaigns.values()))
        results = results_by_ad(known.reported, flights)
        found = []
        for ads in by_campaign:
            campaign = ads[0].campaign
            with reading(campaign.id):
                told = [_told(item, known, results.get(item.ad.id)) for item in ads]
                found.append(_OfCampaign(told, not_up_to_date([campaign], flights)))
        return found


class _OfCampaign(NamedTuple):
    ads: list[LibraryAd]
    untold: list[UUID]


def _told(item: AdOfCampaign, known: AdRecords, results: AdResults | None) -> LibraryAd:
    ad, campaign = item
    objections = known.objections.get(ad.id)
    cycles = known.cycles.get(campaign.id, [])
    return LibraryAd(
        creative=ad,
        campaign=AdsCampaign.model_validate(campaign, from_attributes=True),
        cycle=next((one for one in cycles if creative_id(campaign.id, one, ad.channel) == ad.id), None),
        verdict=None if objections is None else _strictest(objections),
        objections=[Objection.model_validate(one, from_attributes=True) for one in objections or []],
        changes=list(_changes(ad, known.decisions.get(campaign.id, []))),
        results=results,
    )


def _strictest(objections: Sequence[Finding]) -> Outcome:
    outcomes = {one.outcome for one in objections}
    return next((one for one in (Outcome.FAIL, Outcome.REFER) if one in outcomes), Outcome.PASS)


def _changes(ad: Creative, decisions: Sequence[ApprovalDecision]) -> Iterator[AdChanged]:
    for decision in decisions:
        if words := [one for one in decision.reworded if one.creative_id == ad.id]:
            yield AdChanged(by=decision.decided_by, at=decision.decided_at, words=words)
