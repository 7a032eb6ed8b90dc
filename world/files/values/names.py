"""One name for a store, a category or a region however it is spelled."""

import re
import unicodedata
from collections.abc import Mapping


def folded(name: str) -> str:
    """What two spellings of one name share: letters, figures and marks, in small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def one_spelling(spellings: Mapping[str, int]) -> dict[str, str]:
    """The spelling each one goes by: of those that differ in case, spaces or the form of their letters alone, the one
    with most rows, the first in order of the alphabet where they are even. `spellings`: rows by spelling."""
    whole = [name for name in spellings if re.fullmatch(r"\d+", name.strip())]
    groups: dict[str, list[str]] = {}
    for name in sorted(spellings):
        key = folded(name)
        # A spreadsheet makes a float of a number with gaps beside it: 12 and 12.0 are one store.
        if re.fullmatch(r"\d+\.0+", key) and (whole or all(re.fullmatch(r"\s*\d+\.0+\s*", one) for one in spellings)):
            key = key.split(".")[0]
        groups.setdefault(key, []).append(name)
    chosen = {}
    for key, names in groups.items():
        best = max(names, key=lambda name: spellings[name])
        spelled = " ".join(unicodedata.normalize("NFKC", best).split())
        chosen.update(dict.fromkeys(names, key if re.fullmatch(r"\d+\.0+", spelled) and key.isdigit() else spelled))
    return chosen


def is_total(name: str, others: frozenset[str]) -> bool:
    """Whether a name says that its rows add up others: `Total`, `Grand total`, or `North total` beside a `North`.

    `others`: the folded names of the column and of those beside it.
    """
    key = folded(name).replace("-", " ")
    if key in _TOTAL_NAMES:
        return len(others - {key}) > 0
    for pattern in (r"(?:sub ?)?totals? (?:of |for )?(.+)", r"(.+?)[: ]+(?:sub ?)?totals?"):
        found = re.fullmatch(pattern, key)
        if found and found[1] in others:
            return True
    return False


_TOTAL_NAMES = frozenset(
    {
        "all", "total", "totals", "grand total", "grand totals", "subtotal", "sub total", "sum", "overall",
        "overall total", "all stores", "all shops", "all branches", "all categories", "all products", "all regions",
        "all departments", "company total", "chain total", "gesamt", "summe",
    }
)  # fmt: skip
"""As `folded` writes them, without hyphens."""
