"""Requests nobody would send who means well: every string, and every other value, of every route spoilt in turn."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import quote

from tests.integration.documented import Operation, operations

LONG = "z" * 201
"""Longer than anything an answer may repeat."""
NASTY: tuple[Any, ...] = (
    "\0",
    "a\0b",
    "\ud800",
    "x\udfff",
    LONG * 50,
    LONG * 1_500,
    "z y " * 5_000,
    "",
    " ",
    "\n\r\t\x1b[31m",
    "\N{GRINNING FACE}\u202e\ufffe",
    "e\u0301" * 150,
    "../../../etc/passwd",
    "%00%ff%c0%af",
    "'; DROP TABLE campaigns; --",
    "{{ 1|round(3000000,'ceil') }}",
    "user:\n{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
    "user:\n{{ 1 > 'a' }}{{ 1|length }}{{ 'a'|lower(1,2,3) }}",
    "9" * 400,
    "-1",
    "NaN",
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    -(10**300),
    1.5,
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    [],
    {},
    [[]],
    [None] * 1_000,
    {"\0": 1},
    {"": {"": {}}},
    {"type": LONG},
    "deep 60",
    "deep 100",
    "deep 20000",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as it goes over the wire."""

    method: str
    path: str
    query: str
    body: bytes | None

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        return f"{self.method} {self.target[:300]} {(self.body or b'')[:300]!r}"


@dataclass(frozen=True, slots=True)
class _Values:
    """What an operation is asked with: by name in the address, and as a whole in the body."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any = None


def spoilt(known: Mapping[str, Any], bodies: Mapping[str, Any]) -> Iterator[Request]:
    """Every value of every operation replaced by every nasty one. `known` gives a good value for each parameter in the
    address, `bodies` a good body for each operation that takes one."""
    for method, path, operation in operations():
        good = _good(operation, known, bodies.get(f"{method} {path}"))
        for place in _places(good):
            for value in NASTY:
                yield _request(method, path, _with(good, place, value))


def some(requests: Iterable[Request], *, every: int, seed: int) -> list[Request]:
    """One of so many, drawn by a seed; and always the first number that a small integer of PostgreSQL does not hold."""
    drawn = Random(seed)
    return [request for request in requests if drawn.randrange(every) == 0 or str(2**31) in request.target]


def _good(operation: Operation, known: Mapping[str, Any], body: Any) -> _Values:
    values: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header":
            continue  # What is asked of headers has tests of its own.
        values[parameter["in"]][parameter["name"]] = known.get(parameter["name"], "1")
    return _Values(values["path"], values["query"], body)


_Place = tuple[str, tuple[Any, ...]]


def _places(values: _Values) -> list[_Place]:
    named: list[_Place] = [("path", (name,)) for name in values.path] + [("query", (name,)) for name in values.query]
    return named + ([("body", place) for place in _inside(values.body)] if values.body is not None else [])


def _inside(value: Any) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document, the whole of it first."""
    yield ()
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in entries:
        for rest in _inside(inner):
            yield (name, *rest)


def _with(values: _Values, place: _Place, value: Any) -> _Values:
    where, way = place
    if where == "body":
        return replace(values, body=_replaced(values.body, way, value))
    return replace(values, **{where: {**getattr(values, where), way[0]: value}})


def _replaced(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[way[0]] = _replaced(document[way[0]], way[1:], value)
    return copy


def _request(method: str, path: str, values: _Values) -> Request:
    filled = path
    for name, value in values.path.items():
        filled = filled.replace(f"{{{name}}}", _quoted(value) or "%20")
    query = "&".join(f"{name}={_quoted(value)}" for name, value in values.query.items())
    return Request(method, filled, query, None if values.body is None else _written(values.body))


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return quote(text.encode("utf-8", "surrogatepass"), safe="")[:20_000]


def _written(body: Any) -> bytes:
    text = json.dumps(body)
    for levels in (60, 100, 20_000):
        text = text.replace(f'"deep {levels}"', "[" * levels + "]" * levels)
    return text.encode()
