"""Every error leaves as an RFC 9457 problem document that names the field and the remedy."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from domain.errors import TescoSenseError

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


def _answer(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.model_dump(exclude_none=True), status_code=problem.status, media_type=MEDIA_TYPE)


async def _ours(request: Request, error: TescoSenseError) -> JSONResponse:
    return _answer(
        Problem(
            title=error.title,
            status=error.http_status,
            detail=error.problem,
            instance=request.url.path,
            code=error.code,
            field=error.field,
            remedy=error.remedy or None,
        )
    )


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    first = error.errors()[0]
    where = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    field = ".".join(where) or "body"
    message = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "json_invalid":
        # What stands for the field is then the place in the text.
        reason = str(first.get("ctx", {}).get("error", message)).lower()
        field, message = "body", f"is not JSON ({reason}, at character {where[0] if where else 0})"
    return _answer(
        Problem(
            title="Bad input",
            status=422,
            detail=f"{field}: {message.rstrip('.')}",
            instance=request.url.path,
            field=field,
            remedy="correct the field and send the request again",
        )
    )


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    return _answer(
        Problem(title=str(error.detail), status=error.status_code, detail=str(error.detail), instance=request.url.path)
    )


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    """What nobody foresaw is named without its insides, which may hold secrets; the server logs them."""
    return _answer(
        Problem(
            title="Something went wrong",
            status=500,
            detail=f"The server failed unexpectedly with {type(error).__name__}",
            instance=request.url.path,
            remedy="look in the server's log",
        )
    )
