"""A database from before the figures had columns of their own has the same figures after it."""

from decimal import Decimal

from sqlalchemy import JSON, Boolean, Connection, DateTime, Integer, Numeric, String, Uuid, column, create_engine, table

from domain.channel import Channel
from domain.performance import ChannelPerformance, PerformanceReport
from domain.state import CampaignStatus
from storage.campaigns.figures import FigureQueries
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.alembic_upgrade import upgrade
from storage.schema.migrate import migrate
from tests.examples import a_change
from tests.unit.storage.campaigns.test_storage_campaigns import NOW, SOUP, report

SCREEN = ChannelPerformance(
    channel=Channel.IN_STORE_SCREEN,
    impressions=7_000,
    clicks=0,
    spend=Decimal("12.34"),
    conversions=3,
    conversion_value=Decimal("4.56"),
    units_sold=4,
)
CAMPAIGNS = table(
    "campaigns",
    column("id", Uuid()),
    *(column(name, String()) for name in ("name", "status", "account", "world_id")),
    *(column(name, Numeric(12, 2, asdecimal=False)) for name in ("budget", "spent")),
    *(column(name, DateTime(timezone=True)) for name in ("created_at", "updated_at")),
)
REPORTS = table(
    "reports",
    *(column(name, Uuid()) for name in ("id", "campaign_id")),
    column("cycle", Integer()),
    column("is_final", Boolean()),
    column("reported_at", DateTime(timezone=True)),
    column("document", JSON()),
)
MANY = 1_100
"""More than the migration takes at once."""


def reports() -> list[PerformanceReport]:
    """Final ones of a channel that can be clicked and one that cannot, and the last of them partial."""
    made = []
    for number in range(MANY):
        one = report(number, number + 1, f"{number}.{number % 100:02}", is_final=number < MANY - 1)
        made.append(one.model_copy(update={"channels": [*one.channels, SCREEN]}))
    return made


def fill_as_before(connection: Connection) -> None:
    """The rows of the schema before this one."""
    campaign = {"name": "soup", "status": "ACTIVE", "account": "house", "budget": 5000.0, "spent": 0.0}
    row = {"id": SOUP, "world_id": "live", "created_at": NOW, "updated_at": NOW, **campaign}
    connection.execute(CAMPAIGNS.insert(), [row])
    told = [
        {
            "id": one.id,
            "campaign_id": one.campaign_id,
            "cycle": one.cycle,
            "is_final": one.is_final,
            "reported_at": one.reported_at,
            "document": one.model_dump(mode="json"),
        }
        for one in reports()
    ]
    connection.execute(REPORTS.insert(), told)


async def test_the_figures_of_old_reports_are_those_of_new_ones(empty_url: str) -> None:
    engine = create_engine(database_url(empty_url))
    with engine.connect() as connection, connection.begin():
        upgrade(connection, "0002")
        fill_as_before(connection)
    engine.dispose()
    await migrate(empty_url)
    async with Database(empty_url) as database:
        migrated = FigureQueries(database)
        totals, told = await migrated.totals("live"), await migrated.of_campaigns([SOUP])
        assert totals.reports == MANY - 1
        for one in reports():
            await CampaignRepository(database).record(a_change(SOUP, report=one, status=CampaignStatus.ACTIVE))
        assert await migrated.totals("live") == totals
        assert await migrated.of_campaigns([SOUP]) == told
