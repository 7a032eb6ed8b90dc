"""Sales that moved to a neighbour or were bought early are said to have, and a competitor's are not taken for them."""

from dataclasses import replace

import numpy as np
import pytest

from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import advice, headline
from bench.sensing.elsewhere import KINDS, judge, make_moved
from domain.panel import Panel
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


def neighbours(share_now: float) -> Panel:
    """Category 3 loses to the promotions of category 4, which has 40 % on promotion in most weeks, and falls now."""
    panel = make_panel(seed=2)
    ours, theirs = (rows_of(panel, name) for name in ("category 3", "category 4"))
    rested = np.repeat(np.random.default_rng(3).random(panel.days // 7 + 1) < 0.3, 7)[: panel.days]
    share = np.where(rested, 0.0, 0.4)
    share[-9:] = 0.4
    share[-2:] = share_now
    promotion, units = panel.promotion.copy(), panel.units.copy()
    promotion[theirs] = share
    units[ours] *= np.exp(-0.5 * (share - 0.4))
    if share_now == 0.4:
        units[ours, -2:] *= np.float32(0.75)
    return replace(panel, promotion=promotion, units=units)


def test_a_neighbour_on_its_usual_promotion_takes_nothing_more() -> None:
    usual, more = (of(sense(neighbours(share), 1.3), "category 3") for share in (0.4, 0.9))
    assert usual.elsewhere is None
    assert usual.advertisable
    assert more.elsewhere is not None
    assert (more.elsewhere.kind, more.elsewhere.category) == ("neighbour", "category 4")
    assert not more.advertisable


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
