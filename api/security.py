"""Who may ask: nobody needs a key on a laptop, everybody does once `TESCOSENSE_API_KEYS` is set."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Header

from api.dependencies import TheSystem
from domain.errors import TescoSenseError
from runtime.settings import Settings


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
    """Browsers name the page a socket comes from: it must be one we served. Other clients send no origin."""
    return origin is None or urlsplit(origin).netloc == host


async def require_key(
    system: TheSystem,
    authorization: Annotated[str | None, Header()] = None,
    x_api_key: Annotated[str | None, Header()] = None,
) -> None:
    bearer = authorization.removeprefix("Bearer ") if authorization and authorization.startswith("Bearer ") else None
    if not is_known_key(system.settings, x_api_key or bearer):
        raise Unauthorized("the request carries no known API key", remedy="send it as `Authorization: Bearer KEY`")


Guarded = Depends(require_key)
