"""What ads say moves clicks and nothing else: log-additive, modest, the same for the same words."""

from collections.abc import Sequence
from typing import get_args
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.booking import AdShown, Delivery
from domain.channel import Channel
from domain.context import WorldRef
from domain.creative import Angle, Creative
from tests.unit.world.simulated.simulated_world import FLIGHT, LogInMemory, buy_request, shop
from world.simulated.media import appeal as truth
from world.simulated.media.ad_platform import SimulatedAdPlatform
from world.simulated.media.appeal import affinity, appeal, wording

WORDS = st.text(max_size=80)
SHOWN = st.builds(
    AdShown,
    channel=st.sampled_from(Channel),
    headline=WORDS,
    body=WORDS,
    angle=st.sampled_from(get_args(Angle)),
)


def shown(headline: str, body: str = "Soup, bread on the side.", angle: str = "comfort") -> AdShown:
    return AdShown(channel=Channel.EMAIL, headline=headline, body=body, angle=angle)


def creative(channel: Channel, headline: str, angle: str = "comfort") -> Creative:
    return Creative(
        id=UUID(int=list(Channel).index(channel)),
        channel=channel,
        type=channel.record.format.type,
        headline=headline,
        body="Tomato Soup, bread on the side.",
        call_to_action="Shop soups",
        angle=angle,
        sku="SOUP-01",
        image_description="",
        image_url="",
        attempt=1,
        prompt_hash="",
        model="fake:copywriter",
        is_mock=True,
    )


async def delivery(ads: Sequence[Creative], seed: int = 7) -> Delivery:
    platform = SimulatedAdPlatform(shop(WorldRef(seed=seed)), LogInMemory())
    buy = await platform.create_media_buy(buy_request(), ads)
    return await platform.delivery(buy.media_buy_id, FLIGHT.end)


def clicks(done: Delivery, channel: Channel) -> int:
    return sum(row.clicks for row in done.rows if row.channel is channel)


async def test_words_move_clicks_and_nothing_else() -> None:
    loved = await delivery([creative(channel, "Soup tonight?") for channel in Channel])
    dull = await delivery(
        [creative(c, "We would like you to know about this thing today", "discovery") for c in Channel]
    )
    for one, other in zip(loved.rows, dull.rows, strict=True):
        assert one.model_copy(update={"clicks": 0}) == other.model_copy(update={"clicks": 0})
    for channel in Channel:
        if channel.record.is_clickable:
            assert clicks(loved, channel) > clicks(dull, channel)
        else:
            assert clicks(loved, channel) == clicks(dull, channel) == 0


async def test_an_ad_that_is_not_known_is_clicked_at_its_channels_usual_rate() -> None:
    plain = AdShown(channel=Channel.EMAIL, headline="Bowl, spoon, sofa", body="", angle="")
    assert wording("soup", plain) == 0
    without = await delivery([])
    assert clicks(without, Channel.EMAIL) > 0
    assert without.rows == (await delivery([])).rows


async def test_clicks_follow_the_appeal_in_size() -> None:
    ad = creative(Channel.SPONSORED_SEARCH, "Soup tonight?")
    log_appeal = appeal(7, "soup", AdShown(channel=ad.channel, headline=ad.headline, body=ad.body, angle=ad.angle))
    usual, moved = clicks(await delivery([]), ad.channel), clicks(await delivery([ad]), ad.channel)
    assert np.log(moved / usual) == pytest.approx(log_appeal, abs=4 * np.sqrt(1 / moved + 1 / usual))


@settings(max_examples=200)
@given(ad=SHOWN, seed=st.integers(0, 1000), category=st.text(max_size=20))
def test_the_effect_of_any_words_is_modest(ad: AdShown, seed: int, category: str) -> None:
    words = len(ad.headline.split())
    assert appeal(seed, category, ad) == affinity(seed, category, ad.angle) + wording(category, ad)
    assert abs(affinity(seed, category, ad.angle)) < 0.18 + 6 * 0.04
    assert wording(category, ad) <= truth.QUESTION + truth.NAMES_THE_GOODS + truth.TELLS_THE_PRICE
    if words <= truth.FEW_WORDS and "!" not in f"{ad.headline} {ad.body}" and ad.headline.isascii():
        assert wording(category, ad) >= truth.A_WORD_TOO_MANY * len(ad.headline)


@given(number=st.integers(0, 20))
def test_every_word_beyond_a_few_costs_the_same(number: int) -> None:
    fewer, more = (wording("soup", shown(" ".join(["and"] * count))) for count in (number, number + 1))
    cost = truth.A_WORD_TOO_MANY if number >= truth.FEW_WORDS else 0
    assert more - fewer == pytest.approx(cost)


@pytest.mark.parametrize(
    ("plain", "changed", "effect"),
    [
        ("Bowl, spoon", "Bowl, spoon?", truth.QUESTION),
        ("Bowl, spoon", "Soup, spoon", truth.NAMES_THE_GOODS),
        ("Bowl, spoon", "Bowl, £1.25", truth.TELLS_THE_PRICE),
        ("Bowl, spoon", "Bowl, spoon!", truth.EXCLAIMS),
    ],
)
def test_each_trait_has_its_own_effect(plain: str, changed: str, effect: float) -> None:
    assert wording("soup", shown(changed)) - wording("soup", shown(plain)) == pytest.approx(effect)


def test_what_a_category_is_bought_for_wins_in_every_seed_but_a_few() -> None:
    seeds = range(200)
    assert sum(affinity(seed, "soup", "comfort") > affinity(seed, "soup", "discovery") for seed in seeds) >= 195
    assert (
        sum(affinity(seed, "ready meals", "convenience") > affinity(seed, "ready meals", "freshness") for seed in seeds)
        >= 195
    )
    luck = [affinity(seed, "radishes", "comfort") for seed in seeds]
    assert abs(np.mean(luck)) < 0.01
    assert 0.03 < np.std(luck) < 0.05


async def test_a_buy_keeps_the_words_it_shows_and_one_of_old_has_none() -> None:
    log = LogInMemory()
    platform = SimulatedAdPlatform(shop(), log)
    buy = await platform.create_media_buy(
        buy_request(), [creative(Channel.EMAIL, "Soup?"), creative(Channel.PAID_SOCIAL, "Bowl")]
    )
    assert [ad.headline for ad in buy.ads] == ["Soup?", "Bowl"]
    old = buy.model_dump(mode="json")
    del old["ads"]
    assert type(buy).model_validate(old).ads == []
