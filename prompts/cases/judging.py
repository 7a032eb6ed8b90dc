"""Whether an answer is what a case asserts, as far as its words alone tell."""

import json
from collections.abc import Callable, Mapping
from typing import Final

import regex
from pydantic import JsonValue

from domain.errors import BadInput
from prompts.cases.case import Assertion

_SECONDS: Final = 1.0
"""For one pattern on one text."""
_HELD: Final[Mapping[str, Callable[[str, tuple[str, ...]], bool]]] = {
    "equals": lambda text, value: text == value[0],
    "contains": lambda text, value: value[0] in text,
    "icontains": lambda text, value: value[0].casefold() in text.casefold(),
    "starts-with": lambda text, value: text.startswith(value[0]),
    "regex": lambda text, value: _found(value[0], text),
    "contains-any": lambda text, value: any(one in text for one in value),
    "contains-all": lambda text, value: all(one in text for one in value),
    "icontains-any": lambda text, value: any(one.casefold() in text.casefold() for one in value),
    "icontains-all": lambda text, value: all(one.casefold() in text.casefold() for one in value),
    "is-json": lambda text, _: _is_json(text),
}


def looked_at(answer: Mapping[str, JsonValue], field: str) -> str:
    """The text an assertion is about: a field of the answer, or the whole of it as JSON. Raises BadInput for a field it
    has not."""
    if not field:
        return json.dumps(answer, ensure_ascii=False)
    if field not in answer:
        raise BadInput(f"the answer has no field '{field}'", remedy=f"it has {', '.join(answer)}", field="field")
    value = answer[field]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def complaint(assertion: Assertion, text: str) -> str:
    """What is wrong with a text an assertion is about; empty where it holds."""
    holds = _HELD[assertion.kind](text, assertion.value)
    if holds != assertion.is_negated:
        return ""
    shown = text if len(text) <= 200 else f"{text[:199]}…"
    return f"found {shown!r}"


def _found(pattern: str, text: str) -> bool:
    try:
        return regex.search(pattern, text, timeout=_SECONDS) is not None
    except TimeoutError as error:
        raise BadInput(
            f"the pattern {pattern[:80]!r} takes too long",
            remedy="write it without repeats inside repeats",
            field="regex",
        ) from error


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
