"""What a column of numbers says: the decimal mark settled by the whole file, signs of money, thousands, per cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import duckdb

Decimal = Literal["point", "comma"]

_SAID: Final = "mapping.toml says so"
EMPTY: Final = (
    "",
    "-",
    "–",
    "—",
    "n/a",
    "#n/a",
    "na",
    "null",
    "none",
    "nan",
    "nil",
    "n.a.",
    "#null!",
    "#value!",
    "\\n",
)
"""What exports write where nothing is known, in small letters."""
_MONEY: Final = "gbp|eur|usd|[£$€]"
_SPACES: Final = r"\s\x{00a0}\x{202f}\x{2009}''’"
_POINT: Final = r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[-+]?\d+)?"
_COMMA: Final = r"[-+]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?(e[-+]?\d+)?"
_SURE_COMMA: Final = r"(^|[^.,\d])(0\d*|\d{4,}),\d|(^|[^.,\d])\d+,(\d{1,2}|\d{4,})\D*$|\d\.\d{3},\d"
_SURE_POINT: Final = r"(^|[^.,\d])(0\d*|\d{4,})\.\d|(^|[^.,\d])\d*\.(\d{1,2}|\d{4,})\D*$|\d,\d{3}\.\d"
_THOUSANDS: Final = r"\d,\d{3}(\D|$)"
_DOTTED: Final = r"(^|[^.,\d])[1-9]\d{0,2}\.\d{3}([^.,\d]|$)"
_HUNDREDS: Final = r"\D*[1-9]\d{2}\D*"
"""Plain figures that, beside 1,150 or 1.150, show that the mark comes with the thousands."""
_COMMA_PARTS_NO_CELLS: Final = (";", "")
"""Where a comma may have the decimals, dotted thousands in one column say that it has them in all."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file writes its numbers."""

    decimal: Decimal
    why: str
    """Empty where nothing had to be settled."""
    doubt: str = ""
    """A figure that may be a thousand times the other, where nothing tells which."""
    dotted: tuple[str, ...] = ()
    """Columns whose points part thousands, though those of others are decimals."""

    def of(self, column: str) -> Decimal:
        return "comma" if column in self.dotted else self.decimal


def is_number(kind: str) -> bool:
    """Whether DuckDB holds the column as numbers already."""
    return kind.startswith(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "U", "FLOAT", "DOUBLE", "DECIMAL"))


def empty_sql(text: str) -> str:
    """Whether a cell of text says nothing."""
    marks = ", ".join("'{}'".format(mark.replace("'", "''")) for mark in EMPTY)
    return f"({text} is null or lower(trim({text})) in ({marks}))"


def settle_writing(
    sql: "duckdb.DuckDBPyConnection",
    table: str,
    columns: Sequence[str],
    counted: Sequence[str],
    delimiter: str,
    said: str = "",
) -> Writing:
    """The decimal mark of a file's columns of text, by the figures that leave no choice; the majority's where they
    differ, so that the others are refused with their lines. `counted`: those of units and of money. Others, as degrees
    and grams, have no thousands between commas."""
    if not columns or said == "point":
        return Writing("point", _SAID if said else "")
    counts = [
        " + ".join(f"count_if(regexp_matches({column}, '{pattern}'))" for column in columns)
        for pattern in (_SURE_COMMA, _SURE_POINT, _THOUSANDS, _DOTTED)
    ]
    found = sql.execute(f"select {', '.join(counts)} from {table}").fetchall()[0]
    comma, point, thousands, dotted = (count or 0 for count in found)
    if said:
        mixed = dotted and point and not comma
        # Beside columns with figures such as 1.5, it is said of those that have none.
        apart = _dotted_columns(sql, table, columns) if mixed else ()
        return Writing("point" if apart else "comma", _SAID, dotted=apart)
    if comma > point:
        return Writing("comma", f"{comma:,} figures such as 1,5 leave no choice")
    if thousands and not point and delimiter == ";" and not _with_hundreds(sql, table, columns, _THOUSANDS):
        return Writing("comma", "", doubt=_first_of(sql, table, columns, _THOUSANDS))
    if dotted and not thousands:
        if delimiter not in _COMMA_PARTS_NO_CELLS:
            return _by_column(sql, table, counted, settles_all=False)
        return _by_column(sql, table, columns, settles_all=not point)
    if thousands:
        return Writing("point", "commas part thousands")
    return Writing("point", "")


