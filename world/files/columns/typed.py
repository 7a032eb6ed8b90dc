"""The files of one table as one table of typed columns, and what was understood of each column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.errors import BadInput, DataFault
from world.files.columns.fields import KINDS, Field, TableSpec
from world.files.columns.guessing import Columns, claim_columns
from world.files.columns.mapping import TableMapping
from world.files.reading.finding import MAPPING
from world.files.reading.tables import RawTable, Reading
from world.files.reading.zones import refuse_other_midnights
from world.files.values.dates import ORDERS, SettledDates, grain_of_text, settle_dates
from world.files.values.names import folded, one_spelling
from world.files.values.numbers import Writing, empty_sql, is_number, number_sql, settle_writing, share_sql
from world.files.values.pence import in_pence

_TIME: Final = r"[ T]+\d{1,2}:\d{2}.*$"
_NAMES_ROWS: Final = 0.9
"""Share of rows with a word of their own above which a column numbers the rows, and tells nothing apart."""
_COUNTED: Final = ("units", "money", "sales", "price")
"""Fields whose figures may be thousands."""
_SQL_TYPES: Final = {"date": "date", "text": "varchar", "name": "varchar", "number": "double", "share": "double"}


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a table, and which of its columns hold which field."""

    raw: RawTable
    columns: Columns
    words: tuple[int, ...] = ()
    """Places of the columns that no field has and that hold words: they tell rows of one day, store and goods apart."""


def source_of(reading: Reading, raw: RawTable, spec: TableSpec, mapping: TableMapping) -> Source:
    """Raises as `claim_columns` and `refuse_other_midnights` do."""
    columns = claim_columns(raw.file, raw.header, spec, mapping)
    day = columns.claims.get("date")
    if day and day.place in raw.in_utc:
        refuse_other_midnights(reading.sql, raw.name, day.place, raw.file, day.column)
    asked = [place for place, _ in columns.unknown if not is_number(raw.types[place])]
    if not asked:
        return Source(raw, columns)
    figures = ", ".join(
        f"count_if(not {empty_sql(f'cast(c{place} as varchar)')} and try_cast(c{place} as double) is null), "
        f"approx_count_distinct(c{place})"
        for place in asked
    )
    rows, *found = reading.first(f"select count(*), {figures} from {raw.name}")
    worded = [place for place, words in zip(asked, found[::2], strict=True) if words]
    distinct = dict(zip(asked, found[1::2], strict=True))
    return Source(raw, columns, tuple(place for place in worded if distinct[place] <= _NAMES_ROWS * max(rows, 100)))


@dataclass(slots=True)
class Spellings:
    """The one spelling of each name, by field, which all tables of a folder share; the first to name it decides."""

    by_field: dict[str, dict[str, str]] = field(default_factory=dict)
    merged: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """By field and the name that stays, the spellings of the sales that became it."""

    def settle(self, name: str, spellings: Mapping[str, int]) -> dict[str, str]:
        known = self.by_field.setdefault(name, {})
        chosen = {text: known.setdefault(folded(one), one) for text, one in one_spelling(spellings).items()}
        for text, one in chosen.items():
            known.setdefault(folded(text), one)
        return chosen


@dataclass(frozen=True, slots=True)
class Typed:
    """A table in DuckDB, called as its spec: `file` (place in `sources`), `row`, each claimed field, `date_at` (the
    time of a date, or what stands where none is), `rest` (a mark of the columns that no field has)."""

    spec: TableSpec
    sources: tuple[Source, ...]
    fields: tuple[str, ...]
    said: Mapping[str, str]
    """Of each column that had something to settle, how it was understood."""

    def where(self, file: int, row: int) -> str:
        raw = self.sources[file].raw
        return f"{raw.file}, {raw.unit} {raw.line(row)}"


