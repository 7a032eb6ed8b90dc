"""Intervals of rates: by the textbook, and by how often they hold."""

import math

import numpy as np
import pytest

from domain.plan import INTERVAL_LEVEL, INTERVAL_Z
from runtime.reporting.proportions import difference_of_ratios, paired_difference, pooled, wilson


def test_wilsons_interval_solves_the_equation_it_comes_from() -> None:
    hits, trials = 7, 120
    interval = wilson(hits, trials)
    assert interval is not None
    for end in (interval.low, interval.high):
        # The ends are where the score test stands exactly at the quantile.
        assert abs(hits / trials - end) / math.sqrt(end * (1 - end) / trials) == pytest.approx(INTERVAL_Z)


@pytest.mark.parametrize(("hits", "trials"), [(0, 50), (50, 50)])
def test_wilsons_interval_stays_between_0_and_1(hits: int, trials: int) -> None:
    interval = wilson(hits, trials)
    assert interval is not None
    assert 0 <= interval.low <= hits / trials <= interval.high <= 1
    assert interval.low < interval.high


def test_without_trials_there_is_no_rate() -> None:
    assert wilson(0, 0) is None


def test_estimates_are_pooled_by_the_inverse_of_their_variance() -> None:
    found = pooled([(4.0, 0.25), (1.0, 1.0), (9.0, 0.0)])
    assert found is not None
    assert found.value == pytest.approx((4 * 4 + 1 * 1) / 5)
    assert found.interval.high - found.value == pytest.approx(INTERVAL_Z / math.sqrt(5))
    assert pooled([(1.0, 0.0)]) is None


def campaigns(rng: np.random.Generator, count: int, rate: float) -> list[tuple[float, float]]:
    """Clicks and impressions of campaigns whose own rates differ by a third, as those of campaigns do."""
    impressions = rng.integers(20_000, 200_000, count)
    own = rate * rng.gamma(9, 1 / 9, count)
    return [(float(rng.binomial(n, p)), float(n)) for n, p in zip(impressions, own, strict=True)]


def test_the_difference_of_two_releases_holds_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = naive = 0
    trials = 1_000
    for _ in range(trials):
        a, b = campaigns(rng, 12, 0.02), campaigns(rng, 12, 0.02)
        found = difference_of_ratios(a, b)
        assert found is not None
        held += found.interval.low <= 0 <= found.interval.high
        (hits, shown), (more, also) = (map(sum, zip(*side, strict=True)) for side in (a, b))
        spread = INTERVAL_Z * math.sqrt(hits / shown**2 + more / also**2)
        naive += abs(more / also - hits / shown) <= spread
    # Three standard deviations of the count, and what twelve campaigns of such unequal sizes cost a linearisation.
    assert held / trials == pytest.approx(INTERVAL_LEVEL, abs=0.06)
    assert naive / trials < 0.25, "counting impressions would call nearly every difference real"


def test_a_difference_needs_two_campaigns_a_side() -> None:
    one, two = [(10.0, 1_000.0)], [(10.0, 1_000.0), (14.0, 900.0)]
    assert difference_of_ratios(one, two) is None
    assert difference_of_ratios(two, one) is None
    found = difference_of_ratios(two, [(20.0, 1_000.0), (25.0, 900.0)])
    assert found is not None
    assert found.value == pytest.approx(45 / 1_900 - 24 / 1_900)


def test_tangos_interval_is_the_published_one() -> None:
    """Airway hyper-responsiveness of 21 children before and after a transplantation (Bentur et al. 2009), as worked out
    by Fagerland, Lydersen and Laake (2014), table IV: -0.517 to -0.026."""
    interval = paired_difference(only_first=7, only_second=1, pairs=21, level=0.95)
    assert interval is not None
    assert (round(interval.low, 3), round(interval.high, 3)) == (-0.517, -0.026)


@pytest.mark.parametrize("pairs", [1, 5, 44, 1000])
def test_where_nothing_changed_tangos_interval_is_known_in_closed_form(pairs: int) -> None:
    interval = paired_difference(0, 0, pairs, 0.95)
    assert interval is not None
    z = 1.959964
    assert interval.high == pytest.approx(z**2 / (pairs + z**2), rel=1e-6)
    assert interval.low == pytest.approx(-interval.high)


@pytest.mark.parametrize(("worse", "better"), [(9, 2), (2, 9), (8, 2), (12, 4), (5, 0), (0, 4), (3, 3), (20, 8)])
def test_it_leaves_out_no_difference_exactly_where_mcnemars_test_rejects_it(worse: int, better: int) -> None:
    interval = paired_difference(worse, better, 60, 0.95)
    assert interval is not None
    mcnemar = abs(worse - better) / math.sqrt(worse + better)
    assert (interval.low > 0 or interval.high < 0) == (mcnemar > 1.959964)


def test_it_is_the_mirror_image_the_other_way_round() -> None:
    one, other = paired_difference(9, 2, 40, 0.9), paired_difference(2, 9, 40, 0.9)
    assert one is not None
    assert other is not None
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


@pytest.mark.parametrize(("lost", "won"), [(0.05, 0.05), (0.1, 0.02), (0.2, 0.1)])
def test_it_holds_its_level_with_as_many_cases_as_are_shipped(lost: float, won: float) -> None:
    """Over every outcome of 100 pairs, each with its probability."""
    pairs, held = 100, 0.0
    for worse in range(60):
        for better in range(60):
            same = pairs - worse - better
            if same < 0:
                continue
            log = math.lgamma(pairs + 1) - sum(math.lgamma(one + 1) for one in (worse, better, same))
            log += worse * math.log(lost) + better * math.log(won) + same * math.log(1 - lost - won)
            if log > math.log(1e-6):
                interval = paired_difference(worse, better, pairs, 0.95)
                assert interval is not None
                held += math.exp(log) * (interval.low <= won - lost <= interval.high)
    assert 0.93 < held < 0.985


def test_without_pairs_there_is_no_difference() -> None:
    assert paired_difference(0, 0, 0, 0.95) is None
