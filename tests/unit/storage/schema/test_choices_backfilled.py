"""A database from before choosing had columns and tables of its own is chosen from as a new one."""

from datetime import date

from sqlalchemy import MetaData, create_engine

from domain.campaign_choice import CampaignChoice
from domain.identifiers import derived_id
from storage.campaigns.queries import CampaignQueries
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.alembic_upgrade import upgrade
from storage.schema.migrate import migrate
from tests.unit.storage.schema.test_storage_schema import NOW, a_campaign, a_plan


async def test_old_campaigns_are_found_by_region_days_and_words(empty_url: str) -> None:
    soup, beer = derived_id("soup"), derived_id("beer")
    flight = {"start": "2026-11-10", "end": "2026-11-16"}
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        upgrade(connection, "0016")
        old = MetaData()
        old.reflect(connection)
        for campaign, region, body in ((soup, "Wales", "A WARM Bowl"), (beer, "London", "A cold one")):
            insert = {
                table: old.tables[table].insert() for table in ("campaigns", "plans", "opportunities", "creatives")
            }
            connection.execute(insert["campaigns"], a_campaign(campaign, "ACTIVE"))
            connection.execute(insert["plans"], a_plan(campaign, 1, {"flight": flight}))
            of = {"id": campaign.hex, "campaign_id": campaign.hex, "headline": "Rain"}
            seen = {"detected_on": NOW.date(), "kind": "k", "category": "c", "cause": "w", "score": 1.0}
            connection.execute(insert["opportunities"], {**of, **seen, "document": {"regions": [region, region]}})
            ad = {"image_url": "", "type": "t", "channel": "email", "document": {"headline": "Rain", "body": body}}
            connection.execute(insert["creatives"], {**of, **ad})
    engine.dispose()
    await migrate(empty_url)
    async with Database(empty_url) as database:
        campaigns = CampaignQueries(database)
        for choice, right in (
            (CampaignChoice(region="Wales"), {soup}),
            (CampaignChoice(text="warm bowl"), {soup}),
            (CampaignChoice(first=date(2026, 11, 17)), set()),
            (CampaignChoice(last=date(2026, 11, 10)), {soup, beer}),
            (CampaignChoice(last=date(2026, 11, 9)), set()),
        ):
            assert {one.id for one in (await campaigns.page(choice=choice)).items} == right, choice
