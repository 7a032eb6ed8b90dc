"""Whose money a run spends and where its lessons count: only a run that names the live world is in it."""

from uuid import UUID

import pytest

from domain.context import HOUSE_ACCOUNT, LIVE_WORLD, CampaignContext
from domain.shoppers import Shoppers
from runtime.worlds import resolve

CAMPAIGN = UUID(int=7)


@pytest.mark.parametrize("world", [None, {"source": "simulated", "seed": 7}, {"seed": 7, "world_id": "mine"}])
def test_a_world_somebody_gives_is_a_trial(world: dict[str, object] | None) -> None:
    context = CampaignContext.model_validate({"seed": 7, "world": world})
    assert context.account_of(CAMPAIGN) == f"trial-{CAMPAIGN}"
    assert context.learns_in(Shoppers.LIFELIKE) == "simulated:7:lifelike"
    own = (world or {}).get("world_id", str(CAMPAIGN))
    assert context.world_id_of(CAMPAIGN) == resolve(context, CAMPAIGN).world_id == own


def test_the_live_world_spends_the_houses_money_and_teaches_it() -> None:
    context = CampaignContext.model_validate({"world": {"seed": 7, "world_id": LIVE_WORLD}})
    assert (context.account_of(CAMPAIGN), context.learns_in(Shoppers.LIFELIKE)) == (HOUSE_ACCOUNT, LIVE_WORLD)
    assert resolve(context, CAMPAIGN).world_id == LIVE_WORLD
