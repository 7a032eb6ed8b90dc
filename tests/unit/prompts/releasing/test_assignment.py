"""Which release a campaign is given follows from its id alone."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import new_id
from prompts.releasing.assignment import assigned, position
from prompts.releasing.record import Share

A, B, C = (Share(hash=letter * 12, weight=weight) for letter, weight in (("a", 0.7), ("b", 0.2), ("c", 0.1)))


@given(st.uuids(), st.text(max_size=40))
def test_a_position_lies_in_the_unit_interval_and_never_moves(campaign: UUID, prompt: str) -> None:
    assert 0 <= position(campaign, prompt) < 1
    assert position(campaign, prompt) == position(UUID(str(campaign)), prompt)


def test_campaigns_are_shared_out_by_weight() -> None:
    ids = [UUID(int=number * 7919) for number in range(10_000)]
    given = [assigned((A, B, C), position(one, "creative/ad_copy")).hash for one in ids]
    # Four standard deviations of a binomial with 10,000 draws.
    assert given.count(A.hash) == pytest.approx(7_000, abs=184)
    assert given.count(B.hash) == pytest.approx(2_000, abs=160)
    assert given.count(C.hash) == pytest.approx(1_000, abs=120)


def test_two_prompts_are_drawn_for_apart() -> None:
    ids = [new_id() for _ in range(4_000)]
    high = [(position(one, "creative/ad_copy") < 0.5, position(one, "strategy/brief") < 0.5) for one in ids]
    assert high.count((True, True)) == pytest.approx(1_000, abs=110)


@pytest.mark.parametrize(("at", "wanted"), [(0, A), (0.699, A), (0.7, B), (0.899, B), (0.901, C), (0.999_999_9, C)])
def test_the_shares_lie_one_after_the_other(at: float, wanted: Share) -> None:
    assert assigned((A, B, C), at) == wanted


def test_rounding_leaves_nobody_out() -> None:
    thirds = tuple(Share(hash=letter * 12, weight=0.333333) for letter in "abc")
    assert assigned(thirds, 0.9999999) == thirds[-1]
