"""Which names the server answers to, and whose pages it listens to.

A page of another site can point a name of its own at this machine (DNS rebinding). The browser then takes the page for
one of ours, so only the `Host` it sends gives it away.
"""

import re
from collections.abc import Collection, Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY = "*"
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})
"""Addresses to listen on that are nobody's name."""
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?")


class HostList:
    """The names of `Host` that are answered, whatever port stands behind them."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` beside this machine's own; `*.shop.example` is every name below `shop.example`, `*` any at all."""
        named = {name.strip().lower() for name in names}
        self._any = ANY in named
        self._names = THIS_MACHINE | {as_in_a_url(name) for name in named if not name.startswith("*.")}
        self._endings = tuple(name.removeprefix("*") for name in named if name.startswith("*."))

    def knows(self, host: str | None) -> bool:
        """Whether a `Host` header names us; None is a request without one, or with several."""
        if host is None:
            return False
        match = _HOST.fullmatch(host.lower())
        if match is None:
            return False
        return self._any or match["name"] in self._names or match["name"].endswith(self._endings)


def as_in_a_url(host: str) -> str:
    """An IPv6 address in the brackets a URL gives it; any other host as it is."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def names_of(host: str, others: Collection[str]) -> list[str]:
    """What the server is called that listens on `host`, where that is a name or an address of its own."""
    return [*others, *([] if host in EVERYWHERE else [host])]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`. A name other than `localhost` may lead anywhere."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_own_origin(origins: Collection[str], host: str | None) -> bool:
    """Browsers name the page a socket or a change comes from: it must be ours. Other clients send no origin."""
    if not origins:
        return True
    if len(origins) > 1 or host is None:
        return False
    (origin,) = origins
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
