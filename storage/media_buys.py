"""The buys a simulated ad platform has accepted, so that every process sees the same world."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from domain.booking import MediaBuy
from domain.errors import Conflict
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.schema.system_tables import media_buys

_REMEMBERED = 16_384
"""Buys kept parsed. A world reads all of its own again and again: with too few kept, all would be parsed each time."""
_B = media_buys.c
_BY_KEY = select(_B.document).where(_B.idempotency_key == bindparam("key"))
_BY_ID = select(_B.document).where(_B.media_buy_id == bindparam("buy"))
_IDS_OF_WORLD = (
    select(_B.media_buy_id).where(_B.world_id == bindparam("world")).order_by(_B.confirmed_at, _B.media_buy_id)
)


class MediaBuyRepository:
    """Implements the world's `MediaBuyLog`. A buy never changes once kept, so each is parsed once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._parsed: dict[str, MediaBuy] = {}

    async def add(self, buy: MediaBuy) -> MediaBuy:
        """Keep the buy, or return the one already kept under its idempotency key.

        Raises Conflict when its id belongs to a buy under another key.
        """
        row = {
            "media_buy_id": buy.media_buy_id,
            "idempotency_key": buy.request.idempotency_key,
            "world_id": buy.request.world_id,
            "confirmed_at": buy.confirmed_at,
            "document": buy,
        }

        def unit(connection: Connection) -> MediaBuy:
            if insert_new(connection, media_buys, row):
                return buy
            kept = connection.scalar(_BY_KEY, {"key": buy.request.idempotency_key})
            if kept is None:
                raise Conflict(
                    f"The media buy id {buy.media_buy_id!r} is taken by another buy",
                    remedy="derive the id from the idempotency key",
                )
            return MediaBuy.model_validate(kept)

        return self._remember(await self._database.write(unit, durable=True))

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        known = self._parsed.get(media_buy_id)
        if known is not None:
            return known
        document = await self._database.read(lambda connection: connection.scalar(_BY_ID, {"buy": media_buy_id}))
        return None if document is None else self._remember(MediaBuy.model_validate(document))

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]:
        """Every buy of one world in the order they were confirmed."""

        def unit(connection: Connection) -> list[MediaBuy]:
            ids = connection.scalars(_IDS_OF_WORLD, {"world": world_id}).all()
            return [self._parse(connection, media_buy_id) for media_buy_id in ids]

        return await self._database.read(unit)

    def _parse(self, connection: Connection, media_buy_id: str) -> MediaBuy:
        known = self._parsed.get(media_buy_id)
        if known is None:
            document = connection.execute(_BY_ID, {"buy": media_buy_id}).scalar_one()
            known = self._remember(MediaBuy.model_validate(document))
        return known

    def _remember(self, buy: MediaBuy) -> MediaBuy:
        if len(self._parsed) >= _REMEMBERED:
            self._parsed = {}
        self._parsed[buy.media_buy_id] = buy
        return buy
