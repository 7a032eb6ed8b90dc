"""What the buyer makes of a seller's answers: success is checked, and every error becomes one of ours."""

import asyncio

import pytest

from domain.errors import BadInput, NotFound, PlatformFailure, TransientFailure
from world.adcp.buyer import connection
from world.adcp.buyer.connection import SellerConnection, UnclearAnswer
from world.adcp.wire.wire import JsonObject, MediaBuyAnswer

Answered = tuple[JsonObject, bool] | None
BOUGHT: JsonObject = {"media_buy_id": "mb", "revision": 1}


class ScriptedSellers:
    """Stands in for the link: each connection opened gives the answers of its own script."""

    def __init__(self, *scripts: list[Answered]) -> None:
        self.scripts = list(scripts)
        self.opened = 0

    def __call__(self, url: str, token: str | None, timeout_seconds: float) -> "ScriptedLink":
        self.opened += 1
        return ScriptedLink(self.scripts.pop(0))


class ScriptedLink:
    refused = is_for_good = False
    heard = ""

    def __init__(self, script: list[Answered]) -> None:
        self._script = script

    def serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        return True

    async def call(self, tool: str, arguments: JsonObject, timeout_seconds: float) -> Answered:
        return self._script.pop(0)

    def leave(self) -> None:
        self._script.clear()


def seller_that_answers(monkeypatch: pytest.MonkeyPatch, *scripts: list[Answered]) -> ScriptedSellers:
    sellers = ScriptedSellers(*scripts)
    monkeypatch.setattr(connection, "Link", sellers)
    return sellers


async def buy(seller: SellerConnection) -> MediaBuyAnswer:
    return await seller.call("create_media_buy", {}, MediaBuyAnswer)


@pytest.mark.parametrize(
    ("content", "is_error", "error"),
    [
        ({"adcp_error": {"code": "RATE_LIMITED", "message": "slow down"}}, True, TransientFailure),
        ({"errors": [{"code": "SERVICE_UNAVAILABLE", "message": "busy"}]}, True, TransientFailure),
        ({"errors": [{"code": "X_BUSY", "message": "busy", "recovery": "transient"}]}, True, TransientFailure),
        ({"status": "submitted", "task_id": "t-1"}, False, TransientFailure),
        ({"status": "working"}, False, TransientFailure),
        ({"errors": [{"code": "IDEMPOTENCY_IN_FLIGHT", "message": "wait"}]}, True, TransientFailure),
        ({"errors": [{"code": "MEDIA_BUY_NOT_FOUND", "message": "no"}]}, True, NotFound),
        ({"errors": [{"code": "BUDGET_TOO_LOW", "message": "no"}]}, True, PlatformFailure),
        ({**BOUGHT, "errors": [{"code": "CREATIVE_REJECTED", "message": "no"}]}, False, PlatformFailure),
        ({}, True, PlatformFailure),
        ({"media_buy_id": 7}, False, PlatformFailure),
        ({"status": "completed"}, False, PlatformFailure),
    ],
)
async def test_an_answer_that_is_not_success_is_one_of_our_errors(
    monkeypatch: pytest.MonkeyPatch, content: JsonObject, is_error: bool, error: type[Exception]
) -> None:
    seller_that_answers(monkeypatch, [(content, is_error)])

    with pytest.raises(error, match="create_media_buy"):
        await buy(SellerConnection("http://seller.example/mcp"))


@pytest.mark.parametrize(
    ("content", "is_error"),
    [
        ({}, True),
        ({"media_buy_id": 7}, False),
        ({"media_buy_id": ""}, False),
        ({"media_buy_id": "mb\x00"}, False),
        ({"media_buy_id": "m" * 256}, False),
        ({**BOUGHT, "confirmed_at": "yesterday"}, False),
        ({**BOUGHT, "status": "failed"}, False),
        ({**BOUGHT, "errors": [{"code": "CREATIVE_REJECTED", "message": "no"}]}, False),
        ({**BOUGHT, "errors": "none"}, False),
        ({"errors": [{"code": "INVALID_RESPONSE", "message": "against its own schema"}]}, True),
        ({"errors": [{"code": "UNKNOWN", "message": "Internal Server Error"}]}, True),
        ({"errors": [{"code": "IDEMPOTENCY_CONFLICT", "message": "used before"}]}, True),
        ({"errors": [{"code": "IDEMPOTENCY_EXPIRED", "message": "used long before"}]}, True),
    ],
)
async def test_an_answer_that_is_neither_a_yes_nor_a_clear_no_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, content: JsonObject, is_error: bool
) -> None:
    seller_that_answers(monkeypatch, [(content, is_error)])

    with pytest.raises(UnclearAnswer, match="create_media_buy"):
        await buy(SellerConnection("http://seller.example/mcp"))


@pytest.mark.parametrize("words", ["no" * 100_000, "\x00\x1b[31m\nno", "\ud800"])
@pytest.mark.parametrize("code", ["BUDGET_TOO_LOW", "UNKNOWN", None])
async def test_whatever_a_seller_says_can_be_shown_and_stored(
    monkeypatch: pytest.MonkeyPatch, code: str | None, words: str
) -> None:
    said: JsonObject = {"code": code or words, "message": words, "field": words, "suggestion": words}
    seller_that_answers(monkeypatch, [({"errors": [said]}, True)])

    with pytest.raises(PlatformFailure) as refused:
        await buy(SellerConnection("http://seller.example/mcp"))

    told = f"{refused.value} {refused.value.field}"
    assert told.isprintable()
    assert len(told) < 1_000


async def test_errors_that_are_none_are_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    seller_that_answers(monkeypatch, [({**BOUGHT, "errors": None}, False), ({**BOUGHT, "errors": []}, False)])
    seller = SellerConnection("http://seller.example/mcp")

    assert [(await buy(seller)).media_buy_id for _ in range(2)] == ["mb", "mb"]


async def test_a_refusal_keeps_the_sellers_reason_field_and_suggestion(monkeypatch: pytest.MonkeyPatch) -> None:
    said: JsonObject = {
        "code": "BUDGET_TOO_LOW",
        "message": "create_media_buy failed: too little",
        "field": "packages[0].budget",
        "suggestion": "raise it",
    }
    seller_that_answers(monkeypatch, [({"errors": [said]}, True)])

    with pytest.raises(PlatformFailure) as refused:
        await buy(SellerConnection("http://seller.example/mcp"))

    assert refused.value.problem == "The ad seller refused create_media_buy (BUDGET_TOO_LOW): too little"
    assert (refused.value.field, refused.value.remedy) == ("packages[0].budget", "raise it")


async def test_one_connection_serves_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    sellers = seller_that_answers(monkeypatch, [(BOUGHT, False), (BOUGHT, False)])
    seller = SellerConnection("http://seller.example/mcp")

    await buy(seller)
    await buy(seller)

    assert sellers.opened == 1


async def test_a_connection_that_broke_is_replaced_on_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    sellers = seller_that_answers(monkeypatch, [None], [(BOUGHT, False)])
    seller = SellerConnection("http://seller.example/mcp")

    with pytest.raises(TransientFailure, match="did not answer"):
        await buy(seller)

    assert (await buy(seller)).media_buy_id == "mb"
    assert sellers.opened == 2


async def test_without_the_extra_the_remedy_is_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(url: str, token: str | None, timeout_seconds: float) -> ScriptedLink:
        raise ImportError("No module named 'mcp'")

    monkeypatch.setattr(connection, "Link", not_installed)

    with pytest.raises(BadInput, match=r"tescosense\[adcp\]"):
        await buy(SellerConnection("http://seller.example/mcp"))
