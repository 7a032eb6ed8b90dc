"""What a column of dates says: the order of day, month and year, settled by all of its dates together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
"""Outside them a date is a slip of the keyboard or of a conversion, and is refused."""
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
_PARTS: Final = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_WORDED: Final = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]+)\.?,?[-/. ]*(\d{2}|\d{4})")
_WORDED_MONTH_FIRST: Final = re.compile(
    r"(?:[a-z]+,? )?([a-z]+)\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?,?[-/. ]+(\d{2}|\d{4})"
)
_WEEK: Final = re.compile(
    r"((?:19|20)\d{2}(?:1[3-9]|[2-4]\d|5[0-3])|\d{4}[-/ ]?w(?:eek)?[-/ ]?\d{1,2}|w(?:ee)?k?[-/ ]?\d{1,2}[-/ ]\d{4})"
)
_MONTH: Final = re.compile(r"((?:19|20)\d{2}(?:0[1-9]|1[0-2])|\d{4}[-/]\d{1,2}|\d{1,2}[-/]\d{4}|[a-z]{3,9}[-/ ]\d{4})")

ORDERS: Final = ("day first", "month first", "year first")
Parts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class SettledDates:
    """`days` by text; a text that is no day is not in it. `order` is empty where the texts leave no choice."""

    days: Mapping[str, date]
    order: str
    why: str
    two_digit_years: bool


def settle_dates(texts: Iterable[str], order: str = "") -> SettledDates:
    """Reads dates whose order, unless `order` says it, is the one in which most of them can be, and of several such the
    one whose days lie closest together: a day's row comes every day, and only the true order shows it."""
    plain: dict[str, date] = {}
    open_: dict[str, Parts] = {}
    short = False
    for text in texts:
        day = _unmistakable(text)
        parts = None if day else _numeric(text)
        if day:
            plain[text] = day
        elif parts:
            open_[text] = parts
            short = short or max(len(part) for part in re.findall(r"\d+", text)) <= 2
    if not open_:
        return SettledDates(plain, "", "", False)
    read = {way: _read(open_, way) for way in ORDERS}
    if order:
        return SettledDates({**plain, **read[order]}, order, "mapping.toml says so", short)
    most = max(len(days) for days in read.values())
    able = [way for way in ORDERS if len(read[way]) == most]
    if len(able) > 1:
        density = {way: _density([*read[way].values(), *plain.values()]) for way in able}
        best = max(able, key=lambda way: density[way])
        even = [way for way in able if density[way] == density[best]]
        why = (
            "nothing settles it, and day first is usual here"
            if len(even) > 1
            else f"so its days follow each other; {able[0] if best != able[0] else able[1]} would scatter them"
        )
        return SettledDates({**plain, **read[best]}, best, why, short)
    shown = next((text for text in open_ if any(text not in read[way] for way in ORDERS if way != able[0])), "")
    return SettledDates({**plain, **read[able[0]]}, able[0], f"{shown} can be read in no other way", short)


def grain_of_text(text: str) -> str:
    """`weekly` or `monthly` for a text that names a week or a month and no day, else empty."""
    low = text.strip().lower()
    if _WEEK.fullmatch(low):
        return "weekly"
    month = _MONTH.fullmatch(low)
    return "monthly" if month and _unmistakable(low) is None else ""


def out_of_place(days: Mapping[date, int]) -> list[date]:
    """Days that cannot be among the others, by their rows: a few rows, more than a year from all the rest.

    `days`: rows by day. A gap of a quarter or more parts a history into pieces, of which the one with most rows is it.
    """
    ordered = sorted(days)
    pieces: list[list[date]] = [[]]
    for before, day in zip([ordered[0], *ordered], ordered, strict=False):
        if day - before > timedelta(days=92):
            pieces.append([])
        pieces[-1].append(day)
    body = max(pieces, key=lambda piece: sum(days[day] for day in piece))
    rows = sum(days.values())
    return [
        day
        for piece in pieces
        if piece is not body and sum(days[one] for one in piece) <= max(rows * 0.01, 1)
        for day in piece
        if day - body[-1] > timedelta(days=366) or body[0] - day > timedelta(days=366)
    ]


def _unmistakable(text: str) -> date | None:
    low = text.strip().lower()
    iso = re.fullmatch(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", low) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", low)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if re.fullmatch(r"\d{5}", low):
        return _EXCEL_EPOCH + timedelta(days=int(low))
    if worded := _WORDED.fullmatch(low):
        return _date(_year(worded[3]), _MONTHS.get(worded[2], 0), int(worded[1]))
    if worded := _WORDED_MONTH_FIRST.fullmatch(low):
        return _date(_year(worded[3]), _MONTHS.get(worded[1], 0), int(worded[2]))
    return None


def _numeric(text: str) -> Parts | None:
    found = _PARTS.fullmatch(text.strip())
    if not found or len(found[1]) > 2 or len(found[3]) not in (1, 2, 4):
        return None
    return int(found[1]), int(found[2]), int(found[3])


def _read(texts: Mapping[str, Parts], order: str) -> dict[str, date]:
    read = {}
    for text, (first, second, third) in texts.items():
        if order == "year first":
            day = _date(_year(str(first)), second, third) if third < 100 else None
        elif order == "day first":
            day = _date(_year(str(third)), second, first)
        else:
            day = _date(_year(str(third)), first, second)
        if day:
            read[text] = day
    return read


def _year(text: str) -> int:
    """Two digits are of this century: no till's files are older."""
    return int(text) + (2000 if int(text) < 100 and len(text) <= 2 else 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_YEAR <= year <= LAST_YEAR else None


def _density(days: Sequence[date]) -> float:
    """Distinct days by the days from the first to the last; without the outermost hundredth, which may be slips."""
    ordered = sorted(set(days))
    cut = len(ordered) // 100
    body = ordered[cut : len(ordered) - cut] if cut else ordered
    return len(body) / ((body[-1] - body[0]).days + 1)
