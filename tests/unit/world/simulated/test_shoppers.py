"""Kinds of shoppers: each does what its name says, and no day hangs on which other days are asked for."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus
from domain.channel import Channel
from domain.context import CampaignContext
from domain.shoppers import Shoppers
from tests.unit.world.simulated.simulated_world import FLIGHT, STORES, TREATED, buy_request
from world.simulated.market.catalogue import stores
from world.simulated.shoppers.answer import Answer
from world.simulated.shoppers.natures import Nature, nature_of
from world.simulated.truth import ad_lift, carried_over

FIRST = FLIGHT.start.toordinal()
IS_TREATED = np.array([store in TREATED for store in STORES])


def answered(
    nature: Nature,
    category: str = "soup",
    *,
    budgets: dict[Channel, Decimal] | None = None,
    start: int = FIRST,
    days: int = 28,
    seed: int = 7,
    bought: str = "soup",
    flights: int = 1,
) -> NDArray[np.float64]:
    """The lift [N, days] that £1,000 in every channel (or `budgets`) for `bought` gives `category`."""
    buys = [placed(buy_request(budgets, category=bought, key=f"buy number {one}"), weeks=one) for one in range(flights)]
    answer = Answer(seed=seed, nature=nature, stores=stores(), buys=buys, audience_of=lambda _: 1.0)
    return answer.lift(category, start, days)


def placed(request: MediaBuyRequest, weeks: int) -> MediaBuy:
    moved = timedelta(weeks=weeks)
    flight = request.flight.model_copy(update={"start": FLIGHT.start + moved, "end": FLIGHT.end + moved})
    return MediaBuy(
        media_buy_id=request.idempotency_key,
        status=MediaBuyStatus.ACTIVE,
        request=request.model_copy(update={"flight": flight}),
        confirmed_at="2026-11-16T12:00:00Z",
    )


def test_the_textbook_is_the_plain_curve_in_every_treated_store() -> None:
    lift = answered(nature_of(Shoppers.TEXTBOOK), budgets={Channel.EMAIL: Decimal(280)})
    spread = np.zeros(28)
    spread[:7] = 280 / 7 / len(TREATED)
    expected = ad_lift(7, Channel.EMAIL, "soup", carried_over(Channel.EMAIL, spread))
    assert lift[IS_TREATED].mean(axis=0)[:7].sum() == pytest.approx(expected[:7].sum(), rel=0.06)
    assert (lift[~IS_TREATED] == 0).all()


@pytest.mark.parametrize("kind", list(Shoppers))
def test_a_day_is_the_same_to_the_last_digit_whatever_other_days_are_asked_for(kind: Shoppers) -> None:
    nature, flights = nature_of(kind), 3
    whole = answered(nature, days=60, flights=flights)
    for start, days in ((0, 1), (3, 1), (5, 9), (20, 8), (31, 2), (33, 27)):
        asked = answered(nature, start=FIRST + start, days=days, flights=flights)
        assert np.array_equal(asked, whole[:, start : start + days]), (start, days)


@pytest.mark.parametrize("kind", list(Shoppers))
def test_the_order_in_which_buys_are_kept_does_not_matter(kind: Shoppers) -> None:
    bought = [(category, week) for category in ("soup", "bread", "ready meals") for week in (0, 1, 3)]
    buys = [placed(buy_request(category=name, key=f"{name} in week {week}"), weeks=week) for name, week in bought]
    lifts = [
        Answer(seed=7, nature=nature_of(kind), stores=stores(), buys=kept, audience_of=lambda _: 1.0).lift(
            "soup", FIRST, 40
        )
        for kept in (buys, buys[::-1], buys[4:] + buys[:4])
    ]
    assert all(np.array_equal(lift, lifts[0]) for lift in lifts)


@pytest.mark.parametrize("kind", list(Shoppers))
def test_no_kind_sells_or_loses_what_cannot_be(kind: Shoppers) -> None:
    for seed in range(20):
        lift = answered(nature_of(kind), seed=seed)
        assert np.isfinite(lift).all()
        assert lift.min() >= -0.9
        assert lift.max() < 3


def test_deaf_shoppers_buy_nothing_more_and_faint_ones_three_tenths() -> None:
    textbook, faint, deaf = (answered(nature_of(kind)) for kind in (Shoppers.TEXTBOOK, Shoppers.FAINT, Shoppers.DEAF))
    assert (deaf == 0).all()
    np.testing.assert_allclose(faint, 0.3 * textbook, atol=1e-11)


def test_what_hasty_shoppers_buy_early_they_do_not_buy_later() -> None:
    early, plain = answered(nature_of(Shoppers.HASTY), days=60), answered(nature_of(Shoppers.TEXTBOOK), days=60)
    assert early.sum() == pytest.approx(plain.sum() * 2 / 3, rel=0.01)
    assert early[IS_TREATED, 10:14].max() < 0 < early[IS_TREATED, :7].min()


def test_among_neighbours_held_out_stores_are_reached_and_treated_ones_are_as_ever() -> None:
    lift, plain = answered(nature_of(Shoppers.NEIGHBOURLY)), answered(nature_of(Shoppers.TEXTBOOK))
    np.testing.assert_allclose(lift[IS_TREATED], plain[IS_TREATED], atol=1e-11)
    assert 0.05 < lift[~IS_TREATED, :7].mean() / lift[IS_TREATED, :7].mean() < 0.4


def test_on_the_day_of_the_shift_search_falls_and_screens_rise() -> None:
    day = nature_of(Shoppers.SHIFTING).shift_on
    for channel, factor in ((Channel.SPONSORED_SEARCH, 0.4), (Channel.IN_STORE_SCREEN, 1.8), (Channel.EMAIL, 1.0)):
        weeks = (day - FLIGHT.start).days // 7
        request = placed(buy_request({channel: Decimal(300)}), weeks=weeks)
        start = request.request.flight.start.toordinal()
        lifts = [
            Answer(seed=7, nature=nature_of(kind), stores=stores(), buys=[request], audience_of=lambda _: 1.0).lift(
                "soup", start, 7
            )
            for kind in (Shoppers.SHIFTING, Shoppers.TEXTBOOK)
        ]
        shifted = np.where(np.arange(start, start + 7) >= day.toordinal(), factor, 1.0)
        assert set(shifted) == {1.0, factor}
        np.testing.assert_allclose(lifts[0], shifted * lifts[1], atol=1e-11)


@pytest.mark.parametrize(
    ("nature", "least", "most"),
    [
        (Nature(overlap=0.3), 0.75, 0.95),
        (Nature(strength=0.5), 0.499, 0.501),
        (Nature(wear_out=0.5), 0.9, 0.99),
    ],
)
def test_each_part_takes_away_what_it_should(nature: Nature, least: float, most: float) -> None:
    assert least < answered(nature)[:, :7].sum() / answered(Nature())[:, :7].sum() < most


def test_ads_wear_out_week_by_week() -> None:
    worn, plain = (answered(nature, flights=4, days=28) for nature in (Nature(wear_out=0.5), Nature()))
    weekly = [
        worn[IS_TREATED, week * 7 : week * 7 + 7].sum() / plain[IS_TREATED, week * 7 : week * 7 + 7].sum()
        for week in range(4)
    ]
    assert weekly == sorted(weekly, reverse=True)
    assert weekly[3] == pytest.approx(np.exp(-0.5), abs=0.08)


def test_an_additive_effect_is_as_many_pounds_in_a_small_store_as_in_a_large_one() -> None:
    lift = answered(Nature(additive=1.0), budgets={Channel.EMAIL: Decimal(280)})[:, 3]
    size = {store.store_id: store.size for store in stores()}
    by_size = {
        kind: lift[[i for i, name in enumerate(STORES) if size[name] == kind and IS_TREATED[i]]]
        for kind in set(size.values())
    }
    assert by_size["express"].mean() == pytest.approx(by_size["superstore"].mean() * 1.5 / 0.35, rel=1e-6)


def test_cells_stores_and_regions_differ_as_much_as_they_are_said_to() -> None:
    def over(nature: Nature) -> NDArray[np.float64]:
        budgets = {Channel.EMAIL: Decimal(280)}
        return np.array([answered(nature, budgets=budgets, seed=seed)[IS_TREATED, 3] for seed in range(60)])

    assert np.log(over(Nature(spread=0.5))).mean(axis=1).std() == pytest.approx(0.5, abs=0.12)
    assert np.log(over(Nature(spread=0.0, store_spread=0.3))).std() == pytest.approx(0.3, abs=0.03)
    assert over(Nature(spread=0.0, store_spread=0.3, region_spread=0.2)).mean() == pytest.approx(
        over(Nature(spread=0.0)).mean(), rel=0.05
    )


def test_cells_drift_and_come_back() -> None:
    walks = []
    for seed in range(40):
        nature = Nature(spread=0.0, drift=0.15)
        lifts = [answered(nature, seed=seed, start=FIRST + 3, days=1, budgets={Channel.EMAIL: Decimal(280)})]
        walks.append(np.log(lifts[0][IS_TREATED].mean()))
    steady = np.log(
        answered(Nature(spread=0.0), start=FIRST + 3, days=1, budgets={Channel.EMAIL: Decimal(280)})[IS_TREATED].mean()
    )
    assert 0.15 < np.std(np.array(walks) - steady) < 0.6


def test_a_substitute_loses_and_a_companion_gains() -> None:
    lifelike = nature_of(Shoppers.LIFELIKE)
    assert answered(lifelike, "ready meals")[:, :7].sum() < 0 < answered(lifelike, "bread")[:, :7].sum()
    assert (answered(lifelike, "milk") == 0).all()


def test_uneven_spend_is_the_same_money() -> None:
    small = {Channel.EMAIL: Decimal(50)}  # where the curve is nearly straight
    even, uneven = (answered(nature, budgets=small)[:, :7] for nature in (Nature(), Nature(uneven=0.4)))
    assert uneven.sum() == pytest.approx(even.sum(), rel=0.08)
    assert uneven[IS_TREATED].std() > 3 * even[IS_TREATED].std()


@pytest.mark.parametrize("kind", Shoppers)
def test_the_same_ads_do_the_same_whoever_buys_them(kind: Shoppers) -> None:
    one, another = (placed(buy_request(key=key), weeks=0) for key in ("number one", "another one"))
    first, second = (
        Answer(seed=7, nature=nature_of(kind), stores=stores(), buys=[buy], audience_of=lambda _: 1.0).lift(
            "soup", FIRST, 14
        )
        for buy in (one, another)
    )
    np.testing.assert_array_equal(first, second)


def test_lessons_of_other_shoppers_do_not_count() -> None:
    campaign = CampaignContext(seed=7)
    assert len({campaign.learns_in(kind) for kind in Shoppers}) == len(Shoppers)
    assert campaign.learns_in(Shoppers.LIFELIKE) == "simulated:7:lifelike"
    assert campaign.learns_in(Shoppers.TEXTBOOK) == "simulated:7", "as it was called before there were other kinds"
    assert CampaignContext(source="files:shop").learns_in(None) == "files:shop:7", "of real ones, whatever is named"
