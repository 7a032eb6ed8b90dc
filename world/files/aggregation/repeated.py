"""Rows of grouped sales that stand twice or correct others, found among the cells with more rows than goods."""

from typing import Final

from world.files.aggregation.cells import FOUND
from world.files.aggregation.grouped import GROUPS, SINGLE_ROWS, GroupedLines
from world.files.cleaning.lines import Lines
from world.files.cleaning.repeats import settle_repeats

REMOVED: Final = "removed_rows"
"""The rows that go: file, row."""
_MOST: Final = 0.25
"""Share of rows in such cells up to which they are looked at apart from the others: beyond, all may as well be."""
_AFFECTED: Final = f"""
create or replace table affected as
select r.file, r.row, r.date, null::varchar as date_at, r.store, r.category, r.sku, r.region, r.units, r.price,
    r.in_stock, r.group_id, null::varchar as basket, null::varchar as till, null::varchar as updated,
    0::ubigint as rest
from {SINGLE_ROWS} r join (
    select distinct s.name as store, c.name as category, f.date from {FOUND} f
    join stores_by_place s on s.place = f.store join categories_by_place c on c.place = f.category
    where bit_count(f.seen) <> f.rows
) odd using (store, category, date)
"""
_GONE: Final = f"""
update {GROUPS} g set n = g.n - x.n, n_units = g.n_units - x.n_units, sold = g.sold - x.sold,
    n_kept = g.n_kept - x.n_units, kept = g.kept - x.sold, n_shelved = g.n_shelved - x.n_shelved,
    shelved = g.shelved - x.shelved
from (
    select group_id, count(*) as n, count(units) as n_units, coalesce(sum(units), 0) as sold,
        count(units) filter (coalesce(in_stock, 1) > 0) as n_shelved,
        coalesce(sum(units) filter (coalesce(in_stock, 1) > 0), 0) as shelved
    from affected join {REMOVED} using (file, row) group by 1
) x where x.group_id = g.id
"""


def settle_repeated(lines: GroupedLines, said: str, dates: str) -> int | None:
    """Finds which rows go, as `settle_repeats` does, and takes them out of their groups; how many, or None where so
    many are doubtful that all have to be read. Whoever adds up has to pass over `removed_rows`."""
    odd_rows = "coalesce(sum(rows) filter (bit_count(seen) <> rows), 0)"
    every, odd = lines.rows(f"select sum(rows), {odd_rows} from {FOUND}")[0]
    if odd > _MOST * every:
        return None
    lines.sql.execute(_AFFECTED)
    elsewhere = lines.rows(
        f"select date, n - coalesce(m, 0) from (select date, sum(rows) as n from {FOUND} group by 1) "
        "left join (select date, count(*) as m from affected group by 1) using (date)"
    )
    # What cleans lines looks for them in the table `lines`.
    lines.sql.execute("alter table lines rename to grouped_lines; create table lines as from affected")
    single = Lines(lines.sql, lines.typed, lines.tally)
    single.elsewhere = {day: int(rows) for day, rows in elsewhere}
    settle_repeats(single, said, dates)
    lines.sql.execute(
        f"create or replace table {REMOVED} as select file, row from affected anti join lines using (file, row); "
        "drop table lines; alter table grouped_lines rename to lines"
    )
    lines.sql.execute(_GONE)
    return int(lines.value(f"select count(*) from {REMOVED}"))
