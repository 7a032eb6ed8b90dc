"""Campaigns of other machines: read-only records, and what their worlds are known to have held."""

from datetime import UTC, datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, JsonValue
from sqlalchemy import Connection, delete, select

from domain.booking import BookedAds, MediaBuy
from domain.context import imported_campaign_of
from domain.errors import NotFound
from domain.lesson import Lesson
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.schema.system_tables import imports


class KnownLesson(BaseModel):
    """A lesson, and since when it was known."""

    lesson: Lesson
    kept_at: AwareDatetime | None


class AdsOfOthers(BaseModel):
    category: str
    ads: BookedAds


class Surroundings(BaseModel):
    """What a campaign's world held besides it: what its other futures go by, and nobody else."""

    lessons: list[KnownLesson]
    media_buys: list[MediaBuy]
    """In the order they were confirmed, the campaign's own among them."""
    ads: list[AdsOfOthers]
    withdrawn: int = 0
    """How many lessons were withdrawn, before or since, that it may have known and did not cite."""


class Imports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, campaign_id: UUID, came_from: JsonValue, content: JsonValue, around: Surroundings) -> bool:
        """Keep a campaign of another machine; False where it is kept already, and nothing changes."""
        row = {
            "campaign_id": campaign_id,
            "came_from": came_from,
            "content": content,
            "surroundings": around,
            "imported_at": datetime.now(UTC),
        }
        return await self._database.write(lambda connection: insert_new(connection, imports, row), durable=True)

    async def content(self, campaign_id: UUID) -> JsonValue:
        """All that came with it; None for a campaign that was not imported."""
        query = select(imports.c.content).where(imports.c.campaign_id == campaign_id)

        def unit(connection: Connection) -> JsonValue:
            found: JsonValue = connection.scalar(query)
            return found

        return await self._database.read(unit, of=campaign_id)

    async def since(self, campaign_id: UUID) -> datetime | None:
        """When it was imported; None for a campaign that was not, or has been removed since."""
        query = select(imports.c.imported_at).where(imports.c.campaign_id == campaign_id)
        return await self._database.read(lambda connection: connection.scalar(query))

    async def remove(self, campaign_id: UUID) -> bool:
        """Keep nothing more of it; whether anything was kept."""
        query = delete(imports).where(imports.c.campaign_id == campaign_id)
        return await self._database.write(lambda connection: connection.execute(query).rowcount == 1, durable=True)

    async def all(self) -> list[JsonValue]:
        """Where each of them came from, the newest import first."""
        query = select(imports.c.came_from).order_by(imports.c.imported_at.desc(), imports.c.campaign_id)
        return await self._database.read(lambda connection: list(connection.scalars(query)))


async def surroundings_in(database: Database, world_id: str) -> Surroundings | None:
    """What a world of that id held, where it was imported with a campaign; None for every world of this house.
    Raises NotFound where that campaign has been removed."""
    campaign_id = imported_campaign_of(world_id)
    if campaign_id is None:
        return None
    query = select(imports.c.surroundings).where(imports.c.campaign_id == campaign_id)

    def unit(connection: Connection) -> Surroundings | None:
        found = connection.scalar(query)
        return None if found is None else Surroundings.model_validate(found)

    found = await database.read(unit, of=campaign_id)
    if found is None:
        raise NotFound(
            f"the campaign {campaign_id} was imported and has been removed since", remedy="import its file again"
        )
    return found
