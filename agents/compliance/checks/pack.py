"""How much a pack holds, as its name says it."""

import re

_PACK = re.compile(
    r"(?P<count>\d+)\s?x\s?(?P<each>\d+(?:\.\d+)?)\s?(?P<unit>kg|g|litres?|l|ml|cl)\b"
    r"|(?P<amount>\d+(?:\.\d+)?)\s?(?P<size>kg|g|litres?|l|ml|cl)\b",
    re.IGNORECASE,
)
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
    return (hundreds, unit in ("l", "ml", "cl")) if hundreds > 0 else None
