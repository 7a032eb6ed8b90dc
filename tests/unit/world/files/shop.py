"""A small shop whose figures are known, and the ways people write them down."""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

FIRST, DAYS = date(2026, 7, 20), 71
LAST = FIRST + timedelta(days=DAYS - 1)
HOMES = {"s01": "North", "s02": "North", "s03": "South", "s04": "South"}
PRICES = {"bread": 1.2, "cheese": 3.45, "fruit": 2.5, "soup": 1.85, "tea": 2.75}
HEADER = ("date", "store", "region", "category", "units", "price")

Row = dict[str, object]
Writer = Callable[[Path], object]


def truth() -> list[Row]:
    """A row a day, store and category, in the order tills write them."""
    draw = np.random.default_rng(20)
    return [
        {
            "date": FIRST + timedelta(days=day),
            "store": store,
            "region": region,
            "category": category,
            "units": int(draw.poisson(1_300 if category == "bread" else 90 + 20 * number)),
            "price": price,
        }
        for day in range(DAYS)
        for store, region in HOMES.items()
        for number, (category, price) in enumerate(PRICES.items())
    ]


def units_of(rows: Iterable[Row]) -> dict[tuple[str, str, date], float]:
    """Units by category, store and day, added up."""
    found: dict[tuple[str, str, date], float] = {}
    for row in rows:
        assert isinstance(row["date"], date)
        key = str(row["category"]), str(row["store"]), row["date"]
        found[key] = found.get(key, 0.0) + float(str(row["units"]))
    return found


@dataclass(frozen=True)
class Case:
    """A folder somebody has. `files` write it; the rest is what has to come of it."""

    name: str
    files: Writer
    right: Callable[[], list[Row]] = truth
    """The rows it has to be read as; `units` of None: that day of store and category is not known."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """Rows by the kind of what was not taken as it stands; nothing else may be counted."""
    said: tuple[str, ...] = ()
    """Each is in what is settled, noted or counted."""
    refused: str = ""
    """A pattern of the sentence, where the folder is refused."""
    priced: bool = True
    """Whether prices have to be those of the shop."""
    regions: bool = True


def text_of(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return file.getvalue()


def table(rows: Iterable[Row], header: Sequence[str] = HEADER, delimiter: str = ",") -> str:
    return text_of(header, ([row[name] for name in header] for row in rows), delimiter)


def written(
    rows: Callable[[], Iterable[Row]] = truth,
    header: Sequence[str] = HEADER,
    *,
    file: str = "sales.csv",
    delimiter: str = ",",
    encoding: str = "utf-8",
    called: Mapping[str, str] | None = None,
    form: Mapping[str, Callable[[object], object]] | None = None,
    more: Mapping[str, str] | None = None,
) -> Writer:
    """Writes rows: columns `called` otherwise, cells in another `form`, and `more` files beside them."""

    def write(folder: Path) -> None:
        cells = ([(form or {}).get(name, _as_it_is)(row[name]) for name in header] for row in rows())
        text = text_of([(called or {}).get(name, name) for name in header], cells, delimiter)
        put(folder / file, text.encode(encoding))
        for name, content in (more or {}).items():
            put(folder / name, content.encode())

    return write


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def as_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """A workbook by its bare bones: days as the serial numbers with a date's format, the rest as it is."""
    with zipfile.ZipFile(path, "w") as book:
        names = list(sheets)
        book.writestr("[Content_Types].xml", _types(len(names)))
        book.writestr("_rels/.rels", _relations({"rId1": ("officeDocument", "xl/workbook.xml")}))
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{place}" r:id="rId{place}"/>' for place, name in enumerate(names, 1)
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><sheets>{listed}</sheets></workbook>',
        )
        parts = {f"rId{place}": ("worksheet", f"worksheets/sheet{place}.xml") for place in range(1, len(names) + 1)}
        book.writestr("xl/_rels/workbook.xml.rels", _relations({**parts, "rId99": ("styles", "styles.xml")}))
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" '
            'applyNumberFormat="1"/></cellXfs></styleSheet>',
        )
        for place, rows in enumerate(sheets.values(), 1):
            lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            book.writestr(
                f"xl/worksheets/sheet{place}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>',
            )


def without(rows: Iterable[Row], which: Callable[[Row], bool]) -> Iterator[Row]:
    """The rows with unknown units where `which` is true."""
    return ({**row, "units": None} if which(row) else row for row in rows)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"workbook.xml": "sheet.main", "styles.xml": "styles"}
    parts |= {f"worksheets/sheet{place}.xml": "worksheet" for place in range(1, sheets + 1)}
    listed = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{kind}.{name}+xml"/>' for part, name in parts.items()
    )
    plain = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{plain}{listed}</Types>'


def _relations(parts: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{one}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for one, (kind, target) in parts.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _cell(value: object) -> str:
    if isinstance(value, date):
        return f'<c s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _as_it_is(value: object) -> object:
    return value
