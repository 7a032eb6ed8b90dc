"""The experiment of a campaign: fair groups, budgets that add up, and curiosity that is worth its price."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.response.beliefs import posterior
from agents.response.curves import cell_name
from agents.response.design.experiment import Experiment, design_experiment
from agents.response.design.groups import StoreOf, stratified_groups
from agents.response.design.holdout_share import holdout_share
from agents.response.design.power import store_noise
from agents.response.design.worth import Outlook, best_spend, information, profit
from domain.channel import Channel
from tests.unit.agents.corner_shop import TODAY

CHANNELS = tuple(Channel)
CELLS = [cell_name(channel, "all", "soup") for channel in CHANNELS]
STORES = [StoreOf(f"S{index:03d}", f"R{index % 8}", 300.0 + 20 * index) for index in range(30)]
MINIMUM = dict.fromkeys(CHANNELS, Decimal(50))


def outlook(certainty: float = 1.0) -> Outlook:
    """The prior's, with its deviations over `certainty`."""
    beliefs = posterior([], CELLS, TODAY)
    return Outlook(
        effect=beliefs.mean,
        log_scale=beliefs.log_scale(700.0),
        covariance=beliefs.local(700.0) / certainty**2,
        margin=0.35 * 700.0,
        most=5_000 / 210,
        cap=np.full(len(CHANNELS), 50.0),
    )


def designed(total: float = 5_000.0, *, certainty: float = 1.0, horizon: float = 8.0, seed: int = 0,
             minimum: dict[Channel, Decimal] | None = None) -> tuple[dict[Channel, Decimal], Experiment]:  # fmt: skip
    budgets = {channel: Decimal(str(round(total / 5 + 0.37, 2))) for channel in CHANNELS}
    return budgets, design_experiment(
        budgets,
        stores=STORES,
        control=10,
        minimum=minimum or MINIMUM,
        outlook=outlook(certainty),
        channels=CHANNELS,
        noise=0.027,
        days=7,
        rng=np.random.default_rng(seed),
        horizon=horizon,
    )


