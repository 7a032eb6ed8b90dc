"""People are told of each fact once, in the transaction that writes it, and what is due outlives who sends it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.decision import ModelSpendRequest
from domain.errors import Conflict
from domain.events import Draft, EventParams, InputRequestedData
from domain.identifiers import derived_id, new_id
from domain.model_calls import dollars
from domain.notices import NoticeKind, of_sales
from domain.state import CampaignStatus, Failure
from storage.campaigns.due import DueCampaigns
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.forks import Forks
from storage.ledger.ledger import Ledger
from storage.log.events import EventStore
from storage.notices import NoticeBoard
from tests.examples import a_change, a_plan

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
SOUP, SALAD = derived_id("soup"), derived_id("salad")
BROKEN = Failure(node="booking", error="PlatformFailure", message="the seller did not answer")


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


async def kinds(board: NoticeBoard) -> list[str]:
    return [notice.kind.value for notice in await board.newest(50)]


async def test_a_proposal_is_told_of_once_however_often_it_is_recorded_and_is_open_until_decided(
    database: Database,
) -> None:
    campaigns, board = CampaignRepository(database, now=at(NOW)), NoticeBoard(database)
    plan = a_plan(budget=Decimal("4200.60"))
    await campaigns.record(a_change(SOUP, name="Soup in Wales", status=CampaignStatus.PLANNED, plan=plan))
    for _ in range(2):
        await campaigns.record(a_change(SOUP, name="Soup in Wales", status=CampaignStatus.AWAITING_APPROVAL))

    (notice,) = await board.newest(50)
    assert notice.kind is NoticeKind.PROPOSAL
    assert notice.is_open
    assert notice.at == NOW
    assert (
        notice.text
        == f"Soup for {plan.audience.told}, £4,201 from {plan.flight.start:%-d} to {plan.flight.end:%-d %B %Y}."
    )
    assert notice.link == f"/approvals?id={SOUP}"

    await campaigns.record(a_change(SOUP, status=CampaignStatus.PLANNED))
    assert [one.is_open for one in await board.newest(50)] == [False]
    await campaigns.record(a_change(SOUP, status=CampaignStatus.AWAITING_APPROVAL))
    assert [one.is_open for one in await board.newest(50)] == [True, False], "it came back, and is one decision"


async def test_a_lapse_and_a_fault_are_told_of_with_their_reason(database: Database) -> None:
    campaigns, board = CampaignRepository(database), NoticeBoard(database)
    await campaigns.record(a_change(SOUP, name="Soup", status=CampaignStatus.LAPSED))
    await campaigns.record(a_change(SALAD, name="Salad", status=CampaignStatus.FAILED, failure=BROKEN))
    fault, lapse = await board.newest(50)
    assert (fault.kind, fault.text) == (NoticeKind.FAULT, "Salad: the seller did not answer.")
    assert (lapse.kind, lapse.is_open) == (NoticeKind.LAPSE, False)


async def test_what_is_refused_tells_of_nothing(database: Database) -> None:
    campaigns, board = CampaignRepository(database), NoticeBoard(database)
    await campaigns.record(a_change(SOUP, name="Soup", status=CampaignStatus.COMPLETED))
    with pytest.raises(Conflict):
        await campaigns.record(a_change(SOUP, status=CampaignStatus.AWAITING_APPROVAL))
    await campaigns.record(a_change(SOUP, status=CampaignStatus.FAILED, failure=BROKEN))
    assert await board.newest(50) == []


async def test_another_future_of_a_campaign_tells_of_nothing(database: Database) -> None:
    await Forks(database).add(SALAD, SOUP, {}, NOW)
    await CampaignRepository(database).record(a_change(SALAD, name="Salad", status=CampaignStatus.AWAITING_APPROVAL))
    assert await NoticeBoard(database).newest(50) == []


async def test_another_future_of_a_campaign_does_not_stand_among_those_that_may_ask(database: Database) -> None:
    await Forks(database).add(SALAD, SOUP, {}, NOW)
    for campaign in (SALAD, SOUP):
        await CampaignRepository(database).record(a_change(campaign, name="Soup", status=CampaignStatus.PLANNED))
    assert [one.campaign_id for one in await DueCampaigns(database).standing_still()] == [SOUP]


async def test_a_stop_is_told_of_when_it_stops_something_and_is_open_while_it_does(database: Database) -> None:
    ledger, board = Ledger(database), NoticeBoard(database)
    await ledger.stop_booking("the prices are wrong", "Ada")
    await ledger.stop_booking("the prices are wrong", "Ada")
    (stop,) = await board.newest(50)
    assert (stop.title, stop.text) == ("All booking is stopped", "the prices are wrong. (Ada)")
    assert stop.is_open
    await ledger.resume_booking("they are right", "Bea")
    assert [notice.is_open for notice in await board.newest(50)] == [False, False]


async def test_what_is_due_is_taken_by_one_and_comes_back_when_that_one_dies(database: Database) -> None:
    await CampaignRepository(database, now=at(NOW)).record(
        a_change(SOUP, name="Soup", status=CampaignStatus.AWAITING_APPROVAL)
    )
    lease = NOW + timedelta(seconds=60)
    first = await NoticeBoard(database, now=at(NOW)).take(until=lease, since=LONG_AGO)
    assert first is not None
    assert await NoticeBoard(database, now=at(NOW)).take(until=lease, since=LONG_AGO) is None

    later = NoticeBoard(database, now=at(lease))
    again = await later.take(until=lease + timedelta(seconds=60), since=LONG_AGO)
    assert again is not None
    assert again.notice == first.notice
    await later.sent(first)
    assert await later.waiting(LONG_AGO) == 1, "who has lost it settles nothing"
    await later.put_off(again, lease + timedelta(seconds=90), "no answer")
    assert await later.take(until=lease, since=LONG_AGO) is None
    last = await NoticeBoard(database, now=at(lease + timedelta(seconds=90))).take(until=lease, since=LONG_AGO)
    assert last is not None
    assert last.attempts == 1
    await later.sent(last)
    assert await later.waiting(LONG_AGO) == 0


async def test_what_was_told_too_long_ago_is_not_sent_and_is_dropped_in_the_end(database: Database) -> None:
    await CampaignRepository(database, now=at(NOW)).record(
        a_change(SOUP, name="Soup", status=CampaignStatus.AWAITING_APPROVAL)
    )
    board = NoticeBoard(database, now=at(NOW + timedelta(days=2)))
    assert await board.take(until=NOW + timedelta(days=3), since=NOW + timedelta(days=1)) is None
    assert await board.trim(NOW) == 0
    assert await board.trim(NOW + timedelta(seconds=1)) == 1
    assert await kinds(board) == []


async def test_files_that_cannot_be_read_are_told_of_once_and_are_open_until_they_are_read_again(
    database: Database,
) -> None:
    board = NoticeBoard(database)
    broken, other = of_sales("files:shop", "sales.csv, line 2: no day."), of_sales("files:shop", "there is no folder")
    mended, elsewhere = of_sales("files:shop", ""), of_sales("files:branch", "sales.csv, line 9: no price.")
    await board.tell_of_sales(mended)
    assert await board.newest(50) == [], "files that were always read are no news"
    for said in (broken, broken, elsewhere, broken):
        await board.tell_of_sales(said)
    assert [(one.text, one.is_open) for one in await board.newest(50, "files:shop")] == [
        ("files:branch: sales.csv, line 9: no price.", False),
        ("files:shop: sales.csv, line 2: no day.", True),
    ]
    served = [await board.newest(50, name) for name in ("files:branch", "simulated")]
    assert [[one.is_open for one in told] for told in served] == [[True, False], [False, False]]
    for said in (other, mended, mended):
        await board.tell_of_sales(said)
    assert [one.is_open for one in await board.newest(50, "files:shop")] == [False, False, False, False]
    await board.tell_of_sales(broken)
    assert [(one.kind, one.is_open) for one in await board.newest(1, "files:shop")] == [(NoticeKind.UNREAD, True)], (
        "once more"
    )


async def test_what_two_processes_say_of_the_same_files_is_one_notice(database: Database) -> None:
    boards, broken = [NoticeBoard(database) for _ in range(4)], of_sales("files:shop", "sales.csv, line 2: no day.")
    await asyncio.gather(*(board.tell_of_sales(broken) for board in boards))
    assert await kinds(boards[0]) == ["unread"]


async def test_a_campaign_that_asks_what_its_model_may_cost_is_told_of(
    database: Database,
) -> None:
    campaigns, board, store = CampaignRepository(database), NoticeBoard(database), EventStore(database)
    await campaigns.record(a_change(SOUP, name="Soup", status=CampaignStatus.PLANNED))
    asked = ModelSpendRequest(
        campaign_id=SOUP, node="creative", headline="Soup up 16%.", limit=dollars("0.02"), spent=dollars("0.015"),
        at_least=dollars("0.03"),
    )  # fmt: skip
    question = Draft(
        event_id=new_id(),
        thread_id=SOUP,
        method="input.requested",
        params=EventParams(
            timestamp=NOW,
            data=InputRequestedData(
                interrupt_id="q", node="creative", payload=asked.model_dump(mode="json"), response_schema={}
            ),
        ),
    )
    await store.append([question])
    (notice,) = await board.newest(50)
    assert (notice.kind, notice.is_open, notice.link) == (NoticeKind.SPEND, True, f"/campaigns?id={SOUP}")
    assert notice.text.startswith(
        "Soup: the next question may take its chat model past $0.0200, of which at most $0.0150"
    )
    await campaigns.record(a_change(SOUP, status=CampaignStatus.ACTIVE))
    assert [one.is_open for one in await board.newest(50)] == [False]
