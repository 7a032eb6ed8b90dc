from pathlib import Path

import pytest

from bench.files import once
from bench.files.files import measured
from bench.files.once import Reading
from domain.errors import DataFault


def reading(seconds: float, units: float = 100.0, peak: float = 300.0) -> Reading:
    return Reading(seconds=seconds, cpu_seconds=seconds / 2, peak_mb=peak, units=units)


def test_the_ratio_is_of_the_least_times_and_the_peak_is_the_most() -> None:
    made = measured(9e6, [reading(2.0), reading(1.0)], [reading(3.0, peak=450), reading(4.0, peak=510)])
    assert made.ratio == 3.0
    assert {row.what: row.met for row in made.rows} == {
        "panel over the bare aggregation, time": False,
        "the same, processor time": None,
        "peak of memory of the process": False,
    }


def test_readings_that_do_not_agree_are_no_benchmark() -> None:
    with pytest.raises(DataFault, match="do not have the same units"):
        measured(9e6, [reading(1.0)], [reading(1.0, units=101.0)])


def test_the_panel_has_what_the_bare_aggregation_counts(tmp_path: Path) -> None:
    assert once.write(tmp_path, stores=3, products=20, days=60) == 3_600
    assert once.panel(tmp_path) == pytest.approx(once.bare(tmp_path))
