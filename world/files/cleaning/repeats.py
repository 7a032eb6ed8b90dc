"""Rows that stand twice, and rows that correct earlier ones."""

from typing import Final

from world.files.cleaning.lines import Lines
from world.files.cleaning.updates import settle_updates

_KEY: Final = ("date", "store", "category", "sku", "region", "rest")
"""What tells the totals of a day apart."""
_LINE: Final = (*_KEY, "date_at", "basket", "till", "units", "price")
_FINER: Final = 0.25
"""Share of keys with several rows above which they are lines of something finer, and add up."""
_SAME_COUNT: Final = 0.95
_WHOLE_DAY: Final = 0.9
_FEWEST_LINES: Final = 15
"""Of a store's day: so many lines are not alike by chance."""


def settle_repeats(lines: Lines, said: str, dates: str = "") -> None:
    """Leaves out what stands twice and lets later rows replace what they correct, as the rows' own grain allows.

    Rows with a basket or times of day are lines, and two alike may both be true: only a basket that comes again in a
    later file on its day, and a day of which nearly every line stands as often again, is a repeat. Other rows are
    totals of a day: one that stands again is left out, one that differs replaces the earlier. Where so many share a
    day, store and category that they must be finer than their columns tell, they add up. `said`: `lines` or `totals`
    of mapping.toml; `dates`: its order of day, month and year.
    """
    moment = bool(lines.value("select count(nullif(basket, '')) from lines")) or _has_moments(lines)
    if said != "totals" and (said == "lines" or moment):
        lines.tally.notes.append("rows are lines of baskets, which add up by day")
        _repeated_baskets(lines)
        _repeated_days(lines)
        return
    if not _find_several(lines, _KEY) or (said != "totals" and _is_finer(lines)):
        return
    settle_updates(lines, dates)
    order = ", ".join(f"{term} desc nulls last" for term in ("units is not null", "written", "file", "row"))
    lines.sql.execute(
        "create or replace temp table again as select id, units is not distinct from last_units "
        "and price is not distinct from last_price as alike from (select lines.rowid as id, units, price, "
        "row_number() over newest as place, first_value(units) over newest as last_units, "
        "first_value(price) over newest as last_price "
        f"from lines join several on several.key = hash({', '.join(_KEY)}) left join updates using (updated) "
        f"window newest as (partition by key order by {order})) where place > 1"
    )
    _tell_days(lines)
    said_otherwise = "a later row of the same day, store and goods says otherwise"
    lines.count("repeat", "stands twice: one counts", "rowid in (select id from again where alike)", "left out")
    lines.count("corrected", said_otherwise, "rowid in (select id from again where not alike)", "replaced")
    # Both at once: lines may be numbered anew once some have gone.
    lines.delete("rowid in (select id from again)")


def _has_moments(lines: Lines) -> bool:
    """Whether rows of a day have times of their own: one time for all of a day is that of an export."""
    return bool(
        lines.value(
            "select count(*) from (select 1 from lines where date_at <> '' group by file, date "
            "having min(date_at) <> max(date_at))"
        )
    )


def _find_several(lines: Lines, key: tuple[str, ...]) -> bool:
    """Keys of several lines, as `several`: mostly there are none, and then nothing else is looked at."""
    lines.sql.execute(
        f"create or replace temp table several as select hash({', '.join(key)}) as key, count(*) as n "
        "from lines group by 1 having count(*) > 1"
    )
    return bool(lines.value("select count(*) from several"))


def _tell_days(lines: Lines) -> None:
    """Says which whole days stand twice: of these every row comes again."""
    counted = lines.rows(
        "select date, count(id), count(*) filter (id is null) from lines left join again on again.id = lines.rowid "
        "group by date having count(id) > 3 order by date"
    )
    days = [day for day, twice, once in counted if twice >= _WHOLE_DAY * (once + lines.elsewhere.get(day, 0))]
    if days:
        more = f" and {len(days) - 1} more" if len(days) > 1 else ""
        lines.tally.notes.append(f"the day {days[0]}{more} stands twice")


def _is_finer(lines: Lines) -> bool:
    """Whether days of one store and goods have so many rows that these are of something finer, and add up."""
    every = lines.value("select count(*) from lines") + sum(lines.elsewhere.values())
    several, rows, usual = lines.rows("select count(*), sum(n), mode(n) from several")[0]
    whole = every - rows + several
    if several <= _FINER * whole:
        return False
    alike, same = lines.rows(
        f"with figures as (select key, n, count(distinct hash(units, price)) as figures from lines join several "
        f"on several.key = hash({', '.join(_KEY)}) group by key, n) "
        f"select count(*) filter (figures = 1), count(*) filter (n = {usual}) from figures"
    )[0]
    if alike == several and same >= _SAME_COUNT * several:
        return False
    lines.tally.notes.append(f"{several:,} of {whole:,} days of a store and category have several rows, which add up")
    return True


def _repeated_baskets(lines: Lines) -> None:
    """Of one store, till and day: many tills begin to count anew every morning."""
    if lines.has("basket") and len(lines.typed.sources) > 1:
        lines.leave_out(
            "corrected",
            "a later file has the same basket",
            "exists (select 1 from lines later where later.basket = lines.basket and later.store = lines.store "
            "and later.date = lines.date and later.till is not distinct from lines.till and later.file > lines.file)",
            fate="replaced",
        )


def _repeated_days(lines: Lines) -> None:
    """A store's day of which nearly every line stands twice, or as often again, was loaded as often."""
    if not _find_several(lines, _LINE):
        return
    keys = ", ".join(_LINE)
    lines.sql.execute(
        "create or replace temp table again as select lines.rowid as id, store, date, "
        "row_number() over (partition by key order by file, row) as place "
        f"from lines join several on several.key = hash({keys})"
    )
    whole = (
        f"select (a.store, a.date) from (select store, date, count(*) as n from again group by all) a "
        "join (select store, date, count(*) as n from lines group by all) l on l.store = a.store and l.date = a.date "
        f"where a.n >= {_WHOLE_DAY} * l.n and l.n >= {_FEWEST_LINES}"
    )
    alike = lines.value("select count(*) from again where place > 1") - lines.leave_out(
        "repeat",
        "its store's whole day stands twice: one counts",
        f"rowid in (select id from again where place > 1) and (store, date) in ({whole})",
    )
    if alike:
        lines.tally.notes.append(f"{alike:,} lines stand twice in one basket, and count twice")
