"""In which order campaigns are listed, and where a page of them ended: a key in that order, so that what comes or goes
between two pages neither repeats a campaign nor leaves one out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Float, Select, and_, case, cast, func, literal, or_, select, tuple_

from domain.campaign_choice import CampaignOrder, CampaignSort
from domain.cursors import Cursors, Instant
from domain.errors import Damaged
from domain.money import Money
from storage.campaigns.newest_plans import newest_plans, pence
from storage.engine.columns import to_pence
from storage.records import CampaignPage, CampaignRecord
from storage.schema.tables import campaigns, opportunities, reports

_C = campaigns.c
_KEYS: Mapping[CampaignSort, Any] = {
    CampaignSort.DETECTED_ON: tuple[date | None, Instant, UUID],
    CampaignSort.NAME: tuple[str | None, Instant, UUID],
    CampaignSort.STATUS: tuple[str | None, Instant, UUID],
    CampaignSort.FLIGHT: tuple[date | None, Instant, UUID],
    CampaignSort.PLANNED: tuple[int | None, Instant, UUID],
    CampaignSort.SPENT: tuple[int | None, Instant, UUID],
    CampaignSort.IROAS: tuple[float | None, Instant, UUID],
    CampaignSort.ROI: tuple[float | None, Instant, UUID],
}
"""What a cursor holds: the value of the last row, its moment and its id; amounts are in pence."""
Key = tuple[object, datetime, UUID]


class _Value(NamedTuple):
    """What a list is in the order of, and where it is read."""

    column: ColumnElement[Any]
    rows: Select[Any]


class SortedCampaigns:
    """Rows of `campaigns` in one order."""

    def __init__(self, order: CampaignOrder, spent: Mapping[UUID, Money]) -> None:
        """`spent` is what flights in the air have cost by now: the records know of what has been reported."""
        self._order = order
        self._is_rising = order.direction == "ascending"
        self._by_moment = order.by is CampaignSort.CREATED_AT
        value = _value(order.by, spent)
        self._column = value.column
        self.rows = value.rows.add_columns(value.column.label("sorted_by")).order_by(*self._clauses())

    def after(self, cursor: str) -> ColumnElement[bool]:
        """Whether a row stands behind the page before. Raises BadInput for a cursor of another list or order."""
        if self._by_moment:
            moment, one = self._moments().key(cursor)
            here, there = (
                tuple_(_C.created_at, _C.id),
                tuple_(literal(moment, _C.created_at.type), literal(one, _C.id.type)),
            )
            return here > there if self._is_rising else here < there
        last, moment, one = self._values().key(cursor)
        older = tuple_(_C.created_at, _C.id) < tuple_(literal(moment, _C.created_at.type), literal(one, _C.id.type))
        if last is None:
            return and_(self._column.is_(None), older)
        beyond = self._column > last if self._is_rising else self._column < last
        return or_(beyond, self._column.is_(None), and_(self._column == last, older))

    def page(self, found: Sequence[tuple[CampaignRecord, object]], limit: int, *, is_last: bool = True) -> CampaignPage:
        """Of records, each with its `sorted_by`; what is beyond the limit tells that it is not the last page.

        Raises Damaged where a page is to follow and none of this one could be read.
        """
        items = [record for record, _ in found[:limit]]
        if is_last and len(found) <= limit:
            return CampaignPage(items=items, next=None)
        if not items:
            raise Damaged.of(None, "every campaign of a page of the list")
        last = items[-1]
        return CampaignPage(items=items, next=self._cursor(found[len(items) - 1][1], last.created_at, last.id))

    def _cursor(self, value: object, created_at: datetime, campaign: UUID) -> str:
        """Of the page that begins behind a row, whose `sorted_by` is `value`."""
        if self._by_moment:
            return self._moments().after((created_at, campaign))
        return self._values().after((value, created_at, campaign))

    def _clauses(self) -> list[ColumnElement[Any]]:
        newest: list[ColumnElement[Any]] = [_C.created_at.desc(), _C.id.desc()]
        if self._by_moment:
            return [_C.created_at.asc(), _C.id.asc()] if self._is_rising else newest
        value = self._column.asc() if self._is_rising else self._column.desc()
        return [value.nulls_last(), *newest]

    def _moments(self) -> Cursors[tuple[Instant, UUID]]:
        return Cursors("campaigns, oldest first" if self._is_rising else "campaigns", tuple[Instant, UUID])

    def _values(self) -> Cursors[Key]:
        return Cursors(f"campaigns by {self._order.by}, {self._order.direction}", _KEYS[self._order.by])


def _value(by: CampaignSort, spent: Mapping[UUID, Money]) -> _Value:
    rows: Select[Any] = select(campaigns)
    match by:
        case CampaignSort.CREATED_AT:
            return _Value(_C.created_at, rows)
        case CampaignSort.NAME:
            return _Value(func.lower(func.coalesce(_C.category, _C.name)), rows)
        case CampaignSort.DETECTED_ON:
            seen = opportunities.c
            newest = select(func.max(seen.detected_on)).where(seen.campaign_id == _C.id).correlate(campaigns)
            return _Value(newest.scalar_subquery(), rows)
        case CampaignSort.STATUS:
            return _Value(_C.status, rows)
        case CampaignSort.SPENT:
            return _Value(_spent_by_now(spent), rows)
        case CampaignSort.FLIGHT | CampaignSort.PLANNED:
            ranked = newest_plans()
            planned = (
                select(
                    ranked.c.campaign_id,
                    func.sum(pence(ranked.c.budget)).label("planned"),
                    func.min(ranked.c.flight_start).label("flight"),
                )
                .where(ranked.c.age == 1, ranked.c.verdict == "spend")
                .group_by(ranked.c.campaign_id)
                .subquery()
            )
            # A sum of whole numbers is no whole number on PostgreSQL.
            column = planned.c.flight if by is CampaignSort.FLIGHT else cast(planned.c.planned, BigInteger)
            return _Value(column, rows.outerjoin(planned, planned.c.campaign_id == _C.id))
        case CampaignSort.IROAS | CampaignSort.ROI:
            of = reports.c
            spend = cast(func.nullif(func.sum(of.spend_pence), 0), Float)
            caused = cast(func.sum(of.incremental_sales_pence), Float) if by is CampaignSort.IROAS else None
            earned = func.sum(of.roi * of.spend_pence) if caused is None else caused
            outcome = (
                select(of.campaign_id, (earned / spend).label("rate"))
                .where(of.is_final)
                .group_by(of.campaign_id)
                .subquery()
            )
            return _Value(outcome.c.rate, rows.outerjoin(outcome, outcome.c.campaign_id == _C.id))


def _spent_by_now(spent: Mapping[UUID, Money]) -> ColumnElement[Any]:
    recorded = pence(_C.spent)
    if not spent:
        return recorded
    return case(
        {one: literal(to_pence(amount), BigInteger) for one, amount in spent.items()}, value=_C.id, else_=recorded
    )
