"""The rulebook as data: read once, checked field by field, its patterns compiled."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from itertools import chain
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from agents.compliance.nations import Nation
from agents.compliance.rulebook.finder import Finder
from agents.compliance.rulebook.phrases import Phrase, phrase_of
from domain.creative import Outcome
from domain.errors import DataFault
from domain.once import once

FOLDER = "agents.compliance.rulebook"
BOOKS = ("goods", "form", "health", "nutrition", "prices", "claims", "children", "alcohol", "reader")
"""The files, in the order their rules are applied in."""

Check = Literal[
    "on_shelf",
    "paid_online",
    "adult_audience",
    "hero_product",
    "kind",
    "name",
    "words",
    "nutrition_claim",
    "price",
    "minimum_unit_price",
    "hidden",
    "markup",
    "language",
    "repeated",
    "second_reader",
    "model_reader",
]
Products = Literal["any", "unlicensed", "less_healthy", "alcohol", "strong", "feeding"]
"""`unlicensed` is all but medicines, whose ads say what they are for and are read by a person; `strong` is alcohol
proper, `alcohol` also what stands for it and holds none."""
Proof = Literal[
    "saving",
    "was",
    "multibuy",
    "loyalty",
    "free",
    "points",
    "offer",
    "offer_end",
    "reduction",
    "pack",
    "provenance",
    "organic",
    "award",
]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
        phrase_of(self.words)
        return self

    @cached_property
    def phrase(self) -> Phrase:
        return phrase_of(rf"\b(?:{self.words})")


class AuthorisedClaim(_Entry):
    """A health claim of the GB register: the nutrient that must be there, and what may be said to depend on it."""

    nutrient: str
    effects: str

    @cached_property
    def phrase(self) -> Phrase:
        return phrase_of(
            rf"\b{self.nutrient} (?:contributes? to|helps? to maintain|supports?|is needed for) (?:the )?"
            rf"(?:maintenance of )?(?:normal )?(?:{self.effects})"
        )


class Law(_Entry):
    """Where a rule is law, and from when to when."""

    nation: Nation
    since: date
    until: date | None = None
    source: str
    pounds_a_unit: Decimal | None = Field(
        default=None, gt=0, description="the least a unit (10 ml) of alcohol may be sold for"
    )
    is_rounded: bool = Field(default=False, description="whether that least price is rounded to the nearest penny")

    def in_force(self, first: date, last: date) -> bool:
        """Whether it is law on any day from `first` to `last`."""
        return self.since <= last and (self.until is None or first <= self.until)


class Words(_Entry):
    """A pattern, and what makes it lawful all the same: a proof on the product's file."""

    words: str
    proof: Proof | None = None

    @field_validator("words")
    @classmethod
    def _is_a_phrase(cls, words: str) -> str:
        phrase_of(words)
        return words


