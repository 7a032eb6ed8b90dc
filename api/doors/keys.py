"""Who asks: nobody needs a key on this machine, everybody does once `TESCOSENSE_API_KEYS` is set."""

import secrets
from collections.abc import Collection
from ipaddress import ip_address

from fastapi import Security
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.datastructures import Headers
from starlette.types import Scope

from domain.caller import THIS_MACHINE, Caller
from domain.errors import TescoSenseError
from runtime.api_keys import ApiKey

SCHEMES = [
    Security(HTTPBearer(auto_error=False, description="an API key")),
    Security(APIKeyHeader(name="x-api-key", auto_error=False, description="the same, for clients that keep no bearer")),
]
"""For the OpenAPI document: which header the key stands in. The door looks at it before any route does."""


_NO_NETWORK = frozenset({"localhost", "testserver"})
"""Names that no address of a network has: this machine's, and the one frameworks give a server that is none."""


class Unauthorized(TescoSenseError):
    title = "Unauthorized"
    http_status = 401


class KeyRing:
    """The keys that open the door, and who holds them. Another way to know a caller, OIDC for example, belongs here."""

    def __init__(self, keys: Collection[ApiKey]) -> None:
        self._keys = [(key.key.get_secret_value().encode(), key.caller) for key in keys]

    def caller(self, key: str | None, scope: Scope) -> Caller | None:
        """Who holds `key`; None where it opens nothing. Without any keys set, this machine needs none."""
        if not self._keys:
            return THIS_MACHINE if _came_from_within(scope) else None
        offered = (key or "").encode()
        # In constant time, all of them: how long it takes tells nothing of any.
        holders = [caller for known, caller in self._keys if secrets.compare_digest(offered, known)]
        return holders[0] if holders else None

    def require(self, headers: Headers, scope: Scope) -> Caller:
        """Who sends the request. Raises Unauthorized for one without a key that opens."""
        caller = self.caller(_offered(headers), scope)
        if caller is not None:
            return caller
        if not self._keys:
            raise Unauthorized(
                "without API keys only this machine is served, and the request came over a network",
                remedy="set TESCOSENSE_API_KEYS and send one of them",
            )
        raise Unauthorized("the request carries no known API key", remedy="send it as `Authorization: Bearer KEY`")


def _offered(headers: Headers) -> str | None:
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (bearer.strip() if scheme.lower() == "bearer" else None)


def _came_from_within(scope: Scope) -> bool:
    """Whether the address that was reached is one that only this machine reaches. A server without one is a test's, or
    listens on a file."""
    server = scope.get("server")
    if server is None or server[1] is None or not server[0]:
        return True
    try:
        return ip_address(server[0]).is_loopback
    except ValueError:
        return str(server[0]) in _NO_NETWORK
