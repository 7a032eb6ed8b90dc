"""Parquet whose columns have types, brought to cells without a look at each row.

What is a matter of names (totals, products of no category, spellings) is settled on groups of rows; returns and prices
of nothing are counted and passed over. Whatever needs a look at single rows is a reason not to: then all are read.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from world.files.aggregation.cells import FOUND, Cells, categories_of, cells_found, homes_of, number
from world.files.aggregation.expression import CELLS_SQL, WEIGHED
from world.files.aggregation.grouped import (
    GROUPS,
    KEYS,
    GroupedLines,
    SingleRows,
    column,
    make_groups,
    matches,
    moving_stores,
)
from world.files.aggregation.repeated import REMOVED, settle_repeated
from world.files.cleaning.grain import refuse_weeks
from world.files.cleaning.prices import count_unpriced, may_be_in_pence
from world.files.cleaning.roles import Beside, lines_of, price_column
from world.files.cleaning.rows import count_uncounted, leave_out_no_sales, leave_out_returns
from world.files.cleaning.tally import Tally
from world.files.cleaning.totals import leave_out_sums, leave_out_totals, sums_of_others
from world.files.columns.fields import SALES
from world.files.columns.mapping import TableMapping
from world.files.columns.typed import Source, Typed, Typing
from world.files.reading.tables import Reading
from world.files.values.dates import FIRST_YEAR, LAST_YEAR, out_of_place
from world.files.values.numbers import EMPTY, is_number
from world.files.values.pence import in_pence

_ONE_BY_ONE: Final = ("basket", "till", "updated", "open", "money", "sales")
"""Fields that only single rows can be judged by."""
_DAYS: Final = ("DATE", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S")
_BITS: Final = 63
MEMORY: Final = "300MB"
"""Of DuckDB, which puts the rest on disk: with interpreter and arrays a reading stays within half a gigabyte."""


def why_not(sources: Sequence[Source], mapping: TableMapping) -> str:
    """Why rows have to be read one by one, by what columns there are; empty where nothing says so."""
    for source in sources:
        raw, claims = source.raw, source.columns.claims
        if raw.text is not None or not raw.told.startswith("Parquet"):
            return "it is text"
        kinds = {name: raw.types[claim.place] for name, claim in claims.items()}
        told = next((name for name in _ONE_BY_ONE if name in claims), "")
        worded = next((name for name in ("units", "price") if name in kinds and not is_number(kinds[name])), "")
        shares = [kinds[name] for name in ("promotion", "in_stock") if name in kinds]
        if told or "units" not in claims:
            return f"it has a column of {told or 'no units'}"
        if kinds.get("date") not in _DAYS:
            return "its dates are text"
        if worded or not all(is_number(kind) or kind == "BOOLEAN" for kind in shares):
            return f"its {worded or 'shares'} are text"
        if source.words:
            return f"rows may be told apart by {raw.header[source.words[0]]}"
        if "price" in claims and in_pence(claims["price"].column, mapping.choices.get("price_in", "")):
            return "its prices are in pence"
    if len({_shape(source) for source in sources}) > 1:
        return "its files have different columns"
    return "rows are lines: mapping.toml says so" if mapping.choices.get("rows") == "lines" else ""


def _shape(source: Source) -> frozenset[tuple[str, str]]:
    return frozenset((name, source.raw.types[claim.place]) for name, claim in source.columns.claims.items())


class TypedSales:
    """Sales of Parquet files in groups. Each step answers why rows have to be read one by one, or with nothing."""

    def __init__(self, reading: Reading, sources: Sequence[Source], mapping: TableMapping, typing: Typing) -> None:
        self._reading = reading
        self._sql = reading.sql
        self._sources = sources
        self._mapping = mapping
        self._fields = tuple(
            one.name for one in SALES.fields if any(one.name in source.columns.claims for source in sources)
        )
        self._removed = ""
        self._sql.execute(f"set memory_limit = '{MEMORY}'")
        make_groups(self._sql, sources)
        self.why_not = self._odd_figures() or self._odd_keys()
        if not self.why_not and moving_stores(self._sql):
            self.why_not = "a store is in two regions"
        said = {} if self.why_not else self._settle_names(typing)
        self.typed = Typed(SALES, tuple(sources), self._fields, {name: text for name, text in said.items() if text})

    @property
    def counts(self) -> str:
        """A query of the rows of each file, and how many of them each field has."""
        known = ", ".join(f"sum({f'n_{name}' if name not in KEYS else 'n'})" for name in self._fields)
        return f"select file, sum(n), {known} from {GROUPS} group by file"

    def cells(self, beside: Beside, tally: Tally) -> tuple[Cells | None, float]:
        """The cells and all units in them; None where rows have to be read one by one, for which `why_not` says why.
        Raises BadInput as `lines_of` and `refuse_weeks` do."""
        if beside.prices is not None:
            return self._stop("prices are listed beside it")
        self._as_sales()
        lines_of(self._reading, self.typed, self._mapping, beside, tally)
        lines = GroupedLines(self._sql, self.typed, tally)
        leave_out_totals(lines)
        leave_out_no_sales(lines)
        single = SingleRows(lines)
        if self._least("least") < 0:
            leave_out_returns(single)
        if lines.value(
            "select count(*) from (select store from lines group by store having count(distinct region) > 1)"
        ):
            return self._stop("a store is in two regions")
        if self._odd_prices(lines):
            return self._stop(f"{price_column(self.typed) or 'prices'} may be in pounds or in pence")
        if not lines.value("select count(*) from lines"):
            return self._stop("no row is left")
        self._aggregate(lines)
        if odd := self._odd_days():
            return self._stop(odd)
        refuse_weeks(lines, f"(select store, date from {FOUND})")
        if self._several_rows():
            removed = settle_repeated(lines, self._mapping.choices.get("rows", ""), "")
            if removed is None:
                return self._stop("days, stores and products have several rows in many cases")
            self._removed = REMOVED if removed else ""
            if removed:
                single.delete(f"(file, row) in (select (file, row) from {REMOVED})")
                self._aggregate(lines, without=REMOVED)
        names = {"store": homes_of(lines)[0], "category": categories_of(lines)}
        sums = {
            field: [names[field][place] for place in places] for field, places in sums_of_others(lines, FOUND).items()
        }
        if leave_out_sums(lines, sums):
            self._aggregate(lines, without=self._removed)
        if self._least("low") <= 0:
            count_unpriced(single)
        if lines.value(f"select count(*) from {GROUPS} where n_units < n"):
            count_uncounted(single)
        rows, units = lines.rows(f"select sum(rows), coalesce(sum(units), 0) from {FOUND}")[0]
        return cells_found(lines, int(rows)), float(units)

    def _stop(self, why: str) -> tuple[None, float]:
        self.why_not = why
        return None, 0.0

    def _least(self, figure: str) -> float:
        found = self._reading.first(f"select min({figure}) from {GROUPS}")[0]
        return 1.0 if found is None else float(found)

    def _odd_figures(self) -> str:
        """Whether a day or a figure is none, or is one that only all of its column can say how to take."""
        undated, most, high, share, timed = self._reading.first(
            f"select sum(n - n_date), max(most), max(high), "
            f"max(greatest(coalesce(most_promotion, 0), coalesce(most_in_stock, 0), -coalesce(least_promotion, 0), "
            f"-coalesce(least_in_stock, 0))), {self._timed()} from {GROUPS}"
        )
        if undated or timed:
            return "some rows have no day, or a time"
        if not np.isfinite([value for value in (most, high, share) if value is not None]).all():
            return "a figure is no number"
        return "a share is above 1" if share > 1 else ""

    def _timed(self) -> str:
        """How many rows have a time of day."""
        parts = [
            f"(select count(*) from {source.raw.name} where {column(source, 'date')} <> {column(source, 'date')}::date)"
            for source in self._sources
            if source.raw.types[source.columns.claims["date"].place] != "DATE"
        ]
        return " + ".join(parts) or "0"

    def _odd_keys(self) -> str:
        marks = ", ".join("'{}'".format(mark.replace("'", "''")) for mark in EMPTY)
        for key in KEYS:
            if (
                key in self._fields
                and self._reading.first(
                    f"select count(*) from {GROUPS} where text_{key} is null or lower(text_{key}) in ({marks})"
                )[0]
            ):
                return f"{key} is empty in some rows"
        return ""

    def _settle_names(self, typing: Typing) -> Mapping[str, str]:
        """Puts the one spelling of each name into the groups; what is to be said of them, by field."""
        said = {}
        for one in SALES.fields:
            if one.name not in KEYS or one.name not in self._fields:
                continue
            texts: dict[int, dict[str, int]] = {place: {} for place in range(len(self._sources))}
            query = f"select file, text_{one.name}, sum(n) from {GROUPS} group by all order by all"
            for file, text, rows in self._sql.execute(query).fetchall():
                texts[file][text] = int(rows)
            settled, said[one.name] = typing.names(one, texts)
            chosen = [[text for _, text, _ in settled], [name for _, _, name in settled]]
            self._sql.execute(
                "create or replace temp table chosen as select distinct on (text) text, name from "
                "(select unnest(?::varchar[]) as text, unnest(?::varchar[]) as name)", chosen,
            )  # fmt: skip
            self._sql.execute(
                f"update {GROUPS} set text_{one.name} = chosen.name from chosen where chosen.text = text_{one.name}"
            )
        return said

    def _as_sales(self) -> None:
        """The table `sales`, with a row a group in place of the rows."""
        figures: dict[str, str] = {"date": "current_date", "units": "sold", "price": "high"}
        fields = ", ".join(
            f'{f"text_{name}" if name in KEYS else figures.get(name, f"most_{name}")} as "{name}"'
            for name in self._fields
        )
        self._sql.execute("drop table if exists sales")
        self._sql.execute(
            f"create table sales as select file, id as row, {fields}, null::varchar as date_at, 0::ubigint as rest "
            f"from {GROUPS}"
        )

    def _odd_prices(self, lines: GroupedLines) -> bool:
        """Whether the prices of any product are of the kind that each price has to be looked at."""
        if "price" not in self._fields:
            return False
        spans: list[tuple[Any, ...]] = lines.rows(
            f"select min(paid), max(high) from lines l join {GROUPS} g on g.id = l.row where paid is not null "
            "group by l.category, l.sku"
        )
        return any(may_be_in_pence(low, high, all_whole=True) for low, high in spans)

    def _aggregate(self, lines: GroupedLines, without: str = "") -> None:
        """The table `found_cells`, by the kept SQL of the one expression. `without`: a table of rows that are none."""
        number(self._sql, "stores_by_place", homes_of(lines)[0])
        number(self._sql, "categories_by_place", categories_of(lines))
        self._sql.execute(
            "create or replace temp table group_keys as select g.*, s.place as store, c.place as category, "
            "greatest(coalesce(sum(shelved) over same / nullif(sum(n_shelved) over same, 0), 0), "
            "coalesce(sum(kept) over same / nullif(sum(n_kept) over same, 0), 0), 0) + 1e-6 as weight, "
            "dense_rank() over (partition by l.category, l.store order by l.sku) - 1 as code "
            f"from {GROUPS} g join lines l on l.row = g.id join stores_by_place s on s.name = l.store "
            "join categories_by_place c on c.name = l.category "
            "window same as (partition by l.store, l.category, l.sku)"
        )
        parts = []
        for place, source in enumerate(self._sources):
            units, price, promotion, in_stock = (
                f"t.{column(source, name)}::double" if name in source.columns.claims else "null::double"
                for name in ("units", "price", "promotion", "in_stock")
            )
            kept = [f"not coalesce({units} < 0, false)"] if self._least("least") < 0 else []
            if without:
                kept.append(f"not exists (select 1 from {without} r where r.file = {place} and r.row = t.row)")
            paid = f"case when {price} > 0 then {price} end" if self._least("low") <= 0 else price
            parts.append(
                f"select t.{column(source, 'date')}::date as date, k.store, k.category, k.word, k.bit, k.weight, "
                f"{units} as units, {paid} as price, {promotion} as promotion, {in_stock} as in_stock "
                f"from {source.raw.name} t join (select *, (code // {_BITS})::integer as word, "
                f"1::bigint << (code % {_BITS})::bigint as bit from group_keys where file = {place}) k "
                f"on {matches(source, 't', 'k')} {'where ' + ' and '.join(kept) if kept else ''}"
            )
        self._sql.execute(f"create or replace temp view {WEIGHED} as {' union all '.join(parts)}")
        self._sql.execute(f"create or replace temp table {FOUND} as {CELLS_SQL.read_text(encoding='utf-8')}")

    def _odd_days(self) -> str:
        days = dict(self._sql.execute(f"select date, sum(rows)::bigint from {FOUND} group by date").fetchall())
        if any(not FIRST_YEAR <= day.year <= LAST_YEAR for day in days) or out_of_place(days):
            return "some days are far from all others"
        return ""

    def _several_rows(self) -> bool:
        """Whether any goods have two rows on a day: their bit is set once."""
        return bool(self._reading.first(f"select count(*) from {FOUND} where bit_count(seen) <> rows")[0])