class Typing:
    """Types the columns of a table. Raises DataFault for the first cell that cannot be what its column is."""

    def __init__(self, reading: Reading, spec: TableSpec, mapping: TableMapping, spellings: Spellings) -> None:
        self._reading = reading
        self._sql = reading.sql
        self._spec = spec
        self._mapping = mapping
        self._spellings = spellings

    def table(self, sources: Sequence[Source]) -> Typed:
        fields = [one for one in self._spec.fields if any(one.name in source.columns.claims for source in sources)]
        columns = ", ".join(f'"{one.name}" {_SQL_TYPES[one.type]}' for one in fields)
        self._sql.execute(
            f"create table {self._spec.name} (file integer, row bigint, {columns}, date_at varchar, rest ubigint)"
        )
        said = {one.name: self._settle(one, sources) for one in fields if one.type in ("date", "name")}
        for place, source in enumerate(sources):
            writing = self._writing(source)
            if writing.why:
                columns = ", ".join(source.raw.header[int(column[1:])] for column in writing.dotted)
                why = f"{writing.why} in {columns}" if writing.dotted else writing.why
                said[f"numbers of {source.raw.file}"] = f"decimal {writing.decimal}: {why}"
            for name, what in (("price", "prices"), ("money", "money")):
                if self._in_pence(name, source):
                    why = f"{MAPPING} says so" if self._said_of(name) else "its name says so"
                    column = source.columns.claims[name].column
                    said[f"{what} of {source.raw.file}"] = f"{column} is in pence: {why}"
            self._refuse_bad(source, place, fields, writing)
            self._insert(source, place, fields, writing)
        return Typed(
            self._spec, tuple(sources), tuple(one.name for one in fields), {k: v for k, v in said.items() if v}
        )

    def _insert(self, source: Source, place: int, fields: Sequence[Field], writing: Writing) -> None:
        values, joins = [], []
        for one in fields:
            if one.name not in source.columns.claims:
                values.append("null")
            elif one.type in ("date", "name"):
                joins.append(self._join(one, source, place))
                values.append(f"s_{one.name}.{'day' if one.type == 'date' else 'name'}")
            else:
                cell = _cell_sql(one, source, writing)
                values.append(_pounds_sql(cell, _raw(one, source)) if self._in_pence(one.name, source) else cell)
        date = source.columns.claims.get("date")
        at = _at_sql(date.place) if date else "null"
        rest = f"hash({', '.join(f'c{column}' for column in source.words)})" if source.words else "0"
        self._sql.execute(
            f"insert into {self._spec.name} select {place}, row, {', '.join([*values, at, rest])} "
            f"from {source.raw.name} {' '.join(joins)}"
        )

    def _said_of(self, name: str) -> str:
        return self._mapping.choices.get(f"{name}_in", "")

    def _in_pence(self, name: str, source: Source) -> bool:
        claim = source.columns.claims.get(name)
        return name in ("price", "money") and claim is not None and in_pence(claim.column, self._said_of(name))

    def _join(self, one: Field, source: Source, place: int) -> str:
        text = _text_sql(one, source)
        return (
            f"left join settled_{self._spec.name}_{one.name} s_{one.name} "
            f"on s_{one.name}.text = {text} and s_{one.name}.file = {place}"
        )

    def _settle(self, one: Field, sources: Sequence[Source]) -> str:
        kind = "day date" if one.type == "date" else "name varchar"
        table = f"settled_{self._spec.name}_{one.name}"
        self._sql.execute(f"create table {table} (file integer, text varchar, {kind})")
        texts = {
            place: self._texts(one, source) for place, source in enumerate(sources) if one.name in source.columns.claims
        }
        if one.type == "date":
            rows, said = self._days(one, texts, sources)
        else:
            rows, said = self._names(one, texts)
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self._sql.execute(f"insert into {table} select unnest(?::integer[]), unnest(?), unnest(?)", columns)
        return said

    def _texts(self, one: Field, source: Source) -> dict[str, int]:
        text = _text_sql(one, source)
        # Each value once, then its text: most columns say few things in many rows.
        claim = source.columns.claims[one.name]
        values = f"select c{claim.place}, count(*) as n from {source.raw.name} group by 1"
        query = f"select {text} as text, sum(n) from ({values}) where not {empty_sql(text)} group by 1 order by 1"
        return {str(row[0]): int(row[1]) for row in self._sql.execute(query).fetchall()}

    def names(self, one: Field, texts: Mapping[int, Mapping[str, int]]) -> tuple[list[tuple[int, str, object]], str]:
        """The one spelling of each text of a column of names, by file, and what is to be said of them. `texts`: rows by
        text, by file."""
        return self._names(one, texts)

    def _names(self, one: Field, texts: Mapping[int, Mapping[str, int]]) -> tuple[list[tuple[int, str, object]], str]:
        counts: dict[str, int] = {}
        for of_file in texts.values():
            for text, rows in of_file.items():
                counts[text] = counts.get(text, 0) + rows
        chosen = self._spellings.settle(one.name, counts)
        merged: dict[str, list[str]] = {}
        for text, name in chosen.items():
            merged.setdefault(name, []).append(text)
        several = {name: sorted(spelled) for name, spelled in merged.items() if len(spelled) > 1}
        said = ""
        if several:
            name, spelled = next(iter(several.items()))
            alike = ", ".join(map(repr, spelled[:3]))
            said = f"{len(counts):,} spellings are {len(merged):,} names ({alike} are {name!r})"
            self._spellings.merged[one.name] = several
        return [(place, text, chosen[text]) for place, of_file in texts.items() for text in of_file], said

    def _days(
        self, one: Field, texts: Mapping[int, Mapping[str, int]], sources: Sequence[Source]
    ) -> tuple[list[tuple[int, str, object]], str]:
        order = self._mapping.choices.get("dates", "")
        everything = {text for of_file in texts.values() for text in of_file}
        together = settle_dates(everything, order)
        if len(together.days) == len(everything) or len(texts) == 1:
            settled = dict.fromkeys(texts, together)
        else:
            settled = {place: settle_dates(of_file, order) for place, of_file in texts.items()}
        rows: list[tuple[int, str, object]] = []
        for place, of_file in texts.items():
            bad = [text for text in of_file if text not in settled[place].days and not _is_total(text)]
            if bad:
                raise self._bad_date(one, sources[place], bad, settled[place])
            rows += [(place, text, settled[place].days[text]) for text in of_file if text in settled[place].days]
        ways = {found.order: found for found in settled.values() if found.order}
        years = " with years of two digits" if any(found.two_digit_years for found in ways.values()) else ""
        if len(ways) > 1:
            named = (f"{found.order} in {sources[place].raw.file}" for place, found in settled.items() if found.order)
            return rows, "dates are " + ", ".join(named)
        return rows, "; ".join(f"{way}{years}: {found.why}" for way, found in ways.items())

    def _bad_date(self, one: Field, source: Source, bad: Sequence[str], settled: SettledDates) -> BadInput | DataFault:
        # Of 202601 to 202652 only those above 12 tell weeks from months.
        latest = max(bad, key=lambda text: (text[-2:], text))
        if grain := grain_of_text(latest):
            return BadInput(
                f"{source.raw.file} is {grain} (its {one.name} is {latest!r})",
                remedy="export days: what happened on a day cannot be told from it",
                field="source",
            )
        row, text = self._first(source, _text_sql(one, source), bad)
        order = f"; the column is {settled.order}" if settled.order in ORDERS else ""
        return DataFault(
            f"{source.raw.file}, {source.raw.unit} {source.raw.line(row)}: {one.name} is {text[:40]!r}",
            remedy=f"{one.name} must be {KINDS['date']}, from 1990 to 2100{order}",
            field="source",
        )

    def _first(self, source: Source, text: str, bad: Sequence[str]) -> tuple[int, str]:
        """The first row with any of these texts, and its text."""
        where = f"list_contains(?::varchar[], {text})"
        query = f"select row, {text} from {source.raw.name} where {where} order by row limit 1"
        row, found = self._reading.first(query, [list(bad)])
        return int(row), str(found)

    def _writing(self, source: Source) -> Writing:
        columns = {
            one.name: f"c{source.columns.claims[one.name].place}"
            for one in self._spec.fields
            if one.type in ("number", "share")
            and one.name in source.columns.claims
            and source.raw.types[source.columns.claims[one.name].place] == "VARCHAR"
        }
        counted = [column for name, column in columns.items() if name in _COUNTED]
        said = self._mapping.choices.get("decimal", "")
        writing = settle_writing(
            self._sql, source.raw.name, list(columns.values()), counted, source.raw.delimiter, said
        )
        if writing.doubt:
            raise BadInput(
                f"{source.raw.file}: {writing.doubt} may be thousands or have decimals, and nothing says which",
                remedy=f'write decimal = "point" (or "comma") under [{self._spec.name}] in {MAPPING}',
                field="source",
            )
        return writing

    def _refuse_bad(self, source: Source, place: int, fields: Sequence[Field], writing: Writing) -> None:
        """Raises DataFault at the first cell of a number that is neither one nor empty."""
        checked = [
            one
            for one in fields
            if one.type in ("number", "share")
            and one.name in source.columns.claims
            and not is_number(source.raw.types[source.columns.claims[one.name].place])
        ]
        if not checked:
            return
        bad = {
            one.name: f"not {empty_sql(_raw(one, source))} and {_cell_sql(one, source, writing)} is null"
            for one in checked
        }
        first = ", ".join(f"min(case when {where} then row end)" for where in bad.values())
        counts = self._reading.first(f"select {first} from {source.raw.name}")
        for one, row in zip(checked, counts, strict=True):
            if row is not None:
                (cell,) = self._reading.first(
                    f"select {_raw(one, source)} from {source.raw.name} where row = ? and {bad[one.name]}", [row]
                )
                where = f"{source.raw.file}, {source.raw.unit} {source.raw.line(int(row))}"
                raise DataFault(
                    f"{where}: {one.name} is {str(cell)[:40]!r}",
                    remedy=f"{one.name} must be {KINDS[one.type]}"
                    + (f"; the file's decimals have a {writing.decimal}" if writing.why else ""),
                    field="source",
                )


