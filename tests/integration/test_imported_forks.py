"""A fork that was exported: what is to be forked in its place, and whether that is here."""

import pytest

from domain.errors import BadInput
from domain.state import CampaignStatus
from runtime.forking.wish import ForkWish
from runtime.system import System
from tests.integration.test_exchange import here, there
from tests.integration.test_forks import forked, ran

__all__ = ["here", "there"]


async def test_of_an_imported_fork_is_said_what_to_fork_and_that_it_is_not_here(here: System, there: System) -> None:
    campaign = await ran(here)
    fork = (await forked(here, campaign)).the_campaign
    await there.exchange.take_in(await here.exchange.export(fork))
    with pytest.raises(BadInput, match=f"{fork} is a fork itself: the campaign it came of, {campaign}, is not here"):
        await there.forks.fork(fork, ForkWish(), by="Ann")
    await there.exchange.take_in(await here.exchange.export(campaign))
    for system in (here, there):
        with pytest.raises(BadInput, match=rf"is a fork itself: fork the campaign it came of, {campaign}\.$"):
            await system.forks.fork(fork, ForkWish(), by="Ann")
    assert (await forked(there, campaign)).status is CampaignStatus.COMPLETED
