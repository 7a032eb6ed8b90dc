"""What the fake copywriter knows of food (`pantry.toml`) and of the moments it is eaten in (`phrasebook.toml`)."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

_HERE = Path(__file__).parent
Lines = tuple[str, ...]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Family(_Words):
    """One family of goods in a copywriter's words. A line may hold `{product}`, `{short}` or `{noun}`."""

    key: str
    pattern: str
    noun: str
    """What it is on the table, with its article."""
    short: str
    served: Literal["hot", "cold", "room", "none"]
    shelf: str
    headlines: Lines
    senses: Lines
    pictures: Lines
    temptations: Lines = ()
    """Health claims a careless first draft makes; compliance refuses them."""
    duty: str = ""
    """A sentence the law or the trade's code wants in the ad."""


class Phrasebook(_Words):
    """Lines by weather and by how the food is served, by cause, by angle and by channel."""

    headlines: dict[str, dict[str, Lines]]
    openings: dict[str, dict[str, Lines]]
    headlines_by_cause: dict[str, Lines]
    endings: dict[str, Lines]
    calls: dict[str, Lines]
    settings: dict[str, str]
    tones: dict[str, Lines]


class _Pantry(_Words):
    family: tuple[Family, ...]


@lru_cache(maxsize=1)
def phrasebook() -> Phrasebook:
    """The phrase book, read once."""
    return Phrasebook.model_validate(tomllib.loads((_HERE / "phrasebook.toml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _families() -> tuple[tuple[re.Pattern[str], Family], ...]:
    pantry = _Pantry.model_validate(tomllib.loads((_HERE / "pantry.toml").read_text(encoding="utf-8")))
    return tuple((re.compile(family.pattern), family) for family in pantry.family)


@lru_cache(maxsize=512)
def family_of(category: str, product: str, request: str = "") -> Family:
    """The family a product belongs to: by its category, else its name, else the words of the whole request.

    The last family of the pantry, whose pattern is empty, is for everything else.
    """
    *known, (_, everything_else) = _families()
    for text in (category, product, request):
        words = text.lower().replace("_", " ").replace("-", " ")
        found = [(match.start(), family) for pattern, family in known if (match := pattern.search(words))]
        if found:
            return min(found, key=lambda pair: pair[0])[1]
    return everything_else
