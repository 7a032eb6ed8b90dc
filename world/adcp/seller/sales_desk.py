"""The seller's business: every AdCP task over any `AdPlatforms`, without a word about transports."""

import asyncio
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from domain.booking import MediaBuyStatus, MediaProduct
from domain.errors import TescoSenseError
from world.adcp.seller.offers import offer
from world.adcp.seller.order import Order, actions, changed, rebought, whole_buy_changes
from world.adcp.seller.order_book import Answered, OrderBook
from world.adcp.seller.order_intake import flight_of, meaning, order_of, request_of, terms_of
from world.adcp.seller.records import paged, record, told_packages
from world.adcp.seller.refusal import Refusal, refusal_of
from world.adcp.seller.reporting import media_buy_delivery, report
from world.adcp.seller.terms import refuse_other_terms
from world.adcp.wire.delivery import DeliveryQuery, DeliveryReport, MediaBuyDelivery
from world.adcp.wire.ours import OrderTerms
from world.adcp.wire.wire import (
    CURRENCY,
    CreateMediaBuy,
    CreativeResult,
    CreativeResults,
    MediaBuyAnswer,
    MediaBuyQuery,
    MediaBuyRecords,
    Products,
    SyncCreatives,
    UpdateMediaBuy,
)
from world.ports import AdPlatforms

REPLAY_SECONDS: Final = 7 * 24 * 3600
"""How long an answer is given again under its idempotency key: the longest AdCP lets a seller declare."""


