"""Fills any JSON schema: with the copywriter's words where a field's name is one it knows, by type elsewhere."""

import json
from functools import lru_cache

import numpy as np
from pydantic import BaseModel, JsonValue

from llm_mocks.copywriter import Draft

Json = dict[str, JsonValue]
_DEEPEST = 6


@lru_cache(maxsize=128)
def schema_of(model: type[BaseModel]) -> Json:
    """The JSON schema of a pydantic class, made once."""
    return model.model_json_schema()


def fill(schema: Json, draft: Draft, rng: np.random.Generator) -> Json:
    """An object that answers `schema`. The same draft and generator give the same answer."""
    return _SchemaFiller(schema, draft, rng).object(schema, 0)


class _SchemaFiller:
    def __init__(self, root: Json, draft: Draft, rng: np.random.Generator) -> None:
        self._definitions = _object(root.get("$defs"))
        self._draft = draft
        self._rng = rng

    def object(self, schema: Json, depth: int) -> Json:
        properties = _object(schema.get("properties"))
        required = schema.get("required")
        wanted = [str(name) for name in required] if isinstance(required, list) else []
        names = [name for name in properties if name in wanted or depth == 0]
        return {name: self.value(name, _object(properties[name]), depth + 1) for name in names}

    def value(self, name: str, schema: Json, depth: int) -> JsonValue:
        schema = self._resolved(schema)
        for key in ("const", "default"):
            if key in schema and (key == "const" or name not in self._draft.candidates):
                return schema[key]
        options = schema.get("enum")
        if isinstance(options, list) and options:
            return self._chosen(name, options)
        kind = schema.get("type")
        if kind == "string":
            return self._text(name, schema)
        if kind in ("integer", "number"):
            return self._number(schema, whole=kind == "integer")
        if kind == "boolean":
            return bool(self._rng.integers(2))
        if kind == "array":
            least = _integer(schema.get("minItems"), 1)
            return [self.value(name, _object(schema.get("items")), depth + 1) for _ in range(min(least, 8))]
        if kind == "object":
            return self.object(schema, depth) if depth < _DEEPEST else {}
        return None if kind == "null" else self._text(name, schema)

    def _resolved(self, schema: Json) -> Json:
        for _ in range(_DEEPEST):
            if isinstance(reference := schema.get("$ref"), str):
                schema = _object(self._definitions.get(reference.rsplit("/", 1)[-1]))
            elif isinstance(parts := schema.get("allOf"), list) and parts:
                schema = _object(parts[0])
            elif isinstance(options := schema.get("anyOf") or schema.get("oneOf"), list) and options:
                schema = _object(options[0])
            else:
                break
        return schema

    def _chosen(self, name: str, options: list[JsonValue]) -> JsonValue:
        wished = next((text for text in self._draft.candidates.get(name, ()) if text in options), None)
        return wished if wished is not None else options[int(self._rng.integers(len(options)))]

    def _text(self, name: str, schema: Json) -> str:
        ready = _FORMATS.get(str(schema.get("format", "")))
        if ready is not None:
            return ready
        longest = min(_integer(schema.get("maxLength"), 400), self._draft.limits.get(name, 400))
        least = _integer(schema.get("minLength"), 0)
        candidates = self._draft.candidates.get(name) or (f"{name.replace('_', ' ').capitalize()}.",)
        fitting = next((text for text in candidates if least <= len(text) <= longest), None)
        return fitting if fitting is not None else _cut(candidates[0], longest).ljust(least, ".")

    def _number(self, schema: Json, *, whole: bool) -> int | float:
        low = _float(schema.get("minimum", schema.get("exclusiveMinimum")), 0.0)
        high = _float(schema.get("maximum", schema.get("exclusiveMaximum")), low + 10.0)
        if whole:
            first = int(low) + (1 if "exclusiveMinimum" in schema else 0)
            last = int(high) - (1 if "exclusiveMaximum" in schema else 0)
            return int(self._rng.integers(first, max(first, last) + 1))
        return round(low + (high - low) * (0.25 + 0.5 * float(self._rng.random())), 4)


_FORMATS = {
    "date": "2026-01-05",
    "date-time": "2026-01-05T09:00:00Z",
    "uuid": "00000000-0000-7000-8000-000000000001",
    "uri": "https://example.invalid/",
    "email": "shopper@example.invalid",
}


def as_json(answer: Json) -> str:
    """The answer as a model would send it."""
    return json.dumps(answer, ensure_ascii=False)


def _cut(text: str, longest: int) -> str:
    """At most `longest` characters, ending at a word."""
    if len(text) <= longest:
        return text
    return text[: longest + 1].rsplit(" ", 1)[0][:longest].rstrip(" ,;:")


def _object(value: JsonValue) -> Json:
    return value if isinstance(value, dict) else {}


def _integer(value: JsonValue, default: int) -> int:
    return value if isinstance(value, int) else default


def _float(value: JsonValue, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
