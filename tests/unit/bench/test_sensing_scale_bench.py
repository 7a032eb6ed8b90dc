"""The bench of large panels, made small, and its peers on what is known of them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kendalltau

from bench.sensing.large import JUDGED, REGIONS, take, write
from bench.sensing.peers import ecod
from bench.sensing.scale import isolation_forest, measure


def test_a_small_run_has_every_row() -> None:
    made = measure(((200, (1, 3)), (400, (1,))))
    rows = {row.what: row for row in made.rows}
    assert rows["400 series: events seen"].of["events"] > 0
    assert rows["peak memory of 400 series"].value > 0
    assert made.ratio == pytest.approx(min(row.value for row in made.rows if row.unit == "x"), abs=1e-3)


def test_the_process_judges_the_panel_that_was_written(tmp_path: Path) -> None:
    write(tmp_path, 30, 2)
    taken = take(tmp_path)
    assert taken.q.shape == taken.event.shape == (30 * REGIONS, JUDGED)
    assert taken.z.shape[0] == 30 * REGIONS
    assert 0.15 < taken.shared < 0.35
    assert ((taken.q <= 0.1) & ~taken.event).sum() <= 3


def test_ecod_is_the_largest_of_the_sums_of_tails() -> None:
    values = np.array([[0.0], [1.0], [2.0], [9.0]])
    assert ecod(values) == pytest.approx(-np.log([1 / 4, 2 / 4, 2 / 4, 1 / 4]))


def test_both_peers_put_what_lies_far_out_first() -> None:
    features = np.random.default_rng(1).normal(size=(2000, 4))
    features[:5] = 8
    for peer in (ecod, isolation_forest):
        assert set(np.argsort(-peer(features))[:5]) == set(range(5))
    assert kendalltau(ecod(features), isolation_forest(features)).statistic > 0.4
