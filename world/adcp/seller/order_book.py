"""What our seller keeps, in one SQLite file (or in memory): buys, orders, creatives, answers given."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from domain.booking import MediaBuy
from domain.errors import DataFault
from world.adcp.seller.order import Order

_SCHEMA = """
CREATE TABLE IF NOT EXISTS buys (media_buy_id TEXT PRIMARY KEY, idempotency_key TEXT UNIQUE, world_id TEXT,
                                 document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS buys_by_world ON buys (world_id);
CREATE TABLE IF NOT EXISTS orders (media_buy_id TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS creatives (creative_id TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (idempotency_key TEXT PRIMARY KEY, asked TEXT NOT NULL, answer TEXT NOT NULL,
                                    answered_at TEXT);
"""


class Answered(NamedTuple):
    """What was asked under an idempotency key, and what was answered."""

    asked: str
    answer: str
    at: datetime | None
    """None for an answer from before the moment was kept."""


class OrderBook:
    """Implements `MediaBuyLog` and keeps the orders made of the buys. One process writes it."""

    def __init__(self, file: Path | None = None) -> None:
        """Raises DataFault when `file` cannot be opened as a database; without one nothing outlives the process."""
        try:
            self._rows = sqlite3.connect(":memory:" if file is None else file, check_same_thread=False)
            self._rows.executescript(_SCHEMA)
            self._add_moments()
        except sqlite3.Error as error:
            raise DataFault(
                f"The order book {file} cannot be opened ({error})", remedy="name a writable file with --data-file"
            ) from error

    async def add(self, buy: MediaBuy) -> MediaBuy:
        """Keep the buy, or return the one already kept under its idempotency key."""
        key = buy.request.idempotency_key
        with self._rows:
            self._rows.execute(
                "INSERT INTO buys VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (buy.media_buy_id, key, buy.request.world_id, buy.model_dump_json()),
            )
        kept = self._one("SELECT document FROM buys WHERE idempotency_key = ?", key)
        return MediaBuy.model_validate_json(kept) if kept is not None else buy

    async def revise(self, buy: MediaBuy) -> MediaBuy:
        """Keep the buy with one change more, or return what is kept of it at that revision already."""
        kept = await self.get(buy.media_buy_id)
        if kept is not None and kept.revision >= buy.revision:
            return kept
        with self._rows:
            self._rows.execute(
                "UPDATE buys SET document = ? WHERE media_buy_id = ?", (buy.model_dump_json(), buy.media_buy_id)
            )
        return buy

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        kept = self._one("SELECT document FROM buys WHERE media_buy_id = ?", media_buy_id)
        return None if kept is None else MediaBuy.model_validate_json(kept)

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]:
        rows = self._rows.execute("SELECT document FROM buys WHERE world_id = ? ORDER BY rowid", (world_id,))
        return [MediaBuy.model_validate_json(document) for (document,) in rows]

    def keep_order(self, order: Order) -> None:
        """Insert the order, or replace what was kept of it."""
        with self._rows:
            self._write(order)

    def keep_answered(self, order: Order, idempotency_key: str, answered: Answered) -> None:
        """Keep an order and what was answered for it, or neither."""
        at = answered.at.isoformat() if answered.at is not None else None
        with self._rows:
            self._write(order)
            self._rows.execute(
                "INSERT INTO answers (idempotency_key, asked, answer, answered_at) VALUES (?, ?, ?, ?)",
                (idempotency_key, answered.asked, answered.answer, at),
            )

    def order(self, media_buy_id: str) -> Order | None:
        kept = self._one("SELECT document FROM orders WHERE media_buy_id = ?", media_buy_id)
        return None if kept is None else Order.model_validate_json(kept)

    def orders(self) -> list[Order]:
        """Every order, oldest first."""
        rows = self._rows.execute("SELECT document FROM orders ORDER BY rowid")
        return [Order.model_validate_json(document) for (document,) in rows]

    def keep_creative(self, creative_id: str, document: str) -> None:
        with self._rows:
            self._rows.execute(
                "INSERT INTO creatives VALUES (?, ?)"
                " ON CONFLICT (creative_id) DO UPDATE SET document = excluded.document",
                (creative_id, document),
            )

    def creative(self, creative_id: str) -> str | None:
        return self._one("SELECT document FROM creatives WHERE creative_id = ?", creative_id)

    def uploaded(self) -> set[str]:
        return {creative_id for (creative_id,) in self._rows.execute("SELECT creative_id FROM creatives")}

    def answered(self, idempotency_key: str) -> Answered | None:
        row: tuple[str, str, str | None] | None = self._rows.execute(
            "SELECT asked, answer, answered_at FROM answers WHERE idempotency_key = ?", (idempotency_key,)
        ).fetchone()
        if row is None:
            return None
        asked, answer, at = row
        return Answered(asked, answer, datetime.fromisoformat(at) if at is not None else None)

    def _add_moments(self) -> None:
        """A file from before answers had their moment gets the place for it."""
        columns = {name for _, name, *_ in self._rows.execute("PRAGMA table_info(answers)")}
        if "answered_at" not in columns:
            self._rows.execute("ALTER TABLE answers ADD COLUMN answered_at TEXT")

    def _write(self, order: Order) -> None:
        self._rows.execute(
            "INSERT INTO orders VALUES (?, ?) ON CONFLICT (media_buy_id) DO UPDATE SET document = excluded.document",
            (order.buy.media_buy_id, order.model_dump_json()),
        )

    def _one(self, statement: str, parameter: str) -> str | None:
        row: tuple[str] | None = self._rows.execute(statement, (parameter,)).fetchone()
        return None if row is None else row[0]
