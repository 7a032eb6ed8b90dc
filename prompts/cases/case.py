"""A case as the front matter has it, under `tests`."""

from dataclasses import dataclass
from typing import Final

from prompts.template import PromptValue

NOT: Final = "not-"
TEXT: Final = frozenset({"equals", "contains", "icontains", "starts-with", "regex"})
"""Assertions whose value is one text."""
LIST: Final = frozenset({"contains-any", "contains-all", "icontains-any", "icontains-all"})
"""Assertions whose value is a list of texts."""
LAWFUL: Final = "lawful"
RUBRIC: Final = "llm-rubric"
JSON: Final = "is-json"
ALONE: Final = frozenset({JSON, LAWFUL})
"""Assertions without a value."""
KINDS: Final = (*sorted(TEXT), *sorted(LIST), *sorted(ALONE), RUBRIC)


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an answer must be. `type` may begin with `not-`; `value` has one text, several or none, as that needs."""

    type: str
    value: tuple[str, ...] = ()
    field: str = ""
    """The field of the answer that is looked at; empty for the whole answer, as JSON."""

    @property
    def kind(self) -> str:
        """The type without `not-`."""
        return self.type.removeprefix(NOT)

    @property
    def is_negated(self) -> bool:
        return self.type.startswith(NOT)

    def __str__(self) -> str:
        shown = " | ".join(self.value)
        return " ".join(part for part in (self.field, self.type, repr(shown) if shown else "") if part)


@dataclass(frozen=True, slots=True)
class Case:
    """`values` take the place of the inputs' own examples; an input not named has its example, or its default."""

    description: str
    values: dict[str, PromptValue]
    assertions: tuple[Assertion, ...]
