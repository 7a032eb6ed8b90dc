"""What campaigns have asked of chat models, and what it cost."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from domain.model_calls import ModelCall
from storage.engine.database import Database
from storage.engine.statements import upsert
from storage.schema.tables import model_calls

_C = model_calls.c


class ModelCallBook:
    """Implements `storage.ports.ModelCallRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, call: ModelCall) -> None:
        row = {
            "id": call.id,
            "campaign_id": call.campaign_id,
            "asked_at": call.asked_at,
            "node": call.node,
            "cost_nanodollars": None if call.cost is None else int(call.cost.scaleb(9)),
            "document": call,
        }
        await self._database.write(lambda connection: upsert(connection, model_calls, [row], kept=("asked_at",)))

    async def of(self, campaign_ids: Sequence[UUID]) -> list[ModelCall]:
        """The calls of some campaigns, in the order they were made."""
        query = select(_C.document).where(_C.campaign_id.in_(campaign_ids)).order_by(_C.asked_at, _C.id)

        def unit(connection: Connection) -> list[ModelCall]:
            return [ModelCall.model_validate(document) for document in connection.scalars(query)]

        return await self._database.read(unit)
