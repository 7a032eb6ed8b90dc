"""Where a webhook may lead: an address is looked up once, judged, and then the one that is connected to."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from domain.errors import BadInput

Address = IPv4Address | IPv6Address
_TRANSLATED = ip_network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address, to which a translator leads."""
_OPENED_BY = "TESCOSENSE_WEBHOOK_PRIVATE"


def is_private(address: Address) -> bool:
    """Whether an address is not one of the public internet's, that of an IPv4 address within an IPv6 one included."""
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo or (None,))[0]
        if address in _TRANSLATED:
            within = IPv4Address(int(address) & 0xFFFF_FFFF)
        if within is not None:
            return is_private(within)
    return not address.is_global or address.is_multicast


async def address_of(host: str, port: int, *, private: bool) -> str:
    """The address to connect to. Raises BadInput for a name that has none, or, unless `private`, one that leads
    inside."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise BadInput(
            f"the webhook's host {host} has no address ({error.strerror or type(error).__name__})",
            remedy="check TESCOSENSE_WEBHOOK_URL and the name server",
            field="webhook_url",
        ) from error
    addresses = [ip_address(str(where[0]).partition("%")[0]) for *_, where in found]
    if not private and any(is_private(address) for address in addresses):
        raise BadInput(
            f"the webhook's host {host} leads to a private address",
            remedy=f"name a public one, or set {_OPENED_BY}=true if it is meant to be inside",
            field="webhook_url",
        )
    return str(addresses[0])
