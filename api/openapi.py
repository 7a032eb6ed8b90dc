"""The OpenAPI document: what FastAPI knows of the routes, and the problems any of them answers with.

What each route refuses by its nature is put in here, so that no route can forget it. What only it refuses, such as a
decision taken already, it declares itself with `refuses`.
"""

from http import HTTPMethod
from typing import Any, NamedTuple

from fastapi import FastAPI

from api.doors.door import READING
from api.errors import MEDIA_TYPE, Problem
from domain.caller import Role
from domain.errors import TescoSenseError

Responses = dict[int | str, dict[str, Any]]


class Meaning(NamedTuple):
    name: str
    description: str


PROBLEMS = {
    401: Meaning("Unauthorized", "The request carries no known API key"),
    403: Meaning("Forbidden", "The role of the key does not allow it, or the request comes from another site's page"),
    404: Meaning("NotFound", "There is nothing by this id or name"),
    405: Meaning("MethodNotAllowed", "The address takes other methods, which `Allow` names"),
    408: Meaning("BodyTooSlow", "The body did not arrive in time"),
    409: Meaning("Conflict", "What is asked for has been decided, is running, has moved on, or cannot be read"),
    413: Meaning("BodyTooLarge", "The body has more than is taken: a megabyte, or what a folder of files may hold"),
    414: Meaning("AddressTooLong", "Path and query are longer than is read"),
    421: Meaning("UnknownHost", "The request is for a host that the server does not answer to"),
    422: Meaning("BadInput", "A field or a query parameter does not fit; `field` names it"),
    431: Meaning("HeadersTooLarge", "The headers are larger, or more, than are read"),
    500: Meaning("Unforeseen", "Nobody foresaw this; the server's log tells more"),
    502: Meaning("OutsideFailure", "The ad platform or the model refused, or could not be reached"),
    503: Meaning("Unavailable", "The storage cannot be reached, or the system has not started"),
}
ANYWHERE = {405, 409, 414, 421, 422, 431, 500, 503}
WITH_A_BODY = {408, 413}
OF_FASTAPI = ("HTTPValidationError", "ValidationError")
"""What FastAPI would answer with, had we left its errors alone."""


def refuses(*errors: type[TescoSenseError]) -> Responses:
    """The `responses` of a route that raises these, beside what every route does."""
    return {error.http_status: {"description": error.title} for error in errors}


def document_problems(app: FastAPI) -> None:
    """Let the app's OpenAPI document name every problem."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _add_problems(plain())
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]


def _add_problems(document: dict[str, Any]) -> None:
    components = document["components"]
    for name in OF_FASTAPI:
        components["schemas"].pop(name, None)
    components["schemas"]["Problem"] = Problem.model_json_schema()
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        name: {"description": description, "content": content} for name, description in PROBLEMS.values()
    }
    for path, operations in document["paths"].items():
        for method in HTTPMethod:
            operation = operations.get(method.lower())
            if operation is not None:
                answers = operation["responses"]
                declared = {int(status) for status in answers if status >= "400"}
                for status in declared | _by_nature(path, method, operation):
                    answers[str(status)] = {"$ref": f"#/components/responses/{PROBLEMS[status].name}"}


def _by_nature(path: str, method: str, operation: dict[str, Any]) -> set[int]:
    """What a route refuses by its address, its method and its guards."""
    is_guarded = "security" in operation
    may_be_forbidden = is_guarded and (method not in READING or operation["x-role"] != Role.VIEWER)
    return (
        ANYWHERE
        | (WITH_A_BODY if is_guarded and method not in READING else set())
        | ({401} if is_guarded else set())
        | ({403} if may_be_forbidden else set())
        | ({404} if "{" in path else set())
    )
