"""What people are told of, and what of it has yet to be sent.

Each notice is written in the transaction that writes what it tells of. A notice is `due` from then on until a webhook
has taken it; whoever sends it moves that forward first, so that several processes do not send it together, and one that
is killed over it leaves it to be sent again.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, exists, select

from domain.campaign_names import campaign_name
from domain.decision import MODEL_SPEND, ModelSpendRequest
from domain.events import InputRequestedData
from domain.identifiers import derived_id, new_id
from domain.notices import (
    TOLD,
    Notice,
    NoticeKind,
    Proposed,
    ShownNotice,
    Words,
    of_campaign,
    of_model_spend,
    of_switch,
    sales_link,
)
from domain.plan import Audience, Flight
from domain.state import BEFORE_THE_GATE, CampaignStatus
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.ports import CampaignChange
from storage.records import KillSwitch
from storage.schema.system_tables import controls, forks, notices
from storage.schema.tables import campaigns, plans

_N = notices.c
_STANDS = select(campaigns.c.status).where(campaigns.c.id == _N.campaign_id).scalar_subquery()
_OF_SALES = (NoticeKind.UNREAD, NoticeKind.READ_AGAIN)
_STOPPED = exists().where(controls.c.stopped.is_(True))


class Due(NamedTuple):
    """A notice that is to be sent, taken until `until`; how often that has been tried before."""

    notice: Notice
    attempts: int
    until: datetime


def _now() -> datetime:
    return datetime.now(UTC)


def tell(connection: Connection, words: Words, now: datetime) -> None:
    """Write a notice within a transaction of the caller's."""
    connection.execute(notices.insert(), _row(new_id(), words, now))


def _row(notice_id: UUID, words: Words, now: datetime) -> dict[str, object]:
    row = {"id": notice_id, "at": now, "due_at": now, "attempts": 0, **words.model_dump(mode="python")}
    return {**row, "kind": words.kind.value}


def stood_at(connection: Connection, change: CampaignChange) -> str | None:
    """Where the campaign stands before a change; not read where the change would tell of nothing."""
    if change.status not in TOLD:
        return None
    found: str | None = connection.scalar(select(campaigns.c.status).where(campaigns.c.id == change.campaign_id))
    return found


def tell_of_change(connection: Connection, change: CampaignChange, stood: str | None, now: datetime) -> None:
    """Tell of a campaign that has come to a status from another one. Another future of a campaign tells of nothing: who
    asked for it is looking at it."""
    if change.status not in TOLD or change.status.value == stood:
        return
    if _is_another_future(connection, change.campaign_id):
        return
    subject = _subject(connection, change.campaign_id)
    newest = plans.c.recorded_at.desc(), plans.c.id.desc()
    of_it = select(plans.c.budget, plans.c.document["flight"].label("flight"))
    plan = connection.execute(of_it.where(plans.c.campaign_id == change.campaign_id).order_by(*newest).limit(1)).first()
    proposed = Proposed(plan.budget, Flight.model_validate(plan.flight)) if plan else None
    tell(connection, of_campaign(change.status, change.campaign_id, subject, proposed, change.failure), now)


def tell_of_question(connection: Connection, asked: InputRequestedData, now: datetime) -> None:
    """Tell of a campaign that waits for money for its chat model, and has a person's time from then on. Proposals are
    told of where the campaign comes to wait."""
    if not isinstance(asked.payload, dict) or asked.payload.get("kind") != MODEL_SPEND:
        return
    request = ModelSpendRequest.model_validate(asked.payload)
    if not _is_another_future(connection, request.campaign_id):
        tell(connection, of_model_spend(request, _subject(connection, request.campaign_id)), now)
        asks = campaigns.update().where(campaigns.c.id == request.campaign_id, campaigns.c.updated_at < now)
        connection.execute(asks.values(updated_at=now))


def _subject(connection: Connection, campaign_id: UUID) -> str:
    """What the campaign is called."""
    of = campaigns.c
    named = connection.execute(select(of.category, of.target_audience, of.name).where(of.id == campaign_id)).first()
    if named is None:
        return "A campaign"
    audience = Audience.model_validate(named.target_audience) if named.target_audience else None
    return campaign_name(named.category, audience, named.name)


def _is_another_future(connection: Connection, campaign_id: UUID) -> bool:
    return connection.scalar(select(forks.c.fork_id).where(forks.c.fork_id == campaign_id)) is not None


