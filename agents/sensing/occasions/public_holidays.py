"""Which days are public holidays, by country and region; the feasts among them cast a shadow of days."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from domain.errors import BadInput, near_miss

FEAST_BEFORE: Final = 7
"""Days before a feast on which people shop for it."""
FEAST_AFTER: Final = 3
"""Days after it on which they live on what they bought."""
_FEASTS: Final = {"christmas": "Christmas", "boxing": "Christmas", "good friday": "Easter", "easter": "Easter"} | {
    word: word.title() for word in ("thanksgiving", "diwali", "eid al-fitr", "eid al-adha", "lunar new year")
}
"""What a feast's days are called, by a word in their names."""
_WESTERN_CHRISTMAS: Final = 12
"""Its month; elsewhere it is in January."""
_EASTER_WITHOUT_A_HOLIDAY: Final = ("US",)
"""Where shops see Easter although nobody has the day off."""
_KEPT_IN_SHOPS: Final = ("AU", "CA", "GB", "IE", "NZ", "US")
"""Where sweets are bought for Valentine's Day and Halloween, and flowers for mothers, on no holiday at all."""
_MOTHERS_IN_LENT: Final = ("GB", "IE")
"""Where mothers have the fourth Sunday of Lent, and not the second of May."""


class Occasion(NamedTuple):
    """A day that has a name."""

    name: str
    day: date
    is_feast: bool

    @property
    def first(self) -> date:
        """The first day it is felt in the shops."""
        return self.day - timedelta(days=FEAST_BEFORE if self.is_feast else 1)

    @property
    def last(self) -> date:
        return self.day + timedelta(days=FEAST_AFTER if self.is_feast else 0)


@lru_cache(maxsize=256)
def occasions(country: str, region: str, first: date, last: date) -> tuple[Occasion, ...]:
    """Every occasion from `first` to `last`, a feast once, by day. `region` is matched to a part of the country by its
    name, where the country has parts with holidays of their own; otherwise the holidays of the whole country hold.

    Raises BadInput for a country that nobody knows.
    """
    if not country:
        return ()
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        raise BadInput(
            f"no public holidays are known of the country {country!r}",
            remedy=near_miss(country, list(known)) + "; give its two letters, as GB, or leave it empty",
            field="country",
        )
    years = range(first.year, last.year + 1)
    named = holidays.country_holidays(country, subdiv=_part(country, region), years=years, language=_english(country))
    found: dict[tuple[str, int], Occasion] = {}
    for day, names in sorted(named.items()):
        for name in str(names).split("; "):
            feast = next((feast for word, feast in _FEASTS.items() if word in name.lower()), None)
            told = feast or name.removesuffix(" (observed)")
            occasion = Occasion(told, _middle(feast, day), feast is not None)
            # A substitute for a feast's day is a holiday of its own and not a second feast.
            if feast and name.endswith(" (observed)"):
                occasion = Occasion("Public holiday", day, is_feast=False)
            found.setdefault((occasion.name, occasion.day.toordinal()), occasion)
    # A feast of several days is one, from its first.
    later = [key for key, one in found.items() if one.is_feast and (key[0], key[1] - 1) in found]
    for key in later:
        del found[key]
    for one in (one for year in years for one in _kept_in_shops(country, year)):
        found.setdefault((one.name, one.day.toordinal()), one)
    return tuple(sorted((one for one in found.values() if first <= one.day <= last), key=lambda one: one.day))


def _kept_in_shops(country: str, year: int) -> list[Occasion]:
    """The feasts of a year on which nobody has the day off."""
    days = {"Easter": easter(year)} if country in _EASTER_WITHOUT_A_HOLIDAY else {}
    if country in _KEPT_IN_SHOPS:
        may = date(year, 5, 8)
        second_sunday = may + timedelta(days=(6 - may.weekday()) % 7)
        days |= {
            "Valentine's Day": date(year, 2, 14),
            "Mother's Day": easter(year) - timedelta(days=21) if country in _MOTHERS_IN_LENT else second_sunday,
            "Halloween": date(year, 10, 31),
        }
    return [Occasion(name, day, is_feast=True) for name, day in days.items()]


def _middle(feast: str | None, day: date) -> date:
    """The day that a feast of several days is counted from."""
    if feast == "Christmas" and day.month == _WESTERN_CHRISTMAS:
        return date(day.year, 12, 25)
    if feast == "Easter":
        easters: list[date] = [easter(day.year, method) for method in (EASTER_WESTERN, EASTER_ORTHODOX)]
        return min(easters, key=lambda sunday: abs(day - sunday))
    return day


def _part(country: str, region: str) -> str | None:
    """The part of a country that a region is, by name or code; where the holidays of the whole are those of no part
    of it, the first part's, as England's for a region of Britain."""
    import holidays

    entity = getattr(holidays, country)
    aliases = {name.lower(): code for name, code in getattr(entity, "subdivisions_aliases", {}).items()}
    codes = {code.lower(): code for code in entity.subdivisions}
    wanted = region.strip().lower()
    return aliases.get(wanted) or codes.get(wanted) or ("ENG" if country == "GB" else None)


def _english(country: str) -> str | None:
    import holidays

    spoken = getattr(holidays, country).supported_languages
    return next((language for language in ("en_GB", "en_US") if language in spoken), None)
