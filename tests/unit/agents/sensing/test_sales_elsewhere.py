"""Sales that moved to a neighbour or were bought early are said to have, and a competitor's are not taken for them."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from agents.sensing.telling.diagnosis import Decomposition
from agents.sensing.telling.elsewhere import find_elsewhere
from agents.sensing.telling.insight import Elsewhere, Insight
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import advice, headline
from bench.sensing.elsewhere import KINDS, judge, make_moved
from domain.opportunity import Cause
from tests.unit.agents.sensing.sensing_panels import make_panel, rows_of, scaled


def of(findings: list[Insight], category: str) -> Insight:
    return next(found for found in findings if found.category == category)


def test_a_surge_that_is_paid_back_is_not_for_ads() -> None:
    panel = make_panel(seed=2)
    rows = rows_of(panel, "category 3")
    units = panel.units.copy()
    units[rows, -6:-2] *= np.float32(1.5)
    units[rows, -2:] *= np.float32(0.7)
    found = of(sense(replace(panel, units=units), 3.0), "category 3")
    assert found.elsewhere is not None
    assert found.elsewhere.kind == "earlier"
    assert not found.advertisable
    assert "bought early" in headline(found)
    assert "by themselves" in advice(found)


def test_a_fall_that_follows_nothing_is_still_to_be_won_back() -> None:
    panel = make_panel(seed=2)
    found = of(sense(scaled(panel, rows_of(panel, "category 3"), 0.75, 2), 3.0), "category 3")
    assert found.elsewhere is None
    assert found.advertisable


def taken(share_now: float) -> Elsewhere | None:
    """Of a fall by a tenth in soup, whose sales go to tea's promotions: 40 % in most weeks, all in every fifth."""
    days, regions = 400, 4
    draw = np.random.default_rng(0)
    share = np.full(days, 0.4)
    for first in range(0, days, 35):
        share[first : first + 7] = 1.0
    share[-14:] = 0.4
    share[-3:] = share_now
    promotion, left = np.zeros((2 * regions, days), np.float32), draw.normal(0, 0.03, (2 * regions, days))
    promotion[regions:] = share
    left[:regions] -= 0.25 * (share - share.mean())
    left[:regions, -3:] = -0.10
    baseline = SimpleNamespace(
        category_of=np.repeat([0, 1], regions),
        region_of=np.tile(np.arange(regions), 2),
        categories=("soup", "tea"),
        expected=np.full((2 * regions, days), 4.0),
    )
    scene = SimpleNamespace(
        baseline=baseline,
        deviations=SimpleNamespace(unexplained=left, observed=left),
        panel=SimpleNamespace(days=days, promotion=promotion),
    )
    decomposition = Decomposition({Cause.UNEXPLAINED: -0.10}, 0.0, None)
    return find_elsewhere(scene, np.arange(regions), 3, decomposition)  # type: ignore[arg-type]


def test_a_neighbour_on_its_usual_promotion_takes_nothing_more() -> None:
    assert taken(0.4) is None
    more = taken(0.9)
    assert more is not None
    assert (more.kind, more.category) == ("neighbour", "tea")


@pytest.mark.parametrize("kind", KINDS)
def test_a_made_panel_has_what_it_says(kind: str) -> None:
    made = make_moved(kind, 3)
    units, usual = made.panel.units, made.without
    now = slice(-made.window, None)
    assert (units[made.rows][:, now] < usual[made.rows][:, now]).mean() > 0.9


def test_most_are_named_and_few_others_are_taken_for_them() -> None:
    judged = judge((2, 4))
    assert judged.precision >= 0.7
    assert judged.recall >= 0.5