def tell_of_switch(connection: Connection, switch: KillSwitch, was_stopped: bool) -> None:
    """Tell of booking that was stopped, or opened again; not of what was so already."""
    if switch.stopped != was_stopped:
        at = switch.changed_at or _now()
        tell(connection, of_switch(stopped=switch.stopped, reason=switch.reason, by=switch.changed_by), at)


class NoticeBoard:
    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now

    async def newest(self, limit: int, served: str = "") -> list[ShownNotice]:
        """`served` is the source whose days are lived, by its name: the files of another ask for nothing."""
        query = select(notices, _STANDS.label("stands"), _STOPPED.label("is_stopped")).order_by(
            _N.at.desc(), _N.id.desc()
        )

        def unit(connection: Connection) -> list[ShownNotice]:
            return list(_shown(connection.execute(query.limit(limit)).all(), sales_link(served)))

        return await self._database.read(unit)

    async def tell_of_sales(self, words: Words) -> None:
        """Tell how it stands with the files of a source, unless that is what was told of them last. Nothing is told of
        files that have always been read."""
        last = select(_N.id, _N.kind, _N.text).where(_N.kind.in_(_OF_SALES), _N.link == words.link)
        last = last.order_by(_N.at.desc(), _N.id.desc()).limit(1)

        def unit(connection: Connection) -> None:
            told = connection.execute(last).first()
            if told is None and words.kind is NoticeKind.READ_AGAIN:
                return
            if told is None or (told.kind, told.text) != (words.kind, words.text):
                # Every process that serves the files says the same at about the same time: it is one notice.
                follows = derived_id("notice", told.id if told else words.link, words.text)
                insert_new(connection, notices, _row(follows, words, self._now()))

        await self._database.write(unit)

    async def take(self, *, until: datetime, since: datetime) -> Due | None:
        """The oldest notice that is due, kept from others until then; None where none is, or another process was first.
        What was told before `since` is not sent any more."""
        now = self._now()
        query = select(notices).where(_N.due_at <= now, _N.at >= since).order_by(_N.at, _N.id).limit(1)
        row = await self._database.read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        taking = notices.update().where(_N.id == row.id, _N.due_at == row.due_at)
        taken = await self._database.write(lambda connection: connection.execute(taking, {"due_at": until}).rowcount)
        return Due(Notice.model_validate(row, from_attributes=True), row.attempts, until) if taken else None

    async def sent(self, due: Due) -> None:
        await self._settle(due, {"due_at": None, "sent_at": self._now(), "problem": ""})

    async def put_off(self, due: Due, until: datetime, problem: str) -> None:
        """It was not taken, and is due again then."""
        await self._settle(due, {"due_at": until, "problem": problem})

    async def waiting(self, since: datetime) -> int:
        """How many notices told since then have yet to be sent."""
        query = select(notices.c.id).where(_N.due_at.is_not(None), _N.at >= since)
        return await self._database.read(lambda connection: len(connection.execute(query).all()))

    async def trim(self, before: datetime) -> int:
        """Drop the notices of before then; how many there were."""
        query = notices.delete().where(_N.at < before)
        return await self._database.write(lambda connection: connection.execute(query).rowcount)

    async def _settle(self, due: Due, values: dict[str, object]) -> None:
        query = notices.update().where(_N.id == due.notice.id, _N.due_at == due.until)
        attempts = {"attempts": due.attempts + 1}
        await self._database.write(lambda connection: connection.execute(query, {**values, **attempts}), durable=True)


def _shown(rows: Sequence[Row[Any]], served: str) -> Iterator[ShownNotice]:
    """Of the notices on one matter, the newest alone may still ask for something."""
    matters: set[tuple[object, ...]] = set()
    for row in rows:
        asks = {
            NoticeKind.PROPOSAL: row.stands == CampaignStatus.AWAITING_APPROVAL.value,
            NoticeKind.SPEND: row.stands in BEFORE_THE_GATE,
            NoticeKind.STOP: bool(row.is_stopped),
            NoticeKind.UNREAD: row.link == served,
        }
        matter = (_OF_SALES, row.link) if row.kind in _OF_SALES else (row.kind, row.campaign_id)
        is_newest = matter not in matters
        matters.add(matter)
        notice = Notice.model_validate(row, from_attributes=True)
        yield ShownNotice(**dict(notice), is_open=is_newest and asks.get(notice.kind, False))
