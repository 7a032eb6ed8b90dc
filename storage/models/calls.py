"""What campaigns have asked of chat models, and what it cost."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Connection, func, select

from domain.model_calls import Dollars, ModelCall, dollars
from storage.engine.damage import reading
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
            "cost_nanodollars": _nano(call.cost),
            "at_most_nanodollars": _nano(call.at_most),
            "document": call,
        }
        await self._database.write(lambda connection: upsert(connection, model_calls, [row], kept=("asked_at",)))

    async def spent(self, campaign_id: UUID) -> Dollars:
        """What its calls have cost and, where that is not known, may have cost at most."""
        counted = func.coalesce(_C.cost_nanodollars, _C.at_most_nanodollars, 0)
        query = select(func.coalesce(func.sum(counted), 0)).where(_C.campaign_id == campaign_id)
        nano = await self._database.read(lambda connection: connection.scalar(query))
        return dollars(Decimal(int(nano or 0)).scaleb(-9))

    async def of(self, campaign_ids: Sequence[UUID]) -> list[ModelCall]:
        """The calls of some campaigns, in the order they were made."""
        query = select(_C.campaign_id, _C.document).where(_C.campaign_id.in_(campaign_ids)).order_by(_C.asked_at, _C.id)

        def unit(connection: Connection) -> list[ModelCall]:
            return [_call(row.campaign_id, row.document) for row in connection.execute(query)]

        return await self._database.read(unit, of=campaign_ids[0] if len(campaign_ids) == 1 else None)


def _call(campaign_id: UUID, document: JsonValue) -> ModelCall:
    with reading(campaign_id):
        return ModelCall.model_validate(document)


def _nano(amount: Dollars | None) -> int | None:
    return None if amount is None else int(amount.scaleb(9))
