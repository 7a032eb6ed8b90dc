"""When each line was written, by what its file says of it: a number, or a date that is settled as other dates are."""

from typing import Final

from world.files.cleaning.lines import Lines
from world.files.values.dates import settle_dates

_TIME: Final = r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?"
_DAY: Final = rf"regexp_replace(trim(updated), '[ T]+{_TIME}.*$', '')"
_SECONDS: Final = " + ".join(
    f"{unit} * coalesce(try_cast(regexp_extract(updated, '{_TIME}', {group}) as double), 0)"
    for group, unit in ((1, 3600), (2, 60), (3, 1))
)
_HOUR: Final = f"try_cast(regexp_extract(updated, '{_TIME}', 1) as double)"
_HALF: Final = (
    rf"case when regexp_matches(lower(updated), '\d\s*p\.?m') and {_HOUR} < 12 then 43200 "
    rf"when regexp_matches(lower(updated), '\d\s*a\.?m') and {_HOUR} = 12 then -43200 else 0 end"
)


def settle_updates(lines: Lines, dates: str) -> None:
    """The table `updates` of DuckDB: each text of `updated`, and `written`, by which the later has more.

    It is empty where the texts are neither all numbers nor all dates: the order of files and rows is all there is then.
    `dates`: the order of day, month and year by mapping.toml, or empty.
    """
    lines.sql.execute("create or replace temp table updates (updated varchar, written double)")
    given = "(select distinct updated from lines where nullif(trim(updated), '') is not null)"
    every, numbers = lines.rows(f"select count(*), count(try_cast(updated as double)) from {given}")[0]
    if numbers == every:
        lines.sql.execute(f"insert into updates select updated, try_cast(updated as double) from {given}")
        return
    texts = [str(text) for (text,) in lines.rows(f"select distinct {_DAY} from {given} order by 1")]
    settled = settle_dates(texts, dates)
    if len(settled.days) < len(texts):
        odd = next(text for text in texts if text not in settled.days)
        lines.tally.notes.append(
            f"updated is no number and no date ({odd!r}): the later file, then the later row counts"
        )
        return
    lines.sql.execute("create or replace temp table update_days (text varchar, day date)")
    lines.sql.execute("insert into update_days select unnest(?), unnest(?)", [texts, [settled.days[t] for t in texts]])
    lines.sql.execute(
        f"insert into updates select updated, epoch(day) + {_SECONDS} + {_HALF} from {given} join update_days "
        f"on text = {_DAY}"
    )
