"""The judge of causes, made small, and its own parts on what is known of them."""

import pytest

from bench.sensing.causes import measure
from bench.sensing.in_a_row import run_in_a_row
from bench.sensing.scenarios import CAUSES, look_at_two, look_in_a_spell
from domain.opportunity import Cause


def test_two_at_once_are_two_scenarios_of_two_categories_on_one_day() -> None:
    first, second = look_at_two("stock-out", 3, 2)
    assert first.name == "stock-out"
    assert second.name != first.name
    assert first.category != second.category
    assert (first.day, first.ref) == (second.day, second.ref)
    assert len(first.ref.scenarios) == 2
    assert first.caused
    assert first.placed


def test_a_feed_is_not_lost_where_the_other_is_to_be_seen() -> None:
    pairs = [look_at_two(name, 8, 2) for name in ("feed-outage", "viral-trend")]
    for seen in (one for pair in pairs for one in pair if one.name != "feed-outage"):
        assert not set(seen.lost) & set(seen.regions)


def test_a_competitor_in_a_spell_is_judged_by_what_nothing_explains() -> None:
    seen = look_in_a_spell("heavy-rain", 8, 2)
    assert {scenario.name for scenario in seen.ref.scenarios} == {"heavy-rain", "competitor-promotion"}
    assert CAUSES[seen.name] == {Cause.UNEXPLAINED}
    assert seen.caused


def test_a_short_row_in_one_world_is_named_twice() -> None:
    became = run_in_a_row(2, names=("viral-trend", "stock-out", "competitor-promotion"))
    assert [one.number for one in became] == [1, 1, 1, 2, 2, 2]
    assert all(one.told for one in became)


@pytest.mark.long
def test_a_small_run_has_every_row() -> None:
    made = measure((2,), quiet=3)
    assert len(made.rows) == 12
    assert all(0 <= row.value <= 1 for row in made.rows if "quiet" not in row.what)
