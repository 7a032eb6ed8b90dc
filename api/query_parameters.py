"""A query parameter that a route does not take is refused, so that a misspelt filter never answers with everything."""

from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from domain.errors import BadInput, shown


async def refuse_unknown(request: Request) -> None:
    """Of every route a dependency. Raises BadInput for the first parameter that is not among the route's own."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = [field.alias for field in get_flat_params(route.dependant) if isinstance(field.field_info, Query)]
    unknown = next((name for name in request.query_params if name not in known), None)
    if unknown is not None:
        close = get_close_matches(unknown, known, n=1)
        meant = f": did you mean {close[0]!r}?" if close else ""
        raise BadInput(
            f"there is no query parameter {shown(unknown)} here{meant}",
            remedy=f"{request.url.path} takes {', '.join(known)}" if known else f"{request.url.path} takes none",
            field=unknown,
        )
