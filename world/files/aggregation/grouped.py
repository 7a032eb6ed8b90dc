"""The lines of Parquet files by what they are of: some thousands of groups in place of millions of rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from world.files.cleaning.lines import Lines
from world.files.cleaning.tally import Entry, Fate, Tally
from world.files.columns.typed import Source, Typed

if TYPE_CHECKING:
    import duckdb

GROUPS: Final = "sales_groups"
KEYS: Final = ("store", "category", "sku", "region")
SINGLE_ROWS: Final = "single_rows"


def make_groups(sql: "duckdb.DuckDBPyConnection", sources: Sequence[Source]) -> None:
    """The table `sales_groups`: a row for each file, store, category, product and region as they are written, with how
    many rows it has and what their figures come to. What a file has not is null.

    `kept` and `n_kept` are units without returns, `shelved` and `n_shelved` those of days with something on the shelf,
    `paid` is the least price above 0.
    """
    _make(sql, sources, careful=False)
    least, low = sql.execute(f"select min(least), min(low) from {GROUPS}").fetchall()[0]
    if (least is not None and least < 0) or (low is not None and low <= 0):
        _make(sql, sources, careful=True)


def _make(sql: "duckdb.DuckDBPyConnection", sources: Sequence[Source], *, careful: bool) -> None:
    parts = [_groups_of(place, source, careful=careful) for place, source in enumerate(sources)]
    numbered = f"select (row_number() over ())::integer as id, * from ({' union all by name '.join(parts)})"
    sql.execute(f"create or replace table {GROUPS} as {numbered}")


def column(source: Source, field: str) -> str:
    """The column of a field in its file, or null."""
    claim = source.columns.claims.get(field)
    return f"c{claim.place}" if claim else "null"


def keys_of(source: Source) -> list[str]:
    """What tells the groups of a file apart. A region is that of its store, where there are stores."""
    return [key for key in KEYS if key in source.columns.claims and not _is_of_store(key, source)]


def moving_stores(sql: "duckdb.DuckDBPyConnection") -> bool:
    """Whether any store has several regions in one file."""
    return bool(sql.execute(f"select count(*) from {GROUPS} where moves").fetchall()[0][0])


def _is_of_store(key: str, source: Source) -> bool:
    return key == "region" and "store" in source.columns.claims


def matches(source: Source, rows: str, groups: str) -> str:
    """The condition by which rows of a file are of a group."""
    keys = keys_of(source)
    return " and ".join(f"{rows}.{column(source, key)} = {groups}.raw_{key}" for key in keys) or "true"


def _groups_of(place: int, source: Source, *, careful: bool) -> str:
    keys = {key: column(source, key) for key in KEYS}
    date, units, price, in_stock = (column(source, name) for name in ("date", "units", "price", "in_stock"))
    of_store = _is_of_store("region", source) and keys["region"] != "null"
    by = ", ".join(dict.fromkeys(keys[key] for key in keys_of(source)))
    raw = [
        f"{one}{'::varchar' if one == 'null' else ''} as raw_{key}"
        for key, one in keys.items()
        if key != "region" or not of_store
    ]
    figures = [
        f"count(*) as n, count({date}) as n_date",
        f"count({units}) as n_units, sum({units})::double as sold, min({units})::double as least",
        f"max({units})::double as most",
        f"count({price}) as n_price, min({price})::double as low, max({price})::double as high",
    ]
    for name in ("promotion", "in_stock"):
        share = column(source, name)
        # Of a yes or no the least and the most are known.
        is_number = share != "null" and source.raw.types[source.columns.claims[name].place] != "BOOLEAN"
        most, least = (f"max({share})::double", f"min({share})::double") if is_number else ("1::double", "0::double")
        figures.append(f"count({share}) as n_{name}, {most} as most_{name}, {least} as least_{name}")
    kept = f"{units} >= 0" if careful else "true"
    shelved = kept if in_stock == "null" else f"{kept} and coalesce({in_stock}::double, 1) > 0"
    for name, where in (("kept", kept), ("shelved", shelved)):
        if where != "true":
            figures.append(
                f"sum({units}) filter ({where})::double as {name}, count({units}) filter ({where}) as n_{name}"
            )
    all_of_them = [name for name, where in (("kept", kept), ("shelved", shelved)) if where == "true"]
    same = [f"sold as {name}, n_units as n_{name}" for name in all_of_them]
    if careful:
        figures.append(f"min({price}) filter ({price} > 0)::double as paid")
    else:
        same.append("low as paid")
    text = [f"trim(raw_{key}::varchar) as text_{key}" for key in KEYS]
    named = ", ".join([f"{place} as file", "*", *same, *text])
    grouped = f"(select {', '.join([*raw, *figures])} from {source.raw.name} {f'group by {by}' if by else ''})"
    if not of_store:
        return f"select {named}, false as moves from {grouped}"
    homes = (
        f"(select {keys['store']} as raw_store, any_value({keys['region']}) as raw_region, "
        f"count(distinct {keys['region']}) > 1 or count({keys['region']}) < count(*) as moves "
        f"from (select {keys['store']}, {keys['region']} from {source.raw.name} group by all) group by 1)"
    )
    return f"select {named} from {grouped} left join {homes} using (raw_store)"


class GroupedLines(Lines):
    """`lines` has a line for each group: its number in `row`, no day of its own, the sum of its units, the most of
    its other figures. What is counted is counted in rows of the files, and examples are such rows."""

    def __init__(self, sql: "duckdb.DuckDBPyConnection", typed: Typed, tally: Tally) -> None:
        super().__init__(sql, typed, tally)
        self.single_rows = SINGLE_ROWS
        # No rows are read until somebody asks for some.
        sql.execute(f"create or replace temp view {SINGLE_ROWS} as {single_rows(typed)}")

    def count(self, kind: str, said: str, where: str, fate: Fate) -> int:
        query = f"select coalesce(sum(g.n), 0), coalesce(sum(g.sold), 0) from lines join {GROUPS} g on g.id = lines.row"
        rows, units = self.rows(f"{query} where {where}")[0]
        if rows:
            self.tally.entries.append(Entry(kind, fate, said, int(rows), float(units), self.examples(where)))
        return int(rows)


class SingleRows(Lines):
    """The rows of the groups that are left, for what is true of some rows of a group and not of others. Those left out
    are seen no more here; whoever adds up has to pass over them too."""

    def __init__(self, lines: GroupedLines) -> None:
        super().__init__(lines.sql, lines.typed, lines.tally)
        self.single_rows = SINGLE_ROWS
        self._query = single_rows(lines.typed)

    def delete(self, where: str) -> None:
        self._query = f"select * from ({self._query}) where not coalesce(({where}), false)"
        self.sql.execute(f"create or replace temp view {SINGLE_ROWS} as {self._query}")


def single_rows(typed: Typed) -> str:
    """Each row of each file as a line, under the names of its group."""
    parts = []
    for place, source in enumerate(typed.sources):
        units, price, in_stock = (
            f"t.{column(source, name)}" if name in source.columns.claims else "null"
            for name in ("units", "price", "in_stock")
        )
        parts.append(
            f"select l.file, t.row, t.{column(source, 'date')}::date as date, null as date_at, l.store, l.category, "
            f"l.sku, l.region, {units}::double as units, {price}::double as price, {in_stock}::double as in_stock, "
            f"g.id as group_id from {source.raw.name} t "
            f"join {GROUPS} g on {matches(source, 't', 'g')} and g.file = {place} join lines l on l.row = g.id"
        )
    return " union all ".join(parts)
