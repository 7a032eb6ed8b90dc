"""A folder read from end to end: its tables, the lines of sales cleaned, the arrays, the shelves."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from domain.catalogue import Product, Store
from domain.errors import BadInput, TescoSenseError, near_miss
from domain.money import pounds
from world.categories import place_of
from world.files.aggregation.cells import Cells, cells_of
from world.files.aggregation.parquet import MEMORY, TypedSales, why_not
from world.files.cleaning.grain import refuse_days_out_of_place, refuse_weeks
from world.files.cleaning.lines import Lines
from world.files.cleaning.prices import settle_prices
from world.files.cleaning.repeats import settle_repeats
from world.files.cleaning.roles import Beside, ListedPrices, lines_of, price_column
from world.files.cleaning.rows import leave_out_closed_days, leave_out_no_sales, leave_out_returns, settle_regions
from world.files.cleaning.totals import leave_out_sums, leave_out_totals, sums_of_others
from world.files.columns.fields import (
    CALENDAR,
    OFFERS,
    PAST_PRICES,
    PRICES,
    PRODUCTS,
    SALES,
    SEARCH,
    STORES,
    WEATHER,
    TableSpec,
)
from world.files.columns.mapping import read_mapping
from world.files.columns.small import Table, read_small
from world.files.columns.typed import Source, Spellings, Typed, Typing, source_of
from world.files.columns.wide import day_columns, is_numbered, turned
from world.files.panel import UserSales, sales_of
from world.files.products import MARGIN_RATE, shelves_of
from world.files.reading.finding import MAPPING, beside_sales, find_files, no_sales
from world.files.reading.tables import Reading
from world.files.understanding import Understanding
from world.files.values.names import folded
from world.open_meteo.client import Place


@dataclass(frozen=True, slots=True, eq=False)
class UserData:
    folder: Path
    sales: UserSales
    stores: tuple[Store, ...]
    shelves: Mapping[str, tuple[Product, ...]]
    has_margins: bool
    counted_in_pounds: bool
    places: tuple[Place, ...] = ()
    """A point in each region that mapping.toml has coordinates of."""

    @classmethod
    def read(cls, folder: Path) -> "UserData":
        """Raises BadInput for a missing table or column, and for rows of weeks; DataFault for what cannot be, with its
        line."""
        data, _, refusal = understand(folder)
        if data is None:
            assert refusal is not None
            # Raised here, and without the frames it passed: they hold the connection, which would outlive its library.
            raise refusal.with_traceback(None)
        return data

    @property
    def unplaced(self) -> tuple[str, ...]:
        """Regions without coordinates."""
        placed = {place.region for place in self.places}
        return tuple(region for region in self.sales.regions if region not in placed)

    def place(self, category: str) -> int:
        return place_of(category, self.sales.categories, self.folder.name)

    def average_price(self, category: str) -> float:
        """Pounds a unit, over all days, from the sales or else the products. Raises BadInput where neither says."""
        paid = self.sales.price[self.place(category)]
        known = paid[np.isfinite(paid)]
        if known.size:
            return float(known.mean())
        if category in self.shelves:
            return float(self.shelves[category][0].price)
        raise BadInput(
            f"{self.folder.name} has no price of {category}",
            remedy="add a column price to the sales, or its products with their prices",
            field="source",
        )

    def shelf(self, category: str) -> tuple[Product, ...]:
        """The products of a category, or one that stands for it. Raises as `average_price` does."""
        if category in self.shelves:
            return self.shelves[category]
        price = pounds(max(round(self.average_price(category), 2), 0.01))
        name = category.capitalize()
        return (Product(sku=f"{category}-all", name=name, category=category, price=price, margin_rate=MARGIN_RATE),)


def understand(folder: Path) -> tuple[UserData | None, Understanding, TescoSenseError | None]:
    """The data of a folder and what was understood of it; where it is refused, why, and what was understood by then."""
    import duckdb

    told = Understanding(folder)
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect(str(Path(scratch) / "rows.duckdb")) as connection:
        copies = Path(scratch) / "copies"
        copies.mkdir()
        try:
            return _Folder(Reading(connection, copies), folder, told).data(), told, None
        except TescoSenseError as refusal:
            return None, told, refusal


class _Folder:
    def __init__(self, reading: Reading, folder: Path, told: Understanding) -> None:
        self._reading = reading
        self._folder = folder
        self._told = told
        self._mapping = read_mapping(folder)
        self._spellings = Spellings()
        self._read: dict[str, tuple[Typed, Table] | None] = {}
        self._added: set[str] = set()

    def data(self) -> UserData:
        sources = self._sources()
        cells, products = self._typed_cells(sources)
        if cells is None:
            cells, products = self._cells(sources)
        sales = sales_of(cells, self._told.tally, self._small(WEATHER), self._small(SEARCH), self._mapping.country)
        if not np.isfinite(sales.price).any() and not _has_prices(products):
            raise BadInput(
                f"{sources[0].raw.file} has no price, and nothing is planned without one",
                remedy="add a column price, products.csv with prices, "
                f"or price = 2.50 under [sales.fixed] in {MAPPING}",
                field="source",
            )
        return self._user_data(sales, products)

    def _typed_cells(self, sources: Sequence[Source]) -> tuple[Cells | None, Table | None]:
        """The cells of Parquet as it is; nothing where its rows have to be read one by one, which is said."""
        import duckdb

        mapping = self._mapping.of(SALES)
        why = why_not(sources, mapping)
        if why:
            self._row_by_row(sources, why)
            return None, None
        try:
            found, why = self._in_groups(TypedSales(self._reading, sources, mapping, self._typing()))
        except duckdb.OutOfMemoryException:
            found, why = None, f"its groups do not fit into {MEMORY}"
        if found is not None:
            return found
        self._reading.sql.execute("drop table if exists lines; drop table if exists sales; reset memory_limit")
        self._told.forget()
        self._added.clear()
        self._row_by_row(sources, why)
        return None, None

    def _in_groups(self, sales: TypedSales) -> tuple[tuple[Cells, Table | None] | None, str]:
        """What `_typed_cells` gives, or else why not."""
        if sales.why_not:
            return None, sales.why_not
        self._told.add(self._reading, sales.typed, sales.counts)
        products = self._small(PRODUCTS)
        beside = Beside(products, self._small(STORES), self._listed(sales.typed))
        cells, units = sales.cells(beside, self._told.tally)
        if cells is None:
            return None, sales.why_not
        self._told.rows_used, self._told.units_used = cells.rows, units
        return (cells, products), ""

    def _row_by_row(self, sources: Sequence[Source], why: str) -> None:
        if all(source.raw.text is None for source in sources):
            self._told.tally.notes.append(f"{sources[0].raw.file} is read row by row, as {why}")

    def _cells(self, sources: Sequence[Source]) -> tuple[Cells, Table | None]:
        """The cells, from every row cleaned."""
        typed = self._typing().table(sources)
        self._told.add(self._reading, typed)
        products = self._small(PRODUCTS)
        beside = Beside(products, self._small(STORES), self._listed(typed))
        lines = lines_of(self._reading, typed, self._mapping.of(SALES), beside, self._told.tally)
        self._clean(lines, typed)
        rows, units = lines.rows("select count(*), coalesce(sum(units), 0) from lines")[0]
        self._told.rows_used, self._told.units_used = int(rows), float(units)
        return cells_of(lines), products

    def _typing(self) -> Typing:
        return Typing(self._reading, SALES, self._mapping.of(SALES), self._spellings)

    def _clean(self, lines: Lines, typed: Typed) -> None:
        mapping = self._mapping.of(SALES)
        leave_out_totals(lines)
        leave_out_no_sales(lines)
        leave_out_returns(lines)
        refuse_days_out_of_place(lines)
        refuse_weeks(lines)
        settle_repeats(lines, mapping.choices.get("rows", ""), mapping.choices.get("dates", ""))
        leave_out_sums(lines, sums_of_others(lines))
        settle_regions(lines)
        settle_prices(lines, price_column(typed), mapping.choices.get("price_in", ""))
        leave_out_closed_days(lines)

    def _sources(self) -> list[Source]:
        mapping = self._mapping.of(SALES)
        files = find_files(self._folder, SALES.name, mapping.files)
        if not files:
            raise no_sales(self._folder)
        sources = []
        for path in files:
            raw = self._reading.read(path, SALES.name)
            if places := day_columns(raw):
                calendar = self._calendar() if is_numbered(raw, places) else {}
                raw = turned(self._reading, raw, places, calendar)
            self._told.saw(SALES, raw)
            sources.append(source_of(self._reading, raw, SALES, mapping))
        return sources

    def _listed(self, typed: Typed) -> ListedPrices | None:
        if "sku" not in typed.fields or self._small(PRICES) is None:
            return None
        weeks = self._has("prices", "week") and bool(self._calendar())
        return ListedPrices(store=self._has("prices", "store"), week=weeks)

    def _calendar(self) -> dict[str, str]:
        """Date by label."""
        if not self._has("calendar", "date") and self._small(CALENDAR) is None:
            return {}
        found = self._reading.sql.execute("select label, date from calendar where label is not null").fetchall()
        return {str(label): str(day) for label, day in found}

    def _has(self, table: str, column: str) -> bool:
        query = "select count(*) from information_schema.columns where table_name = ? and column_name = ?"
        return bool(self._reading.first(query, [table, column])[0])

    def _small(self, spec: TableSpec) -> Table | None:
        """A table beside the sales. It is read once, and told once."""
        if spec.name not in self._read:
            files = find_files(self._folder, spec.name, self._mapping.of(spec).files)
            raws = [self._reading.read(path, spec.name) for path in files]
            for raw in raws:
                self._told.saw(spec, raw)
            self._read[spec.name] = (
                read_small(self._reading, raws, spec, self._mapping.of(spec), self._spellings) if raws else None
            )
        read = self._read[spec.name]
        if read is None:
            return None
        typed, table = read
        if spec.name not in self._added:
            self._told.add(self._reading, typed)
            self._added.add(spec.name)
        return table

    def _user_data(self, sales: UserSales, products: Table | None) -> UserData:
        regions = dict(zip(sales.stores, sales.region_of_store, strict=True))
        means = {
            name: float(np.nanmean(paid))
            for name, paid in zip(sales.categories, sales.price, strict=True)
            if np.isfinite(paid).any()
        }
        offers, past = self._small(OFFERS), self._small(PAST_PRICES)
        if not self._mapping.of(SALES).files:
            unread = beside_sales(self._folder, {file for _, file, _ in self._told.headers})
            self._told.tally.notes += [unread] if unread else []
        return UserData(
            folder=self._folder,
            sales=sales,
            stores=tuple(Store(store_id=store, name=store, region=regions[store]) for store in sales.stores),
            shelves=shelves_of(products, offers, past, self._folder, means) if products else {},
            has_margins=products is not None and "margin_rate" in products.numbers,
            counted_in_pounds=any("counted in pounds" in note for note in self._told.tally.notes),
            places=self._places(sales.regions),
        )

    def _places(self, regions: Sequence[str]) -> tuple[Place, ...]:
        """Where regions are, whatever the spelling of their names. A name that no sale has is told."""
        known = {folded(region): region for region in regions}
        points = {folded(name): (name, point) for name, point in self._mapping.regions.items()}
        for key, (name, _) in points.items():
            if key not in known:
                near = near_miss(name, regions)
                self._told.tally.notes.append(f"{MAPPING} says where {name!r} is, and no sale is there: {near}")
        return tuple(Place(known[key], *point) for key, (_, point) in points.items() if key in known)


def _has_prices(products: Table | None) -> bool:
    return products is not None and bool(np.isfinite(products.numbers.get("price", np.array([]))).any())
