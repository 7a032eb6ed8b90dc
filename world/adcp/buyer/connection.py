"""A seller as something to call: AdCP tasks in, answers or our own errors out."""

import asyncio
from typing import Final, TypeVar

from pydantic import ValidationError

from domain.errors import BadInput, NotFound, PlatformFailure, SellerAway, TransientFailure
from world.adcp.buyer.link import Link
from world.adcp.wire.message import Wire
from world.adcp.wire.wire import JsonObject, SellerError, SellerErrors
from world.adcp.wire.words import brief

VERSION: Final[JsonObject] = {"adcp_version": "3.2", "adcp_major_version": 3}
_NOT_FOUND: Final = {"MEDIA_BUY_NOT_FOUND", "PACKAGE_NOT_FOUND"}
_TRANSIENT: Final = {"RATE_LIMITED", "SERVICE_UNAVAILABLE", "IDEMPOTENCY_IN_FLIGHT"}
_WORKING: Final = {"submitted", "working", "input-required"}
_NO_OUTCOME: Final = {"failed", "unknown"}
"""Task statuses that are no yes, and without an error no clear no."""
_NO_CLEAR_NO: Final = {
    "UNKNOWN",
    "INVALID_RESPONSE",
    "IDEMPOTENCY_CONFLICT",
    "IDEMPOTENCY_EXPIRED",
    "COMMITTED_RESOURCE_PURGED",
}
"""Errors that do not say that nothing came of the request: some say that something did, once."""
_REMEDIES: Final = {"create_media_buy": "change the booking", "update_media_buy": "change it otherwise"}
_CHECK: Final = "check the seller with AdCP's own storyboards"
_TOKEN: Final = "set TESCOSENSE_AD_SELLER_TOKEN to the token it was started with, and start again"
_TASKS: Final = "check the address, and that a seller of AdCP 3 with this task listens there"
_REMEDY_OF: Final = {
    **dict.fromkeys(("AUTH_REQUIRED", "AUTH_MISSING", "AUTH_INVALID", "PERMISSION_DENIED"), _TOKEN),
    **dict.fromkeys(("UNKNOWN_TASK", "UNSUPPORTED_VERSION", "VERSION_UNSUPPORTED"), _TASKS),
}
Answer = TypeVar("Answer", bound=Wire)


class UnclearAnswer(PlatformFailure):
    """Neither a yes that can be read nor a clear no: whether the request had an effect is not known."""


class SellerConnection:
    """Opens a connection when first needed and keeps it; one that broke is replaced on the next call."""

    def __init__(self, url: str, *, token: str | None = None, timeout_seconds: float = 30.0) -> None:
        self._url = url
        self._token = token
        self._timeout = timeout_seconds
        self._link: Link | None = None

    async def call(self, task: str, request: JsonObject, kind: type[Answer]) -> Answer:
        """The seller's answer to one AdCP task.

        Raises NotFound or PlatformFailure as the seller's error says, UnclearAnswer (a PlatformFailure) when it cannot
        be read, SellerAway (a TransientFailure) when it says so or cannot be reached or is still at work, BadInput when
        the `adcp` extra is not installed. What would come again however often it is asked, an unknown task, a token it
        does not accept, is a PlatformFailure.
        """
        content, is_error = await self._answered(task, request)
        errors = _read(task, content, SellerErrors).all()
        if errors and "media_buy_id" in content:
            no = f"{brief(errors[0].code)}: {brief(errors[0].message)}"
            raise UnclearAnswer(
                f"The ad seller's answer to {task} is a yes and a no ({no})", remedy="ask the seller which"
            )
        if is_error or (errors and not kind.may_bring_errors):
            raise _failure(task, errors[0] if errors else SellerError(message="it gave no reason"))
        status = content.get("status")
        if status in _WORKING:
            told = f" (task {brief(content['task_id'])})" if "task_id" in content else ""
            raise SellerAway(f"The ad seller is still at work on {task}{told}", remedy="ask again later")
        if status == "auth-required":
            raise PlatformFailure(f"The ad seller does not do {task} for us without a permission", remedy=_TOKEN)
        if status in _NO_OUTCOME:
            raise UnclearAnswer(f"The ad seller's answer to {task} is {status!r} without a reason", remedy=_CHECK)
        return _read(task, content, kind)

    async def _answered(self, task: str, request: JsonObject) -> tuple[JsonObject, bool]:
        link = self._open()
        answered = await link.call(task, {**VERSION, **request}, self._timeout)
        if answered is not None:
            return answered
        link.leave()
        self._link = None if self._link is link else self._link
        if link.refused:
            raise PlatformFailure(f"The ad seller at {self._url} does not accept our token", remedy=_TOKEN)
        if link.is_for_good:
            raise PlatformFailure(
                f"The ad seller at {self._url} cannot be asked for {task} ({link.heard})", remedy=_TASKS
            )
        if link.heard:
            raise SellerAway(
                f"What came from {self._url} for {task} is no seller's answer ({link.heard})",
                remedy="check the address, and whether the seller has trouble of its own",
            )
        raise SellerAway(
            f"The ad seller at {self._url} did not answer {task}", remedy="check that it runs at that address"
        )

    async def close(self) -> None:
        link, self._link = self._link, None
        if link is not None and link.serves(asyncio.get_running_loop()):
            await link.close()

    def _open(self) -> Link:
        if self._link is None or not self._link.serves(asyncio.get_running_loop()):
            try:
                self._link = Link(self._url, self._token, self._timeout)
            except ImportError as error:
                raise BadInput(
                    "Buying from an AdCP seller needs the adcp extra", remedy="pip install 'tescosense[adcp]'"
                ) from error
        return self._link


def _read(task: str, content: JsonObject, kind: type[Answer]) -> Answer:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnclearAnswer(
            f"The ad seller's answer to {task} is not AdCP: {brief(place)} {brief(first['msg'])}", remedy=_CHECK
        ) from error


def _failure(task: str, error: SellerError) -> NotFound | PlatformFailure | TransientFailure:
    message, remedy = brief(error.message.removeprefix(f"{task} failed: ")), brief(error.suggestion or "")
    said = f"The ad seller refused {task} ({brief(error.code)}): {message}"
    if error.code in _NOT_FOUND:
        return NotFound(said, remedy=remedy or "use the transaction id of a booking confirmation")
    if error.code in _TRANSIENT or error.recovery == "transient":
        return SellerAway(said, remedy=remedy or "send the same request again")
    refusal = UnclearAnswer if error.code in _NO_CLEAR_NO else PlatformFailure
    return refusal(
        said,
        remedy=remedy or _REMEDY_OF.get(error.code) or _REMEDIES.get(task, "ask the seller why"),
        field=brief(error.field) if error.field else None,
    )
