"""Who may ask: nobody needs a key on a laptop, everybody does once `TESCOSENSE_API_KEYS` is set."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from api.dependencies import TheSystem
from domain.errors import Forbidden, TescoSenseError
from runtime.settings import Settings

BEARER = HTTPBearer(auto_error=False, description="an API key")
HEADER = APIKeyHeader(name="x-api-key", auto_error=False, description="the same, for clients that keep no bearer")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing, so another site's page may send them: it cannot see the answer."""


class Unauthorized(TescoSenseError):
    title = "Unauthorized"
    http_status = 401


def is_known_key(settings: Settings, key: str | None) -> bool:
    """Whether `key` opens the door; compared in constant time. Without keys in the settings every door is open."""
    if not settings.api_keys:
        return True
    offered = (key or "").encode()
    return any(secrets.compare_digest(offered, known.get_secret_value().encode()) for known in settings.api_keys)


def is_own_origin(origin: str | None, host: str | None) -> bool:
    """Browsers name the page a socket or a change comes from: it must be ours. Other clients send no origin."""
    return origin is None or urlsplit(origin).netloc == host


async def require_key(
    system: TheSystem,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    key: Annotated[str | None, Security(HEADER)],
) -> None:
    """Raises Unauthorized."""
    if not is_known_key(system.settings, key or (bearer.credentials if bearer else None)):
        raise Unauthorized("the request carries no known API key", remedy="send it as `Authorization: Bearer KEY`")


async def refuse_other_sites(request: Request) -> None:
    """A page of another site must not act with what its visitor may do here. Raises Forbidden."""
    headers = request.headers
    if request.method not in READING and not is_own_origin(headers.get("origin"), headers.get("host")):
        raise Forbidden("the request comes from another site's page", remedy="use the dashboard at its own address")


GUARDS = [Depends(refuse_other_sites), Depends(require_key)]
