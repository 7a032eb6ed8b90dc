"""What each route does around its own work: ask for the caller's role, write down what changes something, and carry
out once what comes again."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import JsonValue

from api.callers import caller_of, require
from api.dependencies import the_system
from api.doors.door import READING, is_json
from api.errors import misfit
from api.once import campaign_to_start, once
from domain.caller import Act, Role

_ROLE, _ACT = "x-role", "x-act"


def needs(role: Role) -> dict[str, Any]:
    """The `openapi_extra` of a route that changes nothing: who may call it."""
    return {_ROLE: role.value}


def does(act: Act) -> dict[str, Any]:
    """The `openapi_extra` of a route that changes something: what, and so who may call it."""
    return {_ROLE: act.role.value, _ACT: act.value}


class GuardedRoute(APIRoute):
    """A route of ours. One that only reads is a viewer's; any other says whose it is."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if options.get("openapi_extra") is None:
            methods: Collection[str] = options.get("methods") or {"GET"}
            if not READING.issuperset(methods):
                raise TypeError(f"{path} changes something: say with `does` what that is")
            options["openapi_extra"] = needs(Role.VIEWER)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Any]:
        plain = super().get_route_handler()
        declared: dict[str, str] = self.openapi_extra or {}
        role = Role(declared[_ROLE])
        act = Act(declared[_ACT]) if _ACT in declared else None

        async def allowed(request: Request) -> Response:
            require(caller_of(request), role)
            try:
                response: Response = await plain(request)
            except RequestValidationError as error:
                raise misfit(error, self.body_field) from error
            return response

        async def written_down(request: Request) -> Response:
            if act is None:
                return await allowed(request)
            audit, caller = the_system(request).audit, caller_of(request)
            asked = await _asked(request) if caller.role.includes(role) else None
            async with audit.of(caller, act, via="http", subject=_subject(request, act), asked=asked):
                return await allowed(request)

        async def handle(request: Request) -> Response:
            if not caller_of(request).role.includes(role):
                # Before an answer to the same request is looked for: a role may have been taken away.
                return await written_down(request)
            return await once(request, written_down)

        return handle


def _subject(request: Request, act: Act) -> str:
    """The id in the path, as it is written everywhere else; of a campaign that is started the one it will have."""
    if act is Act.START:
        return str(campaign_to_start(request))
    given = str(next(iter(request.path_params.values()), ""))
    try:
        return str(UUID(given))
    except ValueError:
        return given


async def _asked(request: Request) -> JsonValue:
    """The JSON of a request, which the door has looked at; None where there is none: its route then refuses it."""
    if not is_json(request.headers):
        return None
    try:
        asked: JsonValue = orjson.loads(await request.body() or b"null")
    except orjson.JSONDecodeError:
        return None
    return asked