@given(st.integers(2, 6), st.integers(0, 10_000))
@settings(max_examples=50)
def test_groups_have_their_part_of_every_region_and_of_every_size(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    stores = [StoreOf(f"S{i}", f"R{rng.integers(4)}", float(rng.uniform(50, 900))) for i in range(36)]
    groups = stratified_groups(stores, count, np.random.default_rng(seed))
    assert sorted(name for group in groups for name in group) == sorted(store.store_id for store in stores)
    assert max(map(len, groups)) - min(map(len, groups)) <= 1
    region = {store.store_id: store.region for store in stores}
    for name in set(region.values()):
        each = [sum(region[store] == name for store in group) for group in groups]
        assert max(each) - min(each) <= 2
    assert stratified_groups(stores[::-1], count, np.random.default_rng(seed)) == groups


@pytest.mark.parametrize("seed", range(5))
def test_budgets_by_group_sum_to_the_plans_to_the_penny_and_clear_every_smallest_order(seed: int) -> None:
    budgets, found = designed(seed=seed)
    assert len(found.groups) > 1
    for channel, planned in budgets.items():
        mine = [group.budgets.get(channel, Decimal(0)) for group in found.groups]
        assert sum(mine) == planned
        if channel in found.varied:
            assert all(amount == 0 or amount >= 50 for amount in mine)
    assert sorted(store for group in found.groups for store in group.stores) == [s.store_id for s in STORES]


def test_a_small_order_is_split_over_fewer_groups_and_a_smaller_one_not_at_all() -> None:
    _, large = designed(5_000)
    _, small = designed(900)
    assert 1 < len(small.groups) < len(large.groups)
    budgets = dict.fromkeys(CHANNELS, Decimal(100))
    few = design_experiment(
        budgets, stores=STORES[:3], control=1, minimum=MINIMUM, outlook=outlook(), channels=CHANNELS, noise=0.027,
        days=7, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert len(few.groups) == 1
    assert few.groups[0].budgets == budgets
    assert "too small" in few.note
    _, costly = designed(5_000, minimum=MINIMUM | {Channel.EMAIL: Decimal(900)})
    assert Channel.EMAIL not in costly.varied
    assert len(costly.varied) >= 1


def test_levels_are_wide_at_first_and_even_once_everything_is_known() -> None:
    _, first = designed()
    _, later = designed(certainty=4.0)
    _, known = designed(certainty=1_000.0)
    assert first.cost > later.cost >= 0
    assert first.worth > first.cost > 0
    assert len(known.groups) == 1
    assert "cost more than it could teach" in known.note


def test_nothing_is_found_out_for_no_later_campaign() -> None:
    _, found = designed(horizon=0.0)
    assert found.varied == ()


def test_a_channel_that_is_left_out_is_tried_where_money_is_left_and_it_may_pay() -> None:
    bought = [channel for channel in CHANNELS if channel is not Channel.PAID_SOCIAL]
    budgets: dict[Channel, Decimal] = dict.fromkeys(bought, Decimal(600))
    found = design_experiment(
        budgets, stores=STORES, control=10, minimum=MINIMUM, outlook=outlook(), channels=CHANNELS, noise=0.027, days=7,
        rng=np.random.default_rng(1), horizon=20.0,
    )  # fmt: skip
    tried = sum(group.budgets.get(Channel.PAID_SOCIAL, Decimal(0)) for group in found.groups)
    assert Channel.PAID_SOCIAL in found.varied
    assert 0 < tried <= 5_000 - 4 * 600


def test_the_best_spend_beats_every_other_within_its_limits() -> None:
    view = outlook()
    rng = np.random.default_rng(2)
    best = best_spend(view, view.effect[None], view.log_scale[None])[0]
    assert best.sum() <= view.most + 1e-6
    others = rng.dirichlet(np.ones(5), 5_000) * view.most * rng.uniform(0, 1, (5_000, 1))
    others = np.minimum(others, view.cap)
    top = profit(others, view.effect, view.log_scale, view.margin).max()
    assert float(profit(best, view.effect, view.log_scale, view.margin)) >= top - 1e-9


@pytest.mark.parametrize("most", [0.0, 0.5, 4.0, 24.0, 500.0])
def test_of_the_best_spend_the_last_pound_brings_the_same_wherever_one_more_could_go(most: float) -> None:
    rng = np.random.default_rng(11)
    effect, log_scale = rng.normal(0.05, 0.06, (400, 5)), rng.normal(2.5, 1.0, (400, 5))
    view = Outlook(effect[0], log_scale[0], np.eye(10), margin=300.0, most=most, cap=np.array([0.0, 5, 12, 40, 80]))
    best = best_spend(view, effect, log_scale)
    brings = view.margin * np.maximum(effect, 0.0) * np.exp(-best * np.exp(-log_scale) - log_scale)
    assert (best.sum(axis=1) <= most + 1e-9).all()
    some, room = best > 1e-9, best < view.cap - 1e-9
    least = np.where(some, brings, np.inf).min(axis=1)
    assert (least >= 1 - 1e-9).all()
    assert (np.where(room, brings, 0.0).max(axis=1) <= np.maximum(least, 1.0) + 1e-6)[some.any(axis=1)].all()
    left = best.sum(axis=1) < most - 1e-9
    assert (np.where(room, brings, 0.0).max(axis=1)[left] <= 1 + 1e-9).all()


def test_information_is_what_the_posterior_of_the_same_experiment_takes_away() -> None:
    view = outlook()
    spend = np.random.default_rng(3).uniform(0, 9, (1, 5, 5))
    error = 0.012**2 * (np.eye(5) + 0.5)
    taken = information(view, spend, error)[0]
    scale = np.exp(view.log_scale)
    left = np.exp(-spend[0] / scale)
    slope = np.concatenate([1 - left, -view.effect * spend[0] / scale * left], axis=1)
    after = np.linalg.inv(np.linalg.inv(view.covariance + 1e-12 * np.eye(10)) + slope.T @ np.linalg.inv(error) @ slope)
    assert view.covariance - taken == pytest.approx(after, rel=1e-3, abs=1e-7)


def test_the_noise_of_a_store_is_what_flights_without_ads_show() -> None:
    rng = np.random.default_rng(5)
    rhythm = np.exp(0.1 * np.sin(np.arange(35)))
    stated, shown = [], []
    for _ in range(200):
        units = 200 * rhythm * np.exp(0.08 * rng.standard_normal((40, 35)))
        stated.append(store_noise(units[:, :28], 7))
        change = np.log(units[:, 28:].mean(axis=1) / units[:, :28].mean(axis=1))
        shown.append(change.std(ddof=1))
    assert np.mean(stated) == pytest.approx(np.mean(shown), rel=0.05)


def test_the_holdout_shrinks_as_the_lift_becomes_known() -> None:
    shares = [holdout_share(error, 0.25) for error in (0.5, 0.2, 0.1, 0.02)]
    assert shares[0] == 0.25
    assert shares[-1] == 0.10
    assert shares == sorted(shares, reverse=True)
    assert holdout_share(0.5, 0.10) == 0.10
