"""The holdout is random, stratified, and the same for the same seed."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.strategy.holdout import draw_holdout
from domain.catalogue import Store
from domain.errors import DataFault


def town(sizes: list[int]) -> list[Store]:
    return [
        Store(store_id=f"R{region}-{index}", name="", region=f"R{region}")
        for region, size in enumerate(sizes)
        for index in range(size)
    ]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.floats(0.1, 0.5), st.integers(0, 2**31))
@settings(max_examples=150)
def test_every_store_is_either_treated_or_held_out_near_the_share_asked(
    sizes: list[int], share: float, seed: int
) -> None:
    stores = town(sizes)
    if len(stores) < 2:
        return
    regions = sorted({store.region for store in stores})
    found = draw_holdout(stores, regions, share, seed)
    control, treated = set(found.control_stores), set(found.treated_stores)
    assert control | treated == {store.store_id for store in stores}
    assert not control & treated
    assert control
    assert treated
    wanted = min(max(round(share * len(stores)), 2 if len(stores) >= 4 else 1), len(stores) - 1)
    assert len(control) == wanted
    assert found.share == pytest.approx(wanted / len(stores))
    by_region = Counter(store.region for store in stores if store.store_id in control)
    for region, size in Counter(store.region for store in stores).items():
        exact = wanted * size / len(stores)
        assert exact - 1 < by_region[region] < exact + 1


@given(st.integers(0, 1000))
@settings(max_examples=30)
def test_the_seed_alone_decides_whatever_the_order_of_the_list(seed: int) -> None:
    stores = town([5, 7, 4])
    regions = ["R2", "R0", "R1"]
    assert draw_holdout(stores, regions, 0.25, seed) == draw_holdout(stores[::-1], sorted(regions), 0.25, seed)


def test_every_store_is_as_likely_as_any_other_to_be_held_out() -> None:
    stores = town([6, 6, 6])
    draws = 1500
    counts = Counter(
        name for seed in range(draws) for name in draw_holdout(stores, ["R0", "R1", "R2"], 0.25, seed).control_stores
    )
    expected = draws * 4 / 18  # round(0.25 * 18) is 4: half to even
    chi_square = sum((counts[store.store_id] - expected) ** 2 / expected for store in stores)
    assert chi_square < 40.8  # 99.9 % quantile of chi-square with 17 degrees of freedom


def test_stores_outside_the_regions_take_no_part() -> None:
    found = draw_holdout(town([5, 5, 5]), ["R1"], 0.25, 3)
    assert all(name.startswith("R1-") for name in [*found.control_stores, *found.treated_stores])


def test_one_store_cannot_be_split() -> None:
    with pytest.raises(DataFault, match="cannot be split"):
        draw_holdout(town([1, 4]), ["R0"], 0.25, 1)
