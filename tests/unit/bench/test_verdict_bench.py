"""The judge of the verdict, made small, and its markets on what is known of them."""

import numpy as np
import pytest

from bench.planning.situations import Response, Situation, drawn
from bench.planning.verdict import run
from domain.context import RiskLimits


def test_a_small_run_has_every_row_and_buys_fewer_of_the_losing_than_hope_does() -> None:
    made = run(situations=12, markets=2)
    rows = {row.what: row for row in made.rows}
    assert len(rows) == 8
    bought = rows["losing: bought"]
    assert bought.value <= bought.of["hopeful"]
    assert rows["dead ads: lost in 26 weeks"].value > 0, "the first probe of dead ads is always lost"
    assert 0 <= rows["winning: attainable profit forgone"].value <= 1


def test_the_best_orders_on_the_grid_are_those_of_trying_each() -> None:
    nothing = Response(size=0.0, half=np.inf, shape=0.5)
    one = Response(size=9_000.0, half=600.0, shape=1.2)
    situation = Situation((one, nothing, nothing, nothing, nothing), 1e5, 0.3, 1.0, RiskLimits())
    grid = np.arange(0, 5_001, 50, dtype=np.float64)
    tried = [situation.profit(np.array([spend, 0.0, 0.0, 0.0, 0.0])) for spend in grid]
    assert situation.attainable == pytest.approx(max(tried))
    assert situation.attainable > 0


def test_the_same_seed_draws_the_same_market_and_no_effect_earns_nothing() -> None:
    limits = RiskLimits()
    assert drawn(3, limits).attainable == drawn(3, limits).attainable != drawn(4, limits).attainable
    assert drawn(3, limits, 0.0).attainable == 0
