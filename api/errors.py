"""Every error leaves as an RFC 9457 problem document that names the field and the remedy."""

import re
from collections.abc import Mapping
from http import HTTPMethod, HTTPStatus

from fastapi import FastAPI, Request
from fastapi._compat import ModelField
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from domain.errors import LONGEST_ECHO, BadInput, TescoSenseError
from domain.misfits import unknown_key
from domain.secrets import masked

LONGEST_DETAIL = 1_000
"""Ours may be longer: it lists what there is to choose from."""
_UNBROKEN = re.compile(rf"\S{{{LONGEST_ECHO},}}")

ERROR = "tescosense.error"
"""Where in a request's scope the class of the error it was answered with is left, for who counts them."""
MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """RFC 9457. `code`, `field` and `remedy` are ours; `detail` says what is wrong, `remedy` what to do about it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    code: str | None = None
    field: str | None = None
    remedy: str | None = None


def install(app: FastAPI) -> None:
    app.add_exception_handler(TescoSenseError, _ours)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _unforeseen)


def _answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    shown = problem.model_copy(
        update={
            "detail": _bearable(problem.detail),
            "instance": cut(problem.instance),
            "field": problem.field and cut(problem.field),
            "remedy": problem.remedy and _bearable(problem.remedy),
        }
    )
    document = shown.model_dump(exclude_none=True)
    return JSONResponse(document, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


def cut(text: str, longest: int = LONGEST_ECHO) -> str:
    """The text, its end left out where it is longer; half a character or a NUL is shown as a mark."""
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return short.encode("utf-8", "replace").decode().replace("\0", "�")


def _bearable(text: str) -> str:
    """What may leave: no secret of a URL, no endless word, no endless sentence."""
    return cut(_UNBROKEN.sub(lambda word: cut(word[0], LONGEST_ECHO // 2), masked(text)), LONGEST_DETAIL)


async def _ours(request: Request, error: TescoSenseError) -> JSONResponse:
    return as_problem(error, request)


def as_problem(error: TescoSenseError, request: Request) -> JSONResponse:
    """The answer an error of ours is."""
    request.scope[ERROR] = type(error).__name__
    return _answer(
        Problem(
            title=error.title,
            status=error.http_status,
            detail=error.problem,
            instance=request.scope["path"],
            code=error.code,
            field=error.field,
            remedy=error.remedy or None,
        )
    )


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    return as_problem(misfit(error), request)


def misfit(error: RequestValidationError, body: ModelField | None = None) -> BadInput:
    """What is wrong with a request that does not fit its route, as an error of ours; `body` is the form of what it
    brings."""
    form = body.field_info.annotation if body is not None else None
    if isinstance(form, type) and issubclass(form, BaseModel):
        unknown = unknown_key(form, error.errors(), before=1)
        if unknown is not None:
            return unknown
    first = error.errors()[0]
    where = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    field = cut(".".join(where), LONGEST_ECHO // 2) or "body"
    message = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "json_invalid":
        # What stands for the field is then the place in the text.
        reason = str(first.get("ctx", {}).get("error", message)).lower()
        field, message = "body", f"is not JSON ({reason}, at character {where[0] if where else 0})"
    return BadInput(f"{field}: {message}", remedy="correct the field and send the request again", field=field)


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    """The framework's own refusals: an address or a method that is not there."""
    path, headers, remedy = cut(request.scope["path"]), error.headers, None
    detail = str(error.detail)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_methods_at(request))
        headers = {**(headers or {}), "Allow": allowed}
        detail, remedy = f"{path} takes no {request.method}", f"use {allowed}"
    elif error.status_code == HTTPStatus.NOT_FOUND:
        detail, remedy = f"there is nothing at {path}", "look for the address in /openapi.json"
    status = HTTPStatus(error.status_code)
    return _answer(Problem(title=status.phrase, status=status, detail=detail, instance=path, remedy=remedy), headers)


def _methods_at(request: Request) -> list[str]:
    """Every method that some route takes at this address; the first route alone would name but its own."""
    asked = {name: request.scope[name] for name in ("type", "path", "root_path", "headers")}
    routes = request.app.router.routes
    return [
        method
        for method in HTTPMethod
        if any(route.matches({**asked, "method": method.value})[0] is Match.FULL for route in routes)
    ]


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    """What nobody foresaw is named without its insides, which may hold secrets; the server logs them."""
    request.scope[ERROR] = type(error).__name__
    return _answer(
        Problem(
            title="Something went wrong",
            status=500,
            detail=f"The server failed unexpectedly with {type(error).__name__}",
            instance=request.scope["path"],
            remedy="look in the server's log",
        )
    )
