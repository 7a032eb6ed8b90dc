"""Where in the United Kingdom a campaign runs: law differs by nation."""

from collections.abc import Iterable
from enum import StrEnum


class Nation(StrEnum):
    ENGLAND = "England"
    WALES = "Wales"
    SCOTLAND = "Scotland"
    NORTHERN_IRELAND = "Northern Ireland"


_ENGLISH = frozenset(
    {
        "england", "london", "greater london", "south east", "south east england", "south west", "south west england",
        "east of england", "east anglia", "midlands", "west midlands", "east midlands", "the midlands", "north west",
        "north west england", "north east", "north east england", "yorkshire", "yorkshire and the humber",
        "yorkshire and humber", "manchester", "birmingham", "leeds", "liverpool", "bristol", "newcastle", "sheffield",
        "cornwall", "devon", "kent", "essex", "sussex", "surrey", "hampshire", "cumbria", "lancashire", "home counties",
    }
)  # fmt: skip
_OTHER = {
    "scotland": Nation.SCOTLAND, "glasgow": Nation.SCOTLAND, "edinburgh": Nation.SCOTLAND, "aberdeen": Nation.SCOTLAND,
    "highlands": Nation.SCOTLAND, "central scotland": Nation.SCOTLAND, "north of scotland": Nation.SCOTLAND,
    "wales": Nation.WALES, "cymru": Nation.WALES, "cardiff": Nation.WALES, "swansea": Nation.WALES,
    "south wales": Nation.WALES, "north wales": Nation.WALES, "northern ireland": Nation.NORTHERN_IRELAND,
    "belfast": Nation.NORTHERN_IRELAND, "ulster": Nation.NORTHERN_IRELAND,
}  # fmt: skip


def nations_of(regions: Iterable[str]) -> frozenset[Nation]:
    """The nations the regions lie in. A name nobody here knows may lie in any of them, and so do no regions at all."""
    found: set[Nation] = set()
    for region in regions:
        name = " ".join(region.lower().replace("-", " ").split())
        if name in _ENGLISH:
            found.add(Nation.ENGLAND)
        elif name in _OTHER:
            found.add(_OTHER[name])
        else:
            return frozenset(Nation)
    return frozenset(found) or frozenset(Nation)
