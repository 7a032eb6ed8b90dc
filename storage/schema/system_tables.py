"""The tables that keep the loop turning: money, lessons, media buys, events, runs and the live world."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from storage.engine.columns import UtcTime
from storage.schema.tables import metadata as metadata


def _never_over_budget() -> CheckConstraint:
    """The ledger's invariant, held by the database itself."""
    return CheckConstraint("reserved_pence + committed_pence <= budget_pence", name="within_budget")


def _never_negative() -> CheckConstraint:
    return CheckConstraint("reserved_pence >= 0 AND committed_pence >= 0", name="not_negative")


accounts = Table(
    "accounts",
    metadata,
    Column("account", String, primary_key=True),
    Column("budget_pence", BigInteger, nullable=False),
    Column("daily_budget_pence", BigInteger, nullable=False),
    Column("reserved_pence", BigInteger, nullable=False),
    Column("committed_pence", BigInteger, nullable=False),
    _never_over_budget(),
    _never_negative(),
)

account_days = Table(
    "account_days",
    metadata,
    Column("account", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("budget_pence", BigInteger, nullable=False),
    Column("reserved_pence", BigInteger, nullable=False),
    Column("committed_pence", BigInteger, nullable=False),
    _never_over_budget(),
    _never_negative(),
)

ledger = Table(
    "ledger",
    metadata,
    Column("key", String, primary_key=True),
    Column("campaign_id", Uuid, nullable=False, index=True),
    Column("account", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("amount_pence", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("cycle", Integer),
    CheckConstraint("state IN ('reserved', 'committed', 'released')", name="state"),
)

controls = Table(
    "controls",
    metadata,
    Column("name", String, primary_key=True),
    Column("stopped", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

lessons = Table(
    "lessons",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False, index=True),
    Column("revision", BigInteger, nullable=False, index=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("kept_at", UtcTime, nullable=True),
    Column("document", JSON, nullable=False),
    Index("ix_lessons_campaign_id_position", "campaign_id", "position"),
)

media_buys = Table(
    "media_buys",
    metadata,
    Column("media_buy_id", String, primary_key=True),
    Column("idempotency_key", String, nullable=False, unique=True),
    Column("world_id", String, nullable=False, index=True),
    Column("confirmed_at", UtcTime, nullable=False),
    Column("document", JSON, nullable=False),
)

histories = Table(
    "histories",
    metadata,
    Column("name", String, primary_key=True),
    Column("epoch", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
)

run_events = Table(
    "run_events",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("thread_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("method", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("thread_id", "seq"),
)

thread_heads = Table(
    "thread_heads",
    metadata,
    Column("thread_id", Uuid, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("position", BigInteger, nullable=False, index=True),
)
"""What the log keeps of each thread: its first and last `seq`, and the position of the last. Changed in the transaction
that changes the log, so that nobody scans it to know."""

threads = Table(
    "threads",
    metadata,
    Column("thread_id", Uuid, primary_key=True),
    Column("context", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("began_with", JSON(none_as_null=True), nullable=True),
)
"""What each thread was started with: a process that never met it can begin it, or go on with it."""

forks = Table(
    "forks",
    metadata,
    Column("fork_id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, nullable=False, index=True),
    Column("changes", JSON, nullable=False),
    Column("forked_at", UtcTime, nullable=False),
)
"""Which campaigns are other futures of which, and what was changed. `threads.context` has the step."""

imports = Table(
    "imports",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("came_from", JSON, nullable=False),
    Column("content", JSON, nullable=False),
    Column("surroundings", JSON, nullable=False),
    Column("imported_at", UtcTime, nullable=False),
)
"""Campaigns of other machines, to look into. Apart from all that is told of this house's own: nothing that books,
answers, counts or teaches reads it."""

active_runs = Table(
    "active_runs",
    metadata,
    Column("thread_id", Uuid, primary_key=True),
    Column("run_id", Uuid, nullable=False),
    Column("owner", String, nullable=False),
    Column("heartbeat_at", UtcTime, nullable=False),
    Column("ordered", JSON(none_as_null=True), nullable=True),
)
"""A lease on each thread somebody is at work on, with the order it is held for: what was promised is carried out from
here after any crash, and goes with the lease once it is done."""

world_clock = Table(
    "world_clock",
    metadata,
    Column("world_id", String, primary_key=True),
    Column("seed", Integer, nullable=False),
    Column("shoppers", String, nullable=False, server_default="textbook"),  # of worlds from before there were kinds
    Column("today", Date, nullable=False),
    Column("speed", Float, nullable=False),
    Column("running", Boolean, nullable=False),
    Column("scenarios", JSON, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

commands = Table(
    "commands",
    metadata,
    Column("command_id", Uuid, primary_key=True),
    Column("request", JSON, nullable=False),
    Column("owner", String, nullable=False),
    Column("answer", JSON(none_as_null=True), nullable=True),
    Column("taken_at", UtcTime, nullable=False),
    Column("begun", JSON(none_as_null=True), nullable=True),
)
"""`begun` is what has been done of a command of several steps, kept in the transaction that does it."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("who", String, nullable=False),
    Column("role", String, nullable=False),
    Column("via", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("asked", JSON(none_as_null=True), nullable=True),
    Column("outcome", String, nullable=True),
    Column("problem", Text, nullable=False, server_default=""),
)
"""Who did what. An entry without an outcome is under way, or the process died before it could say what came of it."""

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("link", String, nullable=False),
    Column("campaign_id", Uuid, nullable=True),
    Column("due_at", UtcTime, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcTime, nullable=True),
    Column("problem", Text, nullable=False, server_default=""),
    Index("ix_notices_at_id", "at", "id"),
    Index("ix_notices_due_at", "due_at"),
)
"""What people are told of, and the outbox of the webhook: `due_at` is when it is next sent, None once it was taken."""

model_answers = Table(
    "model_answers",
    metadata,
    Column("key", String, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("kept_at", UtcTime, nullable=False),
)
"""What chat models have answered, by a hash of what was asked."""