def _by_column(sql: "duckdb.DuckDBPyConnection", table: str, columns: Sequence[str], settles_all: bool) -> Writing:
    """Which columns have points in their thousands: those with 1.150 and 950, and no figure such as 1.5. A workbook's
    true numbers have decimal points whatever its text has. `settles_all`: a known column speaks for the others."""
    asked = _dotted_columns(sql, table, columns)
    known = tuple(column for column in asked if _with_hundreds(sql, table, [column], _DOTTED))
    if known and (settles_all or len(known) == len(asked)):
        return Writing("comma" if settles_all else "point", "points part thousands", dotted=known)
    if asked:
        return Writing("point", "", doubt=_first_of(sql, table, asked, _DOTTED))
    return Writing("point", "")


def _dotted_columns(sql: "duckdb.DuckDBPyConnection", table: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Those with figures such as 1.150 and none such as 1.5."""
    if not columns:
        return ()
    counts = ", ".join(
        f"count_if(regexp_matches({column}, '{pattern}'))" for column in columns for pattern in (_DOTTED, _SURE_POINT)
    )
    (found,) = sql.execute(f"select {counts} from {table}").fetchall()
    return tuple(
        column for column, dots, sure in zip(columns, found[::2], found[1::2], strict=True) if dots and not sure
    )


def _with_hundreds(sql: "duckdb.DuckDBPyConnection", table: str, columns: Sequence[str], thousands: str) -> bool:
    """Whether one column has both 1,150 (or 1.150, by the pattern) and 950."""
    both = " or ".join(
        f"(count_if(regexp_matches({column}, '{thousands}')) > 0 "
        f"and count_if(regexp_full_match({column}, '{_HUNDREDS}')) > 0)"
        for column in columns
    )
    found = sql.execute(f"select {both} from {table}").fetchone()
    return bool(found and found[0])


def _first_of(sql: "duckdb.DuckDBPyConnection", table: str, columns: Sequence[str], pattern: str) -> str:
    for column in columns:
        query = f"select {column} from {table} where regexp_matches({column}, '{pattern}') order by row limit 1"
        if found := sql.execute(query).fetchone():
            return str(found[0]).strip()
    return ""


def number_sql(text: str, decimal: Decimal) -> str:
    """A DOUBLE from a cell of text, or null where it is none: signs of money, spaces, per cent (as a hundredth), pence
    (120p is 1.20), a minus behind or brackets around. Expressions see each cell twice, so that plain ones are quick."""
    bare = f"regexp_replace(lower({text}), '({_MONEY}|[{_SPACES}%]|p$)', '', 'g')"
    signed = f"regexp_replace(regexp_replace({bare}, '^\\((.*)\\)$', '-\\1'), '^([^-].*)-$', '-\\1')"
    pattern = _POINT if decimal == "point" else _COMMA
    plain = f"replace({signed}, ',', '')" if decimal == "point" else f"replace(replace({signed}, '.', ''), ',', '.')"
    scaled = f"try_cast({plain} as double) * case when regexp_matches(lower({text}), '[%p]\\s*$') then 0.01 else 1 end"
    slow = f"case when regexp_full_match({signed}, '{pattern}') then {scaled} end"
    if decimal == "comma":
        return slow
    quick = f"case when regexp_full_match({text}, '-?\\d+(\\.\\d+)?') then try_cast({text} as double) end"
    return f"coalesce({quick}, {slow})"


def share_sql(text: str, decimal: Decimal) -> str:
    """As `number_sql`, and yes and no in their usual forms."""
    low = f"lower(trim({text}))"
    return (
        f"case when {low} in ('y', 'yes', 'true', 't', 'on', 'x', 'ja', 'oui', 'si', 'open') then 1.0 "
        f"when {low} in ('n', 'no', 'false', 'f', 'off', 'nein', 'non', 'closed') then 0.0 "
        f"else {number_sql(text, decimal)} end"
    )