class SalesDesk:
    """Sells what `platforms` sell. `house` says what an order is about that does not say it itself."""

    def __init__(
        self, platforms: AdPlatforms, book: OrderBook, *, house: OrderTerms, now: Callable[[], datetime]
    ) -> None:
        """`now` is the moment it is, UTC."""
        self._platforms = platforms
        self._book = book
        self._house = house
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def media_products(self) -> list[MediaProduct]:
        """The cheapest first: there are buyers that take the first and bid without having asked for its price."""
        products = await self._platforms.open(self._house.world).products()
        return sorted(products, key=lambda product: product.cpm)

    async def products(self) -> Products:
        """Everybody is offered the same."""
        return Products(products=[offer(product) for product in await self.media_products()], cache_scope="public")

    async def create_media_buy(self, order: CreateMediaBuy) -> MediaBuyAnswer:
        """Place an order once per idempotency key; the same again answers what was answered then.

        Raises Refusal for what the order gets wrong and for terms this seller does not do, IDEMPOTENCY_CONFLICT for a
        key used for another order, IDEMPOTENCY_EXPIRED for one used too long ago.
        """
        async with self._one_at_a_time:
            asked = meaning(order)
            # Before anything is judged: what could be sold then was sold, whatever day it is now.
            given = self._answered(order.idempotency_key, asked)
            if given is not None:
                return given
            products = await self.media_products()
            refuse_other_terms(order, products)
            terms = terms_of(order, self._house)
            request = request_of(order, flight_of(order, self._today()), terms, products)
            try:
                buy = await self._platforms.open(terms.world).create_media_buy(request)
            except TescoSenseError as error:
                raise refusal_of(error) from error
            placed = order_of(buy, order, terms, products)
            answer = self._answer(placed, self._today())
            self._keep(placed, order.idempotency_key, asked, answer)
            return answer

    async def update_media_buy(self, change: UpdateMediaBuy) -> MediaBuyAnswer:
        """Pause, resume, cancel, change the total budget, or assign creatives. Raises Refusal for everything else, and
        for what the platform behind does not take."""
        async with self._one_at_a_time:
            asked = json.dumps(change.asks(), sort_keys=True)
            given = self._answered(change.idempotency_key, asked)
            if given is not None:
                return given
            order = self._order(change.media_buy_id)
            today = self._day_of(order, change)
            after, touched = changed(order, change, self._status(order, today), today)
            after = await self._changed_at_the_platform(order, after, change, today)
            answer = self._answer(after, today)
            packages = [package for package in answer.packages or [] if package.package_id in touched]
            # Whose context is said again in an answer is the request's own, which the library does.
            answer = answer.model_copy(update={"packages": None, "affected_packages": packages, "context": None})
            self._keep(after, change.idempotency_key, asked, answer)
            return answer

    async def media_buys(self, query: MediaBuyQuery) -> MediaBuyRecords:
        """Every buy, or those asked for by id; ids nobody knows are left out. All at once, or as many as asked for.

        Raises Refusal for a cursor that no page of ours has given.
        """
        wanted = query.status_filter
        statuses = wanted if isinstance(wanted, list) or wanted is None else [wanted]
        told = [record(order, self._status(order, self._today())) for order in self._book.orders()]
        found = [
            buy
            for buy in told
            if (query.media_buy_ids is None or buy.media_buy_id in query.media_buy_ids)
            and (statuses is None or buy.status in statuses)
        ]
        return paged(found, query.pagination)

    async def sync_creatives(self, request: SyncCreatives) -> CreativeResults:
        """Keep creatives and assign them to packages. Raises Refusal for a package nobody ordered."""
        results = []
        for creative in request.creatives:
            document = creative.model_dump_json()
            kept = self._book.creative(creative.creative_id)
            action = "created" if kept is None else "unchanged" if kept == document else "updated"
            if not request.dry_run:
                self._book.keep_creative(creative.creative_id, document)
            results.append(CreativeResult.model_validate({"creative_id": creative.creative_id, "action": action}))
        for assignment in request.assignments:
            self._assign(assignment.creative_id, assignment.package_id, dry_run=request.dry_run)
        return CreativeResults(creatives=results)

    async def delivery(self, query: DeliveryQuery) -> DeliveryReport:
        """Delivery from `start_date` to the day before `end_date`; up to today when no end is given."""
        through = query.end_date - timedelta(days=1) if query.end_date is not None else self._today()
        orders = self._book.orders()
        if query.media_buy_ids is not None:
            orders = [self._order(media_buy_id) for media_buy_id in query.media_buy_ids]
        rows = [await self._delivered(order, query, through) for order in orders]
        start = query.start_date or min((order.buy.request.flight.start for order in orders), default=through)
        return report(rows, min(start, through), through)

    async def _delivered(self, order: Order, query: DeliveryQuery, through: date) -> MediaBuyDelivery:
        platform = self._platforms.open(order.world)
        try:
            delivery = await platform.delivery(order.buy.media_buy_id, through)
        except TescoSenseError as error:
            raise refusal_of(error) from error
        uploaded = self._book.uploaded()
        ran = [
            row
            for row in delivery.rows
            if order.ran(row, uploaded) and (query.start_date is None or row.day >= query.start_date)
        ]
        status = order.status(through, uploaded)
        return media_buy_delivery(
            order,
            ran,
            # A report is made as its last day ends, so the flight's own last day already completes the buy.
            status=delivery.status if status is MediaBuyStatus.ACTIVE else status,
            is_final=delivery.is_final,
            daily=query.include_package_daily_breakdown,
        )

    def _today(self) -> date:
        return self._now().date()

    def _keep(self, order: Order, key: str, asked: str, answer: MediaBuyAnswer) -> None:
        self._book.keep_answered(order, key, Answered(asked, answer.model_dump_json(), self._now()))

    def _answered(self, key: str, asked: str) -> MediaBuyAnswer | None:
        given = self._book.answered(key)
        if given is None:
            return None
        # Answers from before their moment was kept were hashed otherwise: there the key alone tells.
        if given.at is not None and given.asked != asked:
            raise Refusal(
                "IDEMPOTENCY_CONFLICT",
                "This idempotency_key was used for another request",
                field="idempotency_key",
                suggestion="use a fresh key for a new order",
            )
        if given.at is not None and self._now() - given.at > timedelta(seconds=REPLAY_SECONDS):
            raise Refusal(
                "IDEMPOTENCY_EXPIRED",
                f"This idempotency_key was used on {given.at.date()}, and its answer is no longer given again",
                field="idempotency_key",
                suggestion="look for the order with get_media_buys, and use a fresh key for a new one",
            )
        return MediaBuyAnswer.model_validate_json(given.answer).model_copy(update={"replayed": True, "context": None})

    def _day_of(self, order: Order, change: UpdateMediaBuy) -> date:
        """Today, or the day it is in the world of its own that one of our own orders named."""
        own = change.ext.tescosense if change.ext is not None else None
        return own.day if own is not None and order.world != self._house.world else self._today()

    async def _changed_at_the_platform(self, order: Order, after: Order, change: UpdateMediaBuy, today: date) -> Order:
        platform, media_buy_id = self._platforms.open(order.world), order.buy.media_buy_id
        try:
            for one in whole_buy_changes(order, change, today):
                await platform.update_media_buy(media_buy_id, one)
        except TescoSenseError as error:
            raise refusal_of(error) from error
        buy = await self._book.get(media_buy_id)
        return rebought(after, buy) if buy is not None else after

    def _answer(self, order: Order, today: date) -> MediaBuyAnswer:
        status = self._status(order, today)
        return MediaBuyAnswer(
            media_buy_id=order.buy.media_buy_id,
            revision=order.revision,
            media_buy_status=status,
            confirmed_at=order.buy.confirmed_at,
            name=order.name,
            currency=CURRENCY,
            total_budget=order.buy.total,
            packages=told_packages(order),
            valid_actions=actions(status),
            context=order.context,
            sandbox=True,
        )

    def _status(self, order: Order, as_of: date) -> MediaBuyStatus:
        return order.status(as_of, self._book.uploaded())

    def _order(self, media_buy_id: str) -> Order:
        order = self._book.order(media_buy_id)
        if order is None:
            raise Refusal("MEDIA_BUY_NOT_FOUND", "There is no such media buy", field="media_buy_id")
        return order

    def _assign(self, creative_id: str, package_id: str, *, dry_run: bool) -> None:
        for order in self._book.orders():
            for package in order.packages:
                if package.package_id != package_id:
                    continue
                if creative_id not in package.creative_ids and not dry_run:
                    package.creative_ids.append(creative_id)
                    order.revision += 1
                    self._book.keep_order(order)
                return
        raise Refusal("PACKAGE_NOT_FOUND", f"There is no package {package_id!r}", field="assignments")
