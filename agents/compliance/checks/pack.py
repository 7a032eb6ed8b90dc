"""How much a pack holds, as its name says it."""

import re

_PACK = re.compile(
    r"(?P<count>\d+)\s?x\s?(?P<each>\d+(?:\.\d+)?)\s?(?P<unit>kg|g|litres?|l|ml|cl)\b"
    r"|(?P<amount>\d+(?:\.\d+)?)\s?(?P<size>kg|g|litres?|l|ml|cl)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\bx\s?(?P<after>[1-9]\d?)\b|\b(?P<before>[1-9]\d?)\s?x\b", re.IGNORECASE)
_CONTAINERS = re.compile(r"\b(?P<count>[1-9]\d?)\s?(?:pack|pk|bottles|cans|tins|cartons)\b", re.IGNORECASE)
"""Of drinks each holds what is said: `6 Pack 330ml`. Of food the weight is the pack's: `2 Pack 240g`."""
_IN_100 = {"kg": 10.0, "g": 0.01, "l": 10.0, "ml": 0.01, "cl": 0.1}


def hundreds_in(name: str) -> tuple[float, bool] | None:
    """How many 100 g or 100 ml a pack holds, and whether it is a liquid; None where its name has no size."""
    pack = _PACK.search(name)
    if pack is None:
        return None
    unit = (pack["unit"] or pack["size"]).lower()
    unit = "l" if unit.startswith("l") else unit
    hundreds = (
        int(pack["count"]) * float(pack["each"]) * _IN_100[unit]
        if pack["count"]
        else float(pack["amount"]) * _IN_100[unit]
    )
    is_liquid = unit in ("l", "ml", "cl")
    rest = f"{name[: pack.start()]} {name[pack.end() :]}"
    if not pack["count"]:
        times = _TIMES.search(rest)
        several = _CONTAINERS.search(rest) if is_liquid else None
        hundreds *= int(times["after"] or times["before"]) if times else int(several["count"]) if several else 1
    return (hundreds, is_liquid) if hundreds > 0 else None
