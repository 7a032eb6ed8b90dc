"""Reading the ads of many campaigns: which are meant, and what is on record of each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, and_, func, literal, or_, select, tuple_

from domain.campaign_choice import AdChoice
from domain.channel import Channel
from domain.creative import Creative, Finding, Outcome
from domain.cursors import Cursors, Instant
from domain.decision import ApprovalDecision
from domain.errors import Damaged
from domain.money import Money
from storage.campaigns.choosing import conditions, on_record, words_of
from storage.engine.damage import reading, whole
from storage.engine.database import Database
from storage.engine.readable import Readable, readable
from storage.records import CampaignRecord, Unreadable
from storage.schema.tables import ad_words, approvals, campaigns, checks, creatives, performance_logs, plans, reports

_C, _A = campaigns.c, creatives.c
_CURSORS = Cursors("ads", tuple[Instant, UUID, str, UUID])


class AdOfCampaign(NamedTuple):
    ad: Creative
    campaign: CampaignRecord


class AdsPage(NamedTuple):
    items: list[AdOfCampaign]
    next: str | None
    unreadable: list[Unreadable]
    """The campaigns of ads of this page that cannot be read."""


class ReportedAd(NamedTuple):
    """What a cycle's report says of one channel, by the platform's own count."""

    campaign_id: UUID
    cycle: int
    channel: Channel
    is_final: bool
    impressions: int
    clicks: int
    spend: Money
    conversion_value: Money


class AdRecords(NamedTuple):
    """What is on record of some campaigns that their ads are told with."""

    cycles: dict[UUID, list[int]]
    """Those planned, by campaign."""
    objections: dict[UUID, list[Finding]]
    """What the newest look at an ad did not pass, by ad; empty for one with nothing against it. An ad that
    no rule has looked at is left out."""
    decisions: dict[UUID, list[ApprovalDecision]]
    """The oldest first, by campaign."""
    reported: list[ReportedAd]


class AdQueries:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, choice: AdChoice, *, limit: int, after: str | None = None) -> AdsPage:
        """The ads chosen, those of the newest campaign first; `after` is the `next` of the page before. Raises BadInput
        for a bad cursor, and for days in the wrong order, Damaged where none of several ads can be read."""
        query = (
            select(campaigns, _A.document.label("ad"), _A.channel.label("ad_channel"), _A.id.label("ad_id"))
            # So written, campaigns cannot be looked up from their ads, all of which SQLite would read and sort first:
            # the page is read off the newest campaigns, however many are behind them.
            .join(creatives, _A.campaign_id == func.coalesce(_C.id, _C.id))
            .where(*conditions(choice.campaigns.model_copy(update={"text": None, "channel": None})))
            .order_by(_C.created_at.desc(), _C.id.desc(), _A.channel, _A.id)
            .limit(limit + 1)
        )
        if choice.channel is not None:
            query = query.where(_A.channel == choice.channel.value)
        for word in words_of(choice.text):
            said = select(ad_words.c.creative_id).where(ad_words.c.words.contains(word, autoescape=True))
            query = query.where(or_(_A.id.in_(said), *on_record(word)))
        if after is not None:
            moment, campaign, channel, ad = _CURSORS.key(after)
            one = literal(campaign, _C.id.type)
            query = query.where(
                or_(
                    tuple_(_C.created_at, _C.id) < tuple_(literal(moment, _C.created_at.type), one),
                    and_(_C.id == one, tuple_(_A.channel, _A.id) > tuple_(channel, literal(ad, _A.id.type))),
                )
            )

        async def read(query: Select[Any]) -> list[_Listed]:
            return await self._database.read(
                lambda connection: [_listed(row) for row in connection.execute(query).mappings()]
            )

        try:
            ads = await read(query)
            found, is_last = Readable(ads[:limit], []), len(ads) <= limit
        except Damaged:
            of_ads = query.with_only_columns(_A.campaign_id, _A.id)
            ids = await self._database.read(lambda connection: [_AdOf(*row) for row in connection.execute(of_ads)])
            found = await readable(
                ids[:limit],
                lambda some: read(query.where(_A.id.in_([one.ad_id for one in some]))),
                attrgetter("campaign_id"),
            )
            is_last = len(ids) <= limit
        items = [one.ad for one in found.items]
        if is_last:
            return AdsPage(items, None, found.unreadable)
        if not items:
            raise Damaged.of(None, "every ad of a page of the library")
        return AdsPage(items, _CURSORS.after(found.items[-1].key), found.unreadable)

    async def records(self, wanted: Collection[UUID]) -> AdRecords:
        """Of these campaigns, in four queries however many there are."""
        some = list(wanted)

        def unit(connection: Connection) -> AdRecords:
            return AdRecords(
                _cycles(connection, some),
                _objections(connection, some),
                _decisions(connection, some),
                _reported(connection, some),
            )

        whose = some[0] if len(some) == 1 else None
        return await self._database.read(unit, of=whose) if some else AdRecords({}, {}, {}, [])


class _AdOf(NamedTuple):
    campaign_id: UUID
    ad_id: UUID


class _Listed(NamedTuple):
    """An ad, and its place in the list."""

    ad: AdOfCampaign
    key: tuple[datetime, UUID, str, UUID]


def _listed(row: RowMapping) -> _Listed:
    with reading(row["id"]):
        ad = AdOfCampaign(Creative.model_validate(row["ad"]), CampaignRecord.model_validate(row))
    return _Listed(ad, (row["created_at"], row["id"], row["ad_channel"], row["ad_id"]))


def _cycles(connection: Connection, wanted: Sequence[UUID]) -> dict[UUID, list[int]]:
    of = plans.c
    query = select(of.campaign_id, of.cycle).where(of.campaign_id.in_(wanted)).distinct()
    found: defaultdict[UUID, list[int]] = defaultdict(list)
    for campaign_id, cycle in connection.execute(query.order_by(of.campaign_id, of.cycle)):
        found[campaign_id].append(cycle)
    return found


def _objections(connection: Connection, wanted: Sequence[UUID]) -> dict[UUID, list[Finding]]:
    of = checks.c
    query = select(of.document["findings"]).where(of.campaign_id.in_(wanted)).order_by(of.recorded_at, of.id)
    newest: dict[str, list[dict[str, Any]]] = {}
    for findings in connection.scalars(query):
        of_each: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for found in findings:
            if found.get("creative_id") is not None:
                of_each[found["creative_id"]].append(found)
        # A look at an ad replaces all of the look before: what a rule said of words that are gone is no objection.
        newest |= of_each
    # Of sixty that are on record one or two object: the others are not looked into.
    return {
        UUID(ad): [Finding.model_validate(found) for found in looked if found["outcome"] != Outcome.PASS]
        for ad, looked in newest.items()
    }


def _decisions(connection: Connection, wanted: Sequence[UUID]) -> dict[UUID, list[ApprovalDecision]]:
    of = approvals.c
    query = select(of.campaign_id, of.document).where(of.campaign_id.in_(wanted)).order_by(of.decided_at, of.id)
    found: defaultdict[UUID, list[ApprovalDecision]] = defaultdict(list)
    for campaign_id, document in connection.execute(query):
        with reading(campaign_id):
            found[campaign_id].append(ApprovalDecision.model_validate(document))
    return found


def _reported(connection: Connection, wanted: Sequence[UUID]) -> list[ReportedAd]:
    of, report = performance_logs.c, reports.c
    query = (
        select(
            of.campaign_id,
            report.cycle,
            of.channel,
            report.is_final,
            of.impressions,
            of.clicks,
            of.spend,
            of.conversion_value,
        )
        .join(reports, report.id == of.report_id)
        .where(of.campaign_id.in_(wanted))
    )
    found = []
    for row in connection.execute(query):
        campaign_id, cycle, channel, is_final, impressions, clicks, spend, value = row
        with reading(campaign_id):
            whole(row)
            counts = int(impressions), int(clicks)
            found.append(ReportedAd(campaign_id, cycle, Channel(channel), is_final, *counts, spend, value))
    return found
