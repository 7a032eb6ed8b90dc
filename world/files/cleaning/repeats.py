"""Rows that stand twice, and rows that correct earlier ones."""

from typing import Final

from world.files.cleaning.lines import Lines

_KEY: Final = ("date", "store", "category", "sku", "region", "rest")
"""What tells the totals of a day apart."""
_LINE: Final = (*_KEY, "date_at", "basket", "till", "units", "price")
_FINER: Final = 0.25
"""Share of keys with several rows above which they are lines of something finer, and add up."""
_SAME_COUNT: Final = 0.95
_WHOLE_DAY: Final = 0.9
_FEWEST_LINES: Final = 30
"""Of a store's day: so many lines are not alike by chance."""


def settle_repeats(lines: Lines, said: str) -> None:
    """Leaves out what stands twice and lets later rows replace what they correct, as the rows' own grain allows.

    Rows with a basket or a time of day are lines, and two alike may both be true: only a basket that comes again in a
    later file, and a day of which nearly every line stands as often again, is a repeat. Other rows are totals of a day:
    one that stands again is left out, one that differs replaces the earlier. Where so many share a day, store and
    category that they must be finer than their columns tell, they add up. `said`: `lines` or `totals` of mapping.toml.
    """
    moment = lines.value(
        "select count(nullif(basket, '')) + count(nullif(date_at, '')) "
        "filter (not regexp_full_match(date_at, '0?0:00(:00.*)?')) from lines"
    )
    if said != "totals" and (said == "lines" or moment):
        lines.tally.notes.append("rows are lines of baskets, which add up by day")
        _repeated_baskets(lines)
        _repeated_days(lines)
        return
    if said != "totals" and _is_finer(lines):
        return
    newest = ["units is not null", *(["coalesce(updated, '')"] if lines.has("updated") else []), "file", "row"]
    _rank(lines, _KEY, ", ".join(f"{term} desc" for term in newest))
    _tell_days(lines)
    lines.leave_out("repeat", "stands twice: one counts", "again and alike", fate="left out")
    lines.leave_out(
        "corrected", "a later row of the same day, store and goods says otherwise", "again", fate="replaced"
    )


def _rank(lines: Lines, key: tuple[str, ...], order: str) -> None:
    """Marks each line that a later one of the same key stands for (`again`), and whether it says the same (`alike`)."""
    keys = ", ".join(key)
    lines.sql.execute(
        "create or replace table lines as select * exclude (position, last_units, last_price), position > 1 as again, "
        "units is not distinct from last_units and price is not distinct from last_price as alike from ("
        "select *, row_number() over newest as position, first_value(units) over newest as last_units, "
        f"first_value(price) over newest as last_price from lines window newest as (partition by {keys} "
        f"order by {order}))"
    )


def _tell_days(lines: Lines) -> None:
    """Says which whole days stand twice: of these every row comes again."""
    days = lines.rows(
        "select date from lines group by date "
        f"having count(*) filter (again) >= {_WHOLE_DAY} * count(*) filter (not again) "
        "and count(*) filter (again) > 3 order by date"
    )
    if days:
        more = f" and {len(days) - 1} more" if len(days) > 1 else ""
        lines.tally.notes.append(f"the day {days[0][0]}{more} stands twice")


def _is_finer(lines: Lines) -> bool:
    keys = ", ".join(_KEY)
    whole, several, alike, same = _shares(lines, keys)
    if several <= _FINER * whole:
        return False
    if alike == several and same >= _SAME_COUNT * several:
        return False
    lines.tally.notes.append(f"{several:,} of {whole:,} days of a store and category have several rows, which add up")
    return True


def _shares(lines: Lines, keys: str) -> tuple[int, int, int, int]:
    """Keys, keys with several rows, those whose rows are alike, and those with the usual number of rows."""
    whole, several, alike, same = lines.rows(
        f"with keys as (select count(*) as n, count(distinct (units, price)) as k from lines group by {keys}), "
        "usual as (select mode(n) as n from keys where n > 1) select count(*), count(*) filter (keys.n > 1), "
        "count(*) filter (keys.n > 1 and k <= 1), count(*) filter (keys.n = usual.n) from keys cross join usual"
    )[0]
    return int(whole), int(several), int(alike), int(same)


def _repeated_baskets(lines: Lines) -> None:
    if lines.has("basket") and len(lines.typed.sources) > 1:
        lines.leave_out(
            "corrected",
            "a later file has the same basket",
            "exists (select 1 from lines later where later.basket = lines.basket and later.store = lines.store "
            "and later.file > lines.file)",
            fate="replaced",
        )


def _repeated_days(lines: Lines) -> None:
    """A store's day of which nearly every line stands twice, or as often again, was loaded as often."""
    keys = ", ".join(_LINE)
    lines.sql.execute(
        "create or replace table lines as "
        "select * exclude (position, copies), copies > 1 as alike, position > 1 as again "
        f"from (select *, row_number() over same as position, count(*) over (partition by {keys}) as copies from lines "
        f"window same as (partition by {keys} order by file, row))"
    )
    lines.leave_out(
        "repeat",
        "its store's whole day stands twice: one counts",
        "again and (store, date) in (select (store, date) from lines group by store, date "
        f"having count(*) filter (alike) >= {_WHOLE_DAY} * count(*) and count(*) >= {_FEWEST_LINES})",
    )
    alike = lines.value("select count(*) from lines where again")
    if alike:
        lines.tally.notes.append(f"{alike:,} lines stand twice in one basket, and count twice")
