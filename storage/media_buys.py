"""The buys a simulated ad platform has accepted, so that every process sees the same world."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from domain.booking import MediaBuy
from domain.errors import Conflict
from storage.engine.damage import kept, reading
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.imports import surroundings_in
from storage.schema.system_tables import media_buys

_REMEMBERED = 16_384
"""Buys kept parsed. A world reads all of its own again and again: with too few kept, all would be parsed each time."""
_B = media_buys.c
_BY_KEY = select(_B.document).where(_B.idempotency_key == bindparam("key"))
_BY_ID = select(_B.document).where(_B.media_buy_id == bindparam("buy"))
_IDS_OF_WORLD = (
    select(_B.media_buy_id).where(_B.world_id == bindparam("world")).order_by(_B.confirmed_at, _B.media_buy_id)
)


_REVISION = "\x1e"
"""Between a buy's id and the number of its revision in the id of a row. No platform's id holds it."""


class MediaBuyRepository:
    """Implements the world's `MediaBuyLog`. A row never changes once kept, so each is parsed once: a change of a buy is
    a row of its own, with the whole buy as it is from then on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._parsed: dict[str, MediaBuy] = {}

    async def add(self, buy: MediaBuy) -> MediaBuy:
        """Keep the buy, or return the one already kept under its idempotency key.

        Raises Conflict when its id belongs to a buy under another key.
        """
        row = _row(buy, buy.media_buy_id, buy.request.idempotency_key)

        def unit(connection: Connection) -> MediaBuy:
            if insert_new(connection, media_buys, row):
                return buy
            with reading(what=f"media buy {buy.media_buy_id}"):
                document = kept(connection, _BY_KEY, {"key": buy.request.idempotency_key})
                known = None if document is None else MediaBuy.model_validate(document)
            if known is None:
                raise Conflict(
                    f"The media buy id {buy.media_buy_id!r} is taken by another buy",
                    remedy="derive the id from the idempotency key",
                )
            return known

        return self._remember(await self._database.write(unit, durable=True))

    async def revise(self, buy: MediaBuy) -> MediaBuy:
        """Keep the buy with one change more, or return what is kept of it at that revision already."""
        row_id = _row_id(buy.media_buy_id, buy.revision)

        def unit(connection: Connection) -> MediaBuy:
            if insert_new(connection, media_buys, _row(buy, row_id, row_id)):
                return buy
            with reading(what=f"media buy {row_id}"):
                return MediaBuy.model_validate(connection.execute(_BY_ID, {"buy": row_id}).scalar_one())

        return self._remember(await self._database.write(unit, durable=True))

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        """As it stands now, whichever process changed it."""

        def unit(connection: Connection) -> MediaBuy | None:
            newest, buy = 1, self._found(connection, media_buy_id)
            while buy is not None:
                newest += 1
                later = self._found(connection, _row_id(media_buy_id, newest))
                if later is None:
                    break
                buy = later
            return buy

        return await self._database.read(unit)

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]:
        """Every buy of one world as it stands now, in the order they were confirmed."""
        if (around := await surroundings_in(self._database, world_id)) is not None:
            return around.media_buys

        def unit(connection: Connection) -> list[MediaBuy]:
            newest: dict[str, MediaBuy] = {}
            for row_id in connection.scalars(_IDS_OF_WORLD, {"world": world_id}):
                buy = self._parse(connection, row_id)
                known = newest.get(buy.media_buy_id)
                if known is None or known.revision < buy.revision:
                    newest[buy.media_buy_id] = buy
            return list(newest.values())

        return await self._database.read(unit)

    def _found(self, connection: Connection, row_id: str) -> MediaBuy | None:
        known = self._parsed.get(row_id)
        if known is not None:
            return known
        with reading(what=f"media buy {row_id}"):
            document = kept(connection, _BY_ID, {"buy": row_id})
            return None if document is None else self._remember(MediaBuy.model_validate(document))

    def _parse(self, connection: Connection, row_id: str) -> MediaBuy:
        known = self._parsed.get(row_id)
        if known is None:
            with reading(what=f"media buy {row_id}"):
                document = connection.execute(_BY_ID, {"buy": row_id}).scalar_one()
                known = self._remember(MediaBuy.model_validate(document))
        return known

    def _remember(self, buy: MediaBuy) -> MediaBuy:
        if len(self._parsed) >= _REMEMBERED:
            self._parsed = {}
        self._parsed[_row_id(buy.media_buy_id, buy.revision)] = buy
        return buy


def _row_id(media_buy_id: str, revision: int) -> str:
    return media_buy_id if revision == 1 else f"{media_buy_id}{_REVISION}{revision}"


def _row(buy: MediaBuy, row_id: str, key: str) -> dict[str, object]:
    return {
        "media_buy_id": row_id,
        "idempotency_key": key,
        "world_id": buy.request.world_id,
        "confirmed_at": buy.confirmed_at,
        "document": buy,
    }