def _raw(one: Field, source: Source) -> str:
    return f"trim(cast(c{source.columns.claims[one.name].place} as varchar))"


def _text_sql(one: Field, source: Source) -> str:
    """The text a date or a name is settled by: a date's without its time."""
    raw = _raw(one, source)
    return f"regexp_replace({raw}, '{_TIME}', '')" if one.type == "date" else raw


def _cell_sql(one: Field, source: Source, writing: Writing) -> str:
    kind = source.raw.types[source.columns.claims[one.name].place]
    raw = _raw(one, source)
    if is_number(kind):
        number = f"cast(c{source.columns.claims[one.name].place} as double)"
        return f"case when isfinite({number}) then {number} end"
    if one.type == "text":
        return f"case when not {empty_sql(raw)} then {raw} end"
    decimal = writing.of(f"c{source.columns.claims[one.name].place}")
    made = number_sql(raw, decimal) if one.type == "number" else share_sql(raw, decimal)
    return f"case when not {empty_sql(raw)} then {made} end"


def _pounds_sql(pence: str, raw: str) -> str:
    """Of a column in pence; a cell such as 120p is pounds by then."""
    return f"({pence}) / case when regexp_matches(lower({raw}), '\\dp$') then 1 else 100 end"


def _at_sql(place: int) -> str:
    """The time of a day, or what stands where no day does."""
    text = f"cast(c{place} as varchar)"
    time = f"regexp_extract({text}, '\\d{{1,2}}:\\d{{2}}.*$')"
    return f"case when s_date.day is null then nullif(trim({text}), '') else {time} end"


def _is_total(text: str) -> bool:
    return folded(text).strip(":") in ("total", "totals", "grand total", "sum", "summe", "gesamt")
