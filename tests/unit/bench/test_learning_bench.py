"""The closed loop of the learning benchmark: its clairvoyant is one, its series add up, and ours learns in it."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from bench.learning.campaign import BUDGET, Planned, Series, holdout_of, mix_distance, play
from bench.learning.judges import LAST, calibration, profit, share_of_best
from bench.learning.lifelike import LifelikeTruth, best_levels, worth_of
from bench.learning.peer_november import PeerNovember
from bench.learning.planners import EqualSplit, JointPlanner
from bench.learning.plots import line_chart
from bench.learning.shop import CAPS, FLIGHT_DAYS, NAMES, PAST_DAYS, Order, Shop
from bench.learning.truths import Drift, HillTruth, SimulatedTruth, Truth, best_budgets
from domain.channel import Channel

SEED = 3
"""Of those that the model was tuned on."""


@pytest.mark.parametrize("truth", [SimulatedTruth(SEED), HillTruth(SEED)], ids=lambda truth: truth.name)
def test_no_other_budgets_beat_the_clairvoyants(truth: Truth) -> None:
    best = best_budgets(
        truth, "soup", 0, stores=30, days=FLIGHT_DAYS, daily_sales=690.0, margin_rate=0.35, budget=BUDGET, caps=CAPS
    )

    def earned(budgets: dict[Channel, float]) -> float:
        pulse = {channel: np.zeros((1, 35)) for channel in Channel}
        for channel, amount in budgets.items():
            pulse[channel][:, :FLIGHT_DAYS] = amount / (30 * FLIGHT_DAYS)
        gained = truth.lift("soup", np.array([690.0]), pulse, 0).sum()
        return float(0.35 * 690 * 30 * gained) - sum(budgets.values())

    top, rng = earned(best), np.random.default_rng(1)
    assert top > 0
    for _ in range(300):
        other = dict(zip(Channel, rng.dirichlet(np.ones(5)) * rng.uniform(0, BUDGET), strict=True))
        assert earned({channel: min(amount, CAPS[channel]) for channel, amount in other.items()}) <= top + 1.0


def lifelike_week() -> tuple[Shop, list[str]]:
    """A shop of lifelike shoppers that has advertised in its first week, and the stores of its second."""
    shop = Shop(SEED, LifelikeTruth(SEED), weeks=4)
    first, second = (list(holdout_of(shop, "soup", week, 0.25).treated_stores) for week in (0, 1))
    shop.place("soup", 0, [Order(tuple(first), {Channel.EMAIL: 700.0, Channel.SPONSORED_SEARCH: 900.0})])
    return shop, second


def test_lifelike_budgets_are_worth_what_the_shop_then_earns() -> None:
    shop, treated = lifelike_week()
    worth = worth_of(shop, "soup", 1, treated, budget=BUDGET, caps=CAPS, steps=10)
    before = shop.gained("soup").sum()
    levels = np.array([[3, 1, 0, 2, 4], [0, 2, 2, 0, 0], [0, 0, 0, 0, 0]])
    for mix, told in zip(levels, worth.of(levels), strict=True):
        spent = {channel: grid.copy() for channel, grid in shop.spent["soup"].items()}
        first, rows = PAST_DAYS + FLIGHT_DAYS, np.isin(NAMES, treated)
        for channel, level in zip(Channel, mix, strict=True):
            spent[channel][rows, first : first + FLIGHT_DAYS] += level * worth.step / (len(treated) * FLIGHT_DAYS)
        after = Shop(SEED, shop.truth, weeks=4, spent={"soup": spent}).gained("soup").sum()
        assert told == pytest.approx(after - before - worth.step * mix.sum(), abs=1e-4)


@pytest.mark.parametrize("category", ["soup", "milk", "barbecue meat"])
def test_no_budgets_at_all_beat_the_lifelike_clairvoyants(category: str) -> None:
    shop, treated = lifelike_week()
    worth = worth_of(shop, category, 1, treated, budget=BUDGET, caps=CAPS, steps=8)
    every = np.array(list(product(range(worth.whole + 1), repeat=len(Channel))))
    every = every[worth.allows(every)]
    assert len(every) > 500
    top = max(float(worth.of(some).max()) for some in np.array_split(every, 20))
    assert worth.of(best_levels(worth)[None])[0] == pytest.approx(top)


def test_gains_of_lifelike_channels_do_not_add() -> None:
    shop, treated = lifelike_week()
    worth = worth_of(shop, "soup", 1, treated, budget=BUDGET, caps=CAPS, steps=8)
    alone, other, both = worth.of(np.array([[2, 0, 0, 0, 0], [0, 0, 0, 2, 0], [2, 0, 0, 2, 0]]))
    assert both + worth.step * 4 < 0.95 * (alone + other + worth.step * 4)


def test_a_change_of_the_truth_begins_on_its_day() -> None:
    drift = Drift(7, {Channel.SPONSORED_SEARCH: 0.4})
    spend = {Channel.SPONSORED_SEARCH: np.full((1, 14), 5.0)}
    sales = np.array([500.0])
    before = SimulatedTruth(SEED).lift("soup", sales, spend, 0)
    after = SimulatedTruth(SEED, drift=drift).lift("soup", sales, spend, 0)
    assert after[0, :7] == pytest.approx(before[0, :7])
    assert after[0, 7:] == pytest.approx(0.4 * before[0, 7:])


def test_what_is_spent_and_gained_is_counted_once() -> None:
    shop = Shop(SEED, SimulatedTruth(SEED), weeks=3)
    holdout = holdout_of(shop, "soup", 1, 0.25)
    (spent,) = shop.place("soup", 1, [Order(tuple(holdout.treated_stores), {Channel.EMAIL: 700.0})])
    assert 0.96 * 700 <= spent[Channel.EMAIL] <= 700
    assert shop.cost("soup") == pytest.approx([0.0, spent[Channel.EMAIL], 0.0])
    gained = shop.gained("soup")
    assert gained[0] == 0
    assert gained[1] > 10 * gained[2] > 0
    tills = shop.tills("soup", 1).units
    treated = np.isin(NAMES, holdout.treated_stores)
    first = FLIGHT_DAYS
    without = shop.units("soup")[:, first : first + tills.shape[1]]
    assert (tills[~treated] == without[~treated]).all()
    assert tills[treated][:, -FLIGHT_DAYS:].sum() > without[treated][:, -FLIGHT_DAYS:].sum()


def test_planning_by_the_truth_itself_earns_what_the_clairvoyant_earns() -> None:
    truth = SimulatedTruth(SEED)

    class Clairvoyant(EqualSplit):
        def plan(self, shop: Shop, category: str, week: int) -> Planned:
            holdout = holdout_of(shop, category, week, self.share)
            daily = shop.daily_units_of(category, week, holdout.treated_stores) * shop.price(category)
            best = best_budgets(
                truth, category, week * FLIGHT_DAYS, stores=len(holdout.treated_stores), days=FLIGHT_DAYS,
                daily_sales=daily, margin_rate=shop.margin_rate(category), budget=BUDGET, caps=CAPS,
            )  # fmt: skip
            return Planned(holdout, (Order(tuple(holdout.treated_stores), best),))

    series = play(Clairvoyant(), Shop(SEED, truth, weeks=4), ["soup"])
    assert series.profit == pytest.approx(series.best_profit)
    assert mix_distance(series.mix, series.best_mix) == pytest.approx(np.zeros(4))


def test_ours_learns_the_mix_and_earns_more_than_an_equal_split() -> None:
    shops = [Shop(SEED, SimulatedTruth(SEED), weeks=16) for _ in range(2)]
    ours, equal = play(JointPlanner(careful=False), shops[0], ["soup"]), play(EqualSplit(), shops[1], ["soup"])
    assert share_of_best([ours], LAST) > 0.85
    assert share_of_best([ours], LAST) > 1.2 * share_of_best([equal], LAST)
    apart = mix_distance(ours.mix, ours.best_mix)
    assert apart[-8:].mean() < apart[:4].mean()


def test_ads_that_sell_nothing_are_left_before_long() -> None:
    dead = SimulatedTruth(SEED, times=0.0)
    ours, peer = (play(planner, Shop(SEED, dead, weeks=12), ["soup"]) for planner in (JointPlanner(), PeerNovember()))
    assert -3_000 < profit([ours]) < 0
    assert profit([peer]) < profit([ours])
    assert ours.spend[-6:].sum() == 0


def test_calibration_counts_the_campaigns_that_spent() -> None:
    nothing = np.zeros(3)
    series = Series(
        profit=nothing, spend=np.array([1.0, 1.0, 0.0]), mix=np.ones((3, 5)), best_profit=nothing,
        best_mix=np.ones((3, 5)), predicted=np.array([(0.1, 0.0, 0.2), (0.5, 0.4, 0.6), (0.0, 0.0, 0.0)]),
        returned=np.array([0.15, 0.1, np.nan]), sales=nothing,
    )  # fmt: skip
    covered, bias, count = calibration([series], slice(None))
    assert (covered, count) == (0.5, 2)
    assert bias == pytest.approx((0.1 + 0.5 - 0.25) / 2)


def test_a_chart_has_a_line_and_a_name_for_each(tmp_path: Path) -> None:
    at = tmp_path / "charts" / "one.svg"
    line_chart("Share", {"ours": np.array([0.5, np.nan, 0.9]), "peer": np.array([0.4, 0.5, 0.6])},
               low=0.0, high=1.0, percent=True, to=at)  # fmt: skip
    drawn = at.read_text(encoding="utf-8")
    assert drawn.count("<polyline") == 2
    assert "nan" not in drawn
    assert ">ours<" in drawn
