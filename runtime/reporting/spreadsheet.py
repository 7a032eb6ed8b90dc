"""Campaigns as a file that a spreadsheet opens: a line each, figures as figures, days as days."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from domain.campaign_choice import CampaignChoice
from domain.plan import Interval
from runtime.reporting.campaigns import CampaignRow, CampaignTable

_PAGE = 200
COLUMNS: Final = (
    *("id", "name", "status", "category", "regions", "headline", "detected_on", "flight_start", "flight_end"),
    *("planned", "spent", "iroas", "iroas_low", "iroas_high", "roi", "created_at", "world"),
)
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def lines_of(table: CampaignTable, choice: CampaignChoice) -> AsyncIterator[str]:
    """The file, some lines at a time, the newest campaign first; with the mark by which spreadsheets know UTF-8.

    Raises BadInput for days in the wrong order, before the first line.
    """
    page = await table.page(choice, limit=_PAGE)
    yield "\ufeff" + _written([COLUMNS])
    while True:
        yield _written(_cells(row) for row in page.items)
        if page.next is None:
            return
        page = await table.page(choice, limit=_PAGE, after=page.next)


def _cells(row: CampaignRow) -> Sequence[object]:
    interval: Interval | None = row.iroas_interval
    return (
        row.id,
        _text(row.called),
        row.status.value,
        _text(row.category or ""),
        _text("; ".join(row.regions)),
        _text(row.headline or ""),
        row.detected_on or "",
        row.flight.start if row.flight else "",
        row.flight.end if row.flight else "",
        "" if row.planned is None else row.planned,
        row.spent if row.is_spend_told else "",
        _figure(row.iroas),
        _figure(interval.low if interval else None),
        _figure(interval.high if interval else None),
        _figure(row.roi),
        row.created_at.isoformat(timespec="seconds"),
        _text(row.world_id),
    )


def _text(words: str) -> str:
    """Words that a spreadsheet will not take for a formula and carry out."""
    return f"'{words}" if words.lstrip("\n ").startswith(_BEGINS_A_FORMULA) else words


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _written(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
