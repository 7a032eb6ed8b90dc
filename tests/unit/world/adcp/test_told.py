"""What a seller tells of a buy, held against the order."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.booking import MediaBuyRequest, PackageRequest
from domain.channel import Channel
from domain.identifiers import derived_id
from domain.plan import Flight
from world.adcp.buyer.told import as_told, buyer_ref, cost_of, difference, is_ours, says_enough
from world.adcp.wire.wire import JsonObject, MediaBuyTerms

AD = derived_id("ad")
ORDER = MediaBuyRequest(
    campaign_id=derived_id("campaign"),
    world_id="w",
    account="house",
    category="soup",
    sku="SOUP-1",
    flight=Flight.model_validate({"start": "2026-11-17", "end": "2026-11-23"}),
    treated_stores=["S1"],
    packages=[
        PackageRequest(product_id="search", channel=Channel.SPONSORED_SEARCH, budget=Decimal(300), creative_ids=[AD]),
        PackageRequest(product_id="email", channel=Channel.EMAIL, budget=Decimal(120), creative_ids=[derived_id(2)]),
    ],
    idempotency_key="ts-key-1",
)
SEARCH, EMAIL = (
    {"package_id": package.product_id, "product_id": package.product_id, "budget": float(package.budget)}
    for package in ORDER.packages
)


def told(**terms: object) -> MediaBuyTerms:
    whole = {
        **{"media_buy_id": "mb", "status": "pending_start", "currency": "GBP", "packages": [SEARCH, EMAIL]},
        **{"start_time": "2026-11-17T00:00:00Z", "end_time": "2026-11-23T23:59:59Z"},
    }
    return MediaBuyTerms.model_validate({**whole, **terms})


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"end_time": "2026-11-24T00:00:00Z"},
        {"end_time": "2026-11-24T09:00:00+10:00"},
        {"currency": None, "start_time": None, "end_time": None},
        {"packages": None},
        {"packages": [EMAIL, SEARCH], "total_budget": 420},
        {"packages": [SEARCH, {**EMAIL, "budget": None}]},
    ],
)
def test_an_order_told_as_it_was_sent_stands_as_it_was_sent(terms: dict[str, object]) -> None:
    assert difference(ORDER, told(**terms)) is None
    assert as_told(ORDER, told(**terms)) == ORDER


@pytest.mark.parametrize(
    ("terms", "budgets"),
    [
        ({"packages": [SEARCH]}, {"search": 300}),
        ({"packages": [SEARCH, {**EMAIL, "canceled": True}]}, {"search": 300}),
        ({"packages": [SEARCH, {**EMAIL, "budget": 0}]}, {"search": 300}),
        ({"packages": [{**SEARCH, "budget": 150}, EMAIL]}, {"search": 150, "email": 120}),
        ({"total_budget": 210}, {"search": 150, "email": 60}),
        ({"packages": None, "total_budget": 210}, {"search": 150, "email": 60}),
    ],
)
def test_less_than_was_ordered_stands_as_what_it_is(terms: dict[str, object], budgets: dict[str, int]) -> None:
    assert difference(ORDER, told(**terms)) is None
    assert {package.product_id: package.budget for package in as_told(ORDER, told(**terms)).packages} == budgets


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"currency": "EUR"}, "in EUR what was ordered in GBP"),
        ({"packages": [SEARCH, {**EMAIL, "currency": "USD"}]}, "in USD"),
        ({"start_time": "2026-11-16T23:00:00Z"}, "2026-11-16 to 2026-11-23 instead of 2026-11-17 to 2026-11-23"),
        ({"end_time": "2026-11-25T00:00:00Z"}, "2026-11-17 to 2026-11-24"),
        ({"packages": [SEARCH, {**EMAIL, "end_time": "2026-11-20T00:00:00Z"}]}, "2026-11-17 to 2026-11-19"),
        ({"packages": [{**SEARCH, "budget": 300.01}]}, "search for £300.01 instead of £300"),
        ({"packages": [SEARCH, SEARCH]}, "'search' that was not ordered"),
        ({"packages": [SEARCH, {**EMAIL, "product_id": "billboard"}]}, "'billboard' that was not ordered"),
        ({"packages": [SEARCH, {**EMAIL, "product_id": None}]}, "'no product' that was not ordered"),
        ({"total_budget": 420.01}, "£420.01 instead of £420"),
        ({"total_budget": 0}, "nothing of what was ordered"),
        ({"packages": []}, "nothing of what was ordered"),
    ],
)
def test_what_cannot_be_lived_with_is_named(terms: dict[str, object], words: str) -> None:
    assert words in (difference(ORDER, told(**terms)) or "")


GROUPS = {"A": Decimal(100), "B": Decimal(200), "C": Decimal(200)}
IN_GROUPS = ORDER.model_copy(
    update={
        "treated_stores": ["S1", "S2", "S3"],
        "packages": [
            ORDER.packages[0].model_copy(update={"group": name, "budget": budget, "stores": [f"S{place}"]})
            for place, (name, budget) in enumerate(GROUPS.items(), start=1)
        ]
        + ORDER.packages[1:],
    }
)


def searches(*budgets: float | None, groups: str = "") -> list[dict[str, object]]:
    """Packages of search at these budgets; of `groups` where their seller keeps context."""
    named: list[dict[str, object]] = [{"context": {"store_group": group}} for group in groups]
    return [
        {**SEARCH, "package_id": f"p{place}", "budget": budget, **(named[place] if named else {})}
        for place, budget in enumerate(budgets)
    ]


@pytest.mark.parametrize(
    ("packages", "kept"),
    [
        (searches(200, 100, 200), {"A": 100, "B": 200, "C": 200}),
        (searches(190, 95, 180), {"A": 95, "B": 190, "C": 180}),
        (searches(150, 100), {"A": 100, "B": 150}),
        (searches(40, 190, 90, groups="BCA"), {"A": 90, "B": 40, "C": 190}),
        (searches(200, groups="C"), {"C": 200}),
        (searches(None, None, None), {"A": 100, "B": 200, "C": 200}),
        (searches(500), {"": 500}),
        (searches(450), {"": 450}),
        (searches(None), {"": 500}),
        (searches(100), {"A": 100}),
    ],
)
def test_groups_are_told_apart_by_name_or_else_by_their_budgets(
    packages: list[dict[str, object]], kept: dict[str, int]
) -> None:
    said = told(packages=[*packages, EMAIL])
    assert difference(IN_GROUPS, said) is None
    taken = [package for package in as_told(IN_GROUPS, said).packages if package.product_id == "search"]
    assert {package.group: package.budget for package in taken} == kept


def test_packages_that_have_become_one_are_shown_in_all_their_stores() -> None:
    [merged, _] = as_told(IN_GROUPS, told(packages=[*searches(500), EMAIL])).packages
    assert (merged.group, merged.stores, merged.creative_ids) == ("", [], [AD])
    fewer = IN_GROUPS.model_copy(update={"treated_stores": ["S1", "S2", "S3", "S4"]})
    assert as_told(fewer, told(packages=[*searches(500), EMAIL])).packages[0].stores == ["S1", "S2", "S3"]


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        (searches(201, 200, 100), "search for £201.00 instead of £200"),
        (searches(101, 200, 200, groups="ABC"), "search in group A for £101.00 instead of £100"),
        (searches(500.01), "search for £500.01 instead of £500"),
        (searches(100, 100, 100, 100), "'search' that was not ordered"),
    ],
)
def test_more_than_a_group_was_to_cost_is_named(packages: list[dict[str, object]], words: str) -> None:
    assert words in (difference(IN_GROUPS, told(packages=[*packages, EMAIL])) or "")


@given(st.permutations(range(3)), st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_less_money_in_each_group_stands_in_whatever_order_it_is_told(order: list[int], cuts: list[int]) -> None:
    ordered = list(GROUPS.values())
    budgets = [float(ordered[place] * (100 - cuts[place]) / 100) for place in order]
    said = told(packages=[*searches(*budgets), EMAIL])
    assert difference(IN_GROUPS, said) is None
    assert as_told(IN_GROUPS, said).total == sum(map(Decimal, budgets)) + 120


def test_a_day_is_the_same_day_in_whatever_zone_it_is_told() -> None:
    start = datetime(2026, 11, 17, tzinfo=UTC).astimezone(timezone(timedelta(hours=-8)))
    assert difference(ORDER, told(start_time=start)) is None


@pytest.mark.parametrize(
    ("terms", "enough"),
    [
        ({}, True),
        ({"packages": None}, False),
        ({"packages": []}, False),
        ({"packages": [{**SEARCH, "budget": None}]}, False),
        ({"packages": [{**SEARCH, "product_id": None}]}, False),
        ({"start_time": None}, False),
    ],
)
def test_an_answer_that_leaves_something_unsaid_is_not_enough(terms: dict[str, object], enough: bool) -> None:
    assert says_enough(told(**terms)) is enough


@pytest.mark.parametrize(
    ("record", "ours"),
    [
        ({"context": {"buyer_ref": buyer_ref(ORDER)}}, True),
        (
            {"context": {"buyer_ref": "another"}, "packages": [{"creative_assignments": [{"creative_id": str(AD)}]}]},
            False,
        ),
        ({"packages": [{"creative_assignments": [{"creative_id": str(AD)}]}]}, True),
        ({"context": {}, "packages": [{"creative_approvals": [{"creative_id": str(AD)}]}]}, True),
        ({"packages": [{"creative_approvals": [{"creative_id": "another"}]}]}, False),
        ({"packages": "none", "context": "none"}, False),
        ({"packages": [None, {"creative_approvals": [None]}]}, False),
        ({}, False),
    ],
)
def test_our_buy_is_known_by_its_reference_or_its_ads(record: JsonObject, ours: bool) -> None:
    assert is_ours(record, ORDER) is ours


BUDGET = st.none() | st.decimals(min_value=0, max_value=500, places=2)


@given(search=BUDGET, email=BUDGET, total=BUDGET)
def test_no_more_is_committed_than_was_ordered_and_than_is_told(
    search: Decimal | None, email: Decimal | None, total: Decimal | None
) -> None:
    said = told(packages=[{**SEARCH, "budget": search}, {**EMAIL, "budget": email}], total_budget=total)
    if difference(ORDER, said) is not None:
        return
    taken = as_told(ORDER, said)
    ordered = {package.product_id: package.budget for package in ORDER.packages}
    assert 0 < taken.total <= (ORDER.total if total is None else min(total, ORDER.total))
    assert all(0 < package.budget <= ordered[package.product_id] for package in taken.packages)


@pytest.mark.parametrize(
    ("terms", "cost"),
    [
        ({}, 420),
        ({"total_budget": 400}, 400),
        ({"packages": [SEARCH, {**EMAIL, "budget": None}]}, None),
        ({"packages": [SEARCH, {**EMAIL, "canceled": True}]}, 420),
        ({"packages": [SEARCH, {**EMAIL, "canceled": True}], "total_budget": 300}, 420),
        ({"packages": [SEARCH, {**EMAIL, "canceled": True, "budget": None}], "total_budget": 300}, None),
        ({"status": "canceled"}, None),
    ],
)
def test_what_was_cancelled_of_a_buy_may_have_cost_something_too(terms: dict[str, object], cost: int | None) -> None:
    assert cost_of(told(**terms)) == cost