class Rule(_Entry):
    id: str = Field(pattern=r"^[a-z]+(\.[a-z-]+)+$")
    title: str
    source: str
    scope: Literal["plan", "ad"]
    check: Check
    products: Products = "any"
    kinds: tuple[str, ...] = Field(default=(), description="with check 'kind': what goods it is about")
    law: tuple[Law, ...] = Field(default=(), description="where and since when; everywhere and always when empty")
    patterns: tuple[Words, ...] = ()
    excused: tuple[str, ...] = Field(default=(), alias="except")
    unless_authorised: bool = Field(default=False, description="wordings of the register, where proved, are no claim")
    outcome: Outcome = Outcome.FAIL
    remedy: str
    fixable_by: Literal["copy", "plan", "person"]

    @field_validator("patterns", mode="before")
    @classmethod
    def _plain_words(cls, patterns: Any) -> Any:
        given = patterns if isinstance(patterns, list | tuple) else [patterns]
        return [{"words": words} if isinstance(words, str) else words for words in given]

    @field_validator("excused")
    @classmethod
    def _are_phrases(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for words in patterns:
            phrase_of(words)
        return patterns

    @model_validator(mode="after")
    def _words_need_patterns(self) -> "Rule":
        if (self.check == "words") != bool(self.patterns):
            raise ValueError(f"rule {self.id!r}: patterns go with check 'words' and with no other")
        if self.check == "minimum_unit_price" and not all(law.pounds_a_unit for law in self.law):
            raise ValueError(f"rule {self.id!r}: each law gives its pounds_a_unit")
        if (self.check == "kind") != bool(self.kinds):
            raise ValueError(f"rule {self.id!r}: kinds go with check 'kind' and with no other")
        return self

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Those of its patterns, in their order."""
        return tuple(phrase_of(words.words) for words in self.patterns)

    @cached_property
    def excuses(self) -> tuple[Phrase, ...]:
        return tuple(map(phrase_of, self.excused))


class Rulebook(_Entry):
    version: str
    nutrition_claims: tuple[NutritionClaim, ...] = ()
    authorised_claims: tuple[AuthorisedClaim, ...] = ()
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

    def matches(self, rule: Rule, text: str) -> Iterator[tuple[Words, re.Match[str]]]:
        """Where `text` has words the rule is about, but for those it excuses."""
        kept = self.finder.without(rule.excuses, text)
        if self.finder.may_find(rule.phrases, kept):
            for words, phrase in zip(rule.patterns, rule.phrases, strict=True):
                for found in self.finder.find([phrase], kept):
                    yield words, found

    def without_excused(self, text: str) -> str:
        """`text` without the phrases that some rule knows to be harmless."""
        return self.finder.without(self._excuses, text, blank=" ")

    @cached_property
    def authorised(self) -> tuple[Phrase, ...]:
        """Those of the register's claims, in their order."""
        return tuple(claim.phrase for claim in self.authorised_claims)

    @cached_property
    def _excuses(self) -> tuple[Phrase, ...]:
        return tuple(chain.from_iterable(rule.excuses for rule in self.rules))

    @cached_property
    def finder(self) -> Finder:
        """Finds whatever phrases the book has."""
        patterns = chain.from_iterable(rule.phrases for rule in self.rules)
        nutrition = (claim.phrase for claim in self.nutrition_claims)
        return Finder(chain(patterns, self._excuses, nutrition, self.authorised))

    def only(self, check: Check) -> Rule:
        """The one rule of a check that only one has. Raises ValueError where there are none or several."""
        [rule] = [rule for rule in self.rules if rule.check == check]
        return rule

    def of_scope(self, scope: Literal["plan", "ad"]) -> list[Rule]:
        return [rule for rule in self.rules if rule.scope == scope]


@once
def rulebook() -> Rulebook:
    """The rulebook that ships with the product. Raises DataFault, naming file, rule and field, where it is unsound."""
    whole: dict[str, Any] = {"rules": []}
    for name in BOOKS:
        text = files(FOLDER).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
        part = parse_book(text, f"{name}.yaml")
        whole["rules"] += part.pop("rules", [])
        whole.update(part)
    return sound_rulebook(whole)


def parse_book(text: str, name: str) -> dict[str, Any]:
    """One file of the rulebook. Raises DataFault, naming file and line, for what is no YAML mapping."""
    import yaml

    # libyaml, where it is built in, reads the book ten times faster; both loaders are safe ones.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or "it cannot be read"
        raise DataFault(f"{name}{where}: {what}", remedy="mend the YAML there") from error
    if not isinstance(found, dict):
        raise DataFault(f"{name}: it holds no rules", remedy="begin it with 'rules:'")
    return found


def sound_rulebook(book: dict[str, Any]) -> Rulebook:
    """Raises DataFault, naming the rule and the field, for a rulebook that is not sound."""
    try:
        return Rulebook.model_validate(book)
    except ValidationError as error:
        raise DataFault(f"the rulebook: {_unsound(book, error)}", remedy="mend the rule") from error


def _unsound(book: dict[str, Any], error: ValidationError) -> str:
    """The first thing that is wrong, by the id of its rule and the name of its field. An unknown field comes before a
    missing one: it is how the missing one was spelt."""
    faults = error.errors(include_url=False)
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    place = [str(step) for step in first["loc"]]
    message = first["msg"].removeprefix("Value error, ")
    if place[:1] == ["rules"] and len(place) > 1:
        rule = book["rules"][int(place[1])]
        name = repr(rule["id"]) if isinstance(rule, dict) and "id" in rule else f"number {int(place[1]) + 1}"
        place = [f"rule {name}", *(f"field {field}" for field in place[2:3])]
    if first["type"] == "extra_forbidden":
        close = get_close_matches(str(first["loc"][-1]), [*Rule.model_fields, "except"], n=1)
        message = f"there is no such field{f': did you mean {close[0]!r}?' if close else ''}"
    return f"{', '.join(place)}: {message}" if place else message
