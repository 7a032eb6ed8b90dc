"""Ad platforms whose calls are spans: which buy, of which campaign's node and attempt."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date

from opentelemetry.trace import Span, SpanKind

from domain.booking import Delivery, MediaBuy, MediaBuyRequest, MediaBuyState, MediaProduct
from domain.buy_changes import BuyChange
from domain.context import WorldRef
from domain.creative import Creative
from domain.provenance import Kind
from domain.tracing import is_within_a_span, spanning
from world.ports import AdPlatform, AdPlatforms

BUY = "tescosense.media_buy.id"


class TracedPlatforms:
    """Implements `AdPlatforms`."""

    def __init__(self, platforms: AdPlatforms) -> None:
        self._platforms = platforms

    @property
    def kind(self) -> Kind:
        return self._platforms.kind

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> AdPlatform:
        """Only what is done for somebody is told: figures that refresh themselves would be traces of their own."""
        platform = self._platforms.open(ref, faults)
        return _TracedPlatform(platform, self.kind) if is_within_a_span() else platform


class _TracedPlatform:
    def __init__(self, platform: AdPlatform, kind: Kind) -> None:
        self._platform = platform
        self._kind = kind

    async def products(self) -> Sequence[MediaProduct]:
        with self._calling("products"):
            return await self._platform.products()

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        with self._calling("create_media_buy") as span:
            made = await self._platform.create_media_buy(request, ads)
            span.set_attribute(BUY, made.media_buy_id)
            return made

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        with self._calling("standing"):
            return await self._platform.standing(request)

    async def update_media_buy(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        with self._calling("update_media_buy", media_buy_id):
            return await self._platform.update_media_buy(media_buy_id, change)

    async def delivery(self, media_buy_id: str, through: date) -> Delivery:
        with self._calling("delivery", media_buy_id):
            return await self._platform.delivery(media_buy_id, through)

    def _calling(self, task: str, media_buy_id: str = "") -> AbstractContextManager[Span]:
        said = {"tescosense.platform.kind": self._kind, **({BUY: media_buy_id} if media_buy_id else {})}
        return spanning(f"platform {task}", SpanKind.CLIENT, said=said)
