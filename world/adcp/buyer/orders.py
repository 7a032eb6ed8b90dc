"""Placing an order with a seller, and finding out what became of it, whatever the seller answered."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from pydantic import ValidationError

from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus
from domain.errors import NotFound, OutcomeUnknown, PlatformFailure, TransientFailure
from domain.identifiers import derived_id
from world.adcp.buyer.connection import SellerConnection, UnclearAnswer
from world.adcp.buyer.told import as_told, difference, is_of_another, is_ours, says_enough, terms_of
from world.adcp.wire.wire import (
    CreateMediaBuy,
    JsonObject,
    ListedMediaBuys,
    MediaBuyAnswer,
    MediaBuyTerms,
    UpdateMediaBuy,
)
from world.adcp.wire.words import brief

_FELL_THROUGH: Final = {MediaBuyStatus.REJECTED, MediaBuyStatus.CANCELED}
_EVERY_STATUS: Final[Sequence[str]] = [status.value for status in MediaBuyStatus]
_PAGE: Final = 100
_PAGES_MOST: Final = 100
_LISTED_WITHIN: Final = (0.25, 0.5, 1.0)
"""Seconds between looks for a booking that is not listed yet. It is asked about again later in any case."""
_ASKED_AGAIN: Final = "the money stays reserved, and the seller is asked again"


class Orders:
    """Of what a seller has made of an order, what can be lived with is adopted and anything else cancelled."""

    def __init__(self, seller: SellerConnection, account: JsonObject) -> None:
        self._seller = seller
        self._account = account

    async def place(self, order: CreateMediaBuy, request: MediaBuyRequest) -> MediaBuy:
        """Send `order`, which says `request` in AdCP.

        Raises PlatformFailure when nothing stands: it was refused, rejected, or booked otherwise and cancelled.
        TransientFailure and OutcomeUnknown leave open what stands.
        """
        try:
            answer = await self._seller.call("create_media_buy", order.to_json(), MediaBuyAnswer)
        except UnclearAnswer as unclear:
            return await self._after_unclear(request, unclear)
        except (PlatformFailure, NotFound) as refusal:
            return await self._after_refusal(request, refusal)
        told = terms_of(answer)
        if told.status in _FELL_THROUGH:
            return await self._adopted(request, told)
        listed = await self._where_listed(request, told.media_buy_id)
        if listed == "elsewhere" or (listed == "nowhere" and await self._listed_or_nothing(request)):
            wrong = UnclearAnswer(
                f"The ad seller booked {brief(told.media_buy_id, 60)!r}, which it does not list as the order's",
                remedy=_ASKED_AGAIN,
            )
            return await self._after_unclear(request, wrong)
        if not says_enough(told):
            told = await self._booked(told.media_buy_id)
        return await self._adopted(request, told, answer.confirmed_at)

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        """The buy that stands of an order sent before; None where the seller lists none. Raises as `place` does."""
        return await self._of_those(await self._listed(request), request)

    async def find(self, media_buy_id: str) -> MediaBuyTerms | None:
        """What the seller tells of a buy; None where it has none of that id.

        Raises OutcomeUnknown where that cannot be read, TransientFailure when worth another try.
        """
        try:
            page = await self._ask({"media_buy_ids": [media_buy_id]})
        except NotFound:
            return None
        found = next((buy for buy in page.media_buys if buy.get("media_buy_id") == media_buy_id), None)
        return None if found is None else _read(found)

    async def _where_listed(
        self, request: MediaBuyRequest, media_buy_id: str
    ) -> Literal["here", "elsewhere", "nowhere", "unknown"]:
        """Whether a buy that a seller says it made of the order is listed, and not as another order's: whose figures
        would be read for ours, then. Where nothing can be read of it, the yes is believed."""
        try:
            page = await self._ask({"media_buy_ids": [media_buy_id]})
        except NotFound:
            return "nowhere"
        except (OutcomeUnknown, TransientFailure):
            return "unknown"
        found = [buy for buy in page.media_buys if buy.get("media_buy_id") == media_buy_id]
        if not found:
            return "nowhere"
        return "elsewhere" if any(is_of_another(buy, request) for buy in found) else "here"

    async def _listed_or_nothing(self, request: MediaBuyRequest) -> list[MediaBuyTerms]:
        """Where a seller's list lags behind its books, or cannot be read, there is nothing in it to hold against it."""
        try:
            return await self._listed(request)
        except (OutcomeUnknown, TransientFailure):
            return []

    async def _booked(self, media_buy_id: str) -> MediaBuyTerms:
        """Looked for again for a while, as a list may lag behind a booking just made. Raises as `find` does, and
        OutcomeUnknown where the seller does not know what it has said it booked."""
        told = await self.find(media_buy_id)
        for pause in _LISTED_WITHIN:
            if told is not None:
                break
            await asyncio.sleep(pause)
            told = await self.find(media_buy_id)
        if told is None:
            raise OutcomeUnknown(f"The ad seller booked {media_buy_id!r} and does not list it", remedy=_ASKED_AGAIN)
        return told

    async def _after_unclear(self, request: MediaBuyRequest, unclear: UnclearAnswer) -> MediaBuy:
        standing = await self.standing(request)
        if standing is None:
            # It may be on its way: an order is not sent again on the spot, where the seller might book it twice.
            raise OutcomeUnknown(
                f"{unclear.problem}, and it lists no media buy of the order", remedy=_ASKED_AGAIN
            ) from unclear
        return standing

    async def _after_refusal(self, request: MediaBuyRequest, refusal: PlatformFailure | NotFound) -> MediaBuy:
        """A clear no is believed, unless the seller lists the buy all the same."""
        standing = await self._of_those(await self._listed_or_nothing(request), request)
        if standing is None:
            raise PlatformFailure(refusal.problem, remedy=refusal.remedy, field=refusal.field) from refusal
        return standing

    async def _of_those(self, ours: Sequence[MediaBuyTerms], request: MediaBuyRequest) -> MediaBuy | None:
        """One buy of those made of the order: the first that stands. A seller that booked twice cancels the others."""
        if not ours:
            return None
        first, *others = sorted(ours, key=lambda told: told.status in _FELL_THROUGH)
        for told in others:
            if told.status not in _FELL_THROUGH:
                await self._cancel(request, told, "the same order twice")
        return await self._adopted(request, first)

    async def _adopted(
        self, request: MediaBuyRequest, told: MediaBuyTerms, confirmed_at: datetime | None = None
    ) -> MediaBuy:
        if told.status in _FELL_THROUGH:
            raise PlatformFailure(
                f"The ad seller answered the order with media buy {told.media_buy_id}, which is {told.status}",
                remedy="ask the seller why, and plan again",
            )
        wrong = difference(request, told)
        if wrong is not None:
            await self._cancel(request, told, wrong)
            raise PlatformFailure(
                f"The ad seller booked {wrong}: media buy {told.media_buy_id} was cancelled",
                remedy="ask the seller why, and plan again",
            )
        return MediaBuy(
            media_buy_id=told.media_buy_id,
            status=told.status,
            request=as_told(request, told),
            confirmed_at=confirmed_at or datetime.now(UTC),
        )

    async def _cancel(self, request: MediaBuyRequest, told: MediaBuyTerms, wrong: str) -> None:
        """Cancel a buy and see that it is. Raises OutcomeUnknown when it is not: its money is spent or will be."""
        change = UpdateMediaBuy(
            account=self._account,
            media_buy_id=told.media_buy_id,
            idempotency_key=f"tescosense:{derived_id('cancel', request.idempotency_key, told.media_buy_id)}",
            canceled=True,
        )
        said = "it says that it has"
        try:
            await self._seller.call("update_media_buy", change.to_json(), MediaBuyAnswer)
        except (PlatformFailure, NotFound) as refusal:
            said = refusal.problem
        now = await self._booked(told.media_buy_id)
        if now.status not in _FELL_THROUGH:
            raise OutcomeUnknown(
                f"The ad seller booked {wrong} and has not cancelled media buy {told.media_buy_id} ({said})",
                remedy=f"settle it with the seller: {_ASKED_AGAIN}",
            )

    async def _listed(self, request: MediaBuyRequest) -> list[MediaBuyTerms]:
        """Every buy the seller has made of the order, of all pages of all it has."""
        found: list[MediaBuyTerms] = []
        pagination: JsonObject = {"max_results": _PAGE}
        for _ in range(_PAGES_MOST):
            query: JsonObject = {"status_filter": [*_EVERY_STATUS], "pagination": pagination}
            try:
                page = await self._ask(query)
            except NotFound as error:
                raise OutcomeUnknown(
                    f"The ad seller does not list its media buys: {error.problem}", remedy=_ASKED_AGAIN
                ) from error
            found += [_read(buy) for buy in page.media_buys if is_ours(buy, request)]
            if page.pagination is None or not page.pagination.has_more:
                return found
            if page.pagination.cursor is None:
                break
            pagination = {"max_results": _PAGE, "cursor": page.pagination.cursor}
        raise OutcomeUnknown("The ad seller does not list its media buys to the end", remedy=_ASKED_AGAIN)

    async def _ask(self, query: JsonObject) -> ListedMediaBuys:
        try:
            return await self._seller.call("get_media_buys", {"account": self._account, **query}, ListedMediaBuys)
        except PlatformFailure as error:
            raise OutcomeUnknown(
                f"The ad seller does not tell what it has of an order that was sent ({error.problem})",
                remedy=_ASKED_AGAIN,
            ) from error


def _read(buy: JsonObject) -> MediaBuyTerms:
    try:
        return MediaBuyTerms.model_validate(buy)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise OutcomeUnknown(
            f"The ad seller lists a media buy of ours that cannot be read: {brief(place)} {brief(first['msg'])}",
            remedy=_ASKED_AGAIN,
        ) from error
