"""The sales desk as the AdCP library's handler: it checks schemas and versions, the desk does the business.

Importing this takes the library's 10-20 seconds and half a gigabyte; only the seller's own process does.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from adcp.canonical_formats.projection import CanonicalFormatLegacyResolutionContext, LegacyFormatConversionContext
from adcp.exceptions import ADCPTaskError
from adcp.server import ADCPHandler, ToolContext, capabilities_response
from adcp.types import Error
from adcp.types.legacy import LegacyFormatId
from pydantic import ValidationError

from domain.channel import AdFormat, Channel
from world.adcp.seller.refusal import Refusal
from world.adcp.seller.sales_desk import REPLAY_SECONDS, SalesDesk
from world.adcp.wire.delivery import DeliveryQuery
from world.adcp.wire.formats import SCRIPT, option_of
from world.adcp.wire.message import Wire
from world.adcp.wire.wire import CreateMediaBuy, JsonObject, MediaBuyQuery, SyncCreatives, UpdateMediaBuy

_OURS = frozenset(channel.record.format.type for channel in Channel)
Request = TypeVar("Request", bound=Wire)
Answer = Awaitable[Wire]


class SellerTools(ADCPHandler[ToolContext]):
    def __init__(self, desk: SalesDesk, owner: str) -> None:
        """`owner` is the HTTPS address AdCP 3.0 buyers know our formats by; the library takes no other kind."""
        self._desk = desk
        self._owner = owner

    async def get_adcp_capabilities(self, params: object, context: ToolContext | None = None) -> JsonObject:
        answer: JsonObject = capabilities_response(
            ["media_buy"], idempotency={"supported": True, "replay_ttl_seconds": REPLAY_SECONDS}
        )
        answer["account"] = {"supported_billing": ["operator"], "require_operator_auth": False}
        return answer

    async def get_products(self, params: object, context: ToolContext | None = None) -> JsonObject:
        return (await self._desk.products()).to_json()

    async def create_media_buy(self, params: object, context: ToolContext | None = None) -> JsonObject:
        return await _answer("create_media_buy", params, CreateMediaBuy, self._desk.create_media_buy)

    async def update_media_buy(self, params: object, context: ToolContext | None = None) -> JsonObject:
        return await _answer("update_media_buy", params, UpdateMediaBuy, self._desk.update_media_buy)

    async def get_media_buys(self, params: object, context: ToolContext | None = None) -> JsonObject:
        return await _answer("get_media_buys", params, MediaBuyQuery, self._desk.media_buys)

    async def sync_creatives(self, params: object, context: ToolContext | None = None) -> JsonObject:
        return await _answer("sync_creatives", params, SyncCreatives, self._desk.sync_creatives)

    async def get_media_buy_delivery(self, params: object, context: ToolContext | None = None) -> JsonObject:
        return await _answer("get_media_buy_delivery", params, DeliveryQuery, self._desk.delivery)

    async def list_creative_formats_legacy(self, params: object, context: ToolContext | None = None) -> JsonObject:
        """What we take, by the names AdCP 3.0 buyers use."""
        formats = [product.format for product in await self._desk.media_products()]
        wanted = _format_ids(params)
        return {"formats": [self._legacy(form) for form in formats if wanted is None or form.type in wanted]}

    def _legacy(self, form: AdFormat) -> JsonObject:
        asset, kind = ("image", "image") if form.picture is not None else (SCRIPT, "text")
        told: JsonObject = {
            "format_id": {"agent_url": self._owner, "id": form.type},
            "name": form.type.replace("_", " "),
            "type": "display" if form.picture is not None else "audio",
            "assets": [{"item_type": "individual", "asset_id": asset, "asset_type": kind, "required": True}],
        }
        if form.picture is not None:
            size: JsonObject = {"width": form.picture.width, "height": form.picture.height}
            told["renders"] = [{"role": "primary", "dimensions": size}]
        return told

    def canonical_format_legacy_resolver(
        self, asked: CanonicalFormatLegacyResolutionContext
    ) -> tuple[LegacyFormatId, ...] | None:
        """An AdCP 3.0 caller knows a format by its owner and its name."""
        option = asked.declaration.format_option_id
        return (LegacyFormatId(agent_url=self._owner, id=option),) if option else None

    def legacy_format_converter(self, asked: LegacyFormatConversionContext) -> JsonObject | None:
        """The way back: what one of our own names means. Raises ValueError, which the library reports, for another."""
        if str(asked.format_id.agent_url).rstrip("/") != self._owner:
            return None
        if asked.format_id.id not in _OURS:
            raise ValueError(f"this seller has no format {asked.format_id.id!r}")
        return option_of(AdFormat.of_type(asked.format_id.id)).to_json()


async def _answer(task: str, params: object, kind: type[Request], do: Callable[[Request], Answer]) -> JsonObject:
    """Raises ADCPTaskError: an error returned instead of raised would look like success over MCP."""
    try:
        return (await do(kind.model_validate(params))).to_json()
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise _task_error(task, Refusal("INVALID_REQUEST", first["msg"], field=field or None)) from error
    except Refusal as refusal:
        raise _task_error(task, refusal) from refusal


def _task_error(task: str, refusal: Refusal) -> ADCPTaskError:
    said = Error(
        code=refusal.code,
        message=refusal.message,
        field=refusal.field,
        suggestion=refusal.suggestion,
        recovery=refusal.recovery,
    )
    error = ADCPTaskError(operation=task, errors=[said])
    # The library sends the exception's own suggestion, not the one of the error it carries.
    error.suggestion = refusal.suggestion
    return error


def _format_ids(params: object) -> set[str] | None:
    asked = params.get("format_ids") if isinstance(params, dict) else None
    if not isinstance(asked, list):
        return None
    return {str(one.get("id")) for one in asked if isinstance(one, dict)}
