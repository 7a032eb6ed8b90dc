"""Changing a buy that stands with a seller, and finding out what became of the change, whatever the seller answered."""

from decimal import Decimal
from typing import Final

from domain.booking import MediaBuyState, MediaBuyStatus
from domain.buy_changes import BuyChange
from domain.errors import OutcomeUnknown
from domain.money import Money
from world.adcp.buyer.connection import SellerConnection, UnclearAnswer
from world.adcp.buyer.orders import Orders
from world.adcp.buyer.told import terms_of
from world.adcp.wire.wire import (
    CURRENCY,
    ChangeExtension,
    ChangeTerms,
    JsonObject,
    MediaBuyAnswer,
    MediaBuyTerms,
    TotalBudget,
    UpdateMediaBuy,
)
from world.adcp.wire.words import brief

_NOT_YET: Final = {MediaBuyStatus.PENDING_START, MediaBuyStatus.PENDING_CREATIVES}


class Changes:
    """A clear no is believed. A yes is too, unless the seller tells that the buy is not as it was asked for."""

    def __init__(self, seller: SellerConnection, account: JsonObject, orders: Orders) -> None:
        self._seller = seller
        self._account = account
        self._orders = orders

    async def make(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        """Raises PlatformFailure and NotFound when the buy stays as it was, OutcomeUnknown when what came back does
        not tell, TransientFailure when worth another try."""
        asked = UpdateMediaBuy(
            account=self._account,
            media_buy_id=media_buy_id,
            idempotency_key=f"tescosense:{change.key}",
            paused={"pause": True, "resume": False}.get(change.action),
            canceled=True if change.action == "cancel" else None,
            total_budget=None if change.budget is None else TotalBudget(amount=change.budget, currency=CURRENCY),
            ext=ChangeExtension(tescosense=ChangeTerms(day=change.day)),
        )
        try:
            answer = await self._seller.call("update_media_buy", asked.to_json(), MediaBuyAnswer)
        except UnclearAnswer as unclear:
            told = await self._orders.find(media_buy_id)
            if told is None or told.status in _NOT_YET or not _is_made(change, told):
                raise _unknown(unclear.problem) from unclear
            return _state(told)
        says_all = answer.media_buy_status is not None and answer.total_budget is not None
        is_of_it = answer.media_buy_id == media_buy_id
        told = terms_of(answer) if says_all and is_of_it else await self._orders.find(media_buy_id)
        if told is None or not _is_made(change, told):
            now = "not listed" if told is None else f"{told.status} at {_cost(told)}"
            raise _unknown(f"The ad seller says yes, and the buy is {now}")
        return _state(told)


def _is_made(change: BuyChange, told: MediaBuyTerms) -> bool:
    """Whether a buy that stands like this is as the change wants it. A pause shows once the buy would run."""
    status = told.status
    match change.action:
        case "pause":
            return status is MediaBuyStatus.PAUSED or status in _NOT_YET
        case "resume":
            return status is MediaBuyStatus.ACTIVE or status in _NOT_YET
        case "cancel":
            return status is MediaBuyStatus.CANCELED
        case "budget":
            return _total(told) == change.budget and told.currency in {None, CURRENCY}


def _total(told: MediaBuyTerms) -> Money:
    """Pounds the buy may cost, as its record has them."""
    if told.total_budget is not None:
        return told.total_budget
    budgets = [package.budget for package in told.packages or [] if package.budget is not None and not package.canceled]
    return sum(budgets, start=Decimal(0))


def _cost(told: MediaBuyTerms) -> str:
    is_ours = told.currency in {None, CURRENCY}
    return f"£{_total(told)}" if is_ours else f"{brief(told.currency, 10)} {_total(told)}"


def _state(told: MediaBuyTerms) -> MediaBuyState:
    return MediaBuyState(media_buy_id=told.media_buy_id, status=told.status, total=_total(told))


def _unknown(problem: str) -> OutcomeUnknown:
    return OutcomeUnknown(problem, remedy="ask the seller how the buy stands, and send the change again")
