"""The bench of a second worker compares campaigns, and not where the scheduler puts threads."""

import os
from pathlib import Path

from bench.inside.workers import working


def test_each_worker_is_kept_to_a_core_of_its_own(tmp_path: Path) -> None:
    cores = sorted(os.sched_getaffinity(0))
    with working(2, {"TESCOSENSE_DATA_DIR": str(tmp_path)}, tmp_path) as ids:
        kept = [os.sched_getaffinity(worker) for worker in ids]
    assert kept == [{cores[0]}, {cores[1 % len(cores)]}]
