"""A webhook leads out of the house, however the way inside is written."""

from ipaddress import ip_address

import pytest

from domain.errors import BadInput
from runtime.notices.targets import address_of, is_private

INSIDE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::1"),
)
OUTSIDE = ("8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_is_private(address: str) -> None:
    assert is_private(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_leads_outside_is_not(address: str) -> None:
    assert not is_private(ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "2130706433", "127.1"])
async def test_a_name_that_leads_inside_is_refused_unless_that_is_configured(host: str) -> None:
    with pytest.raises(BadInput, match="leads to a private address"):
        await address_of(host, 80, private=False)
    assert is_private(ip_address(await address_of(host, 80, private=True)))


async def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(BadInput, match=r"nowhere\.invalid has no address"):
        await address_of("nowhere.invalid", 443, private=False)
