"""Whether prices or money are in pence, by what their column is called."""

import re
from typing import Final

_MARK: Final = re.compile(r"(?<![a-z])pence(?![a-z])|\(p\)|[\W_]p$")
_IN_ONE_WORD: Final = frozenset({"pricepence", "pricep", "revenuepence", "turnoverpence", "salespence"})


def in_pence(column: str, said: str = "") -> bool:
    """`said`: `pounds` or `pence` of mapping.toml, which outweighs the name; empty where it is silent.

    Of the name only whole words count: `unit_price` has the letters of `_p`, and is in pounds.
    """
    name = column.strip().lower()
    return said == "pence" if said else bool(_MARK.search(name)) or name in _IN_ONE_WORD
