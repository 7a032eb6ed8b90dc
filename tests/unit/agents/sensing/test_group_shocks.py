"""A shock that a random group of series shares is one story, and each series is judged against its own component."""

import re
from dataclasses import replace

import numpy as np
import pytest

from agents.sensing.alarms.groups import find_group
from agents.sensing.telling.insights import findings_of
from agents.sensing.telling.sight import take_sight
from agents.sensing.telling.wording import headline
from domain.panel import Panel
from tests.unit.agents.sensing.sensing_panels import make_panel

THRESHOLD = 3.0
CATEGORIES, REGIONS = 30, 8
CATEGORY_OF = np.repeat(np.arange(CATEGORIES), REGIONS)
SCALE = np.full(CATEGORIES * REGIONS, 0.05)


def day(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_t(5, len(SCALE)) * 0.05


def quarter(seed: int) -> np.ndarray:
    return np.random.default_rng([seed, 1]).random(len(SCALE)) < 0.25


def shocked(panel: Panel, members: np.ndarray, factor: float) -> Panel:
    units = panel.units.copy()
    units[members, -1] *= np.float32(factor)
    return replace(panel, units=units)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("size", [-0.36, 0.3])
def test_a_quarter_that_moved_alike_is_found_with_its_size(seed: int, size: float) -> None:
    members = quarter(seed)
    found = find_group(day(seed) + size * members, SCALE, CATEGORY_OF)
    assert found is not None
    assert found.size == pytest.approx(size, abs=0.03)
    assert (found.members == members).mean() > 0.96
    assert found.p_value < 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_an_ordinary_day_has_no_group(seed: int) -> None:
    assert find_group(day(seed), SCALE, CATEGORY_OF) is None


def test_what_one_category_or_some_whole_categories_do_is_no_groups_story() -> None:
    for categories in ((3,), (3, 4), tuple(range(8))):
        moved = np.isin(CATEGORY_OF, categories)
        assert find_group(day(1) - 0.4 * moved, SCALE, CATEGORY_OF) is None


def test_series_that_moved_by_amounts_of_their_own_are_no_group() -> None:
    draw = np.random.default_rng(3)
    for seed in range(10):
        found = find_group(day(seed) + draw.normal(0, 0.5, len(SCALE)) * quarter(seed), SCALE, CATEGORY_OF)
        assert found is None or found.share < 0.15


def test_a_shock_to_a_quarter_is_one_finding_and_hides_no_other() -> None:
    panel = make_panel(categories=CATEGORIES, regions=REGIONS, days=300, seed=2)
    members = quarter(2)
    one = findings_of(take_sight(shocked(panel, members, 0.7)), THRESHOLD)
    assert [finding.alarm.scope for finding in one] == ["shock"]
    assert re.fullmatch(
        r"About a quarter of all series fell (27|28|29|30|31)%: look for a common cause first\.", headline(one[0])
    )
    assert not one[0].advertisable
    assert set(one[0].rows) == set(np.flatnonzero(members))
    story = CATEGORY_OF == 7
    both = findings_of(take_sight(shocked(shocked(panel, members, 0.7), story, 0.6)), THRESHOLD)
    assert {finding.category for finding in both if finding.alarm.scope != "shock"} == {"category 7"}
    assert sum(finding.alarm.scope == "shock" for finding in both) == 1


def test_only_series_that_differ_from_their_component_alarm() -> None:
    panel = make_panel(categories=CATEGORIES, regions=REGIONS, days=300, seed=4)
    members = quarter(4)
    moved = shocked(panel, members, 0.7)
    against = int(np.flatnonzero(members)[5])
    units = moved.units.copy()
    units[against, -1] /= np.float32(0.7 * 0.7)
    ordinary, found = (
        set(np.flatnonzero(take_sight(one).tests.one_day_q[:, -1] <= 0.1))
        for one in (panel, replace(moved, units=units))
    )
    assert found == ordinary | {against}
