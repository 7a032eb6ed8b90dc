"""The names shops give their goods, and what each is in law: `lexicon.csv`, matched by the last words of a name."""

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from domain.errors import DataFault
from domain.once import once

_PARTS = re.compile(r"[/,;&|>()\n]+| - | and (?=\w+$)", re.IGNORECASE)
_SIZE = re.compile(
    r"\b(?:\d+(?:[.,]\d+)?\s?(?:g|kg|ml|l|cl|litres?|lb|oz|pints?|pk|pack|cans?|bottles?|cm|mm|inch(?:es)?|s|%|x|abv|vol)?\b%?|x\d+)",
    re.IGNORECASE,
)
_PACKED = frozenset(
    {
        "pack", "packs", "multipack", "twin", "box", "boxes", "tin", "tins", "can", "cans", "bottle", "bottles", "bag",
        "bags", "tub", "tubs", "jar", "jars", "pouch", "sachet", "sachets", "carton", "case", "cases", "range",
        "selection", "assorted", "variety", "value", "family", "size", "large", "small", "mini", "big", "new", "fresh",
        "frozen", "chilled", "ambient", "own", "label", "brand", "each", "single", "singles", "original", "classic",
        "sharing", "share", "grab",
    }
)  # fmt: skip
"""What says how goods are packed, and nothing of what they are."""
_LONGEST = 5


class Kind(StrEnum):
    """What goods are in law. The order is that of strictness: of two answers the first counts."""

    TOBACCO = "tobacco"
    VAPE = "vape"
    INFANT_FORMULA = "infant_formula"
    FOLLOW_ON_FORMULA = "follow_on_formula"
    MEDICINE = "medicine"
    KNIFE = "knife"
    GAMBLING = "gambling"
    AGE_RESTRICTED = "age_restricted"
    FEEDING_BOTTLE = "feeding_bottle"
    ALCOHOL = "alcohol"
    ALCOHOL_ALTERNATIVE = "alcohol_alternative"
    BABY_FOOD = "baby_food"
    FOOD_SUPPLEMENT = "food_supplement"
    FOOD = "food"
    PET = "pet"
    NOT_FOOD = "not_food"


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    kind: Kind
    listed: str | None
    """The listed category of the less healthy food rules, where it falls in one."""
    is_drink: bool


def entries_in(text: str) -> list[Entry]:
    """What a name or a category says its goods are, one answer for each of its parts ("cakes & buns"); empty where the
    lexicon has nothing for it."""
    return [found for part in _PARTS.split(text) if (found := _entry_of(part)) is not None]


def first_entries_in(text: str) -> list[Entry]:
    """What the first words of a name say, where it is written the other way round: "Croissant all butter". The longest
    entry of each part counts; a part that is an entry as a whole is none."""
    found = []
    for part in _PARTS.split(text):
        words = [_singular(word) for word in _words(_SIZE.sub(" ", part))]
        if len(words) < 2 or " ".join(words) in lexicon() or (last := _entry_of(part)) is None or " " in last.name:
            continue
        for end in range(min(_LONGEST, len(words) - 1), 0, -1):
            if (entry := lexicon().get(" ".join(words[:end]))) is not None:
                found.append(entry)
                break
    return found


def is_word_of_goods(word: str) -> bool:
    """Whether some goods are named with the word, or it says how they are packed."""
    return word in _PACKED or _singular(word) in _singular_words()


@once
def _singular_words() -> frozenset[str]:
    return frozenset(word for name in lexicon() for word in name.split()) | {"and", "with", "in", "of", "the", "a"}


@once
def lexicon() -> dict[str, Entry]:
    """Entries by name, every word in the singular. Raises DataFault naming the line that is wrong."""
    found: dict[str, Entry] = {}
    text = files("agents.compliance.goods").joinpath("lexicon.csv").read_text(encoding="utf-8")
    for number, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        try:
            entry = Entry(row["name"], Kind(row["kind"]), row["listed"] or None, row["drink"] == "1")
        except (KeyError, ValueError) as error:
            raise DataFault(f"lexicon.csv, line {number}: {error}", remedy="mend the line") from error
        found[" ".join(_singular(word) for word in _words(entry.name))] = entry
    return found


@once
def words_of_the_shop() -> frozenset[str]:
    """Every word a shop's goods are named with."""
    return frozenset(word for entry in lexicon().values() for word in _words(entry.name))


def words_in(text: str) -> list[str]:
    """The words of a name, sizes left out."""
    return _words(_SIZE.sub(" ", text))


def _entry_of(part: str) -> Entry | None:
    """The longest entry that ends at the last word that says anything; failing that, one that ends before it."""
    words = [_singular(word) for word in _words(_SIZE.sub(" ", part))]
    # "Cake tin" and "baby bottle" are goods; in "soup tin" and "wine bottle" the last word says how they are packed.
    for start in range(max(0, len(words) - _LONGEST), len(words) - 1):
        if (found := lexicon().get(" ".join(words[start:]))) is not None:
            return found
    significant = [word for word in words if word not in _PACKED] or words
    for end in range(len(significant), 0, -1):
        for start in range(max(0, end - _LONGEST), end):
            found = lexicon().get(" ".join(significant[start:end]))
            if found is not None:
                return found
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower().replace("’", "'").replace("-", " "))


def _singular(word: str) -> str:
    """One form for one and for many, not always a word: 'cookies' and 'cookie', 'berries' and 'berry' are the same."""
    if word.endswith(("ss", "us", "is")) or (len(word) < 4 and not word.endswith("ie")):
        return word
    for plural, single in (("oes", "o"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x")):
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word[: -len(plural)] + single
    one = word.removesuffix("s")
    return one[:-2] + "y" if one.endswith("ie") else one
