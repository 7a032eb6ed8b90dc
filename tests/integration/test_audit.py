"""The audit that the tests rely on sees what it is there to see."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete

from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from runtime.settings import Settings
from runtime.wiring import open_system
from storage.engine.url import database_url
from storage.schema import system_tables as system
from storage.schema import tables
from tests.audit import audit

pytestmark = pytest.mark.unaudited


async def test_what_is_missing_of_a_purchase_is_named(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, fast_forward=True)
    async with open_system(settings) as running:
        await running.runs.finished(await running.runs.start(CampaignState(), context))
    audit(settings.database, at_rest=True, whole=True)

    engine = create_engine(database_url(settings.database))
    for table, missing in ((system.media_buys, "without a buy"), (tables.bookings, "without a buy and a booking")):
        with engine.begin() as connection:
            connection.execute(delete(table))
        with pytest.raises(AssertionError, match=missing):
            audit(settings.database, at_rest=True, whole=True)
    with engine.begin() as connection:
        connection.execute(delete(system.ledger))
    with pytest.raises(AssertionError, match="pence committed, its entries come to 0"):
        audit(settings.database)
    engine.dispose()
