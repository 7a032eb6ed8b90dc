"""The judge of sensing, made small, and its own parts on what is known of them."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from bench.sensing.judging import at_precision, average_precision, meet
from bench.sensing.panels import LONGEST, SIZES, make, until
from bench.sensing.plots import curves
from bench.sensing.sensing import judge, rows_of


def test_a_small_run_has_every_row_and_finds_more_than_its_peers() -> None:
    judged = judge(10, 20, (1,), days=560, judged=21)
    rows = {row.what: row for row in rows_of(judged)}
    first = rows["average precision"]
    assert first.value > max(first.of[f"of {peer}"] for peer in ("rolling z", "isolation forest", "regression"))
    assert rows["events seen by alarms at q = 0.2"].value >= 0.6
    assert rows["false alarms"].value < 8


def test_the_panel_is_what_it_says() -> None:
    made = make(5, 4, 3, days=300, judged=30)
    expected, units = made.expected, made.panel.units
    ordinary = np.isfinite(units) & (made.event < 0)
    noise = (units - expected) ** 2 / expected
    assert noise[ordinary].mean() == pytest.approx(made.dispersion.mean(), rel=0.1)
    assert (made.event[:, :-30] == -1).all()
    lengths = np.unique(made.event[made.event >= 0], return_counts=True)[1]
    assert lengths.min() >= 1
    assert lengths.max() <= LONGEST
    assert set(made.size) == set(SIZES)


def test_an_evening_knows_no_later_day_but_by_the_forecast() -> None:
    made = make(3, 2, 1, days=120, judged=20)
    evening = until(made.panel, 99)
    assert evening.days == 100
    assert (evening.forecast["rain_mm"] == made.panel.weather["rain_mm"][:, 100:107]).all()


def test_average_precision_is_scikit_learns() -> None:
    rng = np.random.default_rng(4)
    event = np.where(rng.random((20, 50)) < 0.1, 1, -1)
    score = rng.normal(size=event.shape) + (event >= 0)
    theirs = average_precision_score((event >= 0).reshape(-1), score.reshape(-1))
    assert average_precision(score, event) == pytest.approx(theirs)


def test_alarms_are_counted_by_event_and_by_day() -> None:
    event = np.array([[-1, 0, 0, 0, -1, -1], [1, 1, -1, -1, -1, -1]])
    alarmed = np.array([[True, False, True, True, False, False], [False] * 6])
    met = meet(alarmed, event)
    assert met.recall == 0.5
    assert met.precision == pytest.approx(2 / 3)
    assert met.false_per_thousand == pytest.approx(1_000 / 7)
    assert met.delay == 1


def test_a_limit_never_parts_what_has_the_same_score() -> None:
    event = np.array([[0, -1, -1, -1]])
    assert at_precision(np.array([[1.0, 1.0, 1.0, 0.0]]), event, 0.6).recall == 0
    assert at_precision(np.array([[1.0, 0.5, 0.5, 0.0]]), event, 0.6).recall == 1


def test_a_chart_names_who_it_compares(tmp_path: Path) -> None:
    truth = np.array([[True, False, True, False]])
    curves("who sees more", {"one": truth * 1.0, "other": 1.0 - truth}, truth, tmp_path / "of" / "it.svg")
    drawn = (tmp_path / "of" / "it.svg").read_text(encoding="utf-8")
    assert drawn.count("<path d=") == 5
    assert all(words in drawn for words in ("who sees more", ">one<", ">other<"))
