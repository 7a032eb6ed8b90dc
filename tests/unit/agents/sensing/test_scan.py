"""Whether some of a category's series moved together, whichever they are, against brute force and by calibration."""

from itertools import combinations

import numpy as np
import pytest

from agents.sensing.alarms.scan import scanned
from agents.sensing.baseline.regressors import JUDGED_DAYS

SERIES, DAYS = 5, 400


def noise(seed: int, groups: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(1, groups * SERIES, DAYS)), np.repeat(np.arange(groups), SERIES)


def test_the_clearest_subset_is_the_one_that_trying_all_finds() -> None:
    z, group = noise(1)
    found, _ = scanned(z, group)
    for day in (0, 17, 399):
        values = z[0, group == 2, day]
        sums = [sum(chosen) / np.sqrt(size) for size in range(1, SERIES + 1) for chosen in combinations(values, size)]
        assert abs(found[0, 2, day]) == pytest.approx(max(*sums, -min(sums)))


def test_chance_has_small_p_values_as_often_as_they_say_or_a_little_less() -> None:
    p_value = np.concatenate([scanned(*noise(seed))[1].reshape(-1) for seed in range(40)])
    for level in (0.05, 0.2, 0.5):
        assert 0.8 * level <= (p_value <= level).mean() <= 1.1 * level


@pytest.mark.parametrize("moved", [1, 3, 5])
def test_it_sees_some_that_moved_and_what_is_unknown_takes_no_part(moved: int) -> None:
    z, group = noise(3)
    z[0, group == 4, -1] = 0.3
    z[0, np.flatnonzero(group == 4)[:moved], -1] = -6.0 / np.sqrt(moved)
    z[0, np.flatnonzero(group == 1), -1] = np.nan
    found, p_value = scanned(z, group)
    assert p_value.shape == (1, 6, JUDGED_DAYS)
    assert found[0, 4, -1] == pytest.approx(-6.0)
    assert p_value[0, 4, -1] < 1e-3
    assert found[0, 1, -1] == 0
    assert p_value[0, 1, -1] == 1
