"""What lasts is likelier than what is seen once; a day that is not known says nothing; quiet stays quiet."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr

from agents.sensing.alarms.persistence import chance_of, log_odds_of_event


def odds(*z: float) -> NDArray[np.float64]:
    days = np.array([z])
    found: NDArray[np.float64] = log_odds_of_event(2 * ndtr(-np.abs(days)), days)[0]
    return found


def test_a_second_day_of_the_same_is_likelier_than_a_first() -> None:
    twice, once = odds(0.3, 2.5, 2.5), odds(0.3, -0.2, 2.5)
    assert twice[-1] > once[-1]


def test_a_day_on_the_other_side_is_no_second_day() -> None:
    assert odds(0.3, -2.5, 2.5)[-1] < odds(0.3, 2.5, 2.5)[-1]


def test_what_is_over_is_forgotten() -> None:
    after = odds(6.0, 0.1, -0.2, 0.1, 0.0, 0.1)
    assert chance_of(after)[0] > 0.99
    assert chance_of(after)[-1] < 0.05


def test_an_unknown_day_says_nothing() -> None:
    known = log_odds_of_event(np.array([[1e-6, 1.0]]), np.array([[5.0, 0.0]]))[0]
    assert np.isfinite(known).all()
    assert known[1] < known[0]
    assert chance_of(log_odds_of_event(np.ones((1, 7)), np.zeros((1, 7)))).max() < 0.02


def test_ordinary_days_have_little_chance() -> None:
    z = np.random.default_rng(4).standard_normal((4_000, 7))
    chance = chance_of(log_odds_of_event(2 * ndtr(-np.abs(z)), z))
    assert chance[:, -1].mean() < 0.02
    assert (chance[:, -1] > 0.5).mean() < 0.004


@given(st.lists(st.floats(-400, 400), min_size=1, max_size=12))
def test_odds_are_finite_and_mirror_the_sign(z: list[float]) -> None:
    found = odds(*z)
    assert np.isfinite(found).all()
    assert found == pytest.approx(odds(*(-value if value else 0.0 for value in z)), rel=1e-9) or 0.0 in z
