"""Ads a page at a time, and a campaign's past with its moments: the same on every database."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.caller import Act, Caller, Role
from domain.campaign_choice import AdChoice, CampaignChoice
from domain.channel import Channel
from domain.creative import Finding, Outcome, creative_id
from domain.events import DayPassed, Draft, EventParams
from domain.identifiers import derived_id, new_id
from storage.audit import AuditLog
from storage.campaigns.ads import AdQueries
from storage.campaigns.past import PastQueries
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.log.events import EventStore
from tests.examples import a_change, a_creative, a_plan, an_opportunity

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHOSEN = AdChoice(CampaignChoice(), text="WARM bowl")
SHOWN = (Channel.EMAIL, Channel.PAID_SOCIAL)


async def a_campaign(database: Database, name: str, begun: datetime) -> UUID:
    """One with two ads, in the air by then."""
    moments = iter(begun + timedelta(minutes=minute) for minute in range(9))
    campaigns, found = CampaignRepository(database, now=lambda: next(moments)), derived_id(name)
    ads = [a_creative(channel, identity=creative_id(found, 1, channel)) for channel in SHOWN]
    for change in (
        a_change(found, name=name, opportunity=an_opportunity().model_copy(update={"id": derived_id("seen", name)})),
        a_change(found, plan=a_plan()),
        a_change(found, creatives=ads),
    ):
        await campaigns.record(change)
    return found


async def test_pages_of_ads_neither_repeat_one_nor_leave_one_out(database: Database) -> None:
    # Two that began at the same moment, so that the order rests on their ids.
    made = [await a_campaign(database, f"c{number}", NOON + timedelta(days=number // 2)) for number in range(4)]
    newest = sorted(made, key=lambda one: (made.index(one) // 2, one.hex), reverse=True)
    for limit in (1, 3, 8):
        seen: list[tuple[UUID, Channel]] = []
        after = None
        while True:
            page = await AdQueries(database).page(
                AdChoice(CampaignChoice(), text="WARM bowl"), limit=limit, after=after
            )
            seen += [(item.campaign.id, item.ad.channel) for item in page.items]
            if (after := page.next) is None:
                break
        assert seen == [(one, channel) for one in newest for channel in SHOWN], limit


async def test_a_past_has_the_moment_of_each_record_who_did_what_and_the_days_that_passed(database: Database) -> None:
    one, clock = await a_campaign(database, "one", NOON), new_id()
    await a_campaign(database, "other", NOON)
    audit = AuditLog(database, now=lambda: NOON)
    for outcome in ("done", "refused"):
        entry = await audit.begin(
            Caller(name="Otto", role=Role.OPERATOR), via="http", act=Act.PAUSE, subject=str(one), asked=None
        )
        await audit.end(entry, outcome=outcome)
    for number in range(3):
        params = EventParams(timestamp=NOON + timedelta(hours=number), data=DayPassed(today=date(2026, 11, 5 + number)))
        await EventStore(database).append([Draft(thread_id=clock, method="custom", params=params)])
    past = await PastQueries(database).of(one)
    assert past is not None
    assert [at for at, _ in past.plans] == [NOON + timedelta(minutes=1)]
    assert [(act.who, act.role, act.outcome) for act in past.acts] == [("Otto", Role.OPERATOR, "done")]
    assert await PastQueries(database).of(new_id()) is None
    hours = [NOON + timedelta(hours=number) for number in range(3)]
    for since, until, days in ((0.5, 1, (0, 1)), (1, 1.5, (1,)), (-1, 0.5, (0,)), (5, 9, (2,))):
        passed = await PastQueries(database).days_passed(
            clock, NOON + timedelta(hours=since), NOON + timedelta(hours=until)
        )
        assert passed == [(hours[day], date(2026, 11, 5 + day)) for day in days], (since, until)


def found(ad: UUID, rule: str, outcome: Outcome) -> Finding:
    mark = derived_id(ad, 1, rule)
    return Finding(id=mark, rule_id=rule, outcome=outcome, creative_id=ad, evidence="Cures", source="CAP", remedy="-")


async def test_what_a_rule_said_of_words_that_are_gone_is_no_objection(database: Database) -> None:
    campaign = await a_campaign(database, "one", NOON)
    first, other = (creative_id(campaign, 1, channel) for channel in SHOWN)
    campaigns = CampaignRepository(database)
    looks = [
        [
            found(first, "reader", Outcome.REFER),
            found(first, "claims", Outcome.PASS),
            found(other, "claims", Outcome.FAIL),
        ],
        # The ad was written anew, and nobody read it this time. The other one was not looked at.
        [found(first, "claims", Outcome.PASS)],
    ]
    for look, findings in enumerate(looks):
        await campaigns.record(a_change(campaign, findings=findings, judged=str(look)))
    told = (await AdQueries(database).records([campaign])).objections
    assert (told[first], [one.rule_id for one in told[other]]) == ([], ["claims"])
