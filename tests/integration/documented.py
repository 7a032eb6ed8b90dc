"""What the OpenAPI document says of an address, for tests that hold the API to its word."""

import re
from functools import cache
from typing import Any

import httpx

from api.app import create_app
from runtime.settings import Settings

Operation = dict[str, Any]


@cache
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


@cache
def operations() -> tuple[tuple[str, str, Operation], ...]:
    """Every (method, path, operation) there is, addresses without parameters first."""
    paths: dict[str, dict[str, Operation]] = document()["paths"]
    found = [(method.upper(), path, one) for path, methods in paths.items() for method, one in methods.items()]
    return tuple(sorted(found, key=lambda one: "{" in one[1]))


def operations_at(path: str) -> dict[str, Operation]:
    """By method, the operations of an address."""
    found: dict[str, Operation] = {}
    for method, template, operation in operations():
        if re.fullmatch(_pattern(template), path):
            found.setdefault(method, operation)
    return found


def hold_to_its_word(response: httpx.Response) -> None:
    """A client's hook: a refusal must be one that the document names. Raises AssertionError."""
    if response.status_code < 400:
        return
    operation = operations_at(response.request.url.path).get(response.request.method)
    if operation is not None:
        said = f"{response.request.method} {response.request.url.path} answered {response.status_code}"
        assert str(response.status_code) in operation["responses"], f"{said}, which its OpenAPI does not name"


@cache
def _pattern(template: str) -> str:
    # The name of a prompt holds slashes, ids hold none.
    names = re.sub(r"\\\{name\\\}", ".+", re.escape(template))
    return re.sub(r"\\\{\w+\\\}", "[^/]+", names)
