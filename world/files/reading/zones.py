"""The time zone in which a column of Parquet has its days: an instant is a day only where it happens."""

import base64
import binascii
import re
import struct
from typing import TYPE_CHECKING, Final

from domain.errors import DataFault

if TYPE_CHECKING:
    import duckdb

UTC: Final = "UTC"
INSTANTS: Final = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "TIMESTAMPTZ_NS")
"""As DuckDB names the types of columns that hold instants."""
_TIMESTAMP: Final = 10
"""The number of that type in Arrow's `Schema.fbs`."""
_NOON: Final = 12 * 60
_QUARTER: Final = 15
_HOUR: Final = 60
_DAY: Final = 24 * 60
"""Minutes. Midnight of whoever is west of Greenwich, or up to twelve hours east, is in the same day of UTC up to noon;
all zones keep whole quarters of an hour, and put their clocks on by one."""


def zones_of(sql: "duckdb.DuckDBPyConnection", source: str) -> dict[str, str]:
    """The zone of each column of a Parquet file (as text of SQL) that says one.

    Parquet itself says only that a column holds instants; who writes Arrow's schema beside it says where.
    """
    query = f"select value from parquet_kv_metadata({source}) where key = 'ARROW:schema'::blob"
    found = sql.execute(query).fetchall()
    try:
        return _in_arrow(base64.b64decode(bytes(found[0][0]))) if found else {}
    except (struct.error, IndexError, UnicodeDecodeError, binascii.Error):  # A schema that is damaged says no zone.
        return {}


def local_sql(sql: "duckdb.DuckDBPyConnection", file: str, column: str, instant: str, zone: str) -> str:
    """The time on the clocks of a zone, as SQL over an instant. Raises DataFault for a zone that nobody knows."""
    if offset := re.fullmatch(r"([+-])(\d{2}):?(\d{2})", zone):
        sign, hours, minutes = offset.groups()
        return f"timezone('UTC', {instant}::timestamptz) + to_minutes({sign}{60 * int(hours) + int(minutes)})"
    known = sql.execute("select count(*) from pg_timezone_names() where name = ?", [zone]).fetchall()[0][0]
    if not known:
        raise DataFault(
            f"{file}: {column} is in the time zone {zone[:40]!r}, which is none",
            remedy="write it as dates, or in a zone such as Europe/London",
            field="source",
        )
    return f"timezone('{zone}', {instant}::timestamptz)"


def refuse_other_midnights(sql: "duckdb.DuckDBPyConnection", table: str, place: int, file: str, column: str) -> None:
    """Raises DataFault where a column in UTC holds the midnights of a zone east of it: its days are those before.

    `place`: of the column in `table`, by the clocks of UTC.
    """
    rows = sql.execute(f"select distinct c{place}::time::varchar from {table} where c{place} is not null limit 3")
    times = sorted(str(row[0]) for row in rows.fetchall())
    if not times or len(times) > 2 or not all(re.fullmatch(r"\d{2}:\d{2}:00", time) for time in times):
        return
    minutes = [60 * int(time[:2]) + int(time[3:5]) for time in times]
    apart = minutes[-1] - minutes[0]
    if minutes[-1] > _NOON and apart in (0, _HOUR, _DAY - _HOUR) and not any(one % _QUARTER for one in minutes):
        raise DataFault(
            f"{file}: {column} is in UTC and always at {' or '.join(time[:5] for time in times)}, which is midnight "
            "of another zone, and its days there begin a day later",
            remedy=f"write {column} as dates, or in the time zone of the shops",
            field="source",
        )


def _in_arrow(message: bytes) -> dict[str, str]:
    """Zones by column of an encapsulated Arrow message: a flatbuffer whose header is a schema, with its fields."""
    start = 8 if message[:4] == b"\xff\xff\xff\xff" else 4
    tables = _Flatbuffer(message[start:])
    schema = tables.follow(tables.place(tables.follow(0), 2))
    fields = tables.follow(tables.place(schema, 1))
    zones = {}
    for number in range(tables.number("<I", fields)):
        field = tables.follow(fields + 4 + 4 * number)
        kind = tables.place(field, 2)
        if not kind or tables.number("<B", kind) != _TIMESTAMP:
            continue
        zone = tables.place(tables.follow(tables.place(field, 3)), 1)
        if zone:
            zones[tables.text(tables.place(field, 0))] = tables.text(zone)
    return zones


class _Flatbuffer:
    """Places are bytes from the start of the buffer."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def number(self, form: str, place: int) -> int:
        """Raises struct.error outside the buffer."""
        return int(struct.unpack_from(form, self._data, place)[0])

    def follow(self, place: int) -> int:
        return place + self.number("<I", place)

    def place(self, table: int, field: int) -> int:
        """Where a field of a table is, 0 where it has none."""
        index = table - self.number("<i", table)
        inside = 4 + 2 * field
        offset = self.number("<H", index + inside) if inside < self.number("<H", index) else 0
        return table + offset if offset else 0

    def text(self, place: int) -> str:
        start = self.follow(place)
        return self._data[start + 4 : start + 4 + self.number("<I", start)].decode("utf-8")
