"""The rulebook as data: read once, checked field by field, its patterns compiled."""

import re
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from domain.creative import Outcome
from domain.errors import DataFault

BOOK = "rulebook.yaml"

Check = Literal["on_shelf", "paid_online", "adult_audience", "hero_product", "words", "nutrition_claim", "live_price"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ListedCategory(_Entry):
    """One of the law's listed categories, and the words of a shop's category that betray it."""

    name: str
    patterns: tuple[str, ...] = Field(min_length=1)

    @field_validator("patterns")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return _compilable(patterns)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return _pattern(tuple(rf"\b(?:{pattern})" for pattern in self.patterns))


class NutritionClaim(_Entry):
    """Words that claim something of a nutrient, and the amount per 100 g that makes the claim true."""

    words: str
    nutrient: str
    at_least: float | None = None
    at_most: float | None = None
    drink: float | None = Field(default=None, description="the limit for a drink, where it differs")

    @model_validator(mode="after")
    def _one_limit(self) -> "NutritionClaim":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"nutrition claim {self.words!r} needs exactly one of at_least and at_most")
        _compilable((self.words,))
        return self

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{self.words})", re.IGNORECASE)


class Rule(_Entry):
    id: str = Field(pattern=r"^[a-z]+(\.[a-z-]+)+$")
    title: str
    source: str
    scope: Literal["plan", "ad"]
    check: Check
    products: Literal["any", "less_healthy", "alcohol"] = "any"
    patterns: tuple[str, ...] = ()
    excused: tuple[str, ...] = Field(default=(), alias="except")
    reads_image: bool = Field(default=False, description="whether the description of the picture is read too")
    outcome: Outcome = Outcome.FAIL
    remedy: str
    fixable_by: Literal["copy", "plan", "person"]

    @field_validator("patterns", "excused")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return _compilable(patterns)

    @model_validator(mode="after")
    def _words_need_patterns(self) -> "Rule":
        if (self.check == "words") != bool(self.patterns):
            raise ValueError(f"rule {self.id!r}: patterns go with check 'words' and with no other")
        return self

    def found_in(self, text: str) -> str | None:
        """The first words of `text` the rule objects to, or None."""
        kept = _pattern(self.excused).sub(" ", text) if self.excused else text
        match = _pattern(self.patterns).search(kept)
        return match.group(0).strip() if match else None


class Rulebook(_Entry):
    version: str
    listed_categories: tuple[ListedCategory, ...]
    nutrition_claims: tuple[NutritionClaim, ...]
    rules: tuple[Rule, ...] = Field(min_length=1)

    @field_validator("version", mode="before")
    @classmethod
    def _dated(cls, version: object) -> str:
        return str(version)

    @model_validator(mode="after")
    def _no_rule_twice(self) -> "Rulebook":
        ids = [rule.id for rule in self.rules]
        twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
        if twice:
            raise ValueError(f"rule ids used twice: {', '.join(twice)}")
        return self

    def listed_category(self, category: str) -> str | None:
        """The listed category a shop's category falls in by its name, or None."""
        for listed in self.listed_categories:
            if listed.pattern.search(category):
                return listed.name
        return None

    def of_scope(self, scope: Literal["plan", "ad"]) -> list[Rule]:
        return [rule for rule in self.rules if rule.scope == scope]


def parse_rulebook(text: str) -> Rulebook:
    """Raises pydantic.ValidationError, naming the rule and the field, for a rulebook that is not sound."""
    import yaml

    # libyaml, where it is built in, reads the book ten times faster; both loaders are safe ones.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Rulebook.model_validate(yaml.load(text, Loader=loader))


@cache
def rulebook() -> Rulebook:
    """The rulebook that ships with the product. Raises DataFault, naming rule and field, where it is unsound."""
    return sound_rulebook(files("agents.compliance").joinpath(BOOK).read_text(encoding="utf-8"))


def sound_rulebook(text: str) -> Rulebook:
    """Raises DataFault, naming the rule and the field, for a rulebook that is not sound."""
    import yaml

    try:
        return parse_rulebook(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or "it cannot be read"
        raise DataFault(f"agents/compliance/{BOOK}{where}: {what}", remedy="mend the YAML there") from error
    except ValidationError as error:
        raise DataFault(f"agents/compliance/{BOOK}: {_unsound(text, error)}", remedy="mend the rule") from error


def _unsound(text: str, error: ValidationError) -> str:
    """The first thing that is wrong, by the id of its rule and the name of its field. An unknown field comes before a
    missing one: it is how the missing one was spelt."""
    faults = error.errors(include_url=False)
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    place = [str(step) for step in first["loc"]]
    message = first["msg"].removeprefix("Value error, ")
    if place[:1] == ["rules"] and len(place) > 1:
        rule = _rule_id(text, int(place[1]))
        place = [f"rule {rule}", *(f"field {field}" for field in place[2:3])]
    if first["type"] == "extra_forbidden":
        close = get_close_matches(str(first["loc"][-1]), list(Rule.model_fields), n=1)
        message = f"there is no such field{f': did you mean {close[0]!r}?' if close else ''}"
    return f"{', '.join(place)}: {message}" if place else message


def _rule_id(text: str, position: int) -> str:
    import yaml

    rule = yaml.safe_load(text)["rules"][position]
    return repr(rule["id"]) if isinstance(rule, dict) and "id" in rule else f"number {position + 1}"


@cache
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _compilable(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"pattern {pattern!r} is not a regular expression: {error}") from error
    return patterns
