"""The campaign's own tables. `campaigns`, `creatives` and `performance_logs` keep the columns they began with.

Whole domain objects are kept as JSON documents beside the columns that tables and queries need.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

from storage.engine.columns import Pounds, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _of_campaign() -> "Column[object]":
    return Column("campaign_id", Uuid, ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False, index=True)


campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String, nullable=False),
    Column("status", String, nullable=False),
    Column("budget", Pounds, nullable=False),
    Column("target_audience", JSON(none_as_null=True)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("account", String, nullable=False),
    Column("world_id", String, nullable=False),
    Column("category", String),
    Column("headline", Text),
    Column("spent", Pounds, nullable=False),
    Column("failure", JSON(none_as_null=True)),
    Column("due_on", Date),
    Column("booked_cycles", Integer, nullable=False, server_default="0"),
    Index("ix_campaigns_created_at_id", "created_at", "id"),
    Index("ix_campaigns_world_id_status", "world_id", "status"),
    Index("ix_campaigns_world_id_updated_at", "world_id", "updated_at"),
    Index("ix_campaigns_status_world_id_due_on", "status", "world_id", "due_on"),
    Index("ix_campaigns_status_created_at_id", "status", "created_at", "id"),
)

opportunities = Table(
    "opportunities",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("detected_on", Date, nullable=False),
    Column("kind", String, nullable=False),
    Column("category", String, nullable=False),
    Column("headline", Text, nullable=False),
    Column("cause", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("document", JSON, nullable=False),
)

opportunity_regions = Table(
    "opportunity_regions",
    metadata,
    Column("opportunity_id", Uuid, ForeignKey("opportunities.id", ondelete="CASCADE"), primary_key=True),
    Column("region", String, primary_key=True),
    _of_campaign(),
    Index("ix_opportunity_regions_region_campaign_id", "region", "campaign_id"),
)
"""The regions an opportunity is in, by which campaigns are chosen."""

plans = Table(
    "plans",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("cycle", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("budget", Pounds, nullable=False),
    Column("predicted_roi", Float, nullable=False),
    Column("document", JSON, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("flight_start", Date, nullable=False),
    Column("flight_end", Date, nullable=False),
    # All that choosing, sorting and adding up need: a plan's document is longer than a page of the database.
    Index(
        "ix_plans_chosen",
        "campaign_id",
        "cycle",
        "recorded_at",
        "id",
        "verdict",
        "budget",
        "flight_start",
        "flight_end",
    ),
)

creatives = Table(
    "creatives",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("headline", Text, nullable=False),
    Column("image_url", Text, nullable=False),
    Column("type", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("svg", Text),
    Column("document", JSON, nullable=False),
)

ad_words = Table(
    "ad_words",
    metadata,
    Column("creative_id", Uuid, ForeignKey("creatives.id", ondelete="CASCADE"), primary_key=True),
    _of_campaign(),
    Column("words", Text, nullable=False),
)
"""What an ad says, in small letters, apart from its picture: campaigns are looked for by it."""

checks = Table(
    "checks",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("recorded_at", UtcTime, nullable=False),
    Column("document", JSON, nullable=False),
)
"""All that compliance found when it looked once: sixty findings, which are only ever read together."""

approvals = Table(
    "approvals",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("decision", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("document", JSON, nullable=False),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("cycle", Integer, nullable=False),
    Column("transaction_id", String, nullable=False),
    Column("idempotency_key", String, nullable=False, unique=True),
    Column("committed", Pounds, nullable=False),
    Column("booked_at", UtcTime, nullable=False),
    Column("document", JSON, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("cycle", Integer, nullable=False),
    Column("is_final", Boolean, nullable=False),
    Column("reported_at", UtcTime, nullable=False),
    Column("document", JSON, nullable=False),
    # What figures are summed from, so that no document is parsed for them.
    Column("world_id", String, nullable=False),
    Column("spend_pence", BigInteger, nullable=False),
    Column("incremental_sales_pence", BigInteger, nullable=False),
    Column("standard_error", Float, nullable=False),
    Column("interval_low", Float, nullable=False),
    Column("interval_high", Float, nullable=False),
    Column("interval_level", Float, nullable=False),
    Column("roi", Float, nullable=False),
    Column("conversion_value_pence", BigInteger, nullable=False),
    Column("clickable_impressions", BigInteger, nullable=False),
    Column("clickable_clicks", BigInteger, nullable=False),
    # All that a world's totals need: they are read from the index alone.
    Index(
        "ix_reports_totals",
        "world_id",
        "is_final",
        "reported_at",
        "campaign_id",
        "spend_pence",
        "incremental_sales_pence",
        "interval_low",
        "interval_high",
        "conversion_value_pence",
        "clickable_impressions",
        "clickable_clicks",
    ),
    # The same for what campaigns are sorted by.
    Index("ix_reports_outcomes", "campaign_id", "is_final", "spend_pence", "incremental_sales_pence", "roi"),
)

performance_logs = Table(
    "performance_logs",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("impressions", BigInteger, nullable=False),
    Column("clicks", BigInteger, nullable=False),
    Column("spend", Pounds, nullable=False),
    Column("timestamp", UtcTime, nullable=False),
    Column("report_id", Uuid, nullable=False),
    Column("channel", String, nullable=False),
    Column("conversions", BigInteger, nullable=False),
    Column("conversion_value", Pounds, nullable=False),
    Column("units_sold", BigInteger, nullable=False),
)

prompt_choices = Table(
    "prompt_choices",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("prompt", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("version", Integer),
    Column("label", String, nullable=False),
    Column("propensity", Float, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Index("ix_prompt_choices_prompt_hash", "prompt", "hash"),
)
"""Which release of each prompt a campaign was given, and with what chance."""

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_campaign(),
    Column("asked_at", UtcTime, nullable=False),
    Column("node", String, nullable=False),
    Column("cost_nanodollars", BigInteger),
    Column("at_most_nanodollars", BigInteger),
    Column("document", JSON, nullable=False),
)
"""Each question to a chat model. Its cost is a column of its own, exact, so that what a campaign has spent is one sum;
it is empty where the cost is not known, and what it may be at most stands beside it."""
