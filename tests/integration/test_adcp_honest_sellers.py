"""A seller that does what AdCP allows, and what few do: nothing of it costs a booking or a penny."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.context import Autonomy, CampaignContext
from domain.errors import OutcomeUnknown, PlatformFailure
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings
from runtime.wiring import open_system
from storage.campaigns.due import DueCampaigns
from tests.conftest import Json
from tests.integration.spoilt_seller import Reply, Spoil, Spoilt
from tests.integration.test_adcp_over_the_wire import FLIGHT
from tests.integration.test_adcp_rubbish import COST, buying, days, order, packages, place
from tests.integration.test_adcp_rubbish import seller as seller


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_what_is_billed_late_is_asked_for_and_counted_once_the_buy_is_over(
    seller: Spoilt, is_cancelled: bool
) -> None:
    """£3.50 of the first day is billed five days after the flight."""
    billed = FLIGHT.end + timedelta(days=5)
    last = FLIGHT.end - timedelta(days=is_cancelled)
    ask = seller.get_media_buy_delivery

    def late(asked: Json) -> Json:
        report = ask(asked)
        found = report["media_buy_deliveries"][0]
        found["status"] = "canceled" if is_cancelled else found["status"]
        days(report)[0]["spend"] -= 3.5
        if asked["end_date"] > billed.isoformat():
            days(report).append({"date": billed.isoformat(), "impressions": 0, "spend": 3.5})
        else:
            packages(report)[0]["spend"] -= 3.5
            found["totals"]["spend"] -= 3.5
        return report

    seller.get_media_buy_delivery = late  # type: ignore[method-assign]
    async with buying(seller, today=billed) as platform:
        bought = (await place(platform, order())).media_buy_id
        delivery = await platform.delivery(bought, last)
    assert sum(row.spend for row in delivery.rows) == COST
    assert max(row.day for row in delivery.rows) == last


def lists_after(seller: Spoilt, looks: int) -> None:
    """Its list shows a booking once it has been looked at so often."""
    ask, seen = seller.get_media_buys, []

    def lagging(asked: Json) -> Json:
        seen.append(asked)
        return ask(asked) if len(seen) > looks else {"media_buys": []}

    seller.get_media_buys = lagging  # type: ignore[method-assign]


async def test_a_booking_just_made_is_believed_though_the_list_does_not_show_it_yet(seller: Spoilt) -> None:
    lists_after(seller, 100)
    async with buying(seller) as platform:
        bought = await place(platform, order())
    assert (bought.media_buy_id, bought.request.total) == ("mb_1", COST)
    assert seller.buys["mb_1"]["status"] == "pending_start"


async def test_a_booking_that_is_told_by_its_name_alone_is_waited_for_in_the_list(seller: Spoilt) -> None:
    book = seller.create_media_buy
    seller.create_media_buy = lambda asked: {"media_buy_id": book(asked)["media_buy_id"]}  # type: ignore[method-assign]
    lists_after(seller, 4)
    async with buying(seller) as platform:
        assert (await place(platform, order())).request.total == COST


async def test_a_booking_that_is_never_listed_and_says_nothing_of_itself_stays_unknown(seller: Spoilt) -> None:
    book = seller.create_media_buy
    seller.create_media_buy = lambda asked: {"media_buy_id": book(asked)["media_buy_id"]}  # type: ignore[method-assign]
    lists_after(seller, 100)
    async with buying(seller) as platform:
        with pytest.raises(OutcomeUnknown, match="does not list it: the money stays reserved"):
            await place(platform, order())


def protocol_error(code: int, message: str, status: int = 200) -> Spoil:
    def spoilt(said: bytes) -> Reply:
        error = {"jsonrpc": "2.0", "id": json.loads(said)["id"], "error": {"code": code, "message": message}}
        return Reply(json.dumps(error).encode(), status=status)

    return spoilt


def result(**terms: object) -> Callable[[bytes], Reply]:
    return lambda said: Reply(json.dumps({**json.loads(said), "result": terms}).encode())


def says_in_words(text: str) -> Spoil:
    return result(content=[{"type": "text", "text": text}], isError=True)


FOR_GOOD: dict[str, tuple[Spoil, str]] = {
    "an unknown method": (protocol_error(-32601, "there is no tools/call", 404), "that a seller of AdCP 3"),
    "an unknown task": (protocol_error(-32602, "Unknown tool: it"), "that a seller of AdCP 3"),
    "an unknown task in words": (says_in_words("Unknown tool: it"), "that a seller of AdCP 3"),
    "parameters against its schema": (protocol_error(-32602, "Invalid request parameters"), "that a seller of AdCP 3"),
    "no token": (lambda said: Reply(b"", status=401), "set TESCOSENSE_AD_SELLER_TOKEN"),
    "no permission": (lambda said: Reply(b"", status=403), "set TESCOSENSE_AD_SELLER_TOKEN"),
    "a permission first": (
        result(content=[], structuredContent={"status": "auth-required"}),
        "set TESCOSENSE_AD_SELLER_TOKEN",
    ),
    "a token that ran out": (
        result(content=[], structuredContent={"errors": [{"code": "AUTH_INVALID", "message": "old"}]}, isError=True),
        "set TESCOSENSE_AD_SELLER_TOKEN",
    ),
}


@pytest.mark.parametrize("way", FOR_GOOD)
@pytest.mark.parametrize("task", ["get_products", "create_media_buy"])
async def test_what_would_come_again_however_often_it_is_asked_is_a_fault_with_a_remedy(
    seller: Spoilt, way: str, task: str
) -> None:
    spoil, remedy = FOR_GOOD[way]
    seller.spoilt[task] = spoil
    seller.create_media_buy = lambda asked: {}  # type: ignore[method-assign]
    seller.get_media_buys = lambda asked: {"media_buys": []}  # type: ignore[method-assign]
    async with buying(seller) as platform:
        with pytest.raises(PlatformFailure) as refused:
            await (platform.products() if task == "get_products" else place(platform, order()))
    assert remedy in refused.value.remedy
    assert task in str(refused.value) or way in {"no token", "no permission"}


async def test_a_campaign_that_meets_it_ends_at_once_and_its_seller_is_not_asked_again(
    seller: Spoilt, tmp_path: Path
) -> None:
    seller.spoilt["get_products"] = FOR_GOOD["an unknown task"][0]
    settings = Settings.model_validate({"data_dir": tmp_path, "ad_seller_url": seller.url})
    async with open_system(settings) as system:
        context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, fast_forward=True)
        campaign = await system.runs.start(CampaignState(), context)
        await system.runs.finished(campaign)
        state = await system.runs.state(campaign)
        assert (state.status, state.failure and state.failure.error) == (CampaignStatus.FAILED, "PlatformFailure")
        assert not await DueCampaigns(system.repositories.database).unanswered()
